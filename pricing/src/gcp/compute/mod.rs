//! Compute Engine instances that run, on demand.
//!
//! An instance is billed while it runs; its disks are billed by themselves
//! ([`disk`](super::disk)). What a suspended instance keeps of its memory is billed too, and is not
//! covered here. <https://cloud.google.com/compute/vm-instance-pricing>

use finops_core::model::{Costs, Quantity};

use super::address::{AddressState, addresses};
use super::license::licenses;
use super::machine_type::MachineType;
use crate::ListPrices;
use crate::book::PriceKey;
use crate::prices::Found;

mod custom;
mod sustained_use;

pub use sustained_use::{SustainedUse, sustained_use};

/// The series to which local disks can be attached at the price of the sku `local-ssd`; the
/// others have them built in or have none.
/// <https://cloud.google.com/compute/docs/disks/local-ssd>
const ATTACH_LOCAL_SSD: &[&str] = &["n1", "n2", "n2d", "c2", "c2d", "m1", "m3", "a2", "g2"];

/// How an instance is paid for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Purchase {
    /// By its machine type, at the list price (provisioning model `STANDARD`).
    #[default]
    OnDemand,
    /// Spot or preemptible. Google changes these prices at most once in 30 days; only prices that
    /// were synced have them. <https://cloud.google.com/compute/docs/instances/spot#pricing>
    Spot,
    /// With the Dynamic Workload Scheduler's flexible start (`FLEX_START`).
    FlexStart,
    /// Within a reservation for a time that was agreed on (`RESERVATION_BOUND`).
    ReservationBound,
    /// With the sole-tenant node that it runs on.
    SoleTenant,
}

/// Why a Spot VM has no price, where the price list has none.
const NO_SPOT: &str = "spot prices change and are not in the price list";

impl Purchase {
    /// Why its price is not one of the list.
    fn unlisted(self) -> Option<&'static str> {
        Some(match self {
            Self::OnDemand | Self::Spot => return None,
            Self::FlexStart => "prices of flexible start change and are not in the price list",
            Self::ReservationBound => "prices of calendar reservations are not in the price list",
            Self::SoleTenant => {
                "it runs on a sole-tenant node, which is billed as a whole and has no list price \
                 here"
            }
        })
    }
}

/// Graphics processors of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gpus<'a> {
    /// `nvidia-tesla-t4`; a name that ends in `-vws` is one with a virtual workstation.
    pub kind: &'a str,
    /// How many.
    pub count: u64,
}

/// One instance that runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Instance<'a> {
    /// `n2-standard-8`, `custom-4-16384`.
    pub machine_type: &'a str,
    /// How it is paid for.
    pub purchase: Purchase,
    /// Its graphics processors (`guestAccelerators`), also those that its type has built in.
    pub gpus: Vec<Gpus<'a>>,
    /// The size of its local disks (`SCRATCH`), together, in GiB; 375 for each of the usual ones.
    /// Also those that its type has built in.
    pub local_ssd_gib: u64,
    /// Its external IPv4 addresses.
    pub addresses: u64,
    /// The licences of its disks, as URLs.
    pub licenses: Vec<&'a str>,
    /// How many processors it shows, where fewer than its type has.
    pub visible_vcpus: Option<u32>,
    /// Whether it is a Confidential VM.
    pub confidential: bool,
    /// Whether it has Tier_1 networking.
    pub tier_1_network: bool,
}

/// One instance for an hour: components `compute`, `gpu`, `local_ssd`, `address` and `license`.
///
/// Unpriced, where it has them and the list has no price: `extended_memory`, prices of Spot VMs,
/// `confidential_computing`, `network_tier`, and everything of the machine itself where it is
/// neither paid for on demand nor a Spot VM. What is built into the type (graphics processors, local disks) is in the
/// price of `compute`. The sustained-use discount is not taken off: [`sustained_use`].
#[must_use]
pub fn instance(prices: &ListPrices, region: &str, instance: &Instance<'_>) -> Costs {
    let billed = Billed { prices, region, instance };
    let mut costs = match instance.purchase.unlisted() {
        None => billed.listed(),
        Some(reason) => billed.unlisted(reason),
    };
    costs.merge(billed.addresses());
    let Instance { machine_type, visible_vcpus, licenses: urls, .. } = instance;
    costs.merge(licenses(prices, machine_type, *visible_vcpus, urls));
    if instance.confidential {
        costs.miss("confidential_computing", "no list price for what a Confidential VM adds");
    }
    if instance.tier_1_network {
        costs.miss("network_tier", "no list price for Tier_1 networking");
    }
    costs
}

/// What an instance that does not run still costs for an hour: its addresses, which are in use as
/// long as they are the instance's (component `address`).
/// <https://cloud.google.com/vpc/network-pricing#ipaddress>
#[must_use]
pub fn stopped(prices: &ListPrices, region: &str, instance: &Instance<'_>) -> Costs {
    Billed { prices, region, instance }.addresses()
}

