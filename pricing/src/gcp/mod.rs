//! Rules for Google Cloud: one file for each service turns a plain description into cost lines.
//!
//! Every price is looked up through [`ListPrices`](crate::ListPrices). Free tiers, committed-use
//! discounts and contracts are not considered: the figures are what the list says. The
//! sustained-use discount, which Google gives without being asked, is a line of its own.

pub mod functions;
pub mod gke;
pub mod sql;
pub mod storage;

pub use crate::measured::Measured;
