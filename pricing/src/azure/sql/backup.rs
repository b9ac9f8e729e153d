//! Backups for point-in-time restore, in the vCore model.

use finops_core::model::Costs;
use rust_decimal::Decimal;

use super::Book;
use crate::azure::Measured;
use crate::measured::quantity;

const BYTES_PER_GIGABYTE: Decimal = Decimal::from_parts(1 << 30, 0, 0, false, 0);

/// The backups of a database, or of all databases of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Bytes of full, differential and log backups together.
    pub bytes: Measured,
    /// Where they are kept: `Local`, `Zone`, `Geo`, `GeoZone`.
    pub redundancy: Option<String>,
}

/// As component `backup`, what exceeds the most that may be held: as much as that is included.
/// <https://learn.microsoft.com/azure/azure-sql/database/automated-backups-overview#backup-storage-costs>
pub(super) fn costs(book: &Book<'_>, max_bytes: Option<u64>, backup: &Backup) -> Costs {
    let unpriced = |reason: String| Costs::unpriced("backup", reason);
    let size = |bytes| quantity(bytes, BYTES_PER_GIGABYTE);
    // What is negative or too large is found before anything is taken from it.
    let bytes = match backup.bytes.and_then(|bytes| size(bytes).map(|_| bytes)) {
        Ok(bytes) => bytes,
        Err(reason) => return unpriced(reason.to_owned()),
    };
    let Some(included) = max_bytes else {
        return unpriced("Azure does not say how much it may hold".to_owned());
    };
    if bytes <= Decimal::from(included) {
        return Costs::free();
    }
    let sku = match backup.redundancy.as_deref() {
        Some("Local") => "backup/pitr-lrs",
        Some("Zone") => "backup/pitr-zrs",
        Some("Geo") => "backup/pitr-ra-grs",
        Some("GeoZone") if book.stored("backup/pitr-ra-gzrs").is_ok() => "backup/pitr-ra-gzrs",
        other => {
            let other = other.unwrap_or("unknown");
            return unpriced(format!(
                "no list price for backups with redundancy {other} in {}",
                book.region
            ));
        }
    };
    let mut costs = Costs::free();
    match size(bytes - Decimal::from(included)) {
        Ok(size) => costs.add_or_miss("backup", size, book.stored(sku)),
        Err(reason) => costs.miss("backup", reason),
    }
    costs
}
