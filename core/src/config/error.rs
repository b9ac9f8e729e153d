//! Configuration mistakes, all of them at once.

use std::fmt;

use super::setting::Place;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The setting.
    pub key: String,
    /// Where it was written.
    pub place: Place,
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    pub remedy: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, place, problem, remedy } = self;
        if key.is_empty() {
            write!(formatter, "{place}: {problem}; {remedy}")
        } else {
            write!(formatter, "{place}: `{key}` {problem}; {remedy}")
        }
    }
}

/// Every mistake of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [only] => write!(formatter, "configuration: {only}"),
            errors => {
                write!(formatter, "configuration: {} mistakes", errors.len())?;
                errors.iter().try_for_each(|error| write!(formatter, "\n  {error}"))
            }
        }
    }
}

impl std::error::Error for ConfigErrors {}
