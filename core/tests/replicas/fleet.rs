//! Replicas in one process, each in a thread with a runtime of its own: what holds the thread holds
//! all of the replica, as SIGSTOP does.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use finops_core::agent::Agent as _;
use finops_core::config::{Limits, RunConfig};
use finops_core::delivery::{Delivery, Pacing};
use finops_core::identity::Surroundings;
use finops_core::model::Scope;
use finops_core::outbox::Outbox;
use finops_core::replicas::{Replica, Shard, Standing};
use finops_core::run::{Monitor, Plan, Shutdown};
use finops_core::wire::Sender;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::agent::{Errors, Gate, Noting, Point, Recording, last_errors};
use crate::journal::{Began, Journal};
use crate::lease_api::{LeaseApi, Write, until};

/// The Lease of every test.
pub(crate) const LEASE: &str = "agents";

/// What replicas share, and what is known of them.
pub(crate) struct Fleet {
    pub(crate) api: LeaseApi,
    pub(crate) journal: Journal,
    folder: TempDir,
    watch: Watch,
}

/// How a replica runs.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) shard: Option<Shard>,
    /// Whether it goes by the Lease.
    pub(crate) lease: bool,
    pub(crate) duration: Duration,
    pub(crate) interval: Duration,
    pub(crate) scopes: Vec<Scope>,
    /// How long a scope takes.
    pub(crate) takes: Duration,
}

impl Settings {
    /// One of several of which one collects, two scopes in each second.
    pub(crate) fn elected() -> Self {
        Self {
            shard: None,
            lease: true,
            duration: Duration::from_secs(2),
            interval: Duration::from_secs(1),
            scopes: scopes(2),
            takes: Duration::from_millis(20),
        }
    }

    /// One of several that share 24 scopes every two seconds.
    pub(crate) fn part(shard: &str) -> Self {
        Self {
            shard: Some(shard.parse().unwrap()),
            interval: Duration::from_secs(2),
            scopes: scopes(24),
            takes: Duration::from_millis(5),
            ..Self::elected()
        }
    }

    pub(crate) fn every(mut self, seconds: u64) -> Self {
        self.interval = Duration::from_secs(seconds);
        self
    }

    pub(crate) fn taking(mut self, millis: u64) -> Self {
        self.takes = Duration::from_millis(millis);
        self
    }

    pub(crate) fn of(mut self, scopes: Vec<Scope>) -> Self {
        self.scopes = scopes;
        self
    }

    pub(crate) fn without_lease(mut self) -> Self {
        self.lease = false;
        self
    }
}

/// So many made-up scopes.
pub(crate) fn scopes(count: usize) -> Vec<Scope> {
    (0..count)
        .map(|number| Scope {
            provider: "generic",
            account_id: "nowhere".into(),
            region: format!("region-{number}").into(),
        })
        .collect()
}

impl Fleet {
    /// Replicas that nobody has started yet, and a Lease that somebody gave up long ago.
    pub(crate) fn new() -> Self {
        let fleet = Self::without_a_lease();
        fleet.api.create(LEASE, &json!({"holderIdentity": "", "leaseDurationSeconds": 1}));
        fleet.annotate("interval", "2020-01-01T00:00:00Z/2020-01-01T00:05:00Z");
        fleet
    }

    /// The same where there has never been a Lease.
    pub(crate) fn without_a_lease() -> Self {
        let (api, journal) = (LeaseApi::start(), Journal::default());
        Self { api, journal, folder: TempDir::new().unwrap(), watch: Watch::start() }
    }

    /// Somebody annotates the Lease.
    pub(crate) fn annotate(&self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        self.api.edit(LEASE, |lease| {
            lease["metadata"]["annotations"][format!("openfinops.io/{name}")] = value;
        });
    }

    /// Somebody removes an annotation of the Lease.
    pub(crate) fn remove_annotation(&self, name: &str) {
        self.api.edit(LEASE, |lease| {
            let annotations = lease["metadata"]["annotations"].as_object_mut().unwrap();
            annotations.remove(&format!("openfinops.io/{name}"));
        });
    }

