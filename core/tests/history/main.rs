//! The history and the report from snapshots to figures. Every expected figure is worked out by
//! hand from rates and times: 0.12 USD an hour is 0.01 USD in the five minutes between snapshots.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod accrual;
mod changes;
mod groups;
mod printing;
mod support;
