//! What a cycle adds up to, kept small while its snapshots come and go.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::exit::ExitStatus;
use super::place::Place;
use crate::agent::AgentError;
use crate::delivery::Receipt;
use crate::model::{CostRate, Event, Reading, Resource, Scope, ServiceName, Snapshot};

/// How many of the dearest resources are kept.
const DEAREST: usize = 10;
/// How many different reasons and events are kept.
const KEPT_NOTES: usize = 50;

/// The totals of one service over all scopes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceTotals {
    /// Resources found.
    pub count: u64,
    /// What they cost, where a price is known.
    pub rate: CostRate,
    /// The same at list prices: another figure where discounts of the user's own apply.
    pub list: CostRate,
    /// Resources of which nothing has a price.
    pub unpriced: u64,
    /// Resources of which some part has no price.
    pub partly_priced: u64,
    /// Scopes in which the service failed.
    pub failures: u64,
}

/// The totals of one value of a tag.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GroupTotals {
    /// Resources with that value.
    pub count: u64,
    /// What they cost, where a price is known.
    pub rate: CostRate,
}

/// One of the dearest resources.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expensive {
    /// What it costs. First, so that resources compare by it.
    pub rate: CostRate,
    /// Its service.
    pub service: ServiceName,
    /// Its identifier.
    pub id: String,
    /// Its name, or what it is where it has none.
    pub label: String,
    /// Where it is.
    pub region: String,
}

/// What one cycle saw and what became of it.
#[derive(Debug)]
pub struct CycleReport {
    started: Instant,
    /// How long the cycle took.
    pub duration: Duration,
    /// When it was over.
    pub finished_at: Timestamp,
    /// Scopes collected.
    pub scopes: usize,
    /// Scopes left to the replicas whose they are.
    pub elsewhere: usize,
    /// Totals by service.
    pub services: BTreeMap<ServiceName, ServiceTotals>,
    /// What resources cost by place, where a price is known.
    pub places: BTreeMap<Place, CostRate>,
    /// Totals by value, for each tag key asked for. Resources without the tag are under "".
    pub groups: BTreeMap<String, BTreeMap<String, GroupTotals>>,
    /// Why resources or parts have no price, and how many.
    pub unpriced: BTreeMap<String, u64>,
    /// What an operator should know of.
    pub events: Vec<(Scope, Event)>,
    /// What became of the documents.
    pub receipt: Receipt,
    /// Requests to the vendor's APIs.
    pub api_calls: u64,
    /// How many of those were repeats.
    pub retries: u64,
    /// How many answers said 'too many requests'.
    pub throttled: u64,
    /// What the vendor charges for them, in USD at list price, as far as that is known.
    pub api_cost: Option<Decimal>,
    /// Failures of the agent itself: registration, outbox, setup.
    pub errors: Vec<AgentError>,
    /// What collectors measured, for a person.
    pub readings: Vec<ReadingNote>,
    dearest: BinaryHeap<Reverse<Expensive>>,
}

/// A collector's reading, for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingNote {
    /// The collector.
    pub collector: ServiceName,
    /// How long it took.
    pub duration: Duration,
    /// What it measured, or why it failed.
    pub said: Result<Vec<String>, String>,
}

impl ReadingNote {
    fn of(reading: &Reading) -> Self {
        let said = match &reading.outcome {
            Ok(_) => Ok(reading.lines.clone()),
            Err(failure) => Err(failure.error.clone()),
        };
        Self { collector: reading.collector.clone(), duration: reading.duration, said }
    }
}

