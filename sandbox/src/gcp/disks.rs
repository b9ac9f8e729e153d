//! Persistent disks and Hyperdisks, of zones and of regions.
//! <https://cloud.google.com/compute/docs/reference/rest/v1/disks>

mod write;

use rust_decimal::Decimal;

use super::aggregated::{List, aggregated};
use super::compute::Instance;
use super::place::{self, Project, Zone};
use super::{Gcp, json};
use crate::http::{Reply, Request};
use crate::names;
use crate::truth::{Cost, Sum};

/// Bytes of a disk with all its fields.
const LENGTH: usize = 1_100;

/// A disk.
#[derive(Debug)]
struct Disk {
    id: u64,
    name: String,
    home: Home,
    kind: &'static str,
    gib: u64,
    /// Provisioned operations a second.
    iops: Option<u64>,
    /// Provisioned MiB a second.
    throughput: Option<u64>,
    pooled: bool,
    status: &'static str,
    /// The name of the instance that has it attached.
    user: Option<String>,
    labels: Vec<(&'static str, &'static str)>,
    /// Seconds since 1970.
    created: i64,
}

/// Where a disk is.
#[derive(Debug, Clone, Copy)]
enum Home {
    Zone(Zone),
    /// In two zones of the region of this number.
    Region(u64),
}

impl Home {
    fn region(self) -> &'static str {
        match self {
            Self::Zone(zone) => zone.region(),
            Self::Region(number) => place::region(number),
        }
    }
}

/// Types by how often they are seen. The last is one that no list has.
const KINDS: &[(u64, &str)] = &[
    (500, "pd-balanced"),
    (200, "pd-standard"),
    (180, "pd-ssd"),
    (20, "pd-extreme"),
    (40, "hyperdisk-balanced"),
    (15, "hyperdisk-extreme"),
    (10, "hyperdisk-throughput"),
    (5, "pd-quantum"),
];

impl Disk {
    /// The disk number `index` of a project: first come those of regions, then those of zones, of
    /// which each instance has its own.
    fn of(gcp: &Gcp, project: &Project, index: u64) -> Self {
        let regional = gcp.regional_disks(project);
        let mut draw = project.draw("disk", index);
        let id = draw.bits() >> 2 | 1 << 61;
        let (home, owner) = match index.checked_sub(regional.total) {
            None => (Home::Region(regional.find(index).0), None),
            Some(index) => {
                let (zone, at) = gcp.zonal_disks(project).find(index);
                let machines = gcp.instances(project).of(zone);
                let owner = machines.start + at;
                let owned = owner < machines.end;
                let owner = owned.then(|| Instance::of(gcp, project, owner));
                (Home::Zone(Zone(zone)), owner)
            }
        };
        let drawn = *draw.weighted(KINDS);
        // Boot disks, and those of two zones, are of the ordinary types.
        let plain = owner.is_some() || matches!(home, Home::Region(_));
        let kind = if plain && !drawn.starts_with("pd-") { "pd-balanced" } else { drawn };
        let kind = if kind == "pd-extreme" && plain { "pd-ssd" } else { kind };
        let gib = match &owner {
            Some(owner) => owner.boot_gib,
            None => *draw.one(&[200, 10, 50, 100, 500, 1_000, 2_000]),
        };
        let gib = if matches!(home, Home::Region(_)) { gib.max(200) } else { gib };
        let some = draw.below(1_000);
        let odd = owner.is_none() && some < 20;
        Self {
            id,
            name: match &owner {
                Some(owner) => owner.name.clone(),
                None => names::name(&mut draw, index) + "-data",
            },
            home,
            kind,
            gib,
            iops: matches!(kind, "pd-extreme" | "hyperdisk-extreme" | "hyperdisk-balanced")
                .then(|| 3_000 + 500 * draw.below(20)),
            throughput: matches!(kind, "hyperdisk-balanced" | "hyperdisk-throughput")
                .then(|| 140 + 10 * draw.below(20)),
            pooled: kind == "hyperdisk-balanced" && draw.percent(20),
            status: match some {
                0..5 if odd => "FAILED",
                5..10 if odd => "CREATING",
                10..12 if odd => "DELETING",
                _ => "READY",
            },
            created: owner.as_ref().map_or(1_760_000_000, |owner| owner.created),
            labels: names::labels(&mut draw),
            user: owner.map(|owner| owner.name),
        }
    }

    /// What is provisioned is billed, attached or not.
    /// <https://cloud.google.com/compute/disks-image-pricing>
    fn cost(&self, gcp: &Gcp) -> Cost {
        // Google does not say whether one is billed that could not be made; what is in a pool is billed
        // with the pool.
        if self.status == "FAILED" || self.pooled {
            return Cost::FREE.and(None);
        }
        let suffix = if matches!(self.home, Home::Region(_)) { "-regional" } else { "" };
        let price =
            |sku: &str, unit| gcp.facts.price("gcp/disk", sku, "", unit, self.home.region());
        let times = |count: u64, price: Option<Decimal>| price.map(|it| it * Decimal::from(count));
        let gigabytes = price(&format!("{}{suffix}", self.kind), "GiB-Mo");
        let cost = Cost::FREE.and(times(self.gib, gigabytes));
        match (self.kind, self.iops, self.throughput) {
            ("pd-extreme" | "hyperdisk-extreme", Some(iops), _) => {
                cost.and(times(iops, price(&format!("{}/iops", self.kind), "IOPS-Mo")))
            }
            // No list has a price of these, whatever of it is included.
            (_, Some(_), _) | (_, _, Some(_)) => cost.and(None),
            _ => cost,
        }
    }
}

/// Lists the disks of all regions and zones.
pub(super) fn list(gcp: &Gcp, project: &Project, request: &Request) -> Result<Reply, Reply> {
    let (regional, zonal) = (gcp.regional_disks(project), gcp.zonal_disks(project));
    let of_regions = (0..regional.places)
        .map(|number| (format!("regions/{}", place::region(number)), regional.of(number)));
    let of_zones = (0..zonal.places).map(|zone| {
        let here = zonal.of(zone);
        let (start, end) = (here.start + regional.total, here.end + regional.total);
        (format!("zones/{}", Zone(zone)), start..end)
    });
    let list = List {
        name: "disks",
        kind: "compute#diskAggregatedList",
        total: regional.total + zonal.total,
        length: LENGTH,
        places: of_regions.chain(of_zones).collect(),
    };
    let make = |index| Disk::of(gcp, project, index);
    aggregated(request, &project.id, &list, write::FIELDS, make).map(json::reply)
}

/// What the disks of a project cost.
pub(super) fn sum(gcp: &Gcp, project: &Project) -> Sum {
    let mut sum = Sum::default();
    for index in 0..gcp.regional_disks(project).total + gcp.zonal_disks(project).total {
        sum.add(&Disk::of(gcp, project, index).cost(gcp));
    }
    sum
}
