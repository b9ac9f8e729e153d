//! The identity as a process gets it: from scripted metadata servers, files and variables.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod cache;
mod clouds;
mod clusters;
mod faults;
mod hints;
mod keys;
mod proxies;
mod support;
mod switches;
