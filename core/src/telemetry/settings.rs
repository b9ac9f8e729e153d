//! Where telemetry goes and how much of it, from the environment or from a program.

use std::path::PathBuf;

use tracing::Level;
use url::Url;

use super::context::TraceContext;

/// Names the file that events are appended to; `stderr` is standard error.
pub const FILE_VARIABLE: &str = "TELEMETRY_FILE";
/// Names the address that events are posted to.
pub const RECEIVER_VARIABLE: &str = "RECEIVER_URL";
/// Names the base address of an OpenTelemetry collector, to which `/v1/traces` is added.
/// <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>
pub const OTLP_VARIABLE: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
/// Names the share of traces that is recorded, from 0 to 1.
pub const RATIO_VARIABLE: &str = "TELEMETRY_SAMPLE_RATIO";
/// Holds the caller's place in its trace, as W3C's `traceparent`.
pub const PARENT_VARIABLE: &str = "TRACEPARENT";

/// Where telemetry goes and how much of it is made.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where events go as JSON Lines.
    pub file: Option<Destination>,
    /// Where events are posted to as JSON arrays.
    pub receiver: Option<Url>,
    /// The base address of an OpenTelemetry collector; spans go to `v1/traces` below it.
    pub otlp: Option<Url>,
    /// The share of traces that is recorded, from 0 to 1. Traces with an error always are, from
    /// the error on.
    pub sample_ratio: f64,
    /// The crates whose spans are taken; all where it is empty.
    pub targets: Vec<String>,
    /// Spans more verbose than this are not taken.
    pub level: Level,
    /// The caller's span, which spans without a parent continue.
    pub parent: Option<TraceContext>,
}

/// Where JSON Lines go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Standard error.
    StandardError,
    /// A file, which is appended to and opened anew when it was moved away.
    File(PathBuf),
}

/// Everything that is wrong with the variables, in one sentence each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct SettingsError(pub Vec<String>);

impl Default for Settings {
    /// Every trace and every crate at level INFO, to nowhere.
    fn default() -> Self {
        Self {
            file: None,
            receiver: None,
            otlp: None,
            sample_ratio: 1.0,
            targets: Vec::new(),
            level: Level::INFO,
            parent: None,
        }
    }
}

impl Settings {
    /// What the variables say: `TELEMETRY_FILE`, `RECEIVER_URL`, `OTEL_EXPORTER_OTLP_ENDPOINT`,
    /// `TELEMETRY_SAMPLE_RATIO` and `TRACEPARENT`. An empty one counts as unset. A `TRACEPARENT`
    /// that is none is left out with a warning.
    ///
    /// # Errors
    /// Some of them say what cannot be; all such are named, with variable and value.
    pub fn from_environment() -> Result<Self, SettingsError> {
        let (settings, warning) = Self::read(|name| std::env::var(name).ok())?;
        if let Some(warning) = warning {
            tracing::warn!("{warning}");
        }
        Ok(settings)
    }

    /// The settings that `variable` gives, and what to warn of.
    pub(super) fn read(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<(Self, Option<String>), SettingsError> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let mut wrong = Vec::new();
        let mut settings = Self {
            file: variable(FILE_VARIABLE).as_deref().map(Destination::of),
            receiver: address(RECEIVER_VARIABLE, variable(RECEIVER_VARIABLE), &mut wrong),
            otlp: address(OTLP_VARIABLE, variable(OTLP_VARIABLE), &mut wrong),
            ..Self::default()
        };
        if let Some(value) = variable(RATIO_VARIABLE) {
            match value.trim().parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio)) {
                Some(ratio) => settings.sample_ratio = ratio,
                None => wrong.push(format!(
                    "{RATIO_VARIABLE} is '{value}', but must be a number from 0 to 1"
                )),
            }
        }
        let mut warning = None;
        if let Some(value) = variable(PARENT_VARIABLE) {
            match value.parse() {
                Ok(parent) => settings.parent = Some(parent),
                Err(error) => {
                    warning = Some(format!("{PARENT_VARIABLE} '{value}' is left out: {error}"));
                }
            }
        }
        if wrong.is_empty() { Ok((settings, warning)) } else { Err(SettingsError(wrong)) }
    }
}

impl Destination {
    /// What a person means: `stderr`, or a file's path.
    #[must_use]
    pub fn of(value: &str) -> Self {
        if value == "stderr" { Self::StandardError } else { Self::File(PathBuf::from(value)) }
    }
}

/// The address that the variable `name` holds. Of one that may hold a password only the variable is
/// named.
fn address(name: &str, value: Option<String>, wrong: &mut Vec<String>) -> Option<Url> {
    let value = value?;
    let shown = if value.contains('@') { crate::identity::REDACTED } else { &value };
    match Url::parse(&value) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Some(url),
        Ok(_) => {
            wrong.push(format!("{name} is '{shown}', but must begin with http:// or https://"));
            None
        }
        Err(error) => {
            wrong.push(format!("{name} is '{shown}', which is no address: {error}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(
        variables: &'static [(&str, &str)],
    ) -> Result<(Settings, Option<String>), SettingsError> {
        Settings::read(|name| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn without_variables_everything_is_recorded_and_goes_nowhere() {
        let (settings, warning) = read(&[("TELEMETRY_FILE", "")]).unwrap();
        assert_eq!(settings.file, None);
        assert_eq!(settings.receiver, None);
        assert!((settings.sample_ratio - 1.0).abs() < f64::EPSILON);
        assert_eq!(warning, None);
    }

    #[test]
    fn each_variable_is_read() {
        let (settings, _) = read(&[
            ("TELEMETRY_FILE", "stderr"),
            ("RECEIVER_URL", "https://receiver.example/telemetry"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"),
            ("TELEMETRY_SAMPLE_RATIO", "0.25"),
            ("TRACEPARENT", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ])
        .unwrap();
        assert_eq!(settings.file, Some(Destination::StandardError));
        assert_eq!(settings.receiver.unwrap().path(), "/telemetry");
        assert_eq!(settings.otlp.unwrap().port(), Some(4318));
        assert!((settings.sample_ratio - 0.25).abs() < f64::EPSILON);
        assert!(settings.parent.unwrap().sampled);
    }

    #[test]
    fn every_mistake_is_named_with_variable_and_value() {
        let error = read(&[
            ("RECEIVER_URL", "receiver.example"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://collector.example"),
            ("TELEMETRY_SAMPLE_RATIO", "50%"),
        ])
        .unwrap_err();
        assert_eq!(
            error.0,
            [
                "RECEIVER_URL is 'receiver.example', which is no address: relative URL without a \
                 base",
                "OTEL_EXPORTER_OTLP_ENDPOINT is 'ftp://collector.example', but must begin with \
                 http:// or https://",
                "TELEMETRY_SAMPLE_RATIO is '50%', but must be a number from 0 to 1",
            ]
        );
        for ratio in [&[("TELEMETRY_SAMPLE_RATIO", "NaN")], &[("TELEMETRY_SAMPLE_RATIO", "1.5")]] {
            assert!(read(ratio).is_err());
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_repeated() {
        let error = read(&[("RECEIVER_URL", "ftp://user:hunter2@receiver.example")]).unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }

    #[test]
    fn a_traceparent_that_is_none_is_left_out_with_a_warning() {
        let (settings, warning) = read(&[("TRACEPARENT", "00-11-22-01")]).unwrap();
        assert_eq!(settings.parent, None);
        assert!(warning.unwrap().starts_with("TRACEPARENT '00-11-22-01' is left out"));
    }
}
