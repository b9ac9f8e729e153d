//! The part of a Kubernetes API server that keeps Leases: one writer at a time, by resource versions,
//! as `coordination.k8s.io/v1` has it
//! (<https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions>). Behind TLS, with
//! a clock of its own, and with faults for each client, which it tells apart by their tokens.

#[path = "lease_api/faults.rs"]
mod faults;
#[path = "lease_api/https.rs"]
mod https;
#[path = "lease_api/store.rs"]
mod store;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use faults::Faults;
pub(crate) use faults::{Fault, On};
use https::{Answer, Request, Sending};
use store::Store;

/// The namespace of every pod.
pub(crate) const NAMESPACE: &str = "finops";

/// Where the kubelet puts a service account's files, below a root.
const SERVICE_ACCOUNT: &str = "var/run/secrets/kubernetes.io/serviceaccount";

/// A write that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    /// When, by the clock of the test.
    pub(crate) at: Instant,
    /// Whose token it came with.
    pub(crate) client: String,
    /// The Lease as it was then.
    pub(crate) lease: Value,
}

impl Write {
    /// Who holds the Lease.
    pub(crate) fn holder(&self) -> &str {
        self.lease["spec"]["holderIdentity"].as_str().unwrap_or_default()
    }

    /// An annotation of an agent.
    pub(crate) fn annotation(&self, name: &str) -> Option<&str> {
        annotation(&self.lease, name)
    }
}

fn annotation<'a>(lease: &'a Value, name: &str) -> Option<&'a str> {
    lease["metadata"]["annotations"][format!("openfinops.io/{name}")].as_str()
}

/// What an agent was told last that it may collect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// The interval.
    pub(crate) interval: String,
    /// Who claimed it.
    pub(crate) collector: String,
}

#[derive(Default)]
struct State {
    store: Store,
    /// Clients by their tokens.
    clients: HashMap<String, String>,
    faults: Faults,
    /// How far its clock is ahead.
    ahead: SignedDuration,
    writes: Vec<Write>,
    /// How often each client asked.
    asked: HashMap<String, usize>,
    /// What each client saw last in the Lease.
    told: HashMap<String, Told>,
}

/// The API server, on a free port of the loopback interface.
#[derive(Clone)]
pub(crate) struct LeaseApi {
    pub(crate) address: SocketAddr,
    authority: String,
    state: Arc<Mutex<State>>,
}

impl LeaseApi {
    pub(crate) fn start() -> Self {
        let state: Arc<Mutex<State>> = Arc::default();
        let kept = Arc::clone(&state);
        let (address, authority) = https::start(move |request| answer(&kept, request));
        Self { address, authority, state }
    }

