//! Telemetry into a file of its own, and its events with their keys in order.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use finops_core::telemetry::{Destination, Settings, Telemetry};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use tempfile::TempDir;
use tracing_subscriber::layer::SubscriberExt as _;

/// Long enough for whatever a test waits for; nothing takes it where all is well.
pub(crate) const LONG: Duration = Duration::from_secs(120);

/// Telemetry that writes to a file in a folder of its own.
pub(crate) struct Recorder {
    pub(crate) telemetry: Telemetry,
    pub(crate) path: PathBuf,
    _folder: TempDir,
}

/// An event: its keys in the order in which they stand.
#[derive(Debug, Clone)]
pub(crate) struct Event(Vec<(String, Value)>);

impl Recorder {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default())
    }

    /// The same with other settings than the file's.
    pub(crate) fn with(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("telemetry.jsonl");
        let file = Some(Destination::File(path.clone()));
        let telemetry = Telemetry::start(Settings { file, ..settings }).unwrap();
        Self { telemetry, path, _folder: folder }
    }

    /// Runs `program` with the layer over a registry.
    pub(crate) fn run<T>(&self, program: impl FnOnce() -> T) -> T {
        let subscriber = tracing_subscriber::registry().with(self.telemetry.layer());
        tracing::subscriber::with_default(subscriber, program)
    }

    /// All events so far.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.telemetry.flush(LONG);
        parse(&std::fs::read_to_string(&self.path).unwrap())
    }
}

/// The events in JSON Lines.
pub(crate) fn parse(lines: &str) -> Vec<Event> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The event of a kind (`entry` or `exit`) of a function.
pub(crate) fn one<'a>(events: &'a [Event], kind: &str, function: &str) -> &'a Event {
    let kind = format!("function_{kind}");
    let mut found = events
        .iter()
        .filter(|event| event["event_type"] == kind && event["function_name"] == function);
    let event = found.next().unwrap_or_else(|| panic!("no {kind} of {function}"));
    assert!(found.next().is_none(), "more than one {kind} of {function}");
    event
}

/// Kind and function of each, as `entry load`.
pub(crate) fn told(events: &[Event]) -> Vec<String> {
    let told = |event: &Event| {
        let kind = event.text("event_type").trim_start_matches("function_").to_owned();
        format!("{kind} {}", event.text("function_name"))
    };
    events.iter().map(told).collect()
}

impl Event {
    pub(crate) fn keys(&self) -> Vec<&str> {
        self.0.iter().map(|(key, _)| key.as_str()).collect()
    }

    pub(crate) fn text(&self, key: &str) -> &str {
        self[key].as_str().unwrap_or_else(|| panic!("no text: {key}"))
    }

    pub(crate) fn number(&self, key: &str) -> u64 {
        self[key].as_u64().unwrap_or_else(|| panic!("no number: {key}"))
    }

    /// The event as one value.
    pub(crate) fn value(&self) -> Value {
        Value::Object(self.0.iter().cloned().collect())
    }
}

impl std::ops::Index<&str> for Event {
    type Output = Value;

    fn index(&self, key: &str) -> &Value {
        let found = self.0.iter().find(|(known, _)| known == key);
        found.map_or(&Value::Null, |(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Event;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an event")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Event, A::Error> {
                let mut keys = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    keys.push(entry);
                }
                Ok(Event(keys))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}
