//! What collectors measured, as the service `collectors` and as upstream's generic agent has it.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::document::{Document, seconds};
use crate::model::{Reading, Readings};

/// The name of the service under which readings travel.
pub(super) const SERVICE: &str = "collectors";

/// `services.collectors`.
#[derive(Clone, Copy)]
pub(super) struct Collectors<'a>(pub(super) &'a Readings);

impl Serialize for Collectors<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(readings) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("service", SERVICE)?;
        map.serialize_entry("collectors", &ByName(readings))?;
        map.serialize_entry("total_collectors", &readings.list.len())?;
        map.serialize_entry("healthy_collectors", &readings.healthy())?;
        // What costs something is a resource of another service.
        map.serialize_entry("total_hourly_cost", &0.0)?;
        map.serialize_entry("unpriced", &0)?;
        if let Some(last) = readings.list.iter().map(|reading| reading.collected_at).max() {
            map.serialize_entry("collection_time", &last.to_string())?;
        }
        map.end()
    }
}

/// One object a collector, by its name.
#[derive(Clone, Copy)]
pub(super) struct ByName<'a>(pub(super) &'a Readings);

impl Serialize for ByName<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.list.iter().map(|one| (&*one.collector, One(one))))
    }
}

struct One<'a>(&'a Reading);

impl Serialize for One<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let reading = self.0;
        let mut map = serializer.serialize_map(None)?;
        match &reading.outcome {
            Ok(data) => map.serialize_entry("data", data)?,
            Err(failure) => {
                map.serialize_entry("error", &failure.error)?;
                if let Some(hint) = &failure.hint {
                    map.serialize_entry("hint", hint)?;
                }
            }
        }
        map.serialize_entry("healthy", &reading.outcome.is_ok())?;
        map.serialize_entry("collection_time", &seconds(reading.collected_at))?;
        let milliseconds = u64::try_from(reading.duration.as_millis()).unwrap_or(u64::MAX);
        map.serialize_entry("duration_ms", &milliseconds)?;
        for (key, value) in &reading.details {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// The keys that upstream's agent has in its summary.
pub(super) fn summary<M: SerializeMap>(readings: &Readings, map: &mut M) -> Result<(), M::Error> {
    map.serialize_entry("collectors_count", &readings.list.len())?;
    map.serialize_entry("healthy_collectors", &readings.healthy())?;
    map.serialize_entry("total_metrics", &readings.total_metrics())?;
    map.serialize_entry("health_status", readings.health().name())?;
    readings.highlights.iter().try_for_each(|(key, value)| map.serialize_entry(*key, value))
}

/// The keys that upstream's agent has in its `metrics` beside the summary.
pub(super) fn metrics<M: SerializeMap>(
    document: Document<'_>,
    map: &mut M,
) -> Result<(), M::Error> {
    let Document { sender, snapshot } = document;
    map.serialize_entry("timestamp", &seconds(snapshot.collected_at))?;
    map.serialize_entry("agent_id", &sender.agent_id)?;
    map.serialize_entry("hostname", &sender.hostname)?;
    map.serialize_entry("environment", &sender.identity.environment)?;
    map.serialize_entry("collectors", &ByName(&snapshot.readings))
}

/// `agent_health`, as upstream's agent has it.
pub(super) struct AgentHealth<'a>(pub(super) Document<'a>);

impl Serialize for AgentHealth<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Document { sender, snapshot } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("status", snapshot.readings.health().name())?;
        map.serialize_entry("uptime", &sender.started.elapsed().as_secs_f64())?;
        map.serialize_entry("last_collection", &seconds(snapshot.collected_at))?;
        map.serialize_entry("metrics_count", &snapshot.readings.cycle)?;
        map.serialize_entry("collectors_count", &snapshot.readings.list.len())?;
        map.end()
    }
}
