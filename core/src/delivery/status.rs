//! How each sink does, for whoever looks.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::lane::Lane;
use super::registering::RegistrationState;
use super::{Delivery, blocking};
use crate::outbox::Depth;

/// How one sink does.
#[derive(Debug, Clone)]
pub struct SinkStatus {
    /// Its name in the queue.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// Whether it knows the agent.
    pub registration: RegistrationState,
    /// The trouble with it, where there is some.
    pub trouble: Option<Trouble>,
    /// What waits for it.
    pub depth: Depth,
    /// Documents that it took since the process started.
    pub delivered: u64,
    /// Tries beyond the first since the process started.
    pub retries: u64,
}

/// Why a sink is left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Since when.
    pub since: Timestamp,
    /// What went wrong at the last try.
    pub reason: String,
    /// How long until it is tried again.
    pub next_try: Duration,
}

impl Delivery {
    /// How every sink does.
    pub async fn status(&self) -> Vec<SinkStatus> {
        let names: Vec<String> = self.lanes.iter().map(|it| it.sink.name().to_owned()).collect();
        let outbox = Arc::clone(&self.outbox);
        let depths = blocking(move || names.iter().map(|name| outbox.depth(name)).collect());
        // Where the file cannot be read, its trouble is shown elsewhere.
        let depths: Vec<Depth> = depths.await.unwrap_or_default();
        let depths = depths.into_iter().chain(std::iter::repeat(Depth::default()));
        self.lanes.iter().zip(depths).map(|(lane, depth)| status(lane, depth)).collect()
    }
}

fn status(lane: &Lane, depth: Depth) -> SinkStatus {
    let trouble = lane.breaker().open().map(|open| Trouble {
        since: open.since,
        reason: open.reason.clone(),
        next_try: open.next_try.saturating_duration_since(Instant::now()),
    });
    SinkStatus {
        name: lane.sink.name().to_owned(),
        address: lane.sink.address(),
        registration: lane.registration(),
        trouble,
        depth,
        delivered: lane.delivered(),
        retries: lane.sink.retries(),
    }
}
