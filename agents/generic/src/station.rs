//! When collectors run: with every cycle, or on a beat of their own.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use crate::collectors::{CollectError, Collector};
use crate::measurement::Measurement;

/// The collectors of an agent.
pub(crate) struct Station {
    posts: Vec<Arc<Post>>,
    patience: Duration,
    /// The beats that run in the background; they end with the station.
    beats: Mutex<Option<JoinSet<()>>>,
}

/// A collector and its last measurement.
struct Post {
    collector: Arc<dyn Collector>,
    /// Time between two runs; `None` runs it with every cycle.
    interval: Option<Duration>,
    latest: watch::Sender<Option<Arc<Measurement>>>,
    counts: Mutex<Counts>,
}

/// What happened since the last snapshot.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    runs: u64,
    failed: u64,
    missed: u64,
    latest_start: Duration,
}

/// A measurement and what its record says of the beat it came with.
pub(crate) type Measured = (Arc<Measurement>, Map<String, Value>);

impl Station {
    /// Collectors, each with the time between two runs where it has a beat of its own. A cycle waits
    /// for none longer than `patience`: one that hangs for hours must not hold up the others'
    /// figures.
    pub(crate) fn new(
        collectors: Vec<(Arc<dyn Collector>, Option<Duration>)>,
        patience: Duration,
    ) -> Self {
        let post = |(collector, interval)| {
            let (latest, _) = watch::channel(None);
            Arc::new(Post { collector, interval, latest, counts: Mutex::default() })
        };
        let posts = collectors.into_iter().map(post).collect();
        Self { posts, patience, beats: Mutex::new(None) }
    }

    /// The collectors, in order.
    pub(crate) fn collectors(&self) -> impl Iterator<Item = &Arc<dyn Collector>> {
        self.posts.iter().map(|post| &post.collector)
    }

    /// Runs every collector once, side by side.
    pub(crate) async fn all_now(&self) -> Vec<Measured> {
        let take = self.posts.iter().map(|post| async {
            (Arc::new(Measurement::take(&*post.collector).await), Map::new())
        });
        join_all(take).await
    }

    /// Runs the collectors without a beat, and takes the last measurement of the others. The first
    /// time their beats begin, and their first measurements are waited for.
    pub(crate) async fn of_this_cycle(&self) -> Vec<Measured> {
        self.begin();
        let taken = self.posts.iter().map(|post| async {
            let measuring = async {
                match post.interval {
                    None => (Arc::new(Measurement::take(&*post.collector).await), Map::new()),
                    Some(interval) => (post.last().await, post.record(interval)),
                }
            };
            timeout(self.patience, measuring)
                .await
                .unwrap_or_else(|_| (Arc::new(post.late(self.patience)), Map::new()))
        });
        join_all(taken).await
    }

    /// Starts the beats, once. Those of one interval are spread over it, so that a hundred plugins
    /// do not start in the same moment.
    fn begin(&self) {
        let mut beats = self.beats.lock().unwrap_or_else(PoisonError::into_inner);
        if beats.is_some() {
            return;
        }
        let mut set = JoinSet::new();
        let start = Instant::now();
        for (index, post) in self.posts.iter().enumerate() {
            let Some(interval) = post.interval else { continue };
            let alike = |posts: &[Arc<Post>]| {
                posts.iter().filter(|other| other.interval == Some(interval)).count()
            };
            let (before, all) = (alike(&self.posts[..index]), alike(&self.posts));
            // The fraction is in (0, 1], so that the second run is not at once after the first.
            let offset = interval.mul_f64((before + 1) as f64 / all as f64);
            set.spawn(Arc::clone(post).beat(start + offset, interval));
        }
        *beats = Some(set);
    }
}

impl Post {
    /// Measures at once, and then at every beat. A beat that is late keeps the time of the next.
    async fn beat(self: Arc<Self>, first: Instant, interval: Duration) {
        self.measure().await;
        let mut ticker = interval_at(first, interval);
        ticker.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut expected = first;
        loop {
            let due = ticker.tick().await;
            let missed = beats_between(expected, due, interval);
            expected = due + interval;
            self.count(|counts| {
                counts.missed += missed;
                counts.latest_start = counts.latest_start.max(due.elapsed());
            });
            self.measure().await;
        }
    }

    async fn measure(&self) {
        let measurement = Measurement::take_apart(&*self.collector).await;
        let failed = u64::from(measurement.outcome.is_err());
        self.count(|counts| {
            counts.runs += 1;
            counts.failed += failed;
        });
        self.latest.send_replace(Some(Arc::new(measurement)));
    }

    fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The last measurement; the first one is waited for.
    async fn last(&self) -> Arc<Measurement> {
        let mut latest = self.latest.subscribe();
        let waited = latest.wait_for(Option::is_some).await.map(|seen| seen.clone());
        match waited {
            Ok(Some(measurement)) => measurement,
            // The sender is this post itself; measuring now is right in any case.
            _ => Arc::new(Measurement::take(&*self.collector).await),
        }
    }

    /// That it has not measured within a cycle's patience. One with a beat goes on; another was
    /// ended.
    fn late(&self, patience: Duration) -> Measurement {
        let seconds = patience.as_secs_f64();
        let error = CollectError::new(match self.interval {
            Some(_) => format!("its first run did not end within {seconds} s, and goes on"),
            None => format!("it did not end within {seconds} s, the time between two cycles"),
        });
        let hint = "give it a shorter timeout, or an interval of its own";
        Measurement::failed(self.collector.name(), error.hint(hint), patience)
    }

    /// What its record says of the beat: the counts since the last snapshot.
    fn record(&self, interval: Duration) -> Map<String, Value> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let Counts { runs, failed, missed, latest_start } = std::mem::take(&mut *counts);
        let milliseconds = u64::try_from(latest_start.as_millis()).unwrap_or(u64::MAX);
        Map::from_iter([
            ("interval_seconds".to_owned(), interval.as_secs().into()),
            ("runs".to_owned(), runs.into()),
            ("failed_runs".to_owned(), failed.into()),
            ("missed_beats".to_owned(), missed.into()),
            ("latest_start_ms".to_owned(), milliseconds.into()),
        ])
    }
}

/// How many beats were left out between the one that was expected and the one that came.
fn beats_between(expected: Instant, came: Instant, interval: Duration) -> u64 {
    let late = came.saturating_duration_since(expected).as_nanos();
    u64::try_from(late / interval.as_nanos().max(1)).unwrap_or(u64::MAX)
}
