//! Events as JSON text, key by key in the order of the guide.

use opentelemetry::trace::SpanId;
use tracing::Level;

use super::clock::{two_digits, write_timestamp};
use super::described::Described;
use super::failure::{Failure, Place};
use super::fields::{Attribute, Value};
use super::state::{Parent, State};

/// What the events of a process have in common.
pub(super) struct Common<'a> {
    /// The program's file name.
    pub(super) program: &'a str,
    pub(super) identity: &'a Described,
}

/// Writes the entry event of `state` to `out`.
pub(super) fn entry(out: &mut Vec<u8>, common: &Common<'_>, state: &State, sequence: u64) {
    let severity = severity(state, false);
    head(out, state, Kind::Entry, sequence, state.started, severity);
    message(out, state);
    out.extend_from_slice(b"entry\"");
    key(out, "attributes");
    out.push(b'{');
    entry_attributes(out, common, state);
    out.push(b'}');
    correlation(out, "correlation_id", state.span_id);
    tail(out, if state.parent.is_here() { &common.identity.short } else { &common.identity.full });
}

/// Writes the exit event of `state`, which ended at `ended` (nanoseconds since 1970), to `out`.
pub(super) fn exit(
    out: &mut Vec<u8>,
    common: &Common<'_>,
    state: &State,
    sequence: u64,
    ended: u64,
) {
    let failed = state.failure.is_some();
    head(out, state, Kind::Exit, sequence, ended, severity(state, failed));
    let duration = ended.saturating_sub(state.started);
    key(out, "duration_ns");
    json(out, &duration);
    message(out, state);
    out.extend_from_slice(b"exit (");
    let hundredths = duration.saturating_add(5_000) / 10_000;
    json(out, &(hundredths / 100));
    out.push(b'.');
    two_digits(out, hundredths % 100);
    out.extend_from_slice(b"ms)\"");
    key(out, "attributes");
    out.push(b'{');
    first(out, "program_name");
    text(out, common.program);
    attributes(out, &state.attributes);
    if let Some(place) = state.failure.as_ref().and_then(|failure| failure.place.as_ref()) {
        failed_at(out, place);
    }
    out.push(b'}');
    correlation(out, "correlation_id", state.span_id);
    if let Some(failure) = &state.failure {
        error(out, failure);
    }
    let whole = failed || !state.parent.is_here();
    tail(out, if whole { &common.identity.full } else { &common.identity.short });
}

/// Writes the key `message` and the beginning of its text.
fn message(out: &mut Vec<u8>, state: &State) {
    out.extend_from_slice(b",\"message\":\"Function '");
    escaped(out, state.metadata.name());
    out.extend_from_slice(b"' ");
}

#[derive(Clone, Copy)]
enum Kind {
    Entry,
    Exit,
}

fn head(out: &mut Vec<u8>, state: &State, kind: Kind, sequence: u64, at: u64, severity: &str) {
    out.extend_from_slice(
        br#"{"schema":{"format":"telemetry.v2","version":"2.0.0"},"timestamp":""#,
    );
    write_timestamp(out, at);
    let kind = match kind {
        Kind::Entry => "function_entry",
        Kind::Exit => "function_exit",
    };
    out.extend_from_slice(b"\",\"timestamp_ns\":");
    json(out, &at);
    key(out, "sequence");
    json(out, &sequence);
    key(out, "event_type");
    text(out, kind);
    key(out, "severity");
    text(out, severity);
    key(out, "function_name");
    text(out, state.metadata.name());
    key(out, "trace_id");
    id(out, &state.trace.id.to_bytes());
    key(out, "span_id");
    id(out, &state.span_id.to_bytes());
    key(out, "parent_span_id");
    match state.parent.span_id() {
        Some(parent) => id(out, &parent.to_bytes()),
        None => out.extend_from_slice(b"null"),
    }
}

/// A span of level ERROR is one that is always wanted; only what failed is an error.
pub(super) fn severity(state: &State, failed: bool) -> &'static str {
    match *state.metadata.level() {
        _ if failed => "ERROR",
        Level::WARN => "WARN",
        Level::DEBUG => "DEBUG",
        Level::TRACE => "TRACE",
        Level::INFO | Level::ERROR => "INFO",
    }
}

