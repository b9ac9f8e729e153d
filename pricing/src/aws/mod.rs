//! Rules for AWS: one file for each service turns a plain description into cost lines.
//!
//! Every price is looked up through [`ListPrices`](crate::ListPrices). Free tiers, savings plans, reservations and
//! contract discounts are not considered: the figures are what the list says.

pub mod address;
pub mod ebs;
pub mod ec2;
pub mod eks;
pub mod lambda;
pub mod rds;
mod regions;
pub mod s3;

pub use regions::{is_known_region, nearest_region};
