//! How replicas agree on who collects what in an interval: the first that begins it writes the layout
//! into the Lease, and the others go by that, also where they were started for another number of
//! replicas. The API server takes one writer only, so there is one layout an interval.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::intervals::{Interval, Intervals};
use super::layout::Layout;
use super::lease::{LeaseApi, LeaseFailure, Record};
use super::moment::Moment;

/// Between two tries.
const PAUSE: Duration = Duration::from_secs(1);

/// Between two tries where another replica wrote first: what it wrote is there already.
const BRIEF: Duration = Duration::from_millis(20);

/// How often a write is tried again at once where another one came first.
const TRIES: u32 = 5;

/// The most that a layout takes in the Lease, in bytes: half of what an object's annotations may
/// (<https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/>, 256 KiB).
const LAYOUT_LIMIT: usize = 128 << 10;

/// Why there is no layout for an interval.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoLayout {
    /// The Lease cannot be read or written.
    #[error("nothing is collected in this interval: {0}")]
    Lease(#[from] LeaseFailure),
    /// It is another time.
    #[error(
        "nothing is collected in the interval {0}: by the API server's clock it is not now; the next \
         cycle goes by that clock"
    )]
    NotNow(Interval),
    /// The Lease does not say what has been collected in it.
    #[error(
        "nothing is collected in the interval {0}: the lease was made or edited in it, and does not \
         say who collects what; the next interval is collected"
    )]
    Closed(Interval),
    /// The other replicas collect another interval.
    #[error(
        "nothing is collected in the interval {mine}: the other replicas collect {theirs}; give all \
         of them the same interval, or delete the lease where a clock was set back"
    )]
    Another {
        /// The interval of this replica.
        mine: Interval,
        /// That of the others.
        theirs: Interval,
    },
}

/// A Lease that holds how scopes are split.
pub(crate) struct Agreement {
    api: LeaseApi,
    me: String,
    duration: Duration,
    intervals: Arc<Intervals>,
    patience: Duration,
}

impl Agreement {
    /// Replicas agree within `patience` or not at all.
    pub(crate) fn new(
        api: LeaseApi,
        me: String,
        duration: Duration,
        intervals: Arc<Intervals>,
        patience: Duration,
    ) -> Self {
        Self { api, me, duration, intervals, patience }
    }

    /// The name of the Lease.
    pub(crate) fn lease(&self) -> &str {
        self.api.name()
    }

    /// Asks the API server for the time, and makes the Lease where there is none.
    ///
    /// # Errors
    /// The Lease cannot be read or written.
    pub(crate) async fn prepare(&self) -> Result<(), LeaseFailure> {
        for _ in 0..TRIES {
            let record = self.look().await?;
            if record.interval()?.is_some() {
                return Ok(());
            }
            match self.close(record, self.intervals.current()).await {
                Err(LeaseFailure::Conflict) => {}
                done => return done,
            }
        }
        Err(LeaseFailure::Conflict)
    }

    async fn look(&self) -> Result<Record, LeaseFailure> {
        let found = self.api.get().await?;
        self.intervals.told(found.server_time);
        Ok(Record::from(found.lease))
    }

    /// Lets nobody begin `interval` any more: others may have by a Lease that is gone.
    async fn close(&self, record: Record, interval: Interval) -> Result<(), LeaseFailure> {
        let next = record.held_by(&self.me, self.duration, Timestamp::now()).closing(interval);
        self.api.put(next.into_lease()).await.map(drop)
    }

    /// The layout of `interval`; this replica would make it for `count` replicas and the
    /// scopes `keys`.
    ///
    /// # Errors
    /// The API server does not answer in time, refuses, or says that the others collect another interval.
    pub(crate) async fn layout(
        &self,
        interval: Interval,
        count: u32,
        keys: &[&str],
    ) -> Result<Layout, NoLayout> {
        let begin = Moment::now();
        loop {
            let failure = match self.attempt(interval, count, keys).await {
                Err(NoLayout::Lease(failure)) => failure,
                done => return done,
            };
            let conflict = failure == LeaseFailure::Conflict;
            if begin.elapsed() >= self.patience {
                return Err(failure.into());
            }
            tracing::debug!(%failure, "the replicas have not agreed yet");
            let pause = if conflict { BRIEF } else { PAUSE };
            tokio::time::sleep(pause.min(self.patience / 4)).await;
        }
    }

    async fn attempt(
        &self,
        interval: Interval,
        count: u32,
        keys: &[&str],
    ) -> Result<Layout, NoLayout> {
        let record = self.look().await?;
        if !self.intervals.is_about(interval) {
            return Err(NoLayout::NotNow(interval));
        }
        let known = record.layout()?;
        match (record.interval()?, known) {
            (Some(last), Some(layout)) if last == interval && record.is_begun() => Ok(layout),
            (Some(last), _) if last == interval => Err(NoLayout::Closed(interval)),
            (None, _) => {
                self.close(record, interval).await?;
                Err(NoLayout::Closed(interval))
            }
            (Some(theirs), _) if theirs.end > interval.begin => {
                Err(NoLayout::Another { mine: interval, theirs })
            }
            (_, known) => {
                let layout = bounded(known.unwrap_or_default().next(count, keys));
                let next = record
                    .held_by(&self.me, self.duration, Timestamp::now())
                    .collecting(interval, &self.me)
                    .split(&layout);
                self.api.put(next.into_lease()).await?;
                Ok(layout)
            }
        }
    }
}

/// What does not fit into a Lease is left to chance.
fn bounded(layout: Layout) -> Layout {
    let fits = serde_json::to_vec(&layout).is_ok_and(|text| text.len() <= LAYOUT_LIMIT);
    if fits { layout } else { Layout::plain(layout.count()) }
}
