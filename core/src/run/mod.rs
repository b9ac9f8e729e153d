//! Running: what a cycle adds up to, when the next one starts, what the process ends with.

mod exit;
mod report;
mod schedule;
mod table;

pub use exit::ExitStatus;
pub use report::{CycleReport, Expensive, GroupTotals, ServiceTotals};
pub use schedule::Schedule;
pub use table::{printable, render};
