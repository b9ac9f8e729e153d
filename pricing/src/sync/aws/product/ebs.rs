//! EBS volumes and snapshots, which are in the price list of EC2. <https://aws.amazon.com/ebs/pricing/>

use super::super::facts::{Column, Facts};
use super::super::listing::{Listing, Tier, tier};
use super::super::usage;
use crate::sync::Dropped;

/// Each tier of io2 has a usage type of its own, so that it needs no figures; where they are there
/// they are these.
const IO2: [[Tier; 2]; 3] = [
    [tier(0, None, "io2/iops"), tier(0, Some(32_000), "io2/iops")],
    [tier(0, None, "io2/iops-tier2"), tier(32_000, Some(64_000), "io2/iops-tier2")],
    [tier(0, None, "io2/iops-tier3"), tier(64_000, None, "io2/iops-tier3")],
];

/// A part of a volume or snapshot. The usage type tells them apart: volumes without a kind are
/// magnetic, `piops` is io1.
pub(super) fn listing(row: &dyn Facts) -> Result<Listing<'_>, Dropped> {
    let (sku, unit) = match usage::name(row.get(Column::UsageType)) {
        "EBS:VolumeUsage" => ("standard/storage", "GB-Mo"),
        "EBS:VolumeUsage.gp2" => ("gp2/storage", "GB-Mo"),
        "EBS:VolumeUsage.gp3" => ("gp3/storage", "GB-Mo"),
        "EBS:VolumeUsage.piops" => ("io1/storage", "GB-Mo"),
        "EBS:VolumeUsage.io2" => ("io2/storage", "GB-Mo"),
        "EBS:VolumeUsage.st1" => ("st1/storage", "GB-Mo"),
        "EBS:VolumeUsage.sc1" => ("sc1/storage", "GB-Mo"),
        "EBS:VolumeIOUsage" => ("standard/io-requests", "IO"),
        "EBS:VolumeP-IOPS.piops" => ("io1/iops", "IOPS-Mo"),
        "EBS:VolumeP-IOPS.gp3" => ("gp3/iops", "IOPS-Mo"),
        "EBS:VolumeP-IOPS.io2" => return Ok(io2(&IO2[0])),
        "EBS:VolumeP-IOPS.io2.tier2" => return Ok(io2(&IO2[1])),
        "EBS:VolumeP-IOPS.io2.tier3" => return Ok(io2(&IO2[2])),
        "EBS:VolumeP-Throughput.gp3" => ("gp3/throughput", "GiBps-mo"),
        "EBS:SnapshotUsage" => ("snapshot/storage", "GB-Mo"),
        "EBS:SnapshotArchiveStorage" => ("snapshot-archive/storage", "GB-Mo"),
        "EBS:SnapshotArchiveRetrieval" => ("snapshot-archive/retrieval", "GB"),
        "EBS:FastSnapshotRestore" => ("snapshot/fast-restore", "DSU-hour"),
        _ => return Err(Dropped::OtherProduct),
    };
    Ok(Listing::flat("aws/ebs", sku, unit))
}

fn io2(tiers: &'static [Tier]) -> Listing<'static> {
    Listing::tiered("aws/ebs", "IOPS-Mo", tiers)
}
