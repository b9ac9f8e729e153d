//! What an instance of Cloud SQL costs. <https://cloud.google.com/sql/pricing>

use rust_decimal::Decimal;

use super::{Database, ON_PREMISES, Parts, REPLICA};
use crate::gcp::Gcp;
use crate::truth::Cost;

impl Database {
    /// Processors, memory and licence while it runs, its address while it does not; its storage and
    /// its backups.
    pub(super) fn cost(&self, gcp: &Gcp) -> Cost {
        let mut cost = Cost::FREE;
        if self.sort == ON_PREMISES {
            // A note of where a replica's source is.
            return cost;
        }
        let price = |sku, variant: &str, unit| {
            gcp.facts.price("gcp/cloudsql", sku, variant, unit, self.region)
        };
        if self.runs() {
            cost = self.machine(gcp, cost);
            let is_server = self.version.0.starts_with("SQLSERVER");
            // Neither SQL Server's licence nor extended support has a list price.
            // <https://cloud.google.com/sql/docs/mysql/extended-support>
            if is_server || self.version.0 == "MYSQL_5_7" {
                cost = cost.and(None);
            }
        } else if self.public {
            cost = cost.and_hourly(price("unused-ip", "", "hour"));
        }
        let storage = match (self.disk.0, self.size.parts) {
            (_, Parts::Plus) => None,
            ("PD_SSD", _) => price("storage-ssd", &self.variant(), "GiB-Mo"),
            ("PD_HDD", _) => price("storage-hdd", &self.variant(), "GiB-Mo"),
            _ => None,
        };
        cost = cost.and(storage.map(|price| price * Decimal::from(self.disk_gib)));
        // How much backups hold is told nowhere; replicas have none.
        if self.sort == REPLICA { cost } else { cost.and(None) }
    }

    fn machine(&self, gcp: &Gcp, cost: Cost) -> Cost {
        let variant = self.variant();
        let price = |sku, unit| gcp.facts.price("gcp/cloudsql", sku, &variant, unit, self.region);
        match self.size.parts {
            Parts::Listed => cost.and_hourly(price(self.size.tier, "hour")),
            Parts::Of(processors, quarters) => {
                let each = price("vcpu", "vCPU-hour");
                let memory = price("ram", "GiB-hour");
                let quarter = Decimal::new(25, 2);
                cost.and_hourly(each.map(|price| price * Decimal::from(processors)))
                    .and_hourly(memory.map(|price| price * quarter * Decimal::from(quarters)))
            }
            Parts::Plus => cost.and(None),
        }
    }

    /// Engine and availability, as the tables have them.
    fn variant(&self) -> String {
        let engine = match self.version.0.split('_').next() {
            Some("MYSQL") => "mysql",
            Some("POSTGRES") => "postgres",
            _ => "sqlserver",
        };
        format!("{engine}/{}", if self.regional { "regional" } else { "zonal" })
    }
}
