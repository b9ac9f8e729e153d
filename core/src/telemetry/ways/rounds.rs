//! How someone waits for the ways out: each round is asked for and reported done.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Queues, Way};

/// The rounds asked for, and the last one that each way has done.
pub(in crate::telemetry) struct Rounds {
    state: Mutex<State>,
    changed: Condvar,
    stopping: AtomicBool,
}

struct State {
    asked: u64,
    done: [u64; Way::COUNT],
}

impl Rounds {
    /// None yet. A way that is not there has done them all.
    pub(in crate::telemetry) fn of(queues: &Queues) -> Self {
        let done = queues.present().map(|present| if present { 0 } else { u64::MAX });
        let state = Mutex::new(State { asked: 0, done });
        Self { state, changed: Condvar::new(), stopping: AtomicBool::new(false) }
    }

    /// Asks for a round and waits for all ways to do it, at most for `within`.
    pub(super) fn ask(&self, press: impl FnOnce(), within: Duration) {
        let mut state = self.locked();
        state.asked += 1;
        let round = state.asked;
        drop(state);
        press();
        let undone = |state: &mut State| state.done.iter().any(|&done| done < round);
        // Who waited long enough goes on without.
        let _ = self.changed.wait_timeout_while(self.locked(), within, undone);
    }

    /// The round that what is taken from now on belongs to.
    pub(super) fn asked(&self) -> u64 {
        self.locked().asked
    }

    /// Reports that a way has done what belongs to `round`.
    pub(super) fn done(&self, way: Way, round: u64) {
        self.locked().done[way as usize] = round;
        self.changed.notify_all();
    }

    /// Tells the ways that the next round is the last.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
    }

    /// Whether the next round is the last.
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
