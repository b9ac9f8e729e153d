//! How keeping prices fresh goes, for metrics and the status page.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// How keeping prices fresh goes. Any number of tasks may ask.
#[derive(Debug, Default)]
pub struct RefreshState {
    figures: Mutex<RefreshFigures>,
}

/// How it goes at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefreshFigures {
    /// When every wanted table was last brought up to date.
    pub last_success: Option<Timestamp>,
    /// When a sync last failed, in whole or in part.
    pub last_failure: Option<Timestamp>,
    /// What failed then and what to do.
    pub reason: Option<String>,
    /// Failures since the last success.
    pub failures: u32,
    /// When the next sync is due.
    pub next: Option<Timestamp>,
    /// A sync is running.
    pub running: bool,
}

impl RefreshState {
    /// How it goes now.
    #[must_use]
    pub fn figures(&self) -> RefreshFigures {
        self.lock().clone()
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut RefreshFigures)) {
        change(&mut self.lock());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, RefreshFigures> {
        // Every change is of whole fields: what is behind a poisoned lock is whole.
        self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
