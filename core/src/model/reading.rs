//! What a collector measured that is no resource.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::snapshot::{ServiceFailure, ServiceName};

/// What one collector of the generic agent measured: figures, not resources.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The collector's name: `system_metrics`.
    pub collector: ServiceName,
    /// The figures, or why there are none.
    pub outcome: Result<Map<String, Value>, ServiceFailure>,
    /// What else its record says: a command's exit status, its standard error.
    pub details: Map<String, Value>,
    /// When it was measured.
    pub collected_at: Timestamp,
    /// How long that took.
    pub duration: Duration,
    /// The figures for a person, in a few short lines.
    pub lines: Vec<String>,
}

/// Every collector's reading of one cycle.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Readings {
    /// The readings, in the order of the agent's list.
    pub list: Vec<Reading>,
    /// The figures that the summary repeats: `cpu_usage`, …
    pub highlights: Vec<(&'static str, Value)>,
    /// Which cycle of its process this is, from 1.
    pub cycle: u64,
}

/// How well the collectors work, as the upstream agent judges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// At least four fifths of them work.
    Healthy,
    /// Fewer do.
    Warning,
    /// None does.
    Critical,
}

impl Health {
    /// The word for it in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

impl Readings {
    /// How many collectors measured something.
    #[must_use]
    pub fn healthy(&self) -> usize {
        self.list.iter().filter(|reading| reading.outcome.is_ok()).count()
    }

    /// How well they work. Upstream asks for fewer than four fifths first, so that its `critical`
    /// is never reached; here none at all is critical.
    #[must_use]
    pub fn health(&self) -> Health {
        match (self.healthy(), self.list.len()) {
            (0, _) => Health::Critical,
            (healthy, all) if healthy * 5 < all * 4 => Health::Warning,
            _ => Health::Healthy,
        }
    }

    /// How many figures there are at the top level of all readings, as upstream counts them.
    #[must_use]
    pub fn total_metrics(&self) -> usize {
        self.list.iter().filter_map(|reading| reading.outcome.as_ref().ok()).map(Map::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(healthy: usize, failed: usize) -> Readings {
        let failure = ServiceFailure { error: "no".to_owned(), hint: None };
        let data = Map::from_iter([("a".to_owned(), 1.into()), ("b".to_owned(), 2.into())]);
        let outcomes =
            std::iter::repeat_n(Ok(data), healthy).chain(std::iter::repeat_n(Err(failure), failed));
        let reading = |outcome| Reading {
            collector: "one".into(),
            outcome,
            details: Map::new(),
            collected_at: Timestamp::now(),
            duration: Duration::ZERO,
            lines: Vec::new(),
        };
        Readings { list: outcomes.map(reading).collect(), highlights: Vec::new(), cycle: 1 }
    }

    #[test]
    fn health_is_a_matter_of_four_fifths() {
        assert_eq!(readings(4, 1).health(), Health::Healthy);
        assert_eq!(readings(3, 1).health(), Health::Warning);
        assert_eq!(readings(1, 9).health(), Health::Warning);
        assert_eq!(readings(0, 1).health(), Health::Critical);
        assert_eq!(readings(2, 3).total_metrics(), 4);
    }
}
