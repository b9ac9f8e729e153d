//! The engine of the price sync before a server that does whatever servers do.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod answers;
mod outcomes;
mod packed;
mod pages;
mod places;
mod refreshed;
mod resumed;
mod support;
mod watched;
