//! An agent that finds a handful of resources in three regions of nowhere, as often as it is told.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use finops_core::agent::{Agent, AgentError};
use finops_core::config::{Limits, RunConfig};
use finops_core::delivery::{Delivery, Pacing};
use finops_core::model::{
    CollectionStats, Readings, Resource, Scope, ServiceOutcome, ServiceSnapshot, Snapshot, Traces,
};
use finops_core::outbox::Outbox;
use finops_core::run::{Monitor, Plan, Shutdown};
use finops_core::sinks::Sink;
use finops_core::wire::{Registration, RegistrationConfig, Sender};
use futures::{Stream, stream};
use jiff::Timestamp;
use uuid::Uuid;

pub(crate) const ID: &str = "synthetic-agent";
pub(crate) const REGIONS: [&str; 3] = ["north", "south", "west"];

/// The agent. Its cycles are numbered from 1, and each document carries its cycle's number as its
/// count of API calls, which the server keeps.
pub(crate) struct Synthetic {
    delivery: Arc<Delivery>,
    ordered: AtomicU64,
    made: AtomicU64,
}

impl Synthetic {
    /// An agent with its outbox in `folder`.
    pub(crate) fn new(folder: &Path, sink: Box<dyn Sink>, pacing: Pacing) -> Self {
        let names = vec![sink.name().to_owned()];
        let outbox = Outbox::open(folder, names, Limits::default()).unwrap();
        let sender = Sender {
            agent_id: ID.to_owned(),
            hostname: "synthetic-host".to_owned(),
            views: Vec::new(),
            other_view: None,
            identity: Arc::default(),
            started: std::time::Instant::now(),
        };
        let delivery = Delivery::new(sender, Arc::new(outbox), vec![sink], pacing);
        Self { delivery: Arc::new(delivery), ordered: AtomicU64::new(0), made: AtomicU64::new(0) }
    }

    /// So many further cycles are to find something.
    pub(crate) fn order(&self, cycles: u64) {
        self.ordered.fetch_add(cycles, Ordering::Relaxed);
    }

    /// Cycles that began to collect something.
    pub(crate) fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }
}

impl Agent for Synthetic {
    fn delivery(&self) -> &Arc<Delivery> {
        &self.delivery
    }

    async fn registration(&self) -> Registration {
        Registration {
            agent_id: ID.to_owned(),
            hostname: "synthetic-host".to_owned(),
            cloud_provider: "generic",
            region: REGIONS.join(","),
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
        let regions: &[&'static str] = if self.made() < self.ordered.load(Ordering::Relaxed) {
            self.made.fetch_add(1, Ordering::Relaxed);
            &REGIONS
        } else {
            &[]
        };
        let cycle = self.made();
        stream::iter(regions.iter().map(move |region| Ok(snapshot(region, cycle))))
    }
}

fn snapshot(region: &str, cycle: u64) -> Snapshot {
    let region: Arc<str> = region.into();
    let listed =
        (0..5).map(|number| Resource::new("thing", &format!("thing-{number}"), &region)).collect();
    let collected_at = Timestamp::now();
    Snapshot {
        id: Uuid::now_v7(),
        scope: Scope { provider: "generic", account_id: "nowhere".into(), region },
        collected_at,
        services: vec![ServiceSnapshot {
            name: "things".into(),
            outcome: ServiceOutcome::Found(listed),
            collected_at,
        }],
        readings: Readings::default(),
        events: Vec::new(),
        stats: CollectionStats { api_calls: cycle, ..CollectionStats::default() },
        traces: Traces::default(),
    }
}

/// An agent that runs cycle after cycle.
pub(crate) struct Running {
    pub(crate) agent: Arc<Synthetic>,
    pub(crate) monitor: Arc<Monitor>,
    shutdown: Shutdown,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    pub(crate) fn start(agent: Synthetic, interval: Duration) -> Self {
        let (agent, monitor) = (Arc::new(agent), Arc::new(Monitor::default()));
        let shutdown = Shutdown::default();
        let mut plan = Plan::of(interval, &RunConfig::default(), Arc::clone(&monitor));
        plan.jittered_start = false;
        plan.deadline = Duration::from_secs(60);
        let (running, asked) = (Arc::clone(&agent), shutdown.clone());
        let task = tokio::spawn(async move { running.run_continuous(&plan, &asked).await });
        Self { agent, monitor, shutdown, task }
    }

    pub(crate) async fn end(self) {
        self.shutdown.now.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(30), self.task).await;
        ended.expect("it ends within its grace period").unwrap();
    }
}
