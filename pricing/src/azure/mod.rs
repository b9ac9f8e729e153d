//! Rules for Azure: one file for each service turns a plain description into cost lines.
//!
//! Every price is looked up through [`ListPrices`](crate::ListPrices). Free grants, reservations,
//! savings plans and contract discounts are not considered: the figures are what the list says.

pub mod aks;
pub mod disk;
pub mod functions;
pub mod size;
pub mod sql;
pub mod storage;
pub mod vm;

pub use crate::measured::Measured;
