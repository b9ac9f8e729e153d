//! AKS: what managing a cluster costs. Nodes are virtual machines and priced there.

use std::collections::BTreeMap;

use finops_core::model::{Costs, Quantity};

use super::size::{Category, Size};
use crate::ListPrices;
use crate::book::PriceKey;
use crate::prices::Found;

/// The pricing tier of a cluster's management.
/// <https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tier {
    /// Costs nothing.
    Free,
    /// With an uptime agreement.
    Standard,
    /// With an uptime agreement and long-term support: one price for both.
    Premium,
    /// AKS Automatic: the control plane with an uptime agreement, and the management of nodes by
    /// the processor. <https://learn.microsoft.com/azure/aks/intro-aks-automatic>
    Automatic,
}

impl Tier {
    /// The tier of a cluster's `sku.name` and `sku.tier`; `None` for words that are not known.
    ///
    /// Without a tier a cluster is free, as the interface's reference says. `Paid` is what Standard
    /// was called until 2023.
    #[must_use]
    pub fn of(name: Option<&str>, tier: Option<&str>) -> Option<Self> {
        if name.is_some_and(|name| name.eq_ignore_ascii_case("automatic")) {
            return Some(Self::Automatic);
        }
        match tier.unwrap_or("free").to_lowercase().as_str() {
            "free" => Some(Self::Free),
            "standard" | "paid" => Some(Self::Standard),
            "premium" => Some(Self::Premium),
            _ => None,
        }
    }

    fn sku(self) -> Option<&'static str> {
        match self {
            Self::Free => None,
            Self::Standard => Some("Standard/Uptime SLA"),
            Self::Premium => Some("Standard/Long Term Support"),
            Self::Automatic => Some("Automatic/Hosted Control Plane"),
        }
    }
}

/// A control plane for an hour, as component `control_plane`.
/// <https://azure.microsoft.com/pricing/details/kubernetes-service/>
#[must_use]
pub fn control_plane(prices: &ListPrices, region: &str, tier: Tier) -> Costs {
    let mut costs = Costs::free();
    if let Some(sku) = tier.sku() {
        costs.add_or_miss("control_plane", Quantity::ONE, hourly(prices, region, sku));
    }
    costs
}

/// The management of an Automatic cluster's nodes for an hour, as component `node_management`: by
/// the processor, at a price for each category of sizes. `sizes` are those of the nodes that are
/// allocated, one for each.
///
/// Unpriced where a size does not tell its category or its processors, and for constrained sizes:
/// which of their processors count is not documented.
#[must_use]
pub fn node_management<'a>(
    prices: &ListPrices,
    region: &str,
    sizes: impl IntoIterator<Item = &'a str>,
) -> Costs {
    let mut vcpus: BTreeMap<Category, u64> = BTreeMap::new();
    let mut unknown: Option<&str> = None;
    for name in sizes {
        let size = Size::parse(name).filter(|size| !size.is_constrained());
        match size.and_then(|size| size.category().zip(size.all_vcpus())) {
            Some((category, count)) => *vcpus.entry(category).or_default() += u64::from(count),
            None => unknown = unknown.or(Some(name)),
        }
    }
    let mut costs = Costs::free();
    for (category, count) in vcpus {
        let sku = format!("Automatic/vCPU {}", meter(category));
        let price = hourly(prices, region, &sku);
        costs.add_or_miss("node_management", Quantity::from(count), price);
    }
    if let Some(name) = unknown {
        let reason =
            format!("how many processors of which category a node of {name} has is not known");
        costs.miss("node_management", reason);
    }
    costs
}

fn meter(category: Category) -> &'static str {
    match category {
        Category::GeneralPurpose => "General Purpose",
        Category::Compute => "Compute Optimized",
        Category::Memory => "Memory Optimized",
        Category::Storage => "Storage Optimized",
        Category::Gpu => "GPU Accelerated",
        Category::Hpc => "High Performance Compute",
        Category::Confidential => "Confidential Compute",
    }
}

fn hourly(prices: &ListPrices, region: &str, sku: &str) -> Found {
    prices.price(&PriceKey { service: "azure/aks", sku, region, variant: "", unit: "hour" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(costs: &Costs) -> String {
        assert!(costs.unpriced.is_empty(), "{costs:?}");
        costs.known().unwrap().hourly().normalize().to_string()
    }

    #[test]
    fn each_tier_has_one_price() {
        let prices = ListPrices::azure();
        for (tier, expected) in [
            (Tier::Free, "0"),
            (Tier::Standard, "0.1"),
            (Tier::Premium, "0.6"),
            (Tier::Automatic, "0.16"),
        ] {
            assert_eq!(hour(&control_plane(&prices, "eastus", tier)), expected, "{tier:?}");
        }
        let elsewhere = control_plane(&prices, "westeurope", Tier::Standard);
        assert!(elsewhere.is_unpriced());
        assert_eq!(hour(&control_plane(&prices, "westeurope", Tier::Free)), "0");
    }

    #[test]
    fn the_sku_names_the_tier() {
        assert_eq!(Tier::of(Some("Base"), Some("Free")), Some(Tier::Free));
        assert_eq!(Tier::of(Some("Base"), None), Some(Tier::Free));
        assert_eq!(Tier::of(None, Some("standard")), Some(Tier::Standard));
        assert_eq!(Tier::of(Some("Basic"), Some("Paid")), Some(Tier::Standard));
        assert_eq!(Tier::of(Some("Base"), Some("Premium")), Some(Tier::Premium));
        assert_eq!(Tier::of(Some("automatic"), Some("Standard")), Some(Tier::Automatic));
        assert_eq!(Tier::of(Some("Base"), Some("Gold")), None);
    }

    #[test]
    fn nodes_of_automatic_are_managed_by_the_processor() {
        let prices = ListPrices::azure();
        let sizes = ["Standard_D4s_v5", "Standard_D8s_v5", "Standard_E4s_v5"];
        let costs = node_management(&prices, "eastus", sizes);
        // 12 × 0.007841 + 4 × 0.012427 = 0.094092 + 0.049708.
        assert_eq!(hour(&costs), "0.1438");
        assert_eq!(costs.lines.len(), 2);
        assert_eq!(hour(&node_management(&prices, "eastus", [])), "0");
    }

    #[test]
    fn a_node_of_an_unknown_kind_leaves_the_management_unpriced() {
        let prices = ListPrices::azure();
        for unknown in ["Standard_NP10s", "Standard_E8-2s_v5", "nonsense"] {
            let costs = node_management(&prices, "eastus", ["Standard_D4s_v5", unknown]);
            assert!(costs.component("node_management").is_none());
            assert!(costs.unpriced[0].reason.contains(unknown));
        }
    }
}
