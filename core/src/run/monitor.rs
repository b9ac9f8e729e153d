//! What an agent has done since it started, for whoever looks: the admin port.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::exit::ExitStatus;
use super::report::{CycleReport, known_sum};

/// What an agent has done since it started.
#[derive(Debug)]
pub struct Monitor {
    started_at: Timestamp,
    record: Mutex<Record>,
}

/// The figures so far.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Cycles that are over.
    pub cycles: u64,
    /// Those of them that could not begin or collected nothing.
    pub failed_cycles: u64,
    /// Requests to the vendor's APIs.
    pub api_calls: u64,
    /// How many of those were repeats.
    pub retries: u64,
    /// How many answers said 'too many requests'.
    pub throttled: u64,
    /// What the vendor charges for them, in USD at list price.
    pub api_cost: Option<Decimal>,
    /// The last cycle.
    pub last_cycle: Option<Arc<CycleReport>>,
}

impl Default for Monitor {
    fn default() -> Self {
        Self { started_at: Timestamp::now(), record: Mutex::default() }
    }
}

impl Monitor {
    /// When the process started.
    #[must_use]
    pub fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// The figures so far.
    #[must_use]
    pub fn record(&self) -> Record {
        self.lock().clone()
    }

    /// Notes a cycle.
    pub fn cycle_ended(&self, report: CycleReport) {
        let mut record = self.lock();
        record.cycles += 1;
        let status = report.exit_status();
        let failed = matches!(status, ExitStatus::Usage | ExitStatus::Nothing);
        record.failed_cycles += u64::from(failed);
        record.api_calls += report.api_calls;
        record.retries += report.retries;
        record.throttled += report.throttled;
        record.api_cost = known_sum(record.api_cost, report.api_cost);
        record.last_cycle = Some(Arc::new(report));
    }

    fn lock(&self) -> MutexGuard<'_, Record> {
        // Sums are whole between any two statements.
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
