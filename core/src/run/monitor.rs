//! What an agent has done since it started, for whoever looks: the admin port.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::exit::ExitStatus;
use super::report::{CycleReport, known_sum};
use crate::model::ServiceName;

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
    /// The services that failed somewhere in the last cycle: in how many cycles in a row.
    pub failing: BTreeMap<ServiceName, u64>,
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
        record.failing = still_failing(&record.failing, &report);
        record.last_cycle = Some(Arc::new(report));
    }

    fn lock(&self) -> MutexGuard<'_, Record> {
        // Sums are whole between any two statements.
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// In how many cycles in a row services failed, after one more. A cycle that asked nobody tells
/// nothing of services.
fn still_failing(
    before: &BTreeMap<ServiceName, u64>,
    report: &CycleReport,
) -> BTreeMap<ServiceName, u64> {
    if report.scopes == 0 {
        return before.clone();
    }
    let failed = report.services.iter().filter(|(_, totals)| totals.failures > 0);
    failed.map(|(name, _)| (name.clone(), 1 + before.get(name).copied().unwrap_or(0))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::ServiceTotals;

    fn cycle(failures: &[(&'static str, u64)]) -> CycleReport {
        let mut report = CycleReport::new(&[]);
        report.scopes = 2;
        for &(name, failures) in failures {
            let totals = ServiceTotals { failures, ..ServiceTotals::default() };
            report.services.insert(name.into(), totals);
        }
        report
    }

    fn failing(monitor: &Monitor) -> Vec<(ServiceName, u64)> {
        monitor.record().failing.into_iter().collect()
    }

    #[test]
    fn cycles_in_which_a_service_failed_are_counted_until_it_answers() {
        let monitor = Monitor::default();
        monitor.cycle_ended(cycle(&[("ec2", 0), ("rds", 1)]));
        assert_eq!(failing(&monitor), [("rds".into(), 1)]);
        monitor.cycle_ended(cycle(&[("ec2", 2), ("rds", 2)]));
        assert_eq!(failing(&monitor), [("ec2".into(), 1), ("rds".into(), 2)]);
        monitor.cycle_ended(cycle(&[("ec2", 1), ("rds", 0)]));
        assert_eq!(failing(&monitor), [("ec2".into(), 2)]);
    }

    #[test]
    fn a_cycle_that_asked_nobody_ends_no_series_of_failures() {
        let monitor = Monitor::default();
        monitor.cycle_ended(cycle(&[("rds", 1)]));
        monitor.cycle_ended(CycleReport::new(&[]));
        assert_eq!(failing(&monitor), [("rds".into(), 1)]);
    }
}