fn entry_attributes(out: &mut Vec<u8>, common: &Common<'_>, state: &State) {
    first(out, "function.parameters");
    out.push(b'"');
    let mut between = "";
    for field in state.metadata.fields() {
        // Field names are identifiers: nothing in them needs an escape but what a macro's string
        // literal may hold.
        let name = field.name();
        if is_parameter(name) {
            out.extend_from_slice(between.as_bytes());
            escaped(out, name);
            between = ", ";
        }
    }
    out.push(b'"');
    key(out, "caller.function");
    match state.parent {
        Parent::Here(_, name) => text(out, name),
        _ => text(out, state.metadata.module_path().unwrap_or(state.metadata.target())),
    }
    if let Some(file) = state.metadata.file() {
        key(out, "caller.file");
        text(out, file);
    }
    if let Some(line) = state.metadata.line() {
        key(out, "caller.line");
        json(out, &line);
    }
    key(out, "program_name");
    text(out, common.program);
    if let Parent::Here(parent, _) = state.parent {
        correlation(out, "parent_correlation_id", parent);
    }
    attributes(out, state.entry_attributes());
}

/// Whether a field is one of the function's parameters, which are told by name only.
pub(super) fn is_parameter(name: &str) -> bool {
    !name.contains('.') && name != "traceparent"
}

fn attributes(out: &mut Vec<u8>, attributes: &[Attribute]) {
    for attribute in attributes {
        out.push(b',');
        text(out, attribute.name);
        out.push(b':');
        match &attribute.value {
            Value::Bool(value) => json(out, value),
            Value::Integer(value) => json(out, value),
            Value::Unsigned(value) => json(out, value),
            Value::Number(value) if value.is_finite() => json(out, value),
            // JSON has no infinity and no NaN.
            Value::Number(value) => formatted(out, format_args!("{value}")),
            Value::Text(value) => text(out, value.as_str()),
        }
    }
}

fn failed_at(out: &mut Vec<u8>, place: &Place) {
    if let Some(function) = place.function {
        key(out, "error.function");
        text(out, function);
    }
    if let Some(file) = place.file {
        key(out, "error.file");
        text(out, file);
    }
    if let Some(line) = place.line {
        key(out, "error.line");
        json(out, &line);
    }
}

fn error(out: &mut Vec<u8>, failure: &Failure) {
    key(out, "error");
    out.push(b'{');
    first(out, "type");
    text(out, failure.kind.as_str());
    key(out, "message");
    text(out, failure.message.as_str());
    key(out, "stacktrace");
    match &failure.stack {
        Some(stack) => text(out, stack.as_str()),
        None => out.extend_from_slice(b"null"),
    }
    out.push(b'}');
}

fn tail(out: &mut Vec<u8>, identity: &str) {
    out.extend_from_slice(identity.as_bytes());
    out.push(b'}');
}

fn correlation(out: &mut Vec<u8>, name: &str, span: SpanId) {
    key(out, name);
    out.extend_from_slice(b"\"func_");
    digits(out, &span.to_bytes()[..4]);
    out.push(b'"');
}

/// Writes a key that needs no escaping.
fn key(out: &mut Vec<u8>, name: &str) {
    out.push(b',');
    first(out, name);
}

fn first(out: &mut Vec<u8>, name: &str) {
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

fn id(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    digits(out, bytes);
    out.push(b'"');
}

fn digits(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

/// Writes text as a string of JSON.
fn text(out: &mut Vec<u8>, value: &str) {
    json(out, value);
}

/// Writes formatted text as a string of JSON.
fn formatted(out: &mut Vec<u8>, value: std::fmt::Arguments<'_>) {
    json(out, &value);
}

fn json<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    // Writing to memory cannot fail, and strings and numbers have their JSON.
    let _ = serde_json::to_writer(out, value);
}

/// Writes the inside of a string of JSON.
fn escaped(out: &mut Vec<u8>, value: &str) {
    let start = out.len();
    json(out, value);
    out.pop();
    out.remove(start);
}
