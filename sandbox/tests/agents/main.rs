//! Each agent over a fleet of its cloud: every service's count, cost, unpriced and partly priced
//! records are the truth's.

#[path = "../support/mod.rs"]
mod support;

mod aws;
mod azure;
mod gcp;
mod generic;