    /// Writes the files that the kubelet would give to the pod `client` below `root`; its token is its
    /// name until it is rotated.
    pub(crate) fn mount(&self, root: &Path, client: &str) {
        let folder = root.join(SERVICE_ACCOUNT);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("ca.crt"), &self.authority).unwrap();
        std::fs::write(folder.join("namespace"), NAMESPACE).unwrap();
        self.rotate(root, client, client);
    }

    /// Gives the pod `client` another token; the old one is worth nothing from now on.
    pub(crate) fn rotate(&self, root: &Path, client: &str, token: &str) {
        let mut state = self.lock();
        state.clients.retain(|_, known| known != client);
        state.clients.insert(token.to_owned(), client.to_owned());
        // Under the lock, so that no call comes between.
        std::fs::write(root.join(SERVICE_ACCOUNT).join("token"), token).unwrap();
    }

    /// Takes the token back, and leaves the old one with the pod.
    pub(crate) fn revoke(&self, client: &str) {
        self.lock().clients.retain(|_, known| known != client);
    }

    /// From now on, this happens to what `client` asks.
    pub(crate) fn fail(&self, client: &str, on: On, fault: Fault) {
        self.lock().faults.add(client, on, fault, usize::MAX);
    }

    /// This happens to the next of its calls, and to no other.
    pub(crate) fn fail_once(&self, client: &str, on: On, fault: Fault) {
        self.lock().faults.add(client, on, fault, 1);
    }

    /// All is well again for `client`.
    pub(crate) fn mend(&self, client: &str) {
        self.lock().faults.remove(client);
    }

    /// Whether a fault that was to happen once has happened.
    pub(crate) fn has_failed(&self, client: &str) -> bool {
        !self.lock().faults.has(client)
    }

    /// Sets its clock.
    pub(crate) fn set_ahead(&self, ahead: SignedDuration) {
        self.lock().ahead = ahead;
    }

    /// What time it is here.
    pub(crate) fn now(&self) -> Timestamp {
        now(&self.lock())
    }

    /// The Lease `name`, where there is one.
    pub(crate) fn lease(&self, name: &str) -> Option<Value> {
        self.lock().store.get(name).cloned()
    }

    /// What somebody with kubectl makes of the Lease `name`, now.
    pub(crate) fn edit(&self, name: &str, change: impl FnOnce(&mut Value)) {
        self.lock().store.edit(name, change);
    }

    /// Somebody deletes the Lease `name`.
    pub(crate) fn delete(&self, name: &str) {
        self.lock().store.delete(name);
    }

    /// Another program's Lease, or one that somebody made.
    pub(crate) fn create(&self, name: &str, spec: &Value) {
        let lease = json!({
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": name, "namespace": NAMESPACE},
            "spec": spec,
        });
        self.lock().store.create(lease);
    }

    /// The writes so far, in their order.
    pub(crate) fn writes(&self) -> Vec<Write> {
        self.lock().writes.clone()
    }

    /// How often `client` asked.
    pub(crate) fn asked(&self, client: &str) -> usize {
        self.lock().asked.get(client).copied().unwrap_or_default()
    }

    /// The interval in the Lease as `client` saw or wrote it last, and who claimed it.
    pub(crate) fn told(&self, client: &str) -> Option<Told> {
        self.lock().told.get(client).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

fn now(state: &State) -> Timestamp {
    Timestamp::now() + state.ahead
}

/// Answers a request in its client's way.
fn answer(state: &Mutex<State>, request: &Request) -> Sending {
    let write = request.method != "GET";
    let (client, fault) = {
        let mut state = state.lock().unwrap();
        let Some(client) = state.clients.get(&request.token).cloned() else {
            let date = now(&state);
            return Sending::Whole(store::failure(401, "Unauthorized"), date);
        };
        *state.asked.entry(client.clone()).or_default() += 1;
        let claim = write && state.store.claims(request);
        let fault = state.faults.next(&client, write, claim);
        (client, fault)
    };
    let plain = |status, body: &str| {
        let date = now(&state.lock().unwrap());
        Sending::Whole(Answer { status, kind: "text/html", body: body.to_owned() }, date)
    };
    match fault {
        None => done(state, &client, request),
        Some(Fault::Reset) => Sending::Reset,
        Some(Fault::Silence) => Sending::Silence,
        Some(Fault::Status(status)) => {
            let date = now(&state.lock().unwrap());
            Sending::Whole(store::failure(status, "scripted"), date)
        }
        Some(Fault::Page) => plain(200, "<html><body>Sign in</body></html>"),
        Some(Fault::Cut) => match done(state, &client, request) {
            Sending::Whole(answer, date) => Sending::Cut(answer, date),
            other => other,
        },
        Some(Fault::AnswerLost) => {
            done(state, &client, request);
            Sending::Reset
        }
        Some(Fault::AnswerNever) => {
            done(state, &client, request);
            Sending::Silence
        }
        Some(Fault::Late(by)) => {
            std::thread::sleep(by);
            done(state, &client, request)
        }
    }
}

/// Does what is asked.
fn done(state: &Mutex<State>, client: &str, request: &Request) -> Sending {
    let mut state = state.lock().unwrap();
    let (answer, lease) = state.store.serve(request);
    if let Some(lease) = &lease {
        if request.method != "GET" {
            let (at, client) = (Instant::now(), client.to_owned());
            state.writes.push(Write { at, client, lease: lease.clone() });
        }
        let told = annotation(lease, "interval").map(|interval| Told {
            interval: interval.to_owned(),
            collector: annotation(lease, "collector").unwrap_or_default().to_owned(),
        });
        match told {
            Some(told) => state.told.insert(client.to_owned(), told),
            None => state.told.remove(client),
        };
    }
    Sending::Whole(answer, now(&state))
}

/// Asks until there is an answer; a busy machine gets all the time it needs.
pub(crate) fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
