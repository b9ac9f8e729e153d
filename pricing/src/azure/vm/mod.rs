//! Virtual machines, pay as you go.

use finops_core::model::{Costs, Quantity};

use super::size::Size;
use crate::ListPrices;
use crate::book::{PriceBook, PriceKey};
use crate::prices::Found;

mod licence;
mod software;

pub(crate) use licence::LICENCE_PRODUCTS;
pub use software::{Image, Offer};

/// What the licence premiums' rows have for a region: the premium of a size does not depend on it.
const PREMIUM_REGION: &str = "eu-5-regions";

/// The operating system, as far as it is billed with the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum System {
    /// Linux of any distribution.
    Linux,
    /// Windows.
    Windows,
}

/// How a machine is paid for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Purchase {
    /// By its size, pay as you go.
    OnDemand,
    /// `Spot` or `Low` priority: at a price that changes.
    Spot,
    /// With the dedicated host that it runs on.
    DedicatedHost,
}

/// One machine that is allocated, running or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine<'a> {
    /// `Standard_D2s_v5`, in any case.
    pub size: &'a str,
    /// The operating system.
    pub system: System,
    /// How it is paid for.
    pub purchase: Purchase,
    /// `licenseType`: whose licence it runs with (`Windows_Server`, `RHEL_BYOS`, …).
    pub license_type: Option<&'a str>,
    /// The image that it was made from.
    pub image: Image<'a>,
    /// The marketplace offer that it was made from, where it names one.
    pub offer: Option<Offer<'a>>,
}

/// A machine for an hour: components `compute` and, where the price of Windows is Linux plus the
/// licence premium of the size, `license`.
///
/// A licence that Azure bills with the machine is `license` too. Where the list has no price for it,
/// `license` (the operating system's) or `software` (anything else) is unpriced. Reserved and savings-plan prices
/// are not considered. <https://azure.microsoft.com/pricing/details/virtual-machines/linux/>
#[must_use]
pub fn machine(prices: &ListPrices, region: &str, machine: &Machine<'_>) -> Costs {
    match machine.purchase {
        Purchase::OnDemand => {}
        Purchase::Spot => {
            return Costs::unpriced("compute", "spot prices change and are not in the price list");
        }
        Purchase::DedicatedHost => {
            let reason = "it runs on a dedicated host, which is billed as a whole and has no list \
                          price here";
            return Costs::unpriced("compute", reason);
        }
    }
    let price = |variant| hourly(prices, region, machine.size, variant);
    let mut costs = match machine.system {
        System::Windows if !software::has_own_windows(machine.license_type) => {
            windows(prices, machine.size, price)
        }
        System::Windows | System::Linux => {
            let mut costs = Costs::free();
            costs.add_or_miss("compute", Quantity::ONE, price("linux"));
            costs
        }
    };
    if let Some(licence) = licence::of(machine) {
        costs.add_or_miss("license", Quantity::ONE, licence.price(prices, machine.size));
    }
    if let Some(reason) = software::software(machine) {
        costs.miss("software", reason);
    }
    costs
}

/// What a machine pays for an hour of being able to attach ultra disks while it has none, as
/// component `ultra_disk_reservation`.
///
/// It is charged for each processor of the machine, also those that a constrained size leaves
/// inactive. <https://learn.microsoft.com/azure/virtual-machines/disks-enable-ultra-ssd>
#[must_use]
pub fn ultra_disk_reservation(prices: &ListPrices, region: &str, size: &str) -> Costs {
    let Some(vcpus) = Size::parse(size).and_then(|size| size.all_vcpus()) else {
        let reason = format!("the size {size} does not tell how many processors it has");
        return Costs::unpriced("ultra_disk_reservation", reason);
    };
    let price = prices.price(&PriceKey {
        service: "azure/disk",
        sku: "Ultra Disks/Ultra LRS Reservation per vCPU Provisioned",
        region,
        variant: "",
        unit: "1/Hour",
    });
    let mut costs = Costs::free();
    costs.add_or_miss("ultra_disk_reservation", Quantity::from(u64::from(vcpus)), price);
    costs
}

/// The listed price of a size; a constrained one that is not listed itself costs as its base.
fn hourly(prices: &ListPrices, region: &str, size: &str, variant: &str) -> Found {
    let price = |sku: &str| {
        prices.price(&PriceKey { service: "azure/vm", sku, region, variant, unit: "hour" })
    };
    match Size::parse(size) {
        None => price(size),
        Some(size) if size.is_constrained() => {
            price(&size.name()).or_else(|_| price(&size.base_name()))
        }
        Some(size) => price(&size.name()),
    }
}

fn windows(prices: &ListPrices, size: &str, price: impl Fn(&'static str) -> Found) -> Costs {
    let mut costs = Costs::free();
    let listed = price("windows");
    if listed.is_err()
        && let Ok(linux) = price("linux")
        // Microsoft's own list has every Windows price that there is: beside it nothing is added up.
        && PriceBook::azure().source(&linux.source).is_some()
        && let Ok(premium) = hourly(prices, PREMIUM_REGION, size, "windows-premium")
    {
        costs.add("compute", Quantity::ONE, linux);
        costs.add("license", Quantity::ONE, premium);
        return costs;
    }
    costs.add_or_miss("compute", Quantity::ONE, listed);
    costs
}

#[cfg(test)]
mod tests;
