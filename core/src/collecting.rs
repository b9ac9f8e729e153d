//! How an agent of many scopes collects them: what is the same for every cloud.

use std::sync::Arc;

use crate::config::{AgentConfig, TelemetryConfig};
use crate::progress::{Progress, Silent};
use crate::replicas::Replica;

/// How the scopes of a cycle are collected.
#[derive(Clone)]
pub struct Collecting {
    /// The most trace events that a snapshot carries.
    pub traced: usize,
    /// Tag keys by which a cycle's report adds up costs.
    pub group_by: Vec<String>,
    /// How many scopes are collected side by side.
    pub concurrency: usize,
    /// Who is told how far a cycle is.
    pub progress: Arc<dyn Progress>,
    /// With whom the scopes are shared.
    pub replica: Replica,
}

impl Default for Collecting {
    fn default() -> Self {
        Self {
            traced: TelemetryConfig::default().snapshot_events,
            group_by: Vec::new(),
            concurrency: 4,
            progress: Arc::new(Silent),
            replica: Replica::default(),
        }
    }
}

impl Collecting {
    /// As the settings of every agent say.
    #[must_use]
    pub fn configured(config: &AgentConfig, progress: Arc<dyn Progress>, replica: Replica) -> Self {
        Self {
            traced: config.telemetry.snapshot_events,
            group_by: config.group_by.clone(),
            concurrency: config.concurrency,
            progress,
            replica,
        }
    }
}

/// Writes the methods of an agent's builder that say how it collects: to be used within the
/// builder's `impl`, whose field `collecting` is a [`Collecting`].
#[macro_export]
macro_rules! collecting_methods {
    () => {
        /// The most trace events that a snapshot carries.
        #[must_use]
        pub fn traced(mut self, events: usize) -> Self {
            self.collecting.traced = events;
            self
        }

        /// Tag keys by which a cycle's report adds up costs.
        #[must_use]
        pub fn group_by(mut self, keys: Vec<String>) -> Self {
            self.collecting.group_by = keys;
            self
        }

        /// How many scopes (regions, subscriptions, projects) are collected side by side.
        #[must_use]
        pub fn concurrency(mut self, scopes: usize) -> Self {
            self.collecting.concurrency = scopes.max(1);
            self
        }

        /// With whom the scopes are shared.
        #[must_use]
        pub fn replica(mut self, replica: $crate::replicas::Replica) -> Self {
            self.collecting.replica = replica;
            self
        }

        /// Who is told how far a cycle is.
        #[must_use]
        pub fn progress(
            mut self,
            progress: std::sync::Arc<dyn $crate::progress::Progress>,
        ) -> Self {
            self.collecting.progress = progress;
            self
        }
    };
}
