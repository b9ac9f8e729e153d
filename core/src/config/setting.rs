//! What can be set.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// One setting: its name, where it can come from, what it takes and what it means.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its key in the YAML file, dotted where it is nested: `cloudwatch.max_metrics_per_cycle`.
    pub key: &'static str,
    /// Other keys that mean the same, from upstream's files and guides.
    pub aliases: &'static [&'static str],
    /// Environment variables, the first that is set wins.
    pub environment: &'static [&'static str],
    /// What it takes.
    pub kind: Kind,
    /// Its value where nothing sets it.
    pub default: Option<&'static str>,
    /// What it means, for the example file: one or more sentences.
    pub help: &'static str,
    /// A value for the example file where there is no default.
    pub example: &'static str,
}

/// What a setting takes.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any text.
    Text,
    /// Several texts: a YAML list, or one text with commas.
    Texts,
    /// A whole number.
    Whole,
    /// A number from 0 to 1.
    Ratio,
    /// Seconds, or a number with `s`, `m`, `h` or `d`.
    Duration,
    /// Bytes, or a number with `KiB`, `MiB` or `GiB`.
    Size,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// A list of tables with settings of their own.
    Tables(&'static [Setting]),
    /// Nested tables that the agent reads itself; only a file has them. The example is a block of
    /// YAML.
    Tree,
}

impl Kind {
    /// What a person should write, for error messages.
    #[must_use]
    pub fn expected(self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Texts => "a text, several with commas, or a list".to_owned(),
            Self::Whole => "a whole number".to_owned(),
            Self::Ratio => "a number from 0 to 1".to_owned(),
            Self::Duration => "seconds (300) or a duration (5m, 1h)".to_owned(),
            Self::Size => "bytes (1048576) or a size (512MiB, 2GiB)".to_owned(),
            Self::Choice(words) => format!("one of {}", words.join(", ")),
            Self::Flag => "true or false".to_owned(),
            Self::Tables(_) => "a list of tables".to_owned(),
            Self::Tree => "it as `config example` shows".to_owned(),
        }
    }
}

/// Where a value was written, so that a person can go there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: the default.
    Default,
    /// A line of a file.
    File {
        /// The file.
        path: Arc<Path>,
        /// The line, from 1.
        line: u64,
        /// The column, from 1.
        column: u64,
    },
    /// An environment variable.
    Environment(&'static str),
    /// A command-line flag, with its dashes.
    Flag(&'static str),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => write!(formatter, "the default"),
            Self::File { path, line, column } => {
                write!(formatter, "{}:{line}:{column}", path.display())
            }
            Self::Environment(name) => write!(formatter, "environment variable {name}"),
            Self::Flag(name) => write!(formatter, "flag {name}"),
        }
    }
}
