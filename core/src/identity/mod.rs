//! Who this process is: the in-process metadata collector.
//!
//! Detectors look at environment and files for what speaks for their place; those with a sign are
//! asked side by side, under one deadline. Their parts are merged in this order, the most specific
//! first, and the first to name a key wins: `lambda`, `ecs`, `eks`, `gke`, `aks`, `kubernetes`,
//! `ec2`, `gcp`, `azure`, `local`. Keys of `cloud` and `host` are only taken from parts of the cloud
//! that the first part named.

mod cache;
mod client;
mod collector;
mod detectors;
mod document;
mod finding;
mod hints;
mod kubernetes;
mod merge;
mod process;
pub mod redact;
mod report;
mod service_account;
mod surroundings;

pub use collector::Collector;
pub use document::{Fields, Identity};
pub use finding::Trouble;
pub use redact::REDACTED;
pub use report::{Collected, Outcome, Report};
pub use surroundings::{ROOT_VARIABLE, Surroundings};

/// The host's name, as the kernel has it.
#[must_use]
pub fn hostname() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}
