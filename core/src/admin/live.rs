//! The running agent, as the admin port shows it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use super::{
    Agent, Calls, Cycle, Dear, Figures, Group, GroupValue, HistoryPoint, Note, Outbox, PriceWatch,
    Readiness, Registration, Service, Sink, SinkState, Source, View,
};
use crate::delivery::{Delivery, RegistrationState, SinkStatus};
use crate::figures::short_id;
use crate::history;
use crate::model::ServiceName;
use crate::replicas::Replica;
use crate::run::{CycleReport, Monitor, ServiceTotals};
use crate::telemetry::Telemetry;

/// How far back the plot goes: as long as the history keeps hours.
const PLOTTED_HOURS: i64 = 7 * 24;

/// In how many cycles in a row services failed.
type Failing = BTreeMap<ServiceName, u64>;

/// The running agent. A reload replaces what it looks at.
pub struct Live {
    agent: Agent,
    monitor: Arc<Monitor>,
    watched: Mutex<Watched>,
    plotted: Mutex<Plotted>,
    telemetry: Option<Telemetry>,
}

/// What is looked at of an agent: a reload replaces it.
#[derive(Clone)]
pub struct Watched {
    delivery: Arc<Delivery>,
    prices: PriceWatch,
    replica: Replica,
    interval: Duration,
}

impl Watched {
    /// `agent`, which has a cycle every `interval`.
    #[must_use]
    pub fn of<A: crate::agent::Agent>(agent: &A, interval: Duration) -> Self {
        Self {
            delivery: Arc::clone(agent.delivery()),
            prices: agent.price_watch(),
            replica: agent.replica(),
            interval,
        }
    }
}

/// The plot's points, which change with each cycle only.
#[derive(Default)]
struct Plotted {
    cycles: Option<u64>,
    points: Vec<HistoryPoint>,
}

impl Live {
    /// An agent that tells `monitor` of its cycles.
    #[must_use]
    pub fn new(agent: Agent, monitor: Arc<Monitor>, watched: Watched) -> Self {
        let (watched, plotted) = (Mutex::new(watched), Mutex::default());
        Self { agent, monitor, watched, plotted, telemetry: None }
    }

    /// Also shows what `telemetry` counts.
    #[must_use]
    pub fn telemetry(mut self, telemetry: Telemetry) -> Self {
        self.telemetry = Some(telemetry);
        self
    }

    /// Looks at another agent from now on.
    pub fn replace(&self, watched: Watched) {
        *lock(&self.watched) = watched;
    }

    fn watched(&self) -> Watched {
        lock(&self.watched).clone()
    }

    async fn look(&self) -> View {
        let Watched { delivery, prices, replica, interval } = self.watched();
        let record = self.monitor.record();
        let statuses = delivery.status().await;
        let now = Timestamp::now();
        View {
            agent: self.agent.clone(),
            started_at: self.monitor.started_at(),
            now,
            interval,
            standing: replica.standing(),
            registration: registration(&statuses),
            cycles: record.cycles,
            cycle_failures: record.failed_cycles,
            last_cycle: record.last_cycle.as_deref().map(|report| cycle(report, &record.failing)),
            calls: Calls {
                api_calls: record.api_calls,
                retries: record.retries,
                throttled: record.throttled,
                estimated_cost: record.api_cost,
                operations: Vec::new(),
            },
            sinks: statuses.iter().map(|status| sink(status, now)).collect(),
            outbox: outbox(&delivery).await,
            price_book: prices(),
            history: self.history(&delivery, record.cycles, now).await,
            functions: self
                .telemetry
                .as_ref()
                .map(|it| it.metrics().families())
                .unwrap_or_default(),
        }
    }

    async fn history(&self, delivery: &Delivery, cycles: u64, now: Timestamp) -> Vec<HistoryPoint> {
        {
            let plotted = lock(&self.plotted);
            if plotted.cycles == Some(cycles) {
                return plotted.points.clone();
            }
        }
        let outbox = Arc::clone(delivery.outbox());
        let last = now.as_second().div_euclid(3_600);
        let asked = tokio::task::spawn_blocking(move || {
            outbox.read(|it| history::hours(it, last - PLOTTED_HOURS, last))
        });
        // Where the history cannot be read, the outbox's trouble is on the page.
        let Ok(Ok(Some(hours))) = asked.await else { return Vec::new() };
        let points: Vec<HistoryPoint> = hours.into_iter().filter_map(point).collect();
        *lock(&self.plotted) = Plotted { cycles: Some(cycles), points: points.clone() };
        points
    }
}

