//! Events as a reader gets them: JSON, checked against the schema and against each other.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

/// The events of a JSON Lines file.
pub(crate) fn read(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every event is what the schema says.
pub(crate) fn assert_valid(events: &[Value]) {
    let schema = include_str!("../../../../docs/telemetry.v2.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    assert!(!events.is_empty(), "no events at all");
    for event in events {
        let mistakes: Vec<String> =
            validator.iter_errors(event).map(|error| error.to_string()).collect();
        assert!(mistakes.is_empty(), "{mistakes:?} in {event}");
    }
}

/// A span, put together from its two events.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) trace: String,
    pub(crate) parent: Option<String>,
    /// Nanoseconds since 1970.
    pub(crate) begin: u64,
    pub(crate) end: u64,
    pub(crate) exit: Value,
}

impl Span {
    pub(crate) fn attribute(&self, name: &str) -> &Value {
        &self.exit["attributes"][name]
    }
}

/// The spans that have ended, by id. An exit without an entry is a failure.
pub(crate) fn spans(events: &[Value]) -> BTreeMap<String, Span> {
    let of_kind = |kind: &'static str| events.iter().filter(move |it| it["event_type"] == kind);
    let id = |event: &Value| event["span_id"].as_str().unwrap().to_owned();
    let entries: BTreeMap<String, &Value> =
        of_kind("function_entry").map(|event| (id(event), event)).collect();
    let spans = of_kind("function_exit").map(|exit| {
        let id = id(exit);
        let entry = entries.get(&id).unwrap_or_else(|| panic!("no entry of {exit}"));
        let end = exit["timestamp_ns"].as_u64().unwrap();
        let span = Span {
            name: exit["function_name"].as_str().unwrap().to_owned(),
            trace: exit["trace_id"].as_str().unwrap().to_owned(),
            parent: exit["parent_span_id"].as_str().map(str::to_owned),
            begin: entry["timestamp_ns"].as_u64().unwrap(),
            end,
            exit: exit.clone(),
            id: id.clone(),
        };
        let lasted = exit["duration_ns"].as_u64().unwrap();
        assert_eq!(span.end - span.begin, lasted, "{exit}");
        assert_eq!(entry["trace_id"], exit["trace_id"]);
        assert_eq!(entry["parent_span_id"], exit["parent_span_id"]);
        (id, span)
    });
    spans.collect()
}

/// Every parent is there, in the same trace, and its time holds the child's.
pub(crate) fn assert_nested(spans: &BTreeMap<String, Span>) {
    for span in spans.values() {
        let Some(parent) = &span.parent else { continue };
        let parent = spans.get(parent).unwrap_or_else(|| panic!("no parent of {span:?}"));
        assert_eq!(parent.trace, span.trace);
        let inside = parent.begin <= span.begin && span.end <= parent.end;
        assert!(inside, "{} is not within {}: {span:?} {parent:?}", span.name, parent.name);
    }
}

/// The spans of that name.
pub(crate) fn named<'a>(spans: &'a BTreeMap<String, Span>, name: &str) -> Vec<&'a Span> {
    spans.values().filter(|span| span.name == name).collect()
}

/// The names from a span up to its root.
pub(crate) fn path<'a>(spans: &'a BTreeMap<String, Span>, span: &'a Span) -> Vec<&'a str> {
    let mut names = vec![span.name.as_str()];
    let mut above = span.parent.as_ref();
    while let Some(parent) = above.and_then(|id| spans.get(id)) {
        names.push(&parent.name);
        above = parent.parent.as_ref();
    }
    names
}