    /// Where the pod `name` has its files.
    pub(crate) fn root(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What a replica `name` is.
    pub(crate) fn replica(&self, name: &str, settings: &Settings) -> Replica {
        let Settings { shard, lease, duration, interval, .. } = *settings;
        if !lease {
            return Replica::part(shard.unwrap(), interval);
        }
        let root = self.root(name);
        self.api.mount(&root, name);
        let around = surroundings(&root, &self.api, name);
        Replica::by_lease(LEASE, duration, shard, interval, &around).unwrap()
    }

    /// An agent `name`, not started.
    pub(crate) fn agent(&self, name: &str, settings: &Settings) -> Recording {
        let replica = self.replica(name, settings);
        let delivery = Arc::new(delivery(&self.root(name).join("data"), name, &self.journal));
        Recording {
            name: name.to_owned(),
            replica,
            delivery,
            scopes: settings.scopes.clone(),
            takes: settings.takes,
            gate: Arc::default(),
            journal: self.journal.clone(),
            api: self.api.clone(),
            monitor: Arc::default(),
            errors: Arc::default(),
        }
    }

    /// Starts a replica.
    pub(crate) fn start(&self, name: &str, settings: &Settings) -> Running {
        let agent = self.agent(name, settings);
        self.watch.add(name, agent.replica.clone());
        Running::start(agent, settings.interval)
    }

    /// Two replicas, of which the first leads and has collected.
    pub(crate) fn leader_and_standby(&self, settings: &Settings) -> (Running, Running) {
        let leader = self.start("first", settings);
        self.wait_for_cycles("first", 1);
        let standby = self.start("second", settings);
        until("a standby", || matches!(standby.standing(), Standing::Standby { .. }).then_some(()));
        (leader, standby)
    }

    /// Waits until `replica` has begun so many more cycles than it has now.
    pub(crate) fn wait_for_cycles(&self, replica: &str, more: usize) {
        let cycles = || {
            let mut cycles: Vec<usize> =
                self.journal.of(replica).iter().map(|began| began.cycle).collect();
            cycles.dedup();
            cycles.len()
        };
        let before = cycles();
        until(&format!("{more} cycles of {replica}"), || (cycles() >= before + more).then_some(()));
    }

    /// Ends all of `running` in order, and looks at what must hold whatever happened.
    pub(crate) fn end(self, running: impl IntoIterator<Item = Running>) {
        for running in running {
            running.end();
        }
        self.watch.assert_never_two();
        self.journal.assert_nothing_doubled();
    }

    /// The intervals that were claimed, one after another, with who claimed each.
    pub(crate) fn claims(&self) -> Vec<(String, String)> {
        let claim = |write: &Write| {
            let collector = write.annotation("collector")?;
            let replica = collector.split_once('_').map_or(collector, |(pod, _)| pod);
            Some((write.annotation("interval")?.to_owned(), replica.to_owned()))
        };
        let mut claims: Vec<(String, String)> =
            self.api.writes().iter().filter_map(claim).collect();
        claims.dedup();
        claims
    }

    /// The writes of one replica.
    pub(crate) fn writes_of(&self, client: &str) -> Vec<Write> {
        self.api.writes().into_iter().filter(|write| write.client == client).collect()
    }

    /// The last scope that `replica` began.
    pub(crate) fn last_begun(&self, replica: &str) -> Began {
        self.journal.of(replica).pop().unwrap()
    }
}

/// A pod's environment.
pub(crate) fn surroundings(root: &Path, api: &LeaseApi, pod: &str) -> Surroundings {
    let port = api.address.port().to_string();
    Surroundings::scripted(
        [
            ("KUBERNETES_SERVICE_HOST", "127.0.0.1"),
            ("KUBERNETES_SERVICE_PORT", &port),
            ("POD_NAME", pod),
        ],
        root,
        pod,
    )
}

fn delivery(folder: &Path, name: &str, journal: &Journal) -> Delivery {
    let sink = Box::new(Noting(journal.clone()));
    let outbox = Outbox::open(folder, vec!["noting".to_owned()], Limits::default()).unwrap();
    let sender = Sender {
        agent_id: name.to_owned(),
        hostname: name.to_owned(),
        views: Vec::new(),
        other_view: None,
        identity: Arc::default(),
        started: std::time::Instant::now(),
    };
    let pacing = Pacing { interval: Duration::from_secs(1), rate: 1000 };
    Delivery::new(sender, Arc::new(outbox), vec![sink], pacing)
}

/// A replica that runs in a thread of its own.
pub(crate) struct Running {
    pub(crate) name: String,
    pub(crate) monitor: Arc<Monitor>,
    replica: Replica,
    gate: Arc<Gate>,
    errors: Errors,
    shutdown: Shutdown,
    killed: CancellationToken,
    handle: tokio::runtime::Handle,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    fn start(agent: Recording, interval: Duration) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let handle = runtime.handle().clone();
        let (monitor, shutdown) = (Arc::clone(&agent.monitor), Shutdown::default());
        let errors = Arc::clone(&agent.errors);
        let (name, replica, gate) =
            (agent.name.clone(), agent.replica.clone(), Arc::clone(&agent.gate));
        let mut plan = Plan::of(interval, &RunConfig::default(), Arc::clone(&monitor));
        plan.deadline = Duration::from_secs(60);
        let (asked, killed) = (shutdown.clone(), CancellationToken::new());
        let died = killed.clone();
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = agent.run_continuous(&plan, &asked) => {}
                    () = died.cancelled() => {}
                }
            });
        });
        let thread = Some(thread);
        Self { name, monitor, replica, gate, errors, shutdown, killed, handle, thread }
    }

    pub(crate) fn standing(&self) -> Standing {
        self.replica.standing()
    }

    pub(crate) fn is_leading(&self) -> bool {
        matches!(self.standing(), Standing::Leading { .. })
    }

    /// Why nothing is collected, once there is a reason.
    pub(crate) fn wait_for_trouble(&self) -> String {
        until("trouble", || match self.standing() {
            Standing::Unknown { trouble, .. } => trouble,
            _ => None,
        })
    }

    /// Holds all of it, as SIGSTOP does, as soon as it is at this point.
    pub(crate) fn pause(&self, point: Point) {
        self.gate.hold_at(point);
        if point == Point::Anywhere {
            let gate = Arc::clone(&self.gate);
            self.handle.spawn(async move { gate.pass(Point::Anywhere) });
        }
        until("it is held", || self.gate.is_held().then_some(()));
    }

    pub(crate) fn resume(&self) {
        self.gate.open();
    }

    /// What its cycles failed with so far.
    pub(crate) fn errors(&self) -> Vec<String> {
        let mut errors = self.errors.lock().unwrap().clone();
        errors.extend(last_errors(&self.monitor));
        errors
    }

    /// Waits until a cycle ended with an error that says `words`.
    pub(crate) fn wait_for_error(&self, words: &str) {
        until(&format!("{words:?} of {}", self.name), || {
            self.errors().iter().any(|error| error.contains(words)).then_some(())
        });
    }

    /// Ends it as SIGTERM does.
    pub(crate) fn end(mut self) {
        self.shutdown.now.cancel();
        self.thread.take().unwrap().join().unwrap();
    }

    /// Ends it as SIGKILL does.
    pub(crate) fn kill(mut self) {
        self.killed.cancel();
        self.thread.take().unwrap().join().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.gate.open();
        self.killed.cancel();
    }
}