impl Source for Live {
    fn view(&self) -> BoxFuture<'_, View> {
        Box::pin(self.look())
    }

    fn ready(&self) -> Readiness {
        let Watched { delivery, replica, interval, .. } = self.watched();
        let last_cycle = self.monitor.record().last_cycle;
        Readiness {
            configured: true,
            registered: delivery.is_registered(),
            queueing: delivery.outbox().trouble().is_none(),
            started_at: self.monitor.started_at(),
            last_cycle: last_cycle.map(|cycle| cycle.finished_at),
            interval,
            standing: replica.standing(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each holds one value that is replaced whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn point(hour: history::Hour) -> Option<HistoryPoint> {
    let at = Timestamp::from_second(hour.hour * 3_600).ok()?;
    Some(HistoryPoint { at, by_service: hour.by_service.into_iter().collect() })
}

/// The first sink that waits speaks for all.
fn registration(statuses: &[SinkStatus]) -> Registration {
    let mut together = Registration::NotNeeded;
    for status in statuses {
        match &status.registration {
            RegistrationState::NotNeeded => {}
            RegistrationState::Registered { at } => together = Registration::Registered { at: *at },
            RegistrationState::Waiting { since, reason } => {
                let reason = reason.clone().unwrap_or_else(|| "it was not told yet".to_owned());
                return Registration::Waiting { since: *since, reason };
            }
        }
    }
    together
}

fn sink(status: &SinkStatus, now: Timestamp) -> Sink {
    let state = match &status.trouble {
        None => SinkState::Delivering,
        Some(trouble) => SinkState::Down {
            since: trouble.since,
            reason: trouble.reason.clone(),
            next_try: SignedDuration::try_from(trouble.next_try)
                .ok()
                .and_then(|wait| now.checked_add(wait).ok()),
        },
    };
    Sink {
        name: status.name.clone(),
        address: Some(status.address.clone()),
        state,
        waiting: status.depth.documents,
        oldest: status.depth.oldest,
        delivered: status.delivered,
        dead_letters: status.depth.dead_letters,
        retries: status.retries,
    }
}

async fn outbox(delivery: &Delivery) -> Outbox {
    let outbox = Arc::clone(delivery.outbox());
    let (max_bytes, in_memory_because) = (outbox.limits().max_bytes, outbox.trouble());
    let tally = tokio::task::spawn_blocking(move || outbox.tally()).await;
    let tally = tally.ok().and_then(Result::ok).unwrap_or_default();
    Outbox { bytes: tally.bytes, max_bytes, dropped: tally.dropped, in_memory_because }
}

fn cycle(report: &CycleReport, failing: &Failing) -> Cycle {
    let services = report.services.iter();
    Cycle {
        finished_at: report.finished_at,
        duration: report.duration,
        scopes: report.scopes as u64,
        services: services.map(|(name, totals)| service(name, totals, failing)).collect(),
        places: report.places.iter().map(|(place, rate)| (place.clone(), *rate)).collect(),
        groups: report.groups.iter().map(|(key, values)| group(key, values)).collect(),
        dearest: report.dearest().into_iter().map(dear).collect(),
        unpriced_reasons: report
            .unpriced
            .iter()
            .map(|(why, count)| (why.clone(), *count))
            .collect(),
        events: report.events.iter().map(note).collect(),
        errors: report.errors.iter().map(ToString::to_string).collect(),
    }
}

fn service(name: &str, totals: &ServiceTotals, failing: &Failing) -> Service {
    // A service that failed everywhere has no figures: zero would be a claim.
    let known = totals.count > 0 || totals.failures == 0;
    let figures = known.then_some(Figures {
        resources: totals.count,
        rate: totals.rate,
        unpriced: totals.unpriced,
        partly_priced: totals.partly_priced,
    });
    let failing_cycles = failing.get(name).copied().unwrap_or(0);
    Service { name: name.to_owned(), figures, failed_scopes: totals.failures, failing_cycles }
}

fn group(key: &str, values: &BTreeMap<String, crate::run::GroupTotals>) -> Group {
    let values = values.iter().map(|(value, totals)| GroupValue {
        value: value.clone(),
        resources: totals.count,
        rate: totals.rate,
    });
    Group { key: key.to_owned(), values: values.collect() }
}

fn dear(resource: &crate::run::Expensive) -> Dear {
    Dear {
        id: short_id(&resource.id).into_owned(),
        name: resource.label.clone(),
        service: resource.service.clone().into_owned(),
        region: resource.region.clone(),
        rate: resource.rate,
    }
}

fn note((scope, event): &(crate::model::Scope, crate::model::Event)) -> Note {
    Note {
        scope: scope.to_string(),
        service: event.service.as_deref().map(str::to_owned),
        kind: event.kind.to_owned(),
        message: event.message.clone(),
        hint: event.hint.clone(),
    }
}
