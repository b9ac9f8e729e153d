//! Managed disks.
//! <https://learn.microsoft.com/azure/virtual-machines/disks-types>

mod cost;
mod write;

use super::Azure;
use super::kind::Kind;
use super::machines::{Machine, OsDisk, Power, purpose};
use super::place::Place;
use crate::draw::Draw;
use crate::names;
use crate::truth::Sum;

/// A disk.
#[derive(Debug)]
pub(super) struct Disk {
    pub(super) id: String,
    pub(super) name: String,
    region: usize,
    /// `Premium_LRS`
    pub(super) sku: &'static str,
    /// GiB.
    pub(super) size: u64,
    /// A Premium SSD's performance tier, where it is not that of its size.
    tier: Option<&'static str>,
    iops: u64,
    throughput: u64,
    /// By how many machines it is attached, where several may.
    shared: Option<u64>,
    bursting: bool,
    confidential: bool,
    state: &'static str,
    machine: Option<String>,
    zone: Option<u64>,
    tags: Vec<(&'static str, &'static str)>,
    bits: u64,
}

/// Kinds of data disks by how often they are seen. The last is one that no list has.
const KINDS: &[(u64, &str)] = &[
    (360, "Premium_LRS"),
    (280, "StandardSSD_LRS"),
    (150, "Standard_LRS"),
    (90, "PremiumV2_LRS"),
    (30, "UltraSSD_LRS"),
    (40, "Premium_ZRS"),
    (40, "StandardSSD_ZRS"),
    (10, "PremiumV9_LRS"),
];
const SYSTEM_KINDS: &[(u64, &str)] =
    &[(55, "Premium_LRS"), (30, "StandardSSD_LRS"), (10, "Standard_LRS"), (5, "Premium_ZRS")];

/// Numbers of the tiers, and how many GiB each holds.
const TIERS: &[(u64, u64)] = &[
    (1, 4),
    (2, 8),
    (3, 16),
    (4, 32),
    (6, 64),
    (10, 128),
    (15, 256),
    (20, 512),
    (30, 1_024),
    (40, 2_048),
    (50, 4_096),
    (60, 8_192),
    (70, 16_384),
    (80, 32_767),
];

/// The tier that holds a disk: its name and its GiB. Standard HDDs begin at `S4`.
fn tier(letter: char, size: u64) -> (String, u64) {
    let fits = |(number, holds): &&(u64, u64)| size <= *holds && (letter != 'S' || *number >= 4);
    let (number, holds) = TIERS.iter().find(fits).unwrap_or(&(80, 32_767));
    (format!("{letter}{number}"), *holds)
}

/// Whose a disk is.
enum Owner {
    /// The disk of a machine's operating system.
    System,
    Data,
    Nobody,
}

impl Disk {
    /// The disk number `index`: first are those of the operating systems, one for each machine,
    /// then data disks.
    pub(super) fn of(place: &Place, index: u64) -> Self {
        let machines = place.counts.machines;
        let owner = if index < machines { Some(index) } else { index.checked_sub(machines) };
        let machine = owner.filter(|owner| *owner < machines).map(|it| Machine::of(place, it));
        let mine = machine.and_then(|machine| Self::of_machine(place, index, &machine));
        mine.unwrap_or_else(|| Self::make(place, index, None, &Owner::Nobody))
    }

    /// The disk number `index` where it belongs to that machine.
    pub(super) fn of_machine(place: &Place, index: u64, machine: &Machine) -> Option<Self> {
        if index >= place.counts.disks {
            return None;
        }
        if index == machine.index {
            let managed = machine.os_disk == OsDisk::Managed;
            return managed.then(|| Self::make(place, index, Some(machine), &Owner::System));
        }
        let loose = place.draw("loose", index).percent(15);
        (!loose).then(|| Self::make(place, index, Some(machine), &Owner::Data))
    }

    fn make(place: &Place, index: u64, machine: Option<&Machine>, owner: &Owner) -> Self {
        let mut draw = place.draw("disk", index);
        let bits = draw.bits();
        let anywhere = place.region(&mut draw);
        let purpose = purpose(names::name(&mut draw, index));
        let name = format!("{}-{purpose}", Kind::Disk.start(index));
        let sku = *draw.weighted(if matches!(owner, Owner::System) { SYSTEM_KINDS } else { KINDS });
        let size = match owner {
            Owner::System => *draw.one(&[30, 32, 64, 127, 128, 128]),
            _ => *draw.one(&[4, 16, 32, 64, 100, 128, 256, 512, 1_024, 2_048, 4_096]),
        };
        let ultra = sku == "UltraSSD_LRS";
        let provisioned = ultra || sku == "PremiumV2_LRS";
        let extra = draw.below(10);
        let shareable = provisioned || sku == "Premium_LRS";
        let odd = draw.below(100);
        let shared = (odd < 3 && shareable).then(|| u64::from(machine.is_some()) * 2);
        let state = match (machine.map(|machine| machine.power), draw.below(100)) {
            (Some(Power::Deallocated), _) => "Reserved",
            (Some(_), _) => "Attached",
            (None, 0) => "ActiveUpload",
            (None, 1) => "ReadyToUpload",
            (None, _) => "Unattached",
        };
        Self {
            id: place.resource(&Kind::Disk.group(index), Kind::Disk, &name),
            name,
            region: machine.map_or(anywhere, |machine| machine.region),
            sku,
            size,
            tier: (sku == "Premium_LRS" && size < 1_024 && odd == 10).then_some("P40"),
            iops: if provisioned { 3_000 + 500 * extra } else { (size * 5).clamp(120, 20_000) },
            throughput: if provisioned { 125 + 25 * extra } else { (size / 4).clamp(25, 900) },
            shared,
            bursting: sku.starts_with("Premium_") && size > 512 && odd % 10 == 4,
            confidential: odd == 20 || odd == 21,
            state,
            machine: machine.map(|machine| machine.id.clone()),
            zone: machine.map_or_else(|| Self::any_zone(&mut draw), |machine| machine.zone),
            tags: names::tags(&mut draw),
            bits,
        }
    }

    fn any_zone(draw: &mut Draw) -> Option<u64> {
        draw.percent(30).then(|| 1 + draw.below(3))
    }

    pub(super) fn is_ultra(&self) -> bool {
        self.sku == "UltraSSD_LRS"
    }
}

/// What the disks of a subscription cost.
pub(super) fn sum(azure: &Azure, place: &Place) -> Sum {
    let mut sum = Sum::default();
    for index in 0..place.counts.disks {
        sum.add(&Disk::of(place, index).cost(azure));
    }
    sum
}
