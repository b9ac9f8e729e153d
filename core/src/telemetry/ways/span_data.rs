//! A finished span as OpenTelemetry has it, with the ids of its events.

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{Event, SpanContext, SpanId, Status, TraceFlags, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue, Value as OtelValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use crate::telemetry::failure::Failure;
use crate::telemetry::fields::{Attribute, Value};
use crate::telemetry::state::{Parent, State};

/// The span of `state`, which ended at `ended` (nanoseconds since 1970).
pub(super) fn span_data(state: &State, ended: u64) -> SpanData {
    let context = SpanContext::new(
        state.trace.id,
        state.span_id,
        TraceFlags::SAMPLED,
        false,
        TraceState::default(),
    );
    let mut events = SpanEvents::default();
    events.events.extend(state.failure.as_ref().map(|failure| exception(failure, ended)));
    let failed = |failure: &Failure| Status::error(failure.message.clone());
    SpanData {
        span_context: context,
        parent_span_id: state.parent.span_id().unwrap_or(SpanId::INVALID),
        parent_span_is_remote: matches!(state.parent, Parent::Elsewhere(_)),
        span_kind: state.kind.clone(),
        name: Cow::Borrowed(state.metadata.name()),
        start_time: time(state.started),
        end_time: time(ended),
        attributes: attributes(state),
        dropped_attributes_count: 0,
        events,
        links: SpanLinks::default(),
        status: state.failure.as_ref().map_or(Status::Unset, failed),
        instrumentation_scope: InstrumentationScope::builder(crate_of(state.metadata.target()))
            .build(),
    }
}

fn time(at: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(at)
}

fn crate_of(target: &'static str) -> &'static str {
    target.split("::").next().unwrap_or(target)
}

/// <https://opentelemetry.io/docs/specs/semconv/attributes-registry/code/>
fn attributes(state: &State) -> Vec<KeyValue> {
    let mut attributes = Vec::with_capacity(state.attributes.len() + 2);
    if let Some(file) = state.metadata.file() {
        attributes.push(KeyValue::new("code.file.path", file));
    }
    if let Some(line) = state.metadata.line() {
        attributes.push(KeyValue::new("code.line.number", i64::from(line)));
    }
    attributes.extend(state.attributes.iter().map(attribute));
    attributes
}

fn attribute(attribute: &Attribute) -> KeyValue {
    let value = match &attribute.value {
        Value::Bool(value) => OtelValue::Bool(*value),
        Value::Integer(value) => OtelValue::I64(*value),
        // OpenTelemetry has no larger integers.
        Value::Unsigned(value) => match i64::try_from(*value) {
            Ok(value) => OtelValue::I64(value),
            Err(_) => OtelValue::from(value.to_string()),
        },
        Value::Number(value) => OtelValue::F64(*value),
        Value::Text(value) => OtelValue::from(value.clone()),
    };
    KeyValue::new(attribute.name, value)
}

/// <https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/>
fn exception(failure: &Failure, at: u64) -> Event {
    let mut attributes = vec![
        KeyValue::new("exception.type", failure.kind.clone()),
        KeyValue::new("exception.message", failure.message.clone()),
    ];
    if let Some(stack) = &failure.stack {
        attributes.push(KeyValue::new("exception.stacktrace", stack.clone()));
    }
    Event::new("exception", time(at), attributes, 0)
}
