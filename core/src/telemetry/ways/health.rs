//! Says once that a way does not work, and once that it works again.

use super::super::shared::Shared;

/// Whether a way works, as it was last said.
#[derive(Default)]
pub(super) struct Health {
    failing: bool,
}

impl Health {
    /// It did not work: `what` says to what, `why` the reason.
    pub(super) fn failed(&mut self, shared: &Shared, what: &str, why: &str) {
        if !std::mem::replace(&mut self.failing, true) {
            shared.say(|| {
                tracing::warn!("telemetry cannot be written to {what}: {why}; events are lost");
            });
        }
    }

    /// It worked.
    pub(super) fn worked(&mut self, shared: &Shared, what: &str) {
        if std::mem::replace(&mut self.failing, false) {
            shared.say(|| tracing::warn!("telemetry is written to {what} again"));
        }
    }
}
