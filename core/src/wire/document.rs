//! The snapshot document: one JSON document a part.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use super::number;
use super::readings::{self, AgentHealth, Collectors};
use super::record::Record;
use super::summary::{Summary, Totals};
use super::view::{ListView, ServiceView};
use crate::identity::Identity;
use crate::model::{
    CollectionStats, Event, Readings, Resource, ServiceFailure, ServiceOutcome, ServiceSnapshot,
    Snapshot,
};

/// The most resources one document carries; a larger snapshot is split into parts.
pub const RESOURCES_PER_PART: usize = 5_000;

/// Who sends: the same for every document of a process.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The agent's identifier.
    pub agent_id: String,
    /// The machine's name.
    pub hostname: String,
    /// How the provider's services appear.
    pub views: Vec<&'static ServiceView>,
    /// How a service appears that has no view of its own: one that a user named.
    pub other_view: Option<&'static ServiceView>,
    /// Who the process is.
    pub identity: std::sync::Arc<Identity>,
    /// When the process started.
    pub started: std::time::Instant,
}

/// A snapshot on its way out.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// Who sends.
    pub sender: &'a Sender,
    /// What was seen.
    pub snapshot: &'a Snapshot,
}

impl<'a> Document<'a> {
    /// The document's parts: one, unless the snapshot has more than `limit` resources.
    ///
    /// Failed services, events and figures about collecting travel with the first part only.
    #[must_use]
    pub fn parts(self, limit: usize) -> Vec<Part<'a>> {
        let mut parts: Vec<Vec<ServicePart<'a>>> = vec![Vec::new()];
        let mut room = limit.max(1);
        for service in &self.snapshot.services {
            let view = self.view(&service.name);
            let mut rest = match &service.outcome {
                ServiceOutcome::Failed(failure) => {
                    parts[0].push(ServicePart::new(service, view, Body::Failed(failure)));
                    continue;
                }
                outcome => outcome.resources(),
            };
            loop {
                if room == 0 && !rest.is_empty() {
                    parts.push(Vec::new());
                    room = limit.max(1);
                }
                let (now, later) = rest.split_at(rest.len().min(room));
                room -= now.len();
                // `parts` starts with one element and only grows.
                if let Some(part) = parts.last_mut() {
                    part.push(ServicePart::new(service, view, Body::Resources(now)));
                }
                rest = later;
                if rest.is_empty() {
                    break;
                }
            }
        }
        let total = parts.len();
        parts
            .into_iter()
            .enumerate()
            .map(|(index, services)| Part { document: self, number: index + 1, total, services })
            .collect()
    }

    fn view(&self, service: &str) -> Option<&'static ServiceView> {
        let known = self.sender.views.iter().copied().find(|view| view.service == service);
        known.or(self.sender.other_view)
    }
}

/// One part of a snapshot document; serialises to the document itself.
pub struct Part<'a> {
    document: Document<'a>,
    /// Which part this is, from 1.
    pub number: usize,
    /// How many there are.
    pub total: usize,
    services: Vec<ServicePart<'a>>,
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Document { sender, snapshot } = self.document;
        let first = self.number == 1;
        let readings =
            Some(&snapshot.readings).filter(|readings| first && !readings.list.is_empty());
        let summary = Summary { services: &self.services, views: &sender.views, readings };
        // Written once for its two places: making texts of a large fleet takes longer than copying.
        let services = to_raw_value(&Services { parts: &self.services, readings })
            .map_err(serde::ser::Error::custom)?;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("agent_id", &sender.agent_id)?;
        map.serialize_entry("timestamp", &seconds(snapshot.collected_at))?;
        map.serialize_entry("hostname", &sender.hostname)?;
        map.serialize_entry("cloud_provider", snapshot.scope.provider)?;
        map.serialize_entry("account_id", &*snapshot.scope.account_id)?;
        map.serialize_entry("region", &*snapshot.scope.region)?;
        map.serialize_entry("uptime_seconds", &sender.started.elapsed().as_secs_f64())?;
        map.serialize_entry("snapshot_id", &snapshot.id)?;
        map.serialize_entry("part", &self.number)?;
        map.serialize_entry("parts", &self.total)?;
        map.serialize_entry("services", &services)?;
        map.serialize_entry("summary", &summary)?;
        // The server keeps only `metrics`, `events` and `traces`: the costs travel here too.
        let metrics = Metrics {
            summary: &summary,
            services: &services,
            collection: first.then_some((&snapshot.stats, snapshot.traces.left_out)),
            read: readings.is_some().then_some(self.document),
        };
        map.serialize_entry("metrics", &metrics)?;
        let events: &[Event] = if first { &snapshot.events } else { &[] };
        map.serialize_entry("events", &events.iter().map(EventView).collect::<Vec<_>>())?;
        let traces: &[Box<RawValue>] = if first { &snapshot.traces.events } else { &[] };
        map.serialize_entry("traces", traces)?;
        if readings.is_some() {
            map.serialize_entry("agent_health", &AgentHealth(self.document))?;
        }
        map.serialize_entry("agent", &*sender.identity)?;
        map.end()
    }
}

struct Metrics<'a> {
    summary: &'a Summary<'a>,
    services: &'a RawValue,
    /// What collecting took, and how many trace events the document has no room for.
    collection: Option<(&'a CollectionStats, u64)>,
    /// The document, where it has readings.
    read: Option<Document<'a>>,
}

