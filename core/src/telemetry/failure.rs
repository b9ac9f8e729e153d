//! What a span failed of.

use std::error::Error;
use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};

use crate::identity::redact::text;

/// The type of a failure that names none.
const UNNAMED: &str = "Error";

/// Why a span failed: `error` of its exit event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// The error's type, as `Timeout` or `Error`; `panic` for a panic.
    pub(super) kind: String,
    pub(super) message: String,
    /// The chain of sources, one a line; none where the error has no source.
    pub(super) stack: Option<String>,
    /// Where it was said, if the trace was not recorded until then.
    pub(super) place: Option<Place>,
}

/// Where an error was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The function's name, or the module it was said in.
    pub(super) function: Option<&'static str>,
    pub(super) file: Option<&'static str>,
    pub(super) line: Option<u32>,
}

impl Failure {
    /// With the secrets in its texts redacted: what a server says may repeat what it was told.
    fn without_secrets(self) -> Self {
        let Self { kind, message, stack, place } = self;
        Self { kind, message: text(&message), stack: stack.as_deref().map(text), place }
    }

    /// A panic that unwinds through the span. What it says is known to the panic hook only.
    pub(super) fn panic() -> Self {
        let message = "the thread panicked".to_owned();
        Self { kind: "panic".to_owned(), message, stack: None, place: None }
    }

    /// One that is no error in hand.
    pub(super) fn said(kind: &str, message: &str) -> Self {
        let (kind, message) = (kind.to_owned(), message.to_owned());
        Self { kind, message, stack: None, place: None }.without_secrets()
    }

    /// That of an error in hand.
    pub(super) fn of<E: Error>(error: &E) -> Self {
        let kind = short_name(std::any::type_name::<E>());
        let (message, stack) = (error.to_string(), chain(error));
        Self { kind, message, stack, place: None }.without_secrets()
    }

    /// What an event at level ERROR says.
    pub(super) fn of_event(event: &tracing::Event<'_>) -> Self {
        let mut said = Said::default();
        event.record(&mut said);
        let message = said.message.or(said.error).or(said.text);
        Self {
            kind: said.kind.unwrap_or_else(|| UNNAMED.to_owned()),
            message: message.unwrap_or_else(|| event.metadata().name().to_owned()),
            stack: said.stack.or(said.chain),
            place: None,
        }
        .without_secrets()
    }
}

/// The fields of an event that say what failed.
#[derive(Default)]
struct Said {
    kind: Option<String>,
    message: Option<String>,
    stack: Option<String>,
    error: Option<String>,
    chain: Option<String>,
    text: Option<String>,
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        if field.name() == "error" {
            self.chain = chain(value);
        }
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let place = match field.name() {
            "error.type" => &mut self.kind,
            "error.message" => &mut self.message,
            "error.stack" => &mut self.stack,
            "error" => &mut self.error,
            "message" => &mut self.text,
            _ => return,
        };
        *place = Some(format!("{value:?}"));
    }
}

/// The sources of `error`, one a line.
fn chain(error: &(dyn Error + '_)) -> Option<String> {
    let mut lines = String::new();
    let mut source = error.source();
    while let Some(error) = source {
        if !lines.is_empty() {
            lines.push('\n');
        }
        // Writing to memory cannot fail.
        let _ = write!(lines, "caused by: {error}");
        source = error.source();
    }
    (!lines.is_empty()).then_some(lines)
}

/// A type's name with the last segment of each path: `Failed<Timeout>` of `a::Failed<b::Timeout>`.
fn short_name(full: &str) -> String {
    let mut short = String::new();
    let mut segment = 0;
    for letter in full.chars() {
        if letter == ':' {
            short.truncate(segment);
            continue;
        }
        short.push(letter);
        if !letter.is_alphanumeric() && letter != '_' {
            segment = short.len();
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot fetch the user")]
    struct Fetch(#[source] std::io::Error);

    #[test]
    fn a_types_name_keeps_the_last_segment_of_each_path() {
        assert_eq!(short_name("std::io::error::Error"), "Error");
        assert_eq!(
            short_name("a::Failed<b::c::Timeout, core::option::Option<u8>>"),
            "Failed<Timeout, Option<u8>>"
        );
        assert_eq!(short_name("alloc::boxed::Box<dyn core::error::Error>"), "Box<dyn Error>");
        assert_eq!(short_name("&str"), "&str");
    }

    #[test]
    fn a_secret_in_an_error_is_redacted() {
        let failure =
            Failure::said("Refused", "no access with token=hunter2 at http://me:pw@host/");
        assert!(!failure.message.contains("hunter2") && !failure.message.contains("pw"));
        assert!(failure.message.starts_with("no access with token="), "{}", failure.message);
    }

    #[test]
    fn the_chain_of_sources_has_a_line_each() {
        let error = Fetch(std::io::Error::other("the connection was reset"));
        let failure = Failure::of(&error);
        assert_eq!(failure.kind, "Fetch");
        assert_eq!(failure.message, "cannot fetch the user");
        assert_eq!(failure.stack.as_deref(), Some("caused by: the connection was reset"));
        assert_eq!(Failure::of(&std::fmt::Error).stack, None);
    }
}
