//! Public IPv4 addresses.

use finops_core::model::{Costs, Quantity};

use crate::book::PriceKey;
use crate::prices::ListPrices;

/// Whether a public IPv4 address is attached to something that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressState {
    /// Attached to a running instance or another interface in use.
    InUse,
    /// Allocated, but attached to nothing, or to what is stopped.
    Idle,
}

/// One public IPv4 address for an hour, as component `address`.
///
/// Amazon-owned addresses only: those that a customer brings are free.
/// <https://aws.amazon.com/vpc/pricing/>
#[must_use]
pub fn public_ipv4(prices: &ListPrices, region: &str, state: AddressState) -> Costs {
    let sku = match state {
        AddressState::InUse => "public-ipv4/in-use",
        AddressState::Idle => "public-ipv4/idle",
    };
    let key = PriceKey { service: "aws/vpc", sku, region, variant: "", unit: "hour" };
    let mut costs = Costs::free();
    costs.add_or_miss("address", Quantity::ONE, prices.price(&key));
    costs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_costs_half_a_cent_whether_used_or_not() {
        let prices = ListPrices::aws();
        for state in [AddressState::InUse, AddressState::Idle] {
            // 0.005 USD an hour × 730 = 3.65 a month.
            let costs = public_ipv4(&prices, "us-east-1", state);
            let month = costs.component("address").unwrap().exact_monthly();
            assert_eq!(month, "3.65".parse().unwrap());
        }
    }

    #[test]
    fn an_address_in_an_unknown_region_has_no_price() {
        let costs = public_ipv4(&ListPrices::aws(), "cn-north-1", AddressState::InUse);
        assert!(costs.is_unpriced());
        assert!(costs.unpriced[0].reason.contains("public-ipv4/in-use in cn-north-1"));
    }
}