impl CycleReport {
    /// An empty report that adds up by the tags `group_by`.
    #[must_use]
    pub fn new(group_by: &[String]) -> Self {
        Self {
            started: Instant::now(),
            duration: Duration::ZERO,
            finished_at: Timestamp::now(),
            scopes: 0,
            elsewhere: 0,
            services: BTreeMap::new(),
            places: BTreeMap::new(),
            groups: group_by.iter().map(|key| (key.clone(), BTreeMap::new())).collect(),
            unpriced: BTreeMap::new(),
            events: Vec::new(),
            receipt: Receipt::default(),
            api_calls: 0,
            retries: 0,
            throttled: 0,
            api_cost: None,
            errors: Vec::new(),
            readings: Vec::new(),
            dearest: BinaryHeap::with_capacity(DEAREST + 1),
        }
    }

    /// Adds a snapshot's figures.
    pub fn add(&mut self, snapshot: &Snapshot) {
        self.scopes += 1;
        self.api_calls += snapshot.stats.api_calls;
        self.retries += snapshot.stats.retries;
        self.throttled += snapshot.stats.throttled;
        self.api_cost = known_sum(self.api_cost, snapshot.stats.estimated_api_cost);
        for service in &snapshot.services {
            self.totals(&service.name);
        }
        for (service, _) in snapshot.failed_services() {
            self.totals(service).failures += 1;
        }
        for (service, resource) in snapshot.resources() {
            self.add_resource(service, resource);
            self.add_to_place(&snapshot.scope, service, resource);
        }
        self.readings.extend(snapshot.readings.list.iter().map(ReadingNote::of));
        for event in &snapshot.events {
            if self.events.len() < KEPT_NOTES {
                self.events.push((snapshot.scope.clone(), event.clone()));
            }
        }
    }

    /// The totals of `service` so far.
    fn totals(&mut self, service: &ServiceName) -> &mut ServiceTotals {
        self.services.entry(service.clone()).or_default()
    }

    fn add_resource(&mut self, service: &ServiceName, resource: &Resource) {
        let rate = resource.costs.known().unwrap_or_default();
        let totals = self.totals(service);
        totals.count += 1;
        totals.rate += rate;
        totals.list += resource.costs.list().unwrap_or_default();
        totals.unpriced += u64::from(resource.costs.is_unpriced());
        totals.partly_priced += u64::from(resource.costs.is_partly_priced());
        for (key, values) in &mut self.groups {
            let value = resource.tags.get(key).unwrap_or_default();
            if !values.contains_key(value) {
                values.insert(value.to_owned(), GroupTotals::default());
            }
            if let Some(group) = values.get_mut(value) {
                group.count += 1;
                group.rate += rate;
            }
        }
        for missing in &resource.costs.unpriced {
            let reason = format!("{service} {}: {}", missing.component, missing.reason);
            if self.unpriced.len() < KEPT_NOTES || self.unpriced.contains_key(&reason) {
                *self.unpriced.entry(reason).or_default() += 1;
            }
        }
        self.consider_dearest(service, resource, rate);
    }

    fn add_to_place(&mut self, scope: &Scope, service: &ServiceName, resource: &Resource) {
        let Some(rate) = resource.costs.known() else { return };
        let place = Place {
            provider: scope.provider,
            account: Arc::clone(&scope.account_id),
            region: Arc::clone(&resource.region),
            service: service.clone(),
        };
        *self.places.entry(place).or_default() += rate;
    }

    fn consider_dearest(&mut self, service: &ServiceName, resource: &Resource, rate: CostRate) {
        let cheapest = self.dearest.peek().map(|Reverse(kept)| kept.rate);
        let full = self.dearest.len() >= DEAREST;
        if rate == CostRate::ZERO || (full && cheapest.is_some_and(|cheapest| rate <= cheapest)) {
            return;
        }
        let name = resource.name.as_deref().or_else(|| resource.tags.get("Name"));
        self.dearest.push(Reverse(Expensive {
            rate,
            service: service.clone(),
            id: resource.id.to_string(),
            label: name.unwrap_or_default().to_owned(),
            region: resource.region.to_string(),
        }));
        if self.dearest.len() > DEAREST {
            self.dearest.pop();
        }
    }

