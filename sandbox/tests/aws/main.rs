//! aws-agent before the sandbox's AWS: identities, refusals, and the same fleet on moto.

#[path = "../support/mod.rs"]
mod support;

mod agent;
mod metadata;
mod moto;
mod refusals;
