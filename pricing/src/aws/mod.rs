//! Rules for AWS: one file for each service turns a plain description into cost lines.
//!
//! Every price is looked up through [`AwsPrices`]. Free tiers, savings plans, reservations and
//! contract discounts are not considered: the figures are what the list says.

pub mod address;
pub mod ebs;
pub mod ec2;
pub mod eks;
pub mod lambda;
mod prices;
pub mod rds;
mod regions;
pub mod s3;

pub use prices::AwsPrices;
pub use regions::{is_known_region, nearest_region};