    /// The dearest resources, the dearest first.
    #[must_use]
    pub fn dearest(&self) -> Vec<&Expensive> {
        let mut kept: Vec<_> = self.dearest.iter().map(|Reverse(kept)| kept).collect();
        kept.sort_by(|a, b| b.rate.cmp(&a.rate).then_with(|| a.id.cmp(&b.id)));
        kept
    }

    /// Notes what became of the documents.
    pub fn sent(&mut self, receipt: Receipt) {
        self.receipt.add(receipt);
    }

    /// Ends the cycle.
    pub fn finish(&mut self) {
        if let Some(problem) = self.receipt.problem.take() {
            self.errors.push(problem);
        }
        self.duration = self.started.elapsed();
        self.finished_at = Timestamp::now();
    }

    /// Every service's totals together.
    #[must_use]
    pub fn total(&self) -> ServiceTotals {
        let mut total = ServiceTotals::default();
        for service in self.services.values() {
            total.count += service.count;
            total.rate += service.rate;
            total.list += service.list;
            total.unpriced += service.unpriced;
            total.partly_priced += service.partly_priced;
            total.failures += service.failures;
        }
        total
    }

    /// What the process should end with.
    #[must_use]
    pub fn exit_status(&self) -> ExitStatus {
        let lost = |error| matches!(error, &(AgentError::Outbox(_) | AgentError::Output(_)));
        let lost = self.errors.iter().any(lost);
        if self.errors.iter().any(|error| matches!(error, AgentError::Setup(_))) {
            ExitStatus::Usage
        } else if self.is_empty() || self.all_failed() {
            ExitStatus::Nothing
        } else if lost || self.receipt.kept > 0 || self.receipt.refused > 0 {
            ExitStatus::Kept
        } else if self.total().failures > 0 {
            ExitStatus::Partial
        } else {
            ExitStatus::Success
        }
    }

    /// Nothing was collected, and not because all of it is other replicas' work.
    fn is_empty(&self) -> bool {
        self.scopes == 0 && (self.elsewhere == 0 || !self.errors.is_empty())
    }

    /// No service answered in any scope.
    fn all_failed(&self) -> bool {
        let scopes = self.scopes as u64;
        !self.services.is_empty()
            && self.services.values().all(|service| service.count == 0 && service.failures > 0)
            && self.services.values().any(|service| service.failures >= scopes)
    }

    /// One line a cycle, and what is new in it since the cycle `before`: a volume that is
    /// attached to nothing is worth a line when it is found, not one every few minutes.
    pub fn log(&self, before: Option<&Self>) {
        let total = self.total();
        tracing::info!(
            scopes = self.scopes,
            elsewhere = self.elsewhere,
            resources = total.count,
            hourly_usd = %total.rate.hourly(),
            unpriced = total.unpriced,
            failed_services = total.failures,
            delivered = self.receipt.delivered,
            waiting = self.receipt.kept,
            api_calls = self.api_calls,
            milliseconds = u64::try_from(self.duration.as_millis()).unwrap_or(u64::MAX),
            "cycle done"
        );
        for (scope, event) in &self.events {
            if before.is_some_and(|before| before.has(scope, event)) {
                continue;
            }
            let hint = event.hint.as_deref().unwrap_or_default();
            let service = event.service.as_deref().unwrap_or_default();
            tracing::warn!(%scope, service, kind = event.kind, hint, "{}", event.message);
        }
        for error in &self.errors {
            tracing::error!("{error}");
        }
    }

    /// Whether the same was worth knowing in this cycle, at whatever time.
    fn has(&self, scope: &Scope, event: &Event) -> bool {
        self.events.iter().any(|(of, known)| {
            (of, &known.service, known.kind, &known.message)
                == (scope, &event.service, event.kind, &event.message)
        })
    }
}
/// The sum of what is known: nothing where neither is.
pub(super) fn known_sum(one: Option<Decimal>, other: Option<Decimal>) -> Option<Decimal> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one + other),
        (one, other) => one.or(other),
    }
}
