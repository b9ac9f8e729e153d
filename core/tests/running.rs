//! Running for months, in minutes of a clock that a test moves: what ends a cycle, what ends the
//! agent, and what ends neither.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt as _, Stream, StreamExt as _, stream};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::time::Instant;
use uuid::Uuid;

use finops_core::agent::{Agent, AgentError};
use finops_core::config::{Limits, RunConfig, WhenFull};
use finops_core::delivery::{Delivery, Pacing};
use finops_core::model::{
    CollectionStats, Readings, Scope, ServiceOutcome, ServiceSnapshot, Snapshot, Traces,
};
use finops_core::outbox::Outbox;
use finops_core::run::{Monitor, Plan, Shutdown};
use finops_core::sinks::{SendError, Sink, Tries};
use finops_core::wire::{Registration, RegistrationConfig, Sender};

const INTERVAL: Duration = Duration::from_secs(300);

/// What one cycle does.
#[derive(Clone, Copy)]
enum Cycle {
    /// Two scopes, at once.
    Works,
    /// One scope, then nothing any more.
    HangsAfterOne,
    /// One scope, then a panic.
    PanicsAfterOne,
}

/// What goes on beside the cycles.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Upkeep {
    /// Nothing.
    None,
    /// Something every 100 seconds, for ever.
    Ticks,
    /// Something once, then a panic.
    Panics,
}

/// An agent whose cycles are scripted; the last one repeats.
struct Scripted {
    delivery: Arc<Delivery>,
    cycles: Vec<Cycle>,
    upkeep: Upkeep,
    kept_up: AtomicUsize,
    begun: Mutex<Vec<Instant>>,
    _folder: TempDir,
}

impl Scripted {
    fn new(cycles: &[Cycle], sink: Counting, limits: Limits) -> Self {
        let folder = TempDir::new().unwrap();
        let outbox = Outbox::open(folder.path(), vec!["sink".to_owned()], limits).unwrap();
        let sender = Sender {
            agent_id: "scripted".to_owned(),
            hostname: "here".to_owned(),
            views: Vec::new(),
            other_view: None,
            identity: Arc::default(),
            started: std::time::Instant::now(),
        };
        let pacing = Pacing { interval: INTERVAL, rate: 1_000 };
        let delivery = Delivery::new(sender, Arc::new(outbox), vec![Box::new(sink)], pacing);
        Self {
            delivery: Arc::new(delivery),
            cycles: cycles.to_vec(),
            upkeep: Upkeep::None,
            kept_up: AtomicUsize::new(0),
            begun: Mutex::default(),
            _folder: folder,
        }
    }

    /// Starts of cycles, in seconds after `begin`.
    fn starts(&self, begin: Instant) -> Vec<u64> {
        self.begun.lock().unwrap().iter().map(|at| (*at - begin).as_secs()).collect()
    }
}

impl Agent for Scripted {
    fn delivery(&self) -> &Arc<Delivery> {
        &self.delivery
    }

    async fn registration(&self) -> Registration {
        Registration {
            agent_id: "scripted".to_owned(),
            hostname: "here".to_owned(),
            cloud_provider: "generic",
            region: "here".to_owned(),
            agent_type: "generic_telemetry".into(),
            agent_version: "0",
            config: RegistrationConfig {
                services: Vec::new(),
                collection_interval: 300,
                cost_tracking: true,
            },
            more: serde_json::Map::new(),
        }
    }

    fn collect(&self) -> impl Stream<Item = Result<Snapshot, AgentError>> + Send {
        let mut begun = self.begun.lock().unwrap();
        let cycle = *self.cycles.get(begun.len()).unwrap_or(self.cycles.last().unwrap());
        begun.push(Instant::now());
        let rest = match cycle {
            Cycle::Works => stream::iter([Ok(snapshot("two"))]).left_stream(),
            Cycle::HangsAfterOne => stream::pending().left_stream().right_stream(),
            Cycle::PanicsAfterOne => {
                stream::once(async { panic!("scripted") }).right_stream().right_stream()
            }
        };
        stream::iter([Ok(snapshot("one"))]).chain(rest)
    }

    async fn upkeep(&self) {
        if self.upkeep == Upkeep::None {
            return;
        }
        loop {
            self.kept_up.fetch_add(1, Ordering::Relaxed);
            assert!(self.upkeep != Upkeep::Panics, "scripted");
            tokio::time::sleep(Duration::from_secs(100)).await;
        }
    }
}

fn snapshot(region: &str) -> Snapshot {
    let now = Timestamp::now();
    let service =
        ServiceSnapshot { name: "host".into(), outcome: ServiceOutcome::Empty, collected_at: now };
    Snapshot {
        id: Uuid::now_v7(),
        scope: Scope { provider: "generic", account_id: "a".into(), region: region.into() },
        collected_at: now,
        services: vec![service],
        readings: Readings::default(),
        events: Vec::new(),
        stats: CollectionStats::default(),
        traces: Traces::default(),
    }
}

/// A sink that counts, takes its time, and can be down.
#[derive(Clone, Default)]
struct Counting {
    taken: Arc<AtomicUsize>,
    down: bool,
    slow: Duration,
}

impl Sink for Counting {
    fn name(&self) -> &'static str {
        "sink"
    }

    fn address(&self) -> String {
        "memory".to_owned()
    }

    fn send<'a>(
        &'a self,
        _document: Bytes,
        _key: &'a str,
        _tries: Tries,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        async {
            tokio::time::sleep(self.slow).await;
            if self.down {
                let (place, reason) = ("memory".to_owned(), "down".to_owned());
                return Err(SendError::Unwritable { place, reason });
            }
            self.taken.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
        .boxed()
    }
}

