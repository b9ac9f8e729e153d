//! What a disk costs: what is provisioned, from its creation until it is deleted.

use finops_core::model::Costs;
use finops_pricing::azure::disk::{self, Access, Disk, Shared};

use super::described::Described;
use crate::scope::AzureScope;

/// The cost of one disk in a region.
pub(super) fn of(
    scope: &AzureScope,
    region: &str,
    sku: Option<&str>,
    described: Result<Described, String>,
) -> Costs {
    match described.and_then(|described| billed(sku, described)) {
        Ok(billed) => disk::disk(scope.prices(), region, &billed),
        Err(reason) => Costs::unpriced("storage", reason),
    }
}

fn billed(sku: Option<&str>, described: Described) -> Result<Disk, String> {
    let positive = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
    let shared = described.is_shared().then(|| Shared {
        mounts: described.mounts(),
        read_only_iops: positive(described.read_only_iops),
        read_only_throughput: positive(described.read_only_throughput),
    });
    Ok(Disk {
        sku: sku.ok_or("Azure does not say of which type it is")?.to_owned(),
        size_gib: positive(described.size_gb)
            .filter(|size| *size > 0)
            .ok_or("Azure does not say how large it is")?,
        iops: positive(described.iops),
        throughput: positive(described.throughput),
        shared,
        bursting: described.bursting == Some(true),
        confidential: described.is_confidential(),
        access: access(described.state.as_deref()),
        tier: described.tier,
    })
}

/// What a state lets be done with a disk. `Reserved` is attached to a machine that is deallocated,
/// `Frozen` to one that hibernates.
/// <https://learn.microsoft.com/rest/api/compute/disks/list#diskstate>
fn access(state: Option<&str>) -> Access {
    match state.unwrap_or_default().to_lowercase().as_str() {
        "unattached" | "reserved" | "frozen" => Access::Idle,
        "readytoupload" | "activeupload" => Access::Upload,
        _ => Access::InUse,
    }
}
