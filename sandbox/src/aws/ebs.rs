//! EBS volumes.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::ec2::{self, Instance};
use super::place::Place;
use super::{Aws, VOLUMES, xml};
use crate::cloud::Call;
use crate::http::{Reply, Request};
use crate::names;
use crate::truth::{Cost, Sum};

/// A volume.
struct Volume {
    id: String,
    kind: &'static str,
    size_gib: u64,
    iops: Option<u64>,
    throughput: Option<u64>,
    state: &'static str,
    instance: Option<String>,
    zone: char,
    tags: Vec<(&'static str, &'static str)>,
}

/// Types by how often they are seen.
const KINDS: &[(u64, &str)] =
    &[(60, "gp3"), (24, "gp2"), (4, "io1"), (4, "io2"), (4, "st1"), (2, "sc1"), (2, "standard")];

impl Volume {
    fn of(aws: &Aws, place: &Place, index: u64) -> Self {
        let mut draw = place.draw("volume", index);
        let kind = *draw.weighted(KINDS);
        let size_gib = match kind {
            "st1" | "sc1" => 125 * (1 + draw.below(16)),
            _ => *draw.one(&[8, 20, 30, 50, 100, 200, 500, 1_000]),
        };
        let extra = draw.below(10);
        let iops = match kind {
            "gp3" => Some(if extra < 2 { 3_000 + 500 * (1 + draw.below(20)) } else { 3_000 }),
            "gp2" => Some((size_gib * 3).clamp(100, 16_000)),
            "io1" => Some(100 * (1 + draw.below(50))),
            "io2" => Some(if extra < 2 {
                40_000 + 5_000 * draw.below(8)
            } else {
                1_000 * (1 + draw.below(20))
            }),
            _ => None,
        };
        let throughput = (kind == "gp3").then_some(if extra == 2 { 250 } else { 125 });
        // The first volumes are the instances' own, one each; what is left is loose.
        let owner = (index < aws.instances(place)).then(|| Instance::of(aws, place, index));
        let state = match (&owner, draw.below(100)) {
            (Some(_), _) => "in-use",
            (None, 0) => "creating",
            (None, 1) => "deleting",
            (None, _) => "available",
        };
        Self {
            id: format!("vol-{:016x}{:01x}", draw.bits(), index % 16),
            kind,
            size_gib,
            iops,
            throughput,
            state,
            zone: owner.as_ref().map_or('a', |instance| instance.zone),
            instance: owner.map(|instance| instance.id),
            tags: names::tags(&mut draw),
        }
    }

    /// What is provisioned is billed, attached or not. <https://aws.amazon.com/ebs/pricing/>
    fn cost(&self, aws: &Aws, region: &str) -> Cost {
        if self.state == "deleting" {
            return Cost::FREE;
        }
        let price = |sku: &str, unit| aws.facts.price("aws/ebs", sku, "", unit, region);
        let times =
            |count: u64, price: Option<Decimal>| price.map(|price| price * Decimal::from(count));
        let storage = price(&format!("{}/storage", self.kind), "GB-Mo");
        let mut cost = Cost::FREE.and(times(self.size_gib, storage));
        let iops = self.iops.unwrap_or_default();
        match self.kind {
            "gp3" => {
                if iops > 3_000 {
                    cost = cost.and(times(iops - 3_000, price("gp3/iops", "IOPS-Mo")));
                }
                let extra = self.throughput.unwrap_or_default().saturating_sub(125);
                if extra > 0 {
                    // The list is by GiB/s.
                    let listed = price("gp3/throughput", "GiBps-mo");
                    cost = cost.and(times(extra, listed.map(|price| price / Decimal::from(1_024))));
                }
                cost
            }
            "io1" => cost.and(times(iops, price("io1/iops", "IOPS-Mo"))),
            "io2" => {
                let tiers = [
                    ("io2/iops", 32_000),
                    ("io2/iops-tier2", 32_000),
                    ("io2/iops-tier3", u64::MAX),
                ];
                let mut left = iops;
                for (sku, size) in tiers {
                    let here = left.min(size);
                    left -= here;
                    if here > 0 {
                        cost = cost.and(times(here, price(sku, "IOPS-Mo")));
                    }
                }
                cost
            }
            // A magnetic volume's requests are billed, and nobody tells how many they are.
            "standard" => cost.and(None),
            _ => cost,
        }
    }
}

pub(super) fn describe(aws: &Aws, request: &Request, call: &Call) -> Reply {
    let place = aws.place(call);
    let all = place.as_ref().map_or(0, |place| aws.count(VOLUMES, place));
    let (range, next) = ec2::page(request, all);
    let mut items =
        String::with_capacity(usize::try_from(range.end - range.start).unwrap_or_default() * 900);
    if let Some(place) = &place {
        for index in range {
            write(&mut items, place, &Volume::of(aws, place, index));
        }
    }
    xml::ec2("DescribeVolumes", "volumeSet", &items, next.as_deref())
}

fn write(into: &mut String, place: &Place, volume: &Volume) {
    let Volume { id, kind, size_gib, state, zone, .. } = volume;
    let region = place.region;
    let _ = write!(
        into,
        "<item><volumeId>{id}</volumeId><size>{size_gib}</size><snapshotId/>\
         <availabilityZone>{region}{zone}</availabilityZone><status>{state}</status>\
         <createTime>2026-10-01T07:00:00.000Z</createTime><attachmentSet>"
    );
    if let Some(instance) = &volume.instance {
        let _ = write!(
            into,
            "<item><volumeId>{id}</volumeId><instanceId>{instance}</instanceId><device>/dev/xvda</device>\
             <status>attached</status><attachTime>2026-10-01T07:00:00.000Z</attachTime>\
             <deleteOnTermination>true</deleteOnTermination></item>"
        );
    }
    into.push_str("</attachmentSet>");
    xml::tags(into, &volume.tags);
    let _ = write!(into, "<volumeType>{kind}</volumeType>");
    if let Some(iops) = volume.iops {
        xml::element(into, "iops", iops);
    }
    if let Some(throughput) = volume.throughput {
        xml::element(into, "throughput", throughput);
    }
    into.push_str(
        "<encrypted>true</encrypted><multiAttachEnabled>false</multiAttachEnabled></item>",
    );
}

/// A volume as the fleet's description has it.
pub(super) fn describe_one(aws: &Aws, place: &Place, index: u64) -> serde_json::Value {
    let volume = Volume::of(aws, place, index);
    serde_json::json!({
        "id": volume.id, "type": volume.kind, "size": volume.size_gib, "iops": volume.iops,
        "throughput": volume.throughput, "state": volume.state, "zone": volume.zone,
        "instance": volume.instance, "tags": super::fleet::tags(&volume.tags),
    })
}

/// What the volumes of a place cost.
pub(super) fn sum(aws: &Aws, place: &Place) -> Sum {
    let mut sum = Sum::default();
    for index in 0..aws.count(VOLUMES, place) {
        sum.add(&Volume::of(aws, place, index).cost(aws, place.region));
    }
    sum
}