impl Serialize for Metrics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("summary", self.summary)?;
        map.serialize_entry("services", self.services)?;
        if let Some((stats, left_out)) = self.collection {
            map.serialize_entry("collection", &Collection(stats, left_out))?;
        }
        if let Some(document) = self.read {
            readings::metrics(document, &mut map)?;
        }
        map.end()
    }
}

struct Collection<'a>(&'a CollectionStats, u64);

impl Serialize for Collection<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(stats, traces_left_out) = self;
        let milliseconds = u64::try_from(stats.duration.as_millis()).unwrap_or(u64::MAX);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("api_calls", &stats.api_calls)?;
        map.serialize_entry("retries", &stats.retries)?;
        map.serialize_entry("throttled", &stats.throttled)?;
        map.serialize_entry("duration_ms", &milliseconds)?;
        map.serialize_entry("metrics_requested", &stats.metrics_requested)?;
        map.serialize_entry("estimated_api_cost_usd", &stats.estimated_api_cost.map(number))?;
        map.serialize_entry("operations", &stats.operations)?;
        if *traces_left_out > 0 {
            map.serialize_entry("traces_left_out", traces_left_out)?;
        }
        map.end()
    }
}

struct EventView<'a>(&'a Event);

impl Serialize for EventView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let event = self.0;
        let message = if event.kind.ends_with("_failed") { "error" } else { "message" };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", event.kind)?;
        map.serialize_entry("timestamp", &seconds(event.at))?;
        if let Some(service) = &event.service {
            map.serialize_entry("service", service)?;
        }
        map.serialize_entry(message, &event.message)?;
        if let Some(hint) = &event.hint {
            map.serialize_entry("hint", hint)?;
        }
        map.end()
    }
}

struct Services<'a> {
    parts: &'a [ServicePart<'a>],
    readings: Option<&'a Readings>,
}

impl Serialize for Services<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for part in self.parts {
            map.serialize_entry(part.name, part)?;
        }
        if let Some(readings) = self.readings {
            map.serialize_entry(readings::SERVICE, &Collectors(readings))?;
        }
        map.end()
    }
}

/// The share of one service that travels in one part.
pub(super) struct ServicePart<'a> {
    pub(super) name: &'a str,
    pub(super) view: Option<&'static ServiceView>,
    pub(super) body: Body<'a>,
    /// Why there may be more resources than were listed.
    incomplete: Option<&'a ServiceFailure>,
    collected_at: jiff::Timestamp,
}

/// What a service's share holds.
pub(super) enum Body<'a> {
    Resources(&'a [Resource]),
    Failed(&'a ServiceFailure),
}

impl<'a> ServicePart<'a> {
    fn new(
        service: &'a ServiceSnapshot,
        view: Option<&'static ServiceView>,
        body: Body<'a>,
    ) -> Self {
        let incomplete = match &service.outcome {
            ServiceOutcome::Partial(_, failure) => Some(failure),
            _ => None,
        };
        let collected_at = service.collected_at;
        Self { name: &service.name, view, body, incomplete, collected_at }
    }

    pub(super) fn resources(&self) -> &'a [Resource] {
        match self.body {
            Body::Resources(resources) => resources,
            Body::Failed(_) => &[],
        }
    }

    /// Whether it failed, in full or in part.
    pub(super) fn failed(&self) -> bool {
        self.incomplete.is_some() || matches!(self.body, Body::Failed(_))
    }
}

impl Serialize for ServicePart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("service", self.name)?;
        match self.body {
            Body::Failed(failure) => Self::failure(failure, &mut map)?,
            Body::Resources(resources) => self.found(resources, &mut map)?,
        }
        if let Some(failure) = self.incomplete {
            map.serialize_entry("complete", &false)?;
            Self::failure(failure, &mut map)?;
        }
        map.serialize_entry("collection_time", &self.collected_at.to_string())?;
        map.end()
    }
}

impl ServicePart<'_> {
    fn failure<M: SerializeMap>(failure: &ServiceFailure, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("error", &failure.error)?;
        map.serialize_entry("hint", &failure.hint)
    }

    fn found<M: SerializeMap>(&self, resources: &[Resource], map: &mut M) -> Result<(), M::Error> {
        if let Some(view) = self.view {
            for list in view.lists {
                map.serialize_entry(list.list, &Records { resources, list })?;
            }
            for count in view.counts {
                map.serialize_entry(count.key, &(count.count)(resources))?;
            }
        }
        let totals = Totals::of(resources);
        map.serialize_entry("total_hourly_cost", &number(totals.rate.hourly()))?;
        map.serialize_entry("total_monthly_cost", &number(totals.rate.monthly()))?;
        map.serialize_entry("monthly_cost_exact", &totals.rate.exact_monthly().to_string())?;
        totals.list(map)?;
        map.serialize_entry("unpriced", &totals.unpriced)?;
        map.serialize_entry("partly_priced", &totals.partly_priced)
    }
}

struct Records<'a> {
    resources: &'a [Resource],
    list: &'a ListView,
}

impl Serialize for Records<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let of_kind = self.resources.iter().filter(|resource| resource.kind == self.list.kind);
        serializer.collect_seq(of_kind.map(|resource| Record { resource, view: self.list }))
    }
}

/// Seconds since 1970 with milliseconds, as the server's `timestamp` column takes them.
#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit a float exactly")]
pub(super) fn seconds(at: jiff::Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}