struct Billed<'a> {
    prices: &'a ListPrices,
    region: &'a str,
    instance: &'a Instance<'a>,
}

impl Billed<'_> {
    fn listed(&self) -> Costs {
        let machine_type = MachineType::parse(self.instance.machine_type);
        let mut costs = self.compute(machine_type.as_ref());
        self.add_gpus(&mut costs, machine_type.as_ref());
        self.add_local_ssd(&mut costs, machine_type.as_ref());
        costs
    }

    fn compute(&self, machine_type: Option<&MachineType>) -> Costs {
        if let Some(machine_type) = machine_type
            && let Some(size) = machine_type.custom()
        {
            return match self.instance.purchase {
                Purchase::Spot => Costs::unpriced("compute", NO_SPOT),
                _ => custom::custom(self.prices, self.region, machine_type.family(), size),
            };
        }
        let name = machine_type.map_or(self.instance.machine_type, MachineType::name);
        let mut costs = Costs::free();
        let price = self.price("gcp/compute", name, "linux", "hour");
        costs.add_or_miss("compute", Quantity::ONE, price);
        costs
    }

    /// The price of something in the way that the instance is paid for.
    fn price(&self, service: &str, sku: &str, variant: &str, unit: &str) -> Found {
        let Self { prices, region, instance } = *self;
        if instance.purchase != Purchase::Spot {
            return prices.price(&PriceKey { service, sku, region, variant, unit });
        }
        let sku = &format!("{sku}/spot");
        let found = prices.price(&PriceKey { service, sku, region, variant, unit });
        found.map_err(|_| NO_SPOT.into())
    }

    /// <https://cloud.google.com/compute/gpus-pricing>
    fn add_gpus(&self, costs: &mut Costs, machine_type: Option<&MachineType>) {
        let built_in = machine_type.is_some_and(MachineType::has_built_in_gpus);
        for Gpus { kind, count } in self.instance.gpus.iter().filter(|gpus| gpus.count > 0) {
            if kind.ends_with("-vws") {
                let reason = format!("no list price for the virtual workstation of {kind}");
                costs.miss("gpu", reason);
            } else if !built_in {
                let price = self.price("gcp/compute", &format!("gpu/{kind}"), "", "hour");
                costs.add_or_miss("gpu", Quantity::from(*count), price);
            }
        }
    }

    fn add_local_ssd(&self, costs: &mut Costs, machine_type: Option<&MachineType>) {
        let gib = self.instance.local_ssd_gib;
        if gib == 0 || machine_type.is_some_and(MachineType::has_built_in_local_ssd) {
            return;
        }
        let family = machine_type.map_or("unknown", MachineType::family);
        if !ATTACH_LOCAL_SSD.contains(&family) {
            let reason = format!("no list price for local disks of the series {family}");
            costs.miss("local_ssd", reason);
            return;
        }
        let price = self.price("gcp/disk", "local-ssd", "", "GiB-Mo");
        costs.add_or_miss("local_ssd", Quantity::from(gib), price);
    }

    fn unlisted(&self, reason: &'static str) -> Costs {
        let mut costs = Costs::unpriced("compute", reason);
        let machine_type = MachineType::parse(self.instance.machine_type);
        let has = |built_in: fn(&MachineType) -> bool| machine_type.as_ref().is_some_and(built_in);
        let gpus = self.instance.gpus.iter().any(|gpus| gpus.count > 0);
        if gpus && !has(MachineType::has_built_in_gpus) {
            costs.miss("gpu", reason);
        }
        if self.instance.local_ssd_gib > 0 && !has(MachineType::has_built_in_local_ssd) {
            costs.miss("local_ssd", reason);
        }
        costs
    }

    /// The addresses of instances that are billed at a lower price than the list's have a lower
    /// one too. <https://cloud.google.com/vpc/network-pricing#ipaddress>
    fn addresses(&self) -> Costs {
        let count = self.instance.addresses;
        let reason = "no list price for addresses of spot instances";
        match self.instance.purchase {
            Purchase::FlexStart if count > 0 => Costs::unpriced("address", reason),
            Purchase::Spot if count > 0 => {
                let price = self.price("gcp/network", "ip/vm", "", "hour");
                let mut costs = Costs::free();
                let price = price.map_err(|_| reason.into());
                costs.add_or_miss("address", Quantity::from(count), price);
                costs
            }
            _ => addresses(self.prices, self.region, AddressState::InUse, count),
        }
    }
}

/// A row of the machine types and their parts.
fn hourly(prices: &ListPrices, region: &str, sku: &str, unit: &str) -> Found {
    prices.price(&PriceKey { service: "gcp/compute", sku, region, variant: "linux", unit })
}

#[cfg(test)]
mod tests;
