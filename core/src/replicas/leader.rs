//! Leader election: of several replicas one collects, and another takes over where it ends.
//!
//! A replica that holds the Lease renews it four times within its duration. Another takes it only once
//! it has itself seen the Lease unchanged for the whole duration, by a clock of its own that nobody
//! sets; no time that is written in the Lease is compared with any clock. The holder counts from
//! before it sent its last successful write, and stops at two thirds of the duration: it has stopped
//! before anybody can take over, whatever the machines' clocks say.
//!
//! What that leaves is a replica that was held up in the middle and goes on as if no time had passed.
//! So each interval is written into the Lease before it is collected, and the API server
//! takes one writer only: no interval is ever collected by two. What such a replica has still in its
//! hands is checked before it is stored ([`Leader::still`]).

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Mutex, watch};

use super::intervals::{Interval, Intervals};
use super::lease::{LeaseApi, LeaseFailure, Record};
use super::moment::Moment;

/// How often a write is tried again at once where another one came first.
const TRIES: u32 = 5;

/// Where this replica stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nothing is known yet.
    Starting,
    /// It collects, until then at most.
    Leading(Moment),
    /// Another one does.
    Standby(String),
    /// It cannot be known who does.
    Unknown(LeaseFailure),
}

/// What became of the wish to collect an interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Claim {
    /// It is this replica's to collect.
    Granted,
    /// This interval has been collected, or one that reaches into it and ends then.
    Collected(Timestamp),
    /// Another replica holds the Lease.
    Standby,
}

/// One replica of several, of which one collects.
pub(crate) struct Leader {
    api: LeaseApi,
    me: String,
    duration: Duration,
    intervals: Arc<Intervals>,
    /// The version that somebody else wrote, and when it was first seen here. Also lets one write
    /// after another.
    observed: Mutex<Option<(String, Moment)>>,
    place: watch::Sender<Place>,
    /// When this replica last took the Lease over, for whoever watches.
    since: std::sync::Mutex<Timestamp>,
}

impl Leader {
    pub(crate) fn new(
        api: LeaseApi,
        me: String,
        duration: Duration,
        intervals: Arc<Intervals>,
    ) -> Self {
        let place = watch::Sender::new(Place::Starting);
        let since = std::sync::Mutex::new(Timestamp::now());
        Self { api, me, duration, intervals, observed: Mutex::default(), place, since }
    }

    /// Holds the Lease, or waits for it, for ever.
    pub(crate) async fn keep(&self) {
        loop {
            if let Err(failure) = self.step(None).await {
                self.failed(failure);
            }
            tokio::time::sleep(self.duration / 4).await;
        }
    }

    /// Gives the Lease up, so that another replica need not wait for its end.
    pub(crate) async fn give_up(&self) {
        let _one = self.observed.lock().await;
        // First here: from now on nothing is collected.
        self.tell(Place::Starting);
        let Ok(found) = self.api.get().await else { return };
        let record = Record::from(found.lease);
        if record.holder() == Some(&*self.me)
            && let Err(failure) = self.api.put(record.given_up(Timestamp::now()).into_lease()).await
        {
            tracing::debug!(%failure, "the lease stays until it runs out");
        }
    }

    /// Wishes to collect `interval`.
    ///
    /// # Errors
    /// The Lease cannot be read or written.
    pub(crate) async fn claim(&self, interval: Interval) -> Result<Claim, LeaseFailure> {
        self.step(Some(interval)).await
    }

    /// Whether this replica leads, at this very moment.
    pub(crate) fn still(&self) -> bool {
        matches!(&*self.place.borrow(), Place::Leading(until) if !until.left().is_zero())
    }

    /// Returns once this replica does not lead any more.
    pub(crate) async fn lost(&self) {
        let mut place = self.place.subscribe();
        loop {
            let left = match &*place.borrow_and_update() {
                Place::Leading(until) => until.left(),
                _ => Duration::ZERO,
            };
            if left.is_zero() {
                return;
            }
            // What comes first; the sender lives as long as this.
            let _ = tokio::time::timeout(left, place.changed()).await;
        }
    }

