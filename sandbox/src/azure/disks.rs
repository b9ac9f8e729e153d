//! Managed disks.
//! <https://learn.microsoft.com/azure/virtual-machines/disks-types>

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::Azure;
use super::json::{Form, Head, time, uuid};
use super::kind::Kind;
use super::machines::{Machine, OsDisk, Power, purpose};
use super::place::{Place, REGIONS};
use crate::draw::Draw;
use crate::names;
use crate::truth::{Cost, Sum};

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

    /// What is provisioned, attached or not.
    /// <https://learn.microsoft.com/azure/virtual-machines/disks-understand-billing>
    fn cost(&self, azure: &Azure) -> Cost {
        let (kind, copies) = self.sku.split_once('_').unwrap_or((self.sku, ""));
        let tiered = |product, letter| {
            let (name, holds) = tier(letter, self.size);
            let name = self.tier.filter(|_| letter == 'P').map_or(name, str::to_owned);
            let listed = self.price(azure, &format!("{product}/{name} {copies} Disk"), "1/Month");
            (Cost::FREE.and(listed), product, Some(holds))
        };
        // A disk that waits for its content is billed as a Standard HDD.
        if matches!(self.state, "ActiveUpload" | "ReadyToUpload") {
            return tiered("Standard HDD Managed Disks", 'S').0;
        }
        let (mut cost, product, holds) = match kind {
            "Standard" => tiered("Standard HDD Managed Disks", 'S'),
            "StandardSSD" => tiered("Standard SSD Managed Disks", 'E'),
            "Premium" => tiered("Premium SSD Managed Disks", 'P'),
            "PremiumV2" => {
                let product = "Azure Premium SSD v2";
                let meter = format!("{product}/Premium {copies}");
                (self.provisioned(azure, &meter, 3_000, 125), product, None)
            }
            "UltraSSD" => {
                let meter = format!("Ultra Disks/Ultra {copies}");
                (self.provisioned(azure, &meter, 0, 0), "Ultra Disks", None)
            }
            _ => return Cost::FREE.and(None),
        };
        // Nobody tells how many transactions a disk in use has.
        if kind.starts_with("Standard") && self.state == "Attached" {
            cost = cost.and(None);
        }
        if self.bursting {
            let sku = format!("{product}/{copies} Burst Enablement");
            cost = cost.and(self.price(azure, &sku, "1/Month")).and(None);
        }
        // Whether the first mount is billed is not documented.
        if kind == "Premium" && self.shared.is_some_and(|mounts| mounts > 0) {
            cost = cost.and(None);
        }
        if self.confidential {
            let sku =
                format!("{product}/Confidential Compute Encryption {copies} Provisioned Capacity");
            let price = self.price(azure, &sku, "1 GiB/Hour").filter(|_| {
                // Whether the disk's or the tier's size is billed is not documented.
                holds.is_none_or(|holds| holds == self.size)
            });
            cost = cost.and_hourly(price.map(|price| price * Decimal::from(self.size)));
        }
        cost
    }

    /// Capacity, and the performance beyond what is included, by the hour; of shared disks also
    /// that for reading only. <https://azure.microsoft.com/pricing/details/managed-disks/>
    fn provisioned(&self, azure: &Azure, meter: &str, iops: u64, throughput: u64) -> Cost {
        let all = if self.shared.is_some() { 2 } else { 1 };
        let mut cost = Cost::FREE;
        for (sku, unit, amount) in [
            ("Provisioned Capacity", "1 GiB/Hour", self.size),
            ("Provisioned IOPS", "1/Hour", (self.iops * all).saturating_sub(iops)),
            (
                "Provisioned Throughput (MBps)",
                "1/Hour",
                (self.throughput * all).saturating_sub(throughput),
            ),
        ] {
            if amount > 0 {
                let price = self.price(azure, &format!("{meter} {sku}"), unit);
                cost = cost.and_hourly(price.map(|price| price * Decimal::from(amount)));
            }
        }
        cost
    }

    fn price(&self, azure: &Azure, sku: &str, unit: &str) -> Option<Decimal> {
        azure.facts.price("azure/disk", sku, "", unit, REGIONS[self.region].0)
    }

    pub(super) fn write(&self, into: &mut String, place: &Place, form: Form) {
        let Self { sku, size, state, iops, throughput, .. } = self;
        let series = sku.split('_').next().unwrap_or_default().trim_end_matches("SSD");
        let sku_text = format!("{{\"name\":\"{sku}\",\"tier\":\"{series}\"}}");
        let mut head = Head::new(&self.id, &self.name, Kind::Disk, self.region);
        head.tags = &self.tags;
        head.sku = Some(&sku_text);
        head.zone = self.zone.filter(|_| sku.ends_with("LRS"));
        head.managed_by = self.machine.as_deref();
        head.write(into, place, form, |into| {
            let _ = write!(
                into,
                "\"diskSizeGB\":{size},\"diskState\":\"{state}\",\"diskIOPSReadWrite\":{iops},\
                 \"diskMBpsReadWrite\":{throughput},\"creationData\":{{\"createOption\":\"Empty\"}},\
                 \"encryption\":{{\"type\":\"EncryptionAtRestWithPlatformKey\"}},\
                 \"networkAccessPolicy\":\"AllowAll\",\"publicNetworkAccess\":\"Enabled\",\
                 \"timeCreated\":\"{}\",\"provisioningState\":\"Succeeded\",\
                 \"diskSizeBytes\":{},\"uniqueId\":\"{}\",\"hyperVGeneration\":\"V2\",\
                 \"dataAccessAuthMode\":\"None\"",
                time(self.bits),
                size << 30,
                uuid(self.bits)
            );
            self.write_more(into);
        });
    }

    fn write_more(&self, into: &mut String) {
        if self.sku.starts_with("Premium_") {
            let own = self.tier.map_or_else(|| tier('P', self.size).0, str::to_owned);
            let _ = write!(into, ",\"tier\":\"{own}\"");
        }
        if self.bursting {
            into.push_str(",\"burstingEnabled\":true");
        }
        if self.confidential {
            into.push_str(
                ",\"securityProfile\":{\"securityType\":\
                 \"ConfidentialVM_DiskEncryptedWithPlatformKey\"}",
            );
        }
        if let Some(mounts) = self.shared {
            let _ = write!(
                into,
                ",\"maxShares\":3,\"diskIOPSReadOnly\":{},\"diskMBpsReadOnly\":{},\"shareInfo\":[",
                self.iops, self.throughput
            );
            let machine = self.machine.as_deref().unwrap_or_default();
            for mount in 0..mounts {
                let (comma, end) = if mount == 0 { ("", "") } else { (",", "-b") };
                let _ = write!(into, "{comma}{{\"vmUri\":\"{machine}{end}\"}}");
            }
            into.push(']');
        }
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
