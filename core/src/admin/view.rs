//! What the status page and the metrics show: plain data, no I/O.
//!
//! What is not known is `None` or is missing, and is shown as unknown. Nothing here turns it into
//! zero.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use prometheus::proto::MetricFamily;
use rust_decimal::Decimal;

use super::cycle::Cycle;
use super::readiness::Readiness;
use crate::model::CostRate;
use crate::replicas::Standing;

/// Everything the admin port shows of an agent, as of one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Which agent this is.
    pub agent: Agent,
    /// When the process started.
    pub started_at: Timestamp,
    /// The moment this view was taken: every age is counted up to here.
    pub now: Timestamp,
    /// The time from one cycle's start to the next one's.
    pub interval: Duration,
    /// Where it stands among the agents that share its work.
    pub standing: Standing,
    /// Whether the server knows this agent.
    pub registration: Registration,
    /// Cycles that ended since the start.
    pub cycles: u64,
    /// How many of them could not begin, or could collect nothing.
    pub cycle_failures: u64,
    /// The last cycle that ended. `None` before the first.
    pub last_cycle: Option<Cycle>,
    /// Requests to the vendor's APIs since the start.
    pub calls: Calls,
    /// Where documents go, in the order of the configuration.
    pub sinks: Vec<Sink>,
    /// What was collected and is not delivered yet.
    pub outbox: Outbox,
    /// The prices in use. `None` for an agent that uses none.
    pub price_book: Option<PriceBook>,
    /// What each service cost, hour by hour, oldest first. An hour that is missing is a gap.
    pub history: Vec<HistoryPoint>,
    /// How often the agent's own functions ran and how long they took, as the traces counted it.
    pub functions: Vec<MetricFamily>,
}

impl View {
    /// What readiness depends on, as of this view.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        Readiness {
            configured: true,
            registered: !matches!(self.registration, Registration::Waiting { .. }),
            queueing: self.outbox.in_memory_because.is_none(),
            started_at: self.started_at,
            last_cycle: self.last_cycle.as_ref().map(|cycle| cycle.finished_at),
            interval: self.interval,
            standing: self.standing.clone(),
        }
    }
}

/// Which agent this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// The agent's name: `aws-agent`.
    pub name: String,
    /// Its version: `0.1.0`.
    pub version: String,
    /// The id that it keeps across restarts.
    pub agent_id: String,
    /// The host it runs on.
    pub hostname: String,
    /// Where in a cloud that is, in a few words. `None` outside of clouds.
    pub place: Option<String>,
}

/// Whether the server knows this agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registration {
    /// There is no server to register with.
    NotNeeded,
    /// The server knows it.
    Registered {
        /// When the server last said so.
        at: Timestamp,
    },
    /// The server does not know it yet. Documents are kept until it does.
    Waiting {
        /// Since when.
        since: Timestamp,
        /// Why: the last answer, or why there was none.
        reason: String,
    },
}

/// Requests to the vendor's APIs since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calls {
    /// Requests sent, retries included.
    pub api_calls: u64,
    /// How many of those were repeats.
    pub retries: u64,
    /// How many answers said 'too many requests'.
    pub throttled: u64,
    /// What the vendor charges for them, in USD at list price.
    pub estimated_cost: Option<Decimal>,
    /// Requests by operation: `ec2:DescribeInstances` → 3. May be empty.
    pub operations: Vec<(String, u64)>,
}

/// A place where documents go, and how that works out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sink {
    /// Its name, unique among the agent's sinks: `openfinops`.
    pub name: String,
    /// Where it is, for a person. Whoever fills this leaves credentials out. `None` for standard
    /// output and the like.
    pub address: Option<String>,
    /// Whether it takes documents.
    pub state: SinkState,
    /// Documents that wait for it.
    pub waiting: u64,
    /// When the oldest of them was collected. `None` where none waits.
    pub oldest: Option<Timestamp>,
    /// Documents it took since the start.
    pub delivered: u64,
    /// Documents it refused for good, which are kept aside.
    pub dead_letters: u64,
    /// Attempts since the start that repeated an earlier one.
    pub retries: u64,
}

/// Whether a sink takes documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SinkState {
    /// The last attempt succeeded, or there was none yet.
    Delivering,
    /// The last attempt failed. Documents wait.
    Down {
        /// When it first failed.
        since: Timestamp,
        /// Why the last attempt failed.
        reason: String,
        /// When it is tried again, where that is known.
        next_try: Option<Timestamp>,
    },
}

/// The store of what was collected and is not delivered yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outbox {
    /// What it holds, in bytes.
    pub bytes: u64,
    /// What it may hold, in bytes.
    pub max_bytes: u64,
    /// Documents given up since the start because it was full or they were too old.
    pub dropped: u64,
    /// Why documents are in memory only and would not survive a restart. `None` where they are on
    /// disk.
    pub in_memory_because: Option<String>,
}

/// The prices in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceBook {
    /// The day of its newest price.
    pub newest: Date,
    /// Prices in it.
    pub rows: u64,
    /// What is known of prices that were fetched from the vendor; `None` where only those are in
    /// use that the program was built with.
    pub synced: Option<SyncedPrices>,
    /// Attempts to fetch prices that failed, since the start.
    pub failures: u64,
    /// Why the prices are not as they should be: `run aws-agent pricing sync`.
    pub trouble: Option<String>,
}

impl PriceBook {
    /// Time since the prices were last seen to hold: since the oldest table was fetched, or else
    /// since the start of the day of the newest price. `None` where that cannot be said.
    #[must_use]
    pub fn age(&self, now: Timestamp) -> Option<Duration> {
        let since = match &self.synced {
            Some(synced) => synced.oldest,
            None => self.newest.to_zoned(TimeZone::UTC).ok()?.timestamp(),
        };
        // A clock that was set back makes nothing younger than new.
        Some(now.duration_since(since).try_into().unwrap_or_default())
    }
}

/// Prices that were fetched from the vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncedPrices {
    /// When the table that has waited longest was last seen to hold.
    pub oldest: Timestamp,
    /// When any table was last seen to hold.
    pub newest: Timestamp,
    /// Tables of them.
    pub tables: u64,
}

/// Tells of the prices in use, as they are at that moment.
pub type PriceWatch = Arc<dyn Fn() -> Option<PriceBook> + Send + Sync>;

/// What each service cost in one hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPoint {
    /// The start of the hour.
    pub at: Timestamp,
    /// The rate observed in that hour by service. `None`, or a service that is missing, is unknown.
    pub by_service: Vec<(String, Option<CostRate>)>,
}
