//! The agent itself: the five verbs over a machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use futures::{Stream, stream};
use jiff::Timestamp;
use rust_decimal::Decimal;
use tracing::{Instrument as _, Span};
use uuid::Uuid;

use finops_core::agent::{Agent, AgentError};
use finops_core::delivery::Delivery;
use finops_core::model::{
    CollectionStats, Event, Readings, Scope, ServiceOutcome, ServiceSnapshot, Snapshot,
};
use finops_core::progress::Progress;
use finops_core::telemetry;
use finops_core::wire::Registration;

use crate::builder::GenericAgentBuilder;
use crate::config::MachineConfig;
use crate::host::{self, MACHINE};
use crate::measurement::Measurement;
use crate::station::{Measured, Station};

/// The agent's name: of the binary, of its data directory, in its id.
pub(crate) const NAME: &str = "generic-agent";
/// The agent's version.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An agent of one machine.
pub struct GenericAgent {
    pub(crate) registration: Registration,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) group_by: Vec<String>,
    pub(crate) region: Arc<str>,
    pub(crate) station: Station,
    pub(crate) machine: MachineConfig,
    /// What was found at the start and belongs into the first document.
    pub(crate) notices: std::sync::Mutex<Vec<Event>>,
    /// Every collector runs in every cycle, whatever its beat.
    pub(crate) once: bool,
    pub(crate) cycles: AtomicU64,
    pub(crate) progress: Arc<dyn Progress>,
    /// The most trace events that a snapshot carries.
    pub(crate) traced: usize,
}

impl GenericAgent {
    /// An agent with upstream's defaults: the server at `http://localhost:8080`, `system_metrics`,
    /// a cycle every 60 seconds, an id that is made once and kept.
    #[must_use]
    pub fn builder() -> GenericAgentBuilder {
        GenericAgentBuilder::new()
    }

    /// The agent's id at the server.
    #[must_use]
    pub fn agent_id(&self) -> &str {
        &self.registration.agent_id
    }

    /// Measures once and says what came of it, without sending it.
    pub async fn snapshot(&self) -> Snapshot {
        let scope = Scope {
            provider: "generic",
            account_id: self.registration.hostname.as_str().into(),
            region: Arc::clone(&self.region),
        };
        let span = tracing::info_span!(
            "scope",
            cloud.provider = scope.provider,
            cloud.account.id = &*scope.account_id,
            cloud.region = &*scope.region,
        );
        self.collect_scope(scope).instrument(span).await
    }

    async fn collect_scope(&self, scope: Scope) -> Snapshot {
        let (begin, collected_at) = (Instant::now(), Timestamp::now());
        let capture = telemetry::capture(&Span::current(), self.traced);
        self.progress.scopes(1);
        let measured = if self.once {
            self.station.all_now().await
        } else {
            self.station.of_this_cycle().await
        };
        let services = self.services(&measured);
        for service in &services {
            let found = match &service.outcome {
                ServiceOutcome::Failed(_) => None,
                outcome => Some(outcome.resources().len()),
            };
            self.progress.service_done(&scope, &service.name, found);
        }
        let mut snapshot = Snapshot {
            id: Uuid::now_v7(),
            scope,
            collected_at,
            services,
            readings: self.readings(measured),
            events: self.take_notices(),
            stats: CollectionStats {
                duration: begin.elapsed(),
                // No vendor is asked.
                estimated_api_cost: Some(Decimal::ZERO),
                ..CollectionStats::default()
            },
            traces: capture.map(|capture| capture.take().into()).unwrap_or_default(),
        };
        snapshot.note_failures();
        self.progress.scope_done(&snapshot.scope);
        snapshot
    }

    /// The machine, and what plugins found.
    fn services(&self, measured: &[Measured]) -> Vec<ServiceSnapshot> {
        let all: Vec<Arc<Measurement>> =
            measured.iter().map(|(measurement, _)| Arc::clone(measurement)).collect();
        let hostname = &self.registration.hostname;
        let machine = host::machine(hostname, &self.region, &self.machine, &all);
        let mut services = vec![ServiceSnapshot {
            name: MACHINE.into(),
            outcome: ServiceOutcome::Found(vec![machine]),
            collected_at: Timestamp::now(),
        }];
        let finding = self.station.collectors().map(|collector| collector.finds_resources());
        for (measurement, finds) in all.iter().zip(finding) {
            let outcome = match &measurement.outcome {
                Ok(found) => found.resources.clone().map(ServiceOutcome::of),
                Err(_) if finds => measurement.failure().map(ServiceOutcome::Failed),
                Err(_) => None,
            };
            services.extend(outcome.map(|outcome| ServiceSnapshot {
                name: measurement.collector.clone().into(),
                outcome,
                collected_at: measurement.collected_at,
            }));
        }
        services
    }

    fn readings(&self, measured: Vec<Measured>) -> Readings {
        let all: Vec<_> = measured.iter().map(|(measurement, _)| Arc::clone(measurement)).collect();
        Readings {
            highlights: host::highlights(&all),
            cycle: self.cycles.fetch_add(1, Ordering::Relaxed) + 1,
            list: measured.into_iter().map(|(one, more)| one.reading(more)).collect(),
        }
    }

    fn take_notices(&self) -> Vec<Event> {
        std::mem::take(&mut *self.notices.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

impl Agent for GenericAgent {
    fn delivery(&self) -> &Arc<Delivery> {
        &self.delivery
    }

    async fn registration(&self) -> Registration {
        self.registration.clone()
    }

    fn collect(&self) -> impl Stream<Item = Result<Snapshot, AgentError>> + Send {
        stream::once(async { Ok(self.snapshot().await) })
    }

    fn group_by(&self) -> &[String] {
        &self.group_by
    }
}
