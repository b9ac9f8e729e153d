//! `SQL Database`: compute by the vCore or the DTU, storage, backups and licences.
//! <https://azure.microsoft.com/pricing/details/azure-sql-database/single/>
//!
//! The product's name says what is sold; each is listed here with what the book calls it. Left out
//! are those that no database is priced by: pools of DTUs, secondary databases, replicas for
//! reading, long-term storage beyond what is included, and Hyperscale's prices of before
//! 15 December 2023, whose products are called `SingleDB Hyperscale`.
//! <https://techcommunity.microsoft.com/blog/azuresqlblog/azure-sql-database-hyperscale-%E2%80%93-lower-simplified-pricing/3982209>

mod dtu;

use super::item::Item;
use super::rows::{Key, Mapping, Rows};
use super::unit::Measure;
use crate::sync::Dropped;

/// The service of databases.
pub(super) const DATABASES: &str = "azure/sql";

/// The variant of compute without a licence.
const WITHOUT_LICENCE: &str = "license-excluded";

/// Products of provisioned compute, and the family that objectives name.
/// <https://learn.microsoft.com/azure/azure-sql/database/resource-limits-vcore-single-databases>
const PROVISIONED: &[(&str, &str)] = &[
    ("SQL Database Single/Elastic Pool General Purpose - Compute Gen4", "GP_Gen4"),
    ("SQL Database Single/Elastic Pool General Purpose - Compute Gen5", "GP_Gen5"),
    ("SQL Database Single/Elastic Pool General Purpose - Compute FSv2 Series", "GP_Fsv2"),
    ("SQL Database Single/Elastic Pool General Purpose - Compute DC-Series", "GP_DC"),
    ("SQL Database Single/Elastic Pool Business Critical - Compute Gen4", "BC_Gen4"),
    ("SQL Database Single/Elastic Pool Business Critical - Compute Gen5", "BC_Gen5"),
    ("SQL Database Single/Elastic Pool Business Critical - Compute M Series", "BC_M"),
    ("SQL Database Single/Elastic Pool Business Critical - Compute DC-Series", "BC_DC"),
    ("SQL Database SingleDB/Elastic Pool Hyperscale - Compute Gen5", "HS_Gen5"),
    ("SQL Database Single/Elastic Pool Hyperscale - Premium Series Compute", "HS_PRMS"),
    (
        "SQL Database Single/Elastic Pool Hyperscale - Premium Series Memory Optimized Compute",
        "HS_MOPRMS",
    ),
    ("SQL Database Single/Elastic Pool Hyperscale - Compute DC-Series", "HS_DC"),
];

/// Products of serverless compute, and the family that objectives name.
const SERVERLESS: &[(&str, &str)] = &[
    ("SQL Database General Purpose - Serverless - Compute Gen5", "GP_S_Gen5"),
    ("SQL Database Hyperscale - Serverless - Compute Gen5", "HS_S_Gen5"),
];

/// Anything else by the vCore, by the GB or by operations: product, meter, sku, variant.
const METERS: &[(&str, &str, &str, &str)] = &[
    (GENERAL, "General Purpose Data Stored", "GP/storage", ""),
    (GENERAL, "General Purpose Zone Redundancy Data Stored", "GP/storage-zone-redundant", ""),
    (GENERAL, "General Purpose IO Rate Operations", "GP/io", ""),
    (CRITICAL, "Business Critical Data Stored", "BC/storage", ""),
    ("SQL Database Hyperscale - Storage", "Hyperscale Data Stored", "HS/storage", ""),
    (POINT_IN_TIME, "LRS Data Stored", "backup/pitr-lrs", ""),
    (POINT_IN_TIME, "ZRS Data Stored", "backup/pitr-zrs", ""),
    (POINT_IN_TIME, "RA-GRS Data Stored", "backup/pitr-ra-grs", ""),
    (POINT_IN_TIME, "RA-GZRS Data Stored", "backup/pitr-ra-gzrs", ""),
    (LONG_TERM, "Backup LRS Data Stored", "backup/ltr-lrs", ""),
    (LONG_TERM, "Backup ZRS Data Stored", "backup/ltr-zrs", ""),
    (LONG_TERM, "Backup RA-GRS Data Stored", "backup/ltr-ra-grs", ""),
    (LONG_TERM, "Backup RA-GZRS Data Stored", "backup/ltr-ra-gzrs", ""),
    (GENERAL_LICENCE, "vCore", "license/gp/hs-vcore", "sql-server"),
    (CRITICAL_LICENCE, "vCore", "license/bc-vcore", "sql-server"),
];

