//! External IPv4 addresses.

use finops_core::model::{Costs, Quantity};

use crate::ListPrices;
use crate::book::PriceKey;

/// What has an external IPv4 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressState {
    /// An instance, whether it runs or is stopped, other than a Spot instance, whose addresses have
    /// a lower price.
    InUse,
    /// Nothing: it is reserved only.
    Unused,
}

/// So many external IPv4 addresses for an hour, as component `address`; no line for none.
///
/// Google's own addresses only: those that a customer brings, those of forwarding rules and those
/// of Cloud NAT are billed otherwise. <https://cloud.google.com/vpc/network-pricing#ipaddress>
#[must_use]
pub fn addresses(prices: &ListPrices, region: &str, state: AddressState, count: u64) -> Costs {
    let sku = match state {
        AddressState::InUse => "ip/vm",
        AddressState::Unused => "ip/unused",
    };
    let mut costs = Costs::free();
    if count > 0 {
        let key = PriceKey { service: "gcp/network", sku, region, variant: "", unit: "hour" };
        costs.add_or_miss("address", Quantity::from(count), prices.price(&key));
    }
    costs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unused_address_costs_twice_what_a_used_one_costs() {
        let prices = ListPrices::gcp();
        let month = |state, count| {
            let costs = addresses(&prices, "us-central1", state, count);
            costs.component("address").unwrap().exact_monthly()
        };
        // 2 × 0.005 USD an hour × 730 and 1 × 0.01 × 730.
        assert_eq!(month(AddressState::InUse, 2), "7.3".parse().unwrap());
        assert_eq!(month(AddressState::Unused, 1), "7.3".parse().unwrap());
        assert_eq!(month(AddressState::InUse, 0), "0".parse().unwrap());
    }

    #[test]
    fn an_address_in_an_unknown_region_has_no_price() {
        let costs = addresses(&ListPrices::gcp(), "mars-north1", AddressState::InUse, 1);
        assert!(costs.is_unpriced());
        assert!(costs.unpriced[0].reason.contains("ip/vm in mars-north1"), "{costs:?}");
    }
}
