//! When to sync, apart from how.

use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::state::RefreshState;

/// The wait after the first failure, and where another process syncs; doubled for each further
/// failure.
const AFTER_A_FAILURE: Duration = Duration::from_secs(15 * 60);
/// The longest delay of the first sync.
const LONGEST_DELAY: Duration = Duration::from_secs(15 * 60);
/// The wait where it is not known what is wanted.
const UNTIL_WANTED: Duration = Duration::from_secs(5 * 60);
/// How often the age of the tables is looked at.
const LOOK: Duration = Duration::from_secs(3600);
/// How long after a warning of old prices the next one is.
const WARN_AGAIN: Duration = Duration::from_secs(24 * 3600);

/// Tells the wall's time.
pub(super) type Clock = fn() -> Timestamp;

/// What is done by and by.
pub(super) trait Syncing {
    /// How long ago the youngest table of the book was taken.
    fn youngest(&self) -> Option<Duration>;
    /// The oldest wanted table, and its age.
    fn oldest(&self) -> Option<(String, Duration)>;
    /// One sync.
    fn sync(&mut self) -> impl Future<Output = Attempt> + Send;
    /// What tells the wall's time.
    fn clock(&self) -> Clock;
}

/// What became of one sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Attempt {
    /// Every wanted table is up to date.
    Done {
        /// Rows of the book.
        rows: u64,
    },
    /// Another process syncs: which.
    Busy(String),
    /// It is not known yet what is wanted.
    NothingWanted,
    /// A table did not come: what failed and what to do.
    Failed(String),
}

/// When to sync.
pub(super) struct Pace<'a> {
    every: Duration,
    warn_after: Duration,
    state: &'a RefreshState,
    failures: u32,
    /// What the log was last told.
    told: Option<String>,
    warned: Option<Instant>,
}

impl<'a> Pace<'a> {
    pub(super) fn new(every: Duration, warn_after: Duration, state: &'a RefreshState) -> Self {
        // A sync without a pause would be an attack.
        let every = every.max(Duration::from_secs(60));
        Self { every, warn_after, state, failures: 0, told: None, warned: None }
    }

    /// Syncs for ever.
    pub(super) async fn run(mut self, mut syncing: impl Syncing) {
        let mut wait = self.first(syncing.youngest());
        loop {
            self.wait(wait, &syncing).await;
            wait = match self.made_by_another(&syncing) {
                Some(rest) => rest,
                None => {
                    self.state.change(|figures| figures.running = true);
                    let attempt = syncing.sync().await;
                    self.state.change(|figures| figures.running = false);
                    self.after(attempt, (syncing.clock())())
                }
            };
        }
    }

    /// The wait before the first sync.
    fn first(&self, age: Option<Duration>) -> Duration {
        let delay = (self.every / 10).min(LONGEST_DELAY).mul_f64(fastrand::f64());
        let left = age.map_or(Duration::ZERO, |age| self.every.saturating_sub(age));
        left + delay
    }

    /// The wait after a sync; writes down and logs how it went.
    fn after(&mut self, attempt: Attempt, now: Timestamp) -> Duration {
        match attempt {
            Attempt::Done { rows } => {
                tracing::info!(rows, "the price book is up to date");
                (self.failures, self.told) = (0, None);
                self.state.change(|figures| {
                    figures.last_success = Some(now);
                    (figures.failures, figures.reason) = (0, None);
                });
                jittered(self.every)
            }
            Attempt::Failed(why) => {
                self.failures = self.failures.saturating_add(1);
                if self.told.as_ref() != Some(&why) {
                    tracing::warn!(
                        problem = why,
                        "prices could not be brought up to date; the ones that are there stay in use, \
                         and it is tried again"
                    );
                    self.told = Some(why.clone());
                }
                let failures = self.failures;
                self.state.change(|figures| {
                    figures.last_failure = Some(now);
                    (figures.failures, figures.reason) = (failures, Some(why));
                });
                let doublings = (failures - 1).min(16);
                jittered(AFTER_A_FAILURE.saturating_mul(1 << doublings).min(self.every))
            }
            Attempt::Busy(why) => {
                tracing::debug!(why, "another process brings the prices up to date");
                jittered(AFTER_A_FAILURE.min(self.every))
            }
            Attempt::NothingWanted => UNTIL_WANTED.min(self.every),
        }
    }

    /// The rest of the wait where a sync is due, but another process has made one meanwhile.
    fn made_by_another(&self, syncing: &impl Syncing) -> Option<Duration> {
        let age = syncing.youngest().filter(|_| self.failures == 0)?;
        (age < self.every / 2).then(|| jittered(self.every - age))
    }

    /// Waits, and looks at times whether prices have become old.
    async fn wait(&mut self, wait: Duration, syncing: &impl Syncing) {
        let next =
            Timestamp::try_from(std::time::SystemTime::from((syncing.clock())()) + wait).ok();
        self.state.change(|figures| figures.next = next);
        let end = Instant::now() + wait;
        loop {
            self.warn(syncing.oldest());
            let now = Instant::now();
            if now >= end {
                return;
            }
            tokio::time::sleep_until(end.min(now + LOOK)).await;
        }
    }

    fn warn(&mut self, oldest: Option<(String, Duration)>) {
        let Some((what, age)) = oldest.filter(|(_, age)| *age > self.warn_after) else { return };
        if self.warned.is_some_and(|warned| warned.elapsed() < WARN_AGAIN) {
            return;
        }
        self.warned = Some(Instant::now());
        let hours = age.as_secs() / 3600;
        tracing::warn!(
            hours,
            "{what} was last seen to hold {hours} hours ago; run pricing sync to see what fails"
        );
    }
}

/// A tenth more or less, so that a fleet does not ask all at once.
fn jittered(wait: Duration) -> Duration {
    wait.mul_f64(0.9 + 0.2 * fastrand::f64())
}
