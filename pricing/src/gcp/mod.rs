//! Rules for Google Cloud: one file for each service turns a plain description into cost lines.
//!
//! Every price is looked up through [`ListPrices`](crate::ListPrices). Free tiers, committed-use
//! discounts and contracts are not considered: the figures are what the list says. The
//! sustained-use discount, which Google gives without being asked, is a figure of its own beside
//! the list price ([`compute::sustained_use`]) and is never taken off it.

pub mod address;
pub mod catalog;
pub mod compute;
mod derived;
pub mod disk;
pub mod functions;
pub mod gke;
pub mod license;
pub mod machine_type;
pub mod sql;
pub mod storage;

pub use crate::measured::Measured;
