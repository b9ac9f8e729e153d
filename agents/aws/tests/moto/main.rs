//! The agent against software that this project did not write: moto in AWS's place and the real
//! OpenFinOps server. One program, so that it is linked once.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod facts;
mod fleet;
mod identify;
mod lab;
mod policy;
mod verbs;