const GENERAL: &str = "SQL Database Single/Elastic Pool General Purpose - Storage";
const CRITICAL: &str = "SQL Database Single/Elastic Pool Business Critical - Storage";
const POINT_IN_TIME: &str = "SQL Database Single/Elastic Pool PITR Backup Storage";
const LONG_TERM: &str = "SQL Database - LTR Backup Storage";
const GENERAL_LICENCE: &str = "SQL Database Single/Elastic Pool General Purpose - SQL License";
const CRITICAL_LICENCE: &str = "SQL Database Single/Elastic Pool Business Critical - SQL License";

/// The mapping of databases.
#[derive(Default)]
pub(super) struct Databases {
    dtu: dtu::Dtu,
}

impl Mapping for Databases {
    fn item(&mut self, item: &Item<'_>, rows: &mut Rows<'_>) {
        let product = item.product.trim();
        let family = |products: &[(&str, &'static str)]| {
            products.iter().find(|(name, _)| *name == product).map(|(_, family)| *family)
        };
        // Meters of free offers cost nothing; what is above them is another meter.
        if item.price.is_zero() {
            rows.drop(Dropped::ZeroPrice);
        } else if dtu::is_dtu(item) {
            self.dtu.item(item, rows);
        } else if !item.tier.is_zero() {
            rows.drop(Dropped::OtherProduct);
        } else if let Some(family) = family(PROVISIONED) {
            provisioned(item, family, rows);
        } else if let Some(family) = family(SERVERLESS) {
            serverless(item, family, rows);
        } else {
            other(item, product, rows);
        }
    }

    fn finish(&mut self, rows: &mut Rows<'_>) {
        self.dtu.finish(rows);
    }
}

/// `GP_Gen5/8-vcore` of the sku `8 vCore`, which is the price of all of them; `GP_Gen5/vcore` of
/// the sku `vCore`, which is that of one. What zone redundancy adds has a meter of its own.
fn provisioned(item: &Item<'_>, family: &str, rows: &mut Rows<'_>) {
    let (beginning, count) = match item.meter.as_ref() {
        "vCore" => ("", item.sku.strip_suffix("vCore")),
        "Zone Redundancy vCore" => (
            "zone-redundancy-",
            item.sku
                .strip_suffix("vCore Zone Redundancy")
                .or_else(|| item.sku.strip_suffix("vCore ZR Zone Redundancy")),
        ),
        _ => return rows.drop(Dropped::OtherProduct),
    };
    let (sku, unit) = match count.map(str::trim) {
        Some("") => (format!("{family}/{beginning}vcore"), "vCore-hour"),
        Some(count) if count.parse::<u32>().is_ok_and(|count| count > 0) => {
            (format!("{family}/{beginning}{count}-vcore"), "hour")
        }
        _ => return rows.drop(Dropped::OtherProduct),
    };
    let key = Key { service: DATABASES, sku: &sku, variant: WITHOUT_LICENCE, unit };
    rows.keep_or_drop(key, item.price_of(Measure::Hour), item.since);
}

/// `GP_S_Gen5/vcore`: the vCores that were used, with the licence.
fn serverless(item: &Item<'_>, family: &str, rows: &mut Rows<'_>) {
    let one = |name: &str| matches!(name, "vCore" | "1 vCore");
    if !one(&item.sku) || !one(&item.meter) {
        return rows.drop(Dropped::OtherProduct);
    }
    let sku = format!("{family}/vcore");
    let key = Key { service: DATABASES, sku: &sku, variant: "", unit: "vCore-hour" };
    rows.keep_or_drop(key, item.price_of(Measure::Hour), item.since);
}

fn other(item: &Item<'_>, product: &str, rows: &mut Rows<'_>) {
    let known = METERS.iter().find(|(name, meter, ..)| *name == product && *meter == item.meter);
    let Some((_, _, sku, variant)) = known else { return rows.drop(Dropped::OtherProduct) };
    let (unit, price) = match item.unit.map(|unit| unit.measure) {
        Some(Measure::GigabyteMonth) => ("GB-Mo", item.price_of(Measure::GigabyteMonth)),
        Some(Measure::Hour) => ("vCore-hour", item.price_of(Measure::Hour)),
        Some(Measure::Each) => {
            let stored = item.unit.and_then(|unit| unit.stored(item.price));
            let Some((unit, price)) = stored else { return rows.drop(Dropped::UnknownUnit) };
            (unit, Ok(price))
        }
        _ => return rows.drop(Dropped::UnknownUnit),
    };
    rows.keep_or_drop(Key { service: DATABASES, sku, variant, unit }, price, item.since);
}
