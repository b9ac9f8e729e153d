//! What waits for a way out: bounded, and never in the way of the program.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// Things that wait in a buffer `B`.
pub(in crate::telemetry) struct Queue<B> {
    held: Mutex<Held<B>>,
    bounds: Bounds,
    /// There is something, where there was nothing.
    wake: Notify,
    /// There is much, or someone waits for it.
    hurry: Notify,
}

/// How much may wait. Sizes are in bytes, or in things where all weigh one.
#[derive(Debug, Clone, Copy)]
pub(in crate::telemetry) struct Bounds {
    /// The most that may wait.
    pub(in crate::telemetry) size: usize,
    /// From this size on it is taken at once.
    pub(in crate::telemetry) enough_size: usize,
    /// From this many things on it is taken at once.
    pub(in crate::telemetry) enough_things: usize,
}

/// What waits.
#[derive(Default)]
pub(super) struct Held<B> {
    pub(super) buffer: B,
    pub(super) size: usize,
    pub(super) things: usize,
    closed: bool,
}

impl<B: Default> Queue<B> {
    pub(in crate::telemetry) fn new(bounds: Bounds) -> Self {
        let held = Mutex::new(Held { buffer: B::default(), size: 0, things: 0, closed: false });
        Self { held, bounds, wake: Notify::new(), hurry: Notify::new() }
    }

    /// Adds a thing of `size` by `put`. False where it does not fit, or nothing is taken any more.
    pub(super) fn add(&self, size: usize, put: impl FnOnce(&mut B)) -> bool {
        let mut held = self.locked();
        if held.closed || held.size + size > self.bounds.size {
            return false;
        }
        put(&mut held.buffer);
        let enough = self.is_enough(&held);
        held.size += size;
        held.things += 1;
        let (first, enough) = (held.things == 1, !enough && self.is_enough(&held));
        drop(held);
        if first {
            self.wake.notify_one();
        }
        if enough {
            self.hurry.notify_one();
        }
        true
    }

    fn is_enough(&self, held: &Held<B>) -> bool {
        held.size >= self.bounds.enough_size || held.things >= self.bounds.enough_things
    }

    pub(super) fn locked(&self) -> MutexGuard<'_, Held<B>> {
        // Nothing panics between two changes.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes nothing any more.
    pub(super) fn close(&self) {
        self.locked().closed = true;
    }

    /// Has what is there taken at once.
    pub(super) fn press(&self) {
        self.wake.notify_one();
        self.hurry.notify_one();
    }

    /// Waits until there is something, and then for `pace` to pass, unless it is pressed.
    pub(super) async fn due(&self, pace: Duration) {
        self.wake.notified().await;
        // Which of the two it was does not matter.
        let _ = tokio::time::timeout(pace, self.hurry.notified()).await;
    }
}
