//! An agent of made-up scopes that writes into a journal what it collects, and whose thread can be
//! held at certain points, as SIGSTOP would.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use bytes::Bytes;
use finops_core::agent::{Agent, AgentError};
use finops_core::delivery::Delivery;
use finops_core::model::{
    CollectionStats, Readings, Resource, Scope, ServiceOutcome, ServiceSnapshot, Snapshot, Traces,
};
use finops_core::replicas::Replica;
use finops_core::run::Monitor;
use finops_core::sinks::{SendError, Sink, Tries};
use finops_core::wire::{Registration, RegistrationConfig};
use futures::future::BoxFuture;
use futures::{Stream, StreamExt as _, stream};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::journal::{Began, Journal};
use crate::lease_api::LeaseApi;

/// Where a thread can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// Where it happens to wait.
    Anywhere,
    /// The cycle is granted, and nothing of it has begun.
    Granted,
    /// A scope is collected and not yet handed on.
    Collected,
}

/// Holds a thread.
#[derive(Default)]
pub(crate) struct Gate {
    state: Mutex<(Option<Point>, bool)>,
    changed: Condvar,
}

impl Gate {
    /// The thread is held at the next such point; waits until it is.
    pub(crate) fn hold_at(&self, point: Point) {
        *self.state.lock().unwrap() = (Some(point), false);
    }

    /// Whether it is held.
    pub(crate) fn is_held(&self) -> bool {
        self.state.lock().unwrap().1
    }

    /// Lets it go on.
    pub(crate) fn open(&self) {
        *self.state.lock().unwrap() = (None, false);
        self.changed.notify_all();
    }

    /// Blocks the thread where it is to be held here.
    pub(crate) fn pass(&self, point: Point) {
        let mut state = self.state.lock().unwrap();
        while state.0 == Some(point) {
            state.1 = true;
            state = self.changed.wait(state).unwrap();
        }
    }
}

/// The agent.
pub(crate) struct Recording {
    pub(crate) name: String,
    pub(crate) replica: Replica,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) scopes: Vec<Scope>,
    /// How long a scope takes.
    pub(crate) takes: Duration,
    pub(crate) gate: Arc<Gate>,
    pub(crate) journal: Journal,
    pub(crate) api: LeaseApi,
    pub(crate) monitor: Arc<Monitor>,
    /// What its cycles before the last one failed with.
    pub(crate) errors: Errors,
}

/// Errors of cycles that are over.
pub(crate) type Errors = Arc<Mutex<Vec<String>>>;

/// The errors of the last cycle that `monitor` knows of.
pub(crate) fn last_errors(monitor: &Monitor) -> Vec<String> {
    let last = monitor.record().last_cycle;
    last.map(|report| report.errors.iter().map(ToString::to_string).collect()).unwrap_or_default()
}

impl Recording {
    async fn mine(&self) -> Result<Vec<Scope>, AgentError> {
        self.replica.share(self.scopes.clone(), |scope| scope).await
    }

    async fn collected(&self, cycle: usize, interval: Option<String>, scope: Scope) -> Snapshot {
        let (replica, region) = (self.name.clone(), scope.region.to_string());
        self.journal.began(Began { replica, cycle, interval, scope: region });
        tokio::time::sleep(self.takes).await;
        self.gate.pass(Point::Collected);
        snapshot(cycle, scope)
    }
}

impl Agent for Recording {
    fn delivery(&self) -> &Arc<Delivery> {
        &self.delivery
    }

    async fn registration(&self) -> Registration {
        Registration {
            agent_id: self.name.clone(),
            hostname: self.name.clone(),
            cloud_provider: "generic",
            region: String::new(),
            agent_type: "generic_telemetry".into(),
            agent_version: "0",
            config: RegistrationConfig {
                services: vec!["things".into()],
                collection_interval: 300,
                cost_tracking: true,
            },
            more: serde_json::Map::new(),
        }
    }

    fn collect(&self) -> impl Stream<Item = Result<Snapshot, AgentError>> + Send {
        stream::once(async move {
            let mine = match self.mine().await {
                Ok(mine) => mine,
                Err(error) => return stream::iter([Err(error)]).left_stream(),
            };
            let told = self.api.told(&self.name);
            let interval = told.map(|told| told.interval);
            let cycle = self.journal.next_cycle();
            stream::iter(mine)
                .then(move |scope| self.collected(cycle, interval.clone(), scope))
                .map(Ok)
                .right_stream()
        })
        .flatten()
    }

    fn group_by(&self) -> &[String] {
        // The first that a cycle asks.
        self.errors.lock().unwrap().extend(last_errors(&self.monitor));
        self.gate.pass(Point::Granted);
        &[]
    }

    fn replica(&self) -> Replica {
        self.replica.clone()
    }
}

/// What was found; the count of its API calls is the cycle's number, which a document carries.
fn snapshot(cycle: usize, scope: Scope) -> Snapshot {
    let region = Arc::clone(&scope.region);
    let found = Resource::new("thing", "thing-1", &region);
    let collected_at = Timestamp::now();
    Snapshot {
        id: Uuid::now_v7(),
        scope,
        collected_at,
        services: vec![ServiceSnapshot {
            name: "things".into(),
            outcome: ServiceOutcome::Found(vec![found]),
            collected_at,
        }],
        readings: Readings::default(),
        events: Vec::new(),
        stats: CollectionStats { api_calls: cycle as u64, ..CollectionStats::default() },
        traces: Traces::default(),
    }
}

/// The number under `key`, wherever it is.
fn number(document: &Value, key: &str) -> Option<u64> {
    let map = document.as_object()?;
    map.get(key).and_then(Value::as_u64).or_else(|| map.values().find_map(|it| number(it, key)))
}

/// A sink that writes into the journal what comes.
pub(crate) struct Noting(pub(crate) Journal);

impl Sink for Noting {
    fn name(&self) -> &'static str {
        "noting"
    }

    fn address(&self) -> String {
        "nowhere".to_owned()
    }

    fn send<'a>(
        &'a self,
        document: Bytes,
        _key: &'a str,
        _tries: Tries,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        let document: Value = serde_json::from_slice(&document).unwrap();
        let text = |key: &str| document[key].as_str().unwrap().to_owned();
        let cycle = number(&document, "api_calls").unwrap();
        self.0.delivered(text("agent_id"), cycle, text("region"));
        Box::pin(std::future::ready(Ok(())))
    }
}