fn plan() -> Plan {
    let monitor = Arc::new(Monitor::default());
    Plan { jittered_start: false, ..Plan::of(INTERVAL, &RunConfig::default(), monitor) }
}

/// Runs `agent` and asks it to stop `seconds` after the start; gives the plan and how long
/// stopping took.
async fn run_for(agent: &Scripted, seconds: u64) -> (Plan, Duration) {
    let (plan, shutdown) = (plan(), Shutdown::default());
    let asked = async {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        shutdown.now.cancel();
        Instant::now()
    };
    let ((), asked) = tokio::join!(agent.run_continuous(&plan, &shutdown), asked);
    (plan, asked.elapsed())
}

async fn waiting(agent: &Scripted) -> u64 {
    agent.delivery.status().await[0].depth.documents
}

#[tokio::test(start_paused = true)]
async fn a_cycle_that_hangs_is_cut_off_at_its_deadline_and_the_next_one_starts() {
    let sink = Counting::default();
    let agent =
        Scripted::new(&[Cycle::HangsAfterOne, Cycle::Works], sink.clone(), Limits::default());
    let begin = Instant::now();
    let (plan, _) = run_for(&agent, 1_000).await;
    // The deadline is three intervals; what came before is delivered.
    assert_eq!(agent.starts(begin), [0, 900]);
    assert_eq!(sink.taken.load(Ordering::Relaxed), 3);
    let record = plan.monitor.record();
    assert_eq!(record.cycles, 2);
    assert!(record.last_cycle.unwrap().errors.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_goes_on_beside_the_cycles_neither_delays_them_nor_the_end() {
    let agent = Scripted::new(&[Cycle::Works], Counting::default(), Limits::default());
    let agent = Scripted { upkeep: Upkeep::Ticks, ..agent };
    let begin = Instant::now();
    let (_, stopping) = run_for(&agent, 650).await;
    assert_eq!(agent.starts(begin), [0, 300, 600]);
    // At 0, 100, … 600.
    assert_eq!(agent.kept_up.load(Ordering::Relaxed), 7);
    assert!(stopping < Duration::from_secs(1), "{stopping:?}");
}

#[tokio::test(start_paused = true)]
async fn a_panic_beside_the_cycles_ends_none_of_them() {
    let agent = Scripted::new(&[Cycle::Works], Counting::default(), Limits::default());
    let agent = Scripted { upkeep: Upkeep::Panics, ..agent };
    let begin = Instant::now();
    run_for(&agent, 650).await;
    assert_eq!(agent.starts(begin), [0, 300, 600]);
    assert_eq!(agent.kept_up.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_panic_ends_its_cycle_and_nothing_else() {
    let sink = Counting::default();
    let agent = Scripted::new(&[Cycle::PanicsAfterOne], sink.clone(), Limits::default());
    let begin = Instant::now();
    let (plan, _) = run_for(&agent, 650).await;
    assert_eq!(agent.starts(begin), [0, 300, 600]);
    assert_eq!(sink.taken.load(Ordering::Relaxed), 3);
    let report = plan.monitor.record().last_cycle.unwrap();
    let [AgentError::Unfinished(why)] = report.errors.as_slice() else {
        panic!("{:?}", report.errors)
    };
    assert!(why.contains("after 1 scopes") && why.contains("internal error"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn stopping_gives_the_cycle_half_of_the_grace_period_and_keeps_what_it_had() {
    let sink = Counting { down: true, ..Counting::default() };
    let agent = Scripted::new(&[Cycle::HangsAfterOne], sink, Limits::default());
    let (_, took) = run_for(&agent, 100).await;
    assert_eq!(took.as_secs(), 5);
    assert_eq!(waiting(&agent).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_is_slower_than_the_grace_period_holds_up_the_end_no_longer() {
    let sink = Counting { slow: Duration::from_secs(3_600), ..Counting::default() };
    let agent = Scripted::new(&[Cycle::Works], sink, Limits::default());
    let (_, took) = run_for(&agent, 100).await;
    assert_eq!(took.as_secs(), 10);
    assert_eq!(waiting(&agent).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_is_down_holds_up_no_cycle() {
    let sink = Counting { down: true, ..Counting::default() };
    let agent = Scripted::new(&[Cycle::Works], sink, Limits::default());
    let begin = Instant::now();
    run_for(&agent, 1_000).await;
    assert_eq!(agent.starts(begin), [0, 300, 600, 900]);
    assert_eq!(waiting(&agent).await, 8);
}

#[tokio::test(start_paused = true)]
async fn a_full_outbox_that_blocks_lets_no_cycle_begin() {
    let sink = Counting { down: true, ..Counting::default() };
    let full = Limits { max_bytes: 1, when_full: WhenFull::Block, ..Limits::default() };
    let agent = Scripted::new(&[Cycle::Works], sink, full);
    let begin = Instant::now();
    run_for(&agent, 1_000).await;
    assert_eq!(agent.starts(begin), [0]);
    assert_eq!(waiting(&agent).await, 2);
}

#[tokio::test(start_paused = true)]
async fn whoever_takes_over_waits_for_the_cycle_that_runs() {
    let sink = Counting::default();
    let agent = Scripted::new(&[Cycle::HangsAfterOne], sink, Limits::default());
    let (plan, shutdown) = (plan(), Shutdown::default());
    let begin = Instant::now();
    let asked = async {
        tokio::time::sleep(Duration::from_secs(100)).await;
        shutdown.after_cycle.cancel();
    };
    tokio::join!(agent.run_continuous(&plan, &shutdown), asked);
    // Here the cycle that runs is one that ends at its deadline only.
    assert_eq!(begin.elapsed().as_secs(), 900);
    assert_eq!(agent.starts(begin), [0]);
}
