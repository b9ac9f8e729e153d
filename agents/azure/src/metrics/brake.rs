//! When to stop asking: where every answer is the same refusal, a thousand more would be too.

use std::sync::Arc;

use finops_core::model::ServiceFailure;

/// So many failures in a row are enough.
const FEW: u32 = 3;

/// Counts failures in a row, and stops what comes after them.
#[derive(Debug, Default)]
pub(super) struct Brake {
    in_a_row: u32,
    succeeded: bool,
    reason: Option<Arc<ServiceFailure>>,
}

impl Brake {
    /// Why nothing more is asked, where that is so.
    pub(super) fn reason(&self) -> Option<Arc<ServiceFailure>> {
        self.reason.clone()
    }

    /// A request was answered.
    pub(super) fn success(&mut self) {
        self.succeeded = true;
        self.in_a_row = 0;
    }

    /// A request failed. `passing` is what concerns every request (no connection), unlike what may
    /// be one resource's own matter once another one was answered (no right).
    pub(super) fn failure(&mut self, failure: &Arc<ServiceFailure>, passing: bool) {
        self.in_a_row += 1;
        if self.in_a_row >= FEW && (passing || !self.succeeded) {
            self.reason.get_or_insert_with(|| Arc::clone(failure));
        }
    }
}
