//! Virtual machines: what they are and what they cost.

pub(super) mod sizes;
mod system;
mod write;

use std::borrow::Cow;

use super::Azure;
use super::disks::Disk;
use super::kind::Kind;
use super::place::Place;
use crate::names;
use crate::truth::{Cost, Sum};
pub(super) use system::System;
pub(super) use write::{image, power_of_graph, statuses};

/// Whether a machine is on a host, as its power state tells.
/// <https://learn.microsoft.com/azure/virtual-machines/states-billing>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Power {
    Running,
    Starting,
    Stopping,
    /// Off, and still on its host.
    Stopped,
    Deallocating,
    Deallocated,
    /// Azure does not say.
    Unknown,
}

impl Power {
    const SEEN: &'static [(u64, Self)] = &[
        (800, Self::Running),
        (10, Self::Starting),
        (5, Self::Stopping),
        (40, Self::Stopped),
        (5, Self::Deallocating),
        (130, Self::Deallocated),
        (10, Self::Unknown),
    ];

    /// The word after `PowerState/`.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Starting => "starting",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Deallocating => "deallocating",
            Self::Deallocated => "deallocated",
            Self::Unknown => "unknown",
        }
    }

    /// What a machine in this state costs that costs `allocated` on a host.
    pub(super) fn cost(self, allocated: impl FnOnce() -> Cost) -> Cost {
        match self {
            Self::Running | Self::Starting | Self::Stopping | Self::Stopped => allocated(),
            Self::Deallocating | Self::Deallocated => Cost::FREE,
            Self::Unknown => Cost::FREE.and(None),
        }
    }
}

/// Where the disk of the operating system is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OsDisk {
    /// A managed disk: the one with the machine's number.
    Managed,
    /// On the host, for nothing.
    Ephemeral,
    /// A page blob in a storage account.
    Unmanaged,
}

/// How a machine is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purchase {
    OnDemand,
    Spot,
    DedicatedHost,
}

/// A machine that is no instance of a uniform scale set.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) index: u64,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) region: usize,
    /// Where in the list of sizes.
    pub(super) size: usize,
    pub(super) system: System,
    pub(super) power: Power,
    pub(super) purchase: Purchase,
    pub(super) os_disk: OsDisk,
    pub(super) zone: Option<u64>,
    /// Whether ultra disks can be attached.
    pub(super) ultra: bool,
    /// Whether it belongs to the flexible scale set.
    pub(super) member: bool,
    pub(super) tags: Vec<(&'static str, &'static str)>,
    pub(super) bits: u64,
}

impl Machine {
    pub(super) fn of(place: &Place, index: u64) -> Self {
        let mut draw = place.draw("machine", index);
        let bits = draw.bits();
        let region = place.region(&mut draw);
        let purpose = purpose(names::name(&mut draw, index));
        let name = format!("{}-{purpose}", Kind::Machine.start(index));
        let id = place.resource(&Kind::Machine.group(index), Kind::Machine, &name);
        let size = sizes::any(&mut draw);
        let system = *draw.weighted(System::SEEN);
        let purchase = match draw.below(100) {
            0..7 if system == System::Ubuntu => Purchase::Spot,
            98 => Purchase::DedicatedHost,
            _ => Purchase::OnDemand,
        };
        Self {
            index,
            id,
            name,
            region,
            size,
            system,
            power: *draw.weighted(Power::SEEN),
            purchase,
            os_disk: *draw.weighted(&[
                (960, OsDisk::Managed),
                (30, OsDisk::Ephemeral),
                (10, OsDisk::Unmanaged),
            ]),
            zone: draw.percent(40).then(|| 1 + draw.below(3)),
            ultra: draw.percent(3),
            member: draw.percent(5) && place.counts.flexible > 0,
            tags: names::tags(&mut draw),
            bits,
        }
    }

    /// Its data disk, where it has one: the one whose number is as far behind the last machine's.
    pub(super) fn data_disk(&self, place: &Place) -> Option<Disk> {
        let index = place.counts.machines + self.index;
        (index < place.counts.disks).then(|| Disk::of_machine(place, index, self))?
    }

    /// Its size and licences while it is on a host. Spot prices change and dedicated hosts are
    /// billed as a whole: neither is in a list.
    /// <https://azure.microsoft.com/pricing/details/virtual-machines/linux/>
    pub(super) fn cost(&self, azure: &Azure, place: &Place) -> Cost {
        let cost = self.power.cost(|| {
            let cost = compute(azure, self.region, self.size, self.system, self.purchase);
            self.reserve(azure, place, cost)
        });
        // Page blobs have no price, on a host or not.
        if self.os_disk == OsDisk::Unmanaged { cost.and(None) } else { cost }
    }

    /// A machine that can have ultra disks and has none pays for each of its processors.
    /// <https://learn.microsoft.com/azure/virtual-machines/disks-enable-ultra-ssd>
    fn reserve(&self, azure: &Azure, place: &Place, cost: Cost) -> Cost {
        let has_one = || self.data_disk(place).is_some_and(|disk| disk.is_ultra());
        if !self.ultra || has_one() {
            return cost;
        }
        let each = azure.machines.reservation(self.region);
        let processors = sizes::at(self.size).processors;
        cost.and_hourly(each.map(|each| each * rust_decimal::Decimal::from(processors)))
    }
}

/// What a machine of a size costs while it is on a host.
pub(super) fn compute(
    azure: &Azure,
    region: usize,
    size: usize,
    system: System,
    purchase: Purchase,
) -> Cost {
    if purchase != Purchase::OnDemand {
        return Cost::FREE.and(None);
    }
    let listed = azure.machines.hourly(region, size, system.is_windows_licensed());
    let cost = Cost::FREE.and_hourly(listed);
    // Other licences than that of Windows have no price in any table.
    if system.has_unlisted_licence() { cost.and(None) } else { cost }
}

/// `ledger-production` of `ledger-production-0042`.
pub(super) fn purpose(name: String) -> Cow<'static, str> {
    match name.rsplit_once('-') {
        Some((purpose, _)) => Cow::Owned(purpose.to_owned()),
        None => Cow::Owned(name),
    }
}

/// What the machines of a subscription cost, without the instances of uniform scale sets.
pub(super) fn sum(azure: &Azure, place: &Place) -> Sum {
    let mut sum = Sum::default();
    for index in 0..place.counts.machines {
        sum.add(&Machine::of(place, index).cost(azure, place));
    }
    sum
}
