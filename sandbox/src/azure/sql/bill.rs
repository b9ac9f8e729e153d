//! What vCores, licences, storage and backups of databases and pools cost.

use rust_decimal::Decimal;

use super::GIBIBYTE;
use crate::azure::Azure;
use crate::azure::place::REGIONS;
use crate::truth::Cost;

/// Row of storage for databases in one zone, and in several.
const PLAIN: &str = "GP/storage";
const ZONES: &str = "GP/storage-zone-redundant";

/// What a database or a pool with vCores is billed for.
pub(super) struct Bill<'a> {
    pub(super) azure: &'a Azure,
    pub(super) region: usize,
    pub(super) licence: Option<&'static str>,
    pub(super) zones: bool,
    /// GiB.
    pub(super) largest: u64,
    /// MiB.
    pub(super) backups: u64,
    /// None where not all are kept alike.
    pub(super) redundancy: Option<&'static str>,
}

impl Bill<'_> {
    pub(super) fn general(&self, family: &str, cores: u64) -> Cost {
        let hourly = |rows: String| self.azure.sql.hourly(self.region, &rows, cores);
        let mut cost = Cost::FREE.and_hourly(hourly(format!("{family}/")));
        cost = self.licence(cost, "license/gp/hs-vcore", cores);
        if self.zones {
            cost = cost.and_hourly(hourly(format!("{family}/zone-redundancy-")));
        }
        self.backup(self.storage(cost))
    }

    /// The replicas are there anyway: spreading them over zones costs nothing.
    pub(super) fn critical(&self, family: &str, cores: u64) -> Cost {
        let hourly = self.azure.sql.hourly(self.region, &format!("{family}/"), cores);
        let cost = self.licence(Cost::FREE.and_hourly(hourly), "license/bc-vcore", cores);
        self.backup(self.storage_of(cost, "BC/storage"))
    }

    /// <https://learn.microsoft.com/azure/azure-sql/azure-hybrid-benefit>
    fn licence(&self, cost: Cost, sku: &str, cores: u64) -> Cost {
        match self.licence {
            Some("BasePrice") => cost,
            Some(_) => {
                let each = self.azure.sql_price(self.region, sku, "sql-server", "vCore-hour");
                cost.and_hourly(each.map(|each| each * Decimal::from(cores)))
            }
            None => cost.and(None),
        }
    }

    /// Storage of General Purpose.
    pub(super) fn storage(&self, cost: Cost) -> Cost {
        self.storage_of(cost, if self.zones { ZONES } else { PLAIN })
    }

    /// What may be held, and 30 % for the log.
    /// <https://learn.microsoft.com/azure/azure-sql/database/single-database-scale#change-storage-size>
    fn storage_of(&self, cost: Cost, sku: &str) -> Cost {
        let price = self.azure.sql_price(self.region, sku, "", "GB-Mo");
        let size = Decimal::from(self.largest) * Decimal::new(13, 1);
        cost.and(price.map(|price| price * size))
    }

    /// Backups beyond what may be held.
    /// <https://learn.microsoft.com/azure/azure-sql/database/automated-backups-overview#backup-storage-costs>
    pub(super) fn backup(&self, cost: Cost) -> Cost {
        let Some(beyond) = self.backups.checked_sub(self.largest * 1_024).filter(|it| *it > 0)
        else {
            return cost;
        };
        let sku = match self.redundancy {
            Some("Local") => "backup/pitr-lrs",
            Some("Zone") => "backup/pitr-zrs",
            Some("Geo") => "backup/pitr-ra-grs",
            _ => return cost.and(None),
        };
        let price = self.azure.sql_price(self.region, sku, "", "GB-Mo");
        let size = Decimal::from(beyond) / Decimal::from(GIBIBYTE >> 20);
        cost.and(price.map(|price| price * size))
    }
}

impl Azure {
    pub(super) fn sql_price(
        &self,
        region: usize,
        sku: &str,
        variant: &str,
        unit: &str,
    ) -> Option<Decimal> {
        self.facts.price("azure/sql", sku, variant, unit, REGIONS[region].0)
    }
}
