//! Running: one cycle, cycle after cycle, what a cycle adds up to, what the process ends with.

pub(crate) mod continuous;
pub(crate) mod cycle;
mod exit;
mod monitor;
mod notify;
mod place;
mod plan;
mod report;
mod schedule;
mod table;

pub use exit::ExitStatus;
pub use monitor::{Monitor, Record};
pub use notify::{notify_ready, notify_reloading, notify_stopping, watchdog};
pub use place::Place;
pub use plan::{Plan, Shutdown};
pub use report::{CycleReport, Expensive, GroupTotals, ReadingNote, ServiceTotals};
pub use schedule::Schedule;
pub use table::{printable, render};