type Watched = Arc<Mutex<Vec<(String, Replica)>>>;

/// Looks all the time whether two replicas lead.
struct Watch {
    replicas: Watched,
    two: Arc<Mutex<Option<String>>>,
    over: Arc<AtomicBool>,
}

impl Watch {
    fn start() -> Self {
        let watch = Self { replicas: Arc::default(), two: Arc::default(), over: Arc::default() };
        let (replicas, two) = (Arc::clone(&watch.replicas), Arc::clone(&watch.two));
        let over = Arc::clone(&watch.over);
        std::thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                if let Some(found) = leaders(&replicas) {
                    two.lock().unwrap().get_or_insert(found);
                }
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        watch
    }

    fn add(&self, name: &str, replica: Replica) {
        self.replicas.lock().unwrap().push((name.to_owned(), replica));
    }

    fn assert_never_two(&self) {
        let two = self.two.lock().unwrap();
        assert!(two.is_none(), "two led at once: {two:?}");
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

/// Two that lead at once: one still does after the other was seen to do so.
fn leaders(replicas: &Watched) -> Option<String> {
    let replicas = replicas.lock().unwrap();
    let leads = |replica: &Replica| matches!(replica.standing(), Standing::Leading { .. });
    let leading: Vec<&(String, Replica)> =
        replicas.iter().filter(|(_, replica)| leads(replica)).collect();
    let [(first, one), .., (second, _)] = leading[..] else { return None };
    leads(one).then(|| format!("{first} and {second}"))
}
