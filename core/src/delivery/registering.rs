//! How a sink gets to know the agent, and keeps knowing it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep_until};
use tracing::Instrument as _;

use super::lane::{Lane, failing, lock};
use crate::sinks::{SendError, Tries};
use crate::telemetry;
use crate::wire::Registration;

/// A sink's registration, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegistrationState {
    /// The sink needs none.
    NotNeeded,
    /// The sink was not told yet, or did not take it.
    Waiting {
        /// Since when.
        since: Timestamp,
        /// What it answered, where it was told.
        reason: Option<String>,
    },
    /// The sink knows the agent.
    Registered {
        /// When it was told last.
        at: Timestamp,
    },
}

impl Lane {
    /// Tells the sink of the agent.
    pub(super) async fn register(
        &self,
        registration: &Registration,
        tries: Tries,
    ) -> Result<(), SendError> {
        let told = self.tell(registration, tries).await;
        let before = self.registration();
        *lock(&self.registration) = match (&told, before) {
            (_, RegistrationState::NotNeeded) => RegistrationState::NotNeeded,
            (Ok(()), _) => RegistrationState::Registered { at: Timestamp::now() },
            (Err(error), RegistrationState::Waiting { since, .. }) => {
                RegistrationState::Waiting { since, reason: Some(error.to_string()) }
            }
            (Err(error), RegistrationState::Registered { .. }) => RegistrationState::Waiting {
                since: Timestamp::now(),
                reason: Some(error.to_string()),
            },
        };
        // One that answers that it failed on this may well take documents.
        let unreachable = matches!(told, Err(SendError::Unreachable { failing: false, .. }));
        let was_unreachable = self.unreachable.swap(unreachable, Ordering::Relaxed);
        let asked = self.breaker().open().is_some_and(|open| open.asked);
        match &told {
            Err(error) if unreachable => self.did_not_work(error),
            // A server can register agents and still take no documents: what sending found out,
            // only sending can take back. Nor is a wait that the server asked for over.
            _ if was_unreachable && !asked => self.worked(),
            _ => {}
        }
        told
    }

    async fn tell(&self, registration: &Registration, tries: Tries) -> Result<(), SendError> {
        if !self.sink.registers() {
            return self.sink.register(registration, tries).await;
        }
        let span =
            tracing::info_span!("register", otel.kind = "client", sink.name = self.sink.name());
        let told = self.sink.register(registration, tries).instrument(span.clone()).await;
        if let Err(error) = &told {
            telemetry::fail(&span, error.kind(), &error.to_string());
        }
        told
    }

    /// Registers until it succeeds, and then again every `heartbeat`: so the server sees that the
    /// agent lives, and one that forgot it knows it again.
    pub(super) async fn keep_registered(&self, registration: &Registration, heartbeat: Duration) {
        if !self.sink.registers() {
            return;
        }
        loop {
            let before = self.registration();
            let told = self.register(registration, Tries::One).await;
            self.log_registration(&before, &told);
            let jitter = heartbeat.mul_f64(0.9 + 0.1 * fastrand::f64());
            let wait = match told {
                // A refusal is not about now; asking more often would not help.
                Ok(()) | Err(SendError::Refused { .. }) => Instant::now() + jitter,
                Err(_) => self.next_try().unwrap_or_else(|| Instant::now() + jitter),
            };
            self.wait_for_probe(wait).await;
        }
    }

    /// One line a change, not one an attempt.
    fn log_registration(&self, before: &RegistrationState, told: &Result<(), SendError>) {
        let sink = self.sink.name();
        match (told, before) {
            (Ok(()), RegistrationState::Waiting { .. }) => tracing::info!(sink, "registered"),
            (Err(error @ SendError::Refused { .. }), RegistrationState::Waiting { reason, .. })
                if reason.as_deref() != Some(&error.to_string()) =>
            {
                tracing::error!(sink, %error, "the registration was refused");
            }
            (Err(error), RegistrationState::Waiting { reason, .. })
                if failing(error) && reason.as_deref() != Some(&error.to_string()) =>
            {
                tracing::error!(sink, %error, "the registration failed at the server");
            }
            (Err(error), RegistrationState::Registered { .. }) => {
                tracing::warn!(sink, %error, "the registration was not renewed");
            }
            _ => {}
        }
    }

    /// Waits until `at`; where sending meets trouble meanwhile, until the sink may be tried again.
    async fn wait_for_probe(&self, at: Instant) {
        tokio::select! {
            () = sleep_until(at) => {}
            () = self.trouble.notified() => {
                sleep_until(self.next_try().unwrap_or(at)).await;
            }
        }
    }
}