    /// Returns once this replica leads.
    pub(crate) async fn won(&self) {
        let mut place = self.place.subscribe();
        while !self.still() {
            // The sender lives as long as this.
            let _ = place.changed().await;
        }
    }

    /// Where it stands.
    pub(crate) fn place(&self) -> Place {
        let place = self.place.borrow().clone();
        match place {
            Place::Leading(until) if until.left().is_zero() => Place::Starting,
            place => place,
        }
    }

    /// When this replica last took the Lease over.
    pub(crate) fn since(&self) -> Timestamp {
        // One value that is replaced whole.
        *self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The name of the Lease.
    pub(crate) fn lease(&self) -> &str {
        self.api.name()
    }

    /// Takes or renews the Lease where that is this replica's right, with a claim or without.
    async fn step(&self, claim: Option<Interval>) -> Result<Claim, LeaseFailure> {
        let mut observed = self.observed.lock().await;
        for _ in 0..TRIES {
            match self.attempt(claim, &mut observed).await {
                Err(LeaseFailure::Conflict) => {}
                done => return done,
            }
        }
        Err(LeaseFailure::Conflict)
    }

    async fn attempt(
        &self,
        claim: Option<Interval>,
        observed: &mut Option<(String, Moment)>,
    ) -> Result<Claim, LeaseFailure> {
        let found = self.api.get().await?;
        self.intervals.told(found.server_time);
        let record = Record::from(found.lease);
        if let Some(holder) = record.holder().filter(|_| !self.may_hold(&record, observed)) {
            self.tell(Place::Standby(holder.to_owned()));
            return Ok(Claim::Standby);
        }
        let mut outcome = Claim::Granted;
        let mut next = record.clone().held_by(&self.me, self.duration, Timestamp::now());
        if let Some(interval) = claim {
            match record.interval()? {
                // The answer to an earlier try was lost on its way.
                Some(last) if last == interval && record.collector() == Some(&*self.me) => {}
                // One of another length may reach into this one.
                Some(last) if last.end > interval.begin => outcome = Claim::Collected(last.end),
                _ => next = next.collecting(interval, &self.me),
            }
        }
        let sent = Moment::now();
        self.api.put(next.into_lease()).await?;
        self.tell(Place::Leading(sent.plus(self.duration * 2 / 3)));
        Ok(outcome)
    }

    /// Whether the Lease is free, this replica's, or has run out before its eyes.
    fn may_hold(&self, record: &Record, observed: &mut Option<(String, Moment)>) -> bool {
        if record.holder().is_none_or(|holder| holder == self.me) {
            *observed = None;
            return true;
        }
        let version = record.version().unwrap_or_default();
        let wait = record.duration().unwrap_or_default().max(self.duration);
        match observed {
            Some((seen, since)) if seen == version => since.elapsed() >= wait,
            _ => {
                *observed = Some((version.to_owned(), Moment::now()));
                false
            }
        }
    }

    /// A failure while the Lease is still held changes nothing yet.
    fn failed(&self, failure: LeaseFailure) {
        tracing::debug!(%failure, lease = self.lease(), "the lease was not renewed");
        if !self.still() {
            self.tell(Place::Unknown(failure));
        }
    }

    fn tell(&self, place: Place) {
        let lease = self.lease();
        let before = self.place.send_replace(place.clone());
        if std::mem::discriminant(&before) == std::mem::discriminant(&place) {
            return;
        }
        match place {
            Place::Leading(_) => {
                *self.since.lock().unwrap_or_else(PoisonError::into_inner) = Timestamp::now();
                tracing::info!(lease, "this replica collects from now on");
            }
            Place::Standby(leader) => tracing::info!(lease, %leader, "another replica collects"),
            Place::Unknown(failure) => {
                tracing::warn!(lease, %failure, "nothing is collected: nobody knows who leads");
            }
            Place::Starting => {}
        }
    }
}
