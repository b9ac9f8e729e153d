//! Whose a public IPv4 address is: AWS charges for its own, not for those an account brought.

use std::collections::HashMap;

use super::instance::{Address, Seen};
use crate::failure::failure;
use crate::scope::AwsScope;
use finops_core::model::{Event, ServiceFailure};

pub(super) const ACTION: &str = "ec2:DescribeAddresses";

/// The pools of the account's Elastic IP addresses.
pub(super) enum Pools {
    /// Address → pool.
    Known(HashMap<String, String>),
    /// They could not be asked for.
    Failed,
}

impl Pools {
    /// Asks, where any instance has an Elastic IP address; a call costs a round trip.
    pub(super) async fn ask(scope: &AwsScope, seen: &[Seen]) -> Self {
        let elastic =
            seen.iter().flat_map(|seen| &seen.addresses).any(|address| !address.assigned_at_launch);
        if !elastic {
            return Self::Known(HashMap::new());
        }
        match scope.ec2().describe_addresses().send().await {
            Ok(answer) => Self::Known(
                answer
                    .addresses()
                    .iter()
                    .filter_map(|address| {
                        let pool = address.public_ipv4_pool().unwrap_or("amazon");
                        Some((address.public_ip()?.to_owned(), pool.to_owned()))
                    })
                    .collect(),
            ),
            Err(error) => {
                let ServiceFailure { error, hint } = failure(ACTION, &error);
                let mut event = Event::now("addresses_failed", Some("ec2"), error);
                event.hint = hint;
                scope.note(event);
                Self::Failed
            }
        }
    }

    /// Why this address has no price, where it has none.
    pub(super) fn why_unpriced(&self, address: &Address) -> Option<String> {
        if address.assigned_at_launch {
            return None;
        }
        match self {
            Self::Failed => Some(format!("whose address {} is could not be asked", address.ip)),
            Self::Known(pools) => match pools.get(&address.ip).map(String::as_str) {
                Some("amazon") => None,
                Some(pool) => Some(format!("address {} is of the pool {pool}", address.ip)),
                // A load balancer's or another service's address: AWS's own.
                None => None,
            },
        }
    }
}
