//! A span's fields: those with a dot are attributes, the others' values are not looked at.

use std::fmt;

use opentelemetry::trace::SpanKind;
use tracing::field::{Field, Visit};

use super::context::TraceContext;
use crate::identity::REDACTED;
use crate::identity::redact::names_a_secret;

/// The field whose value is the span's parent in another process.
const PARENT: &str = "traceparent";
/// The field whose value is the span's kind in OpenTelemetry.
const KIND: &str = "otel.kind";

/// What a field with a dot holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Bool(bool),
    Integer(i64),
    Unsigned(u64),
    Number(f64),
    Text(String),
}

/// A field with a dot: what someone chose to say of a span.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) value: Value,
}

/// What was found among a span's fields.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// In the order of the fields, each name once.
    pub(super) attributes: Vec<Attribute>,
    /// The span's parent, if it is in another process.
    pub(super) parent: Option<TraceContext>,
    /// `otel.kind`, if it says what OpenTelemetry knows.
    pub(super) kind: Option<SpanKind>,
}

impl Fields {
    fn take(&mut self, field: &Field, value: impl FnOnce() -> Value) {
        let name = field.name();
        match name {
            PARENT => self.parent = text(value()).parse().ok(),
            KIND => self.kind = kind(&text(value())),
            _ if !name.contains('.') => {}
            _ if names_a_secret(name) => self.set(name, Value::Text(REDACTED.to_owned())),
            _ => self.set(name, value()),
        }
    }

    fn set(&mut self, name: &'static str, value: Value) {
        set(&mut self.attributes, Attribute { name, value });
    }
}

/// Adds an attribute, or replaces the one of its name.
pub(super) fn set(attributes: &mut Vec<Attribute>, attribute: Attribute) {
    match attributes.iter_mut().find(|known| known.name == attribute.name) {
        Some(known) => *known = attribute,
        None => attributes.push(attribute),
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.take(field, || Value::Number(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.take(field, || Value::Integer(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.take(field, || Value::Unsigned(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.take(field, || Value::Bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field, || Value::Text(value.to_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.take(field, || Value::Text(format!("{value:?}")));
    }
}

fn text(value: Value) -> String {
    if let Value::Text(text) = value { text } else { String::new() }
}

/// <https://opentelemetry.io/docs/specs/otel/trace/api/#spankind>
fn kind(text: &str) -> Option<SpanKind> {
    match text.to_ascii_lowercase().as_str() {
        "client" => Some(SpanKind::Client),
        "server" => Some(SpanKind::Server),
        "producer" => Some(SpanKind::Producer),
        "consumer" => Some(SpanKind::Consumer),
        "internal" => Some(SpanKind::Internal),
        _ => None,
    }
}
