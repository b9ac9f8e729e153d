//! Servers, databases and pools as Azure writes them.

use std::fmt::Write as _;

use super::database::Database;
use super::offer::Model;
use super::pool::Pool;
use super::{GIBIBYTE, Server};
use crate::azure::json::{Form, Head, time, uuid};
use crate::azure::kind::Kind;
use crate::azure::place::{Place, REGIONS};

impl Server {
    /// <https://learn.microsoft.com/rest/api/sql/servers/list>
    pub(crate) fn write(&self, into: &mut String, place: &Place, form: Form) {
        let name = &self.name;
        let mut head = Head::new(&self.id, name, Kind::Server, self.region);
        head.tags = &self.tags;
        head.word = Some("v12.0");
        head.write(into, place, form, |into| {
            let _ = write!(
                into,
                "\"administratorLogin\":\"operator\",\"version\":\"12.0\",\"state\":\"Ready\",\
                 \"fullyQualifiedDomainName\":\"{name}.database.windows.net\",\
                 \"privateEndpointConnections\":[],\"minimalTlsVersion\":\"1.2\",\
                 \"publicNetworkAccess\":\"Enabled\",\"restrictOutboundNetworkAccess\":\"Disabled\",\
                 \"externalGovernanceStatus\":\"Disabled\""
            );
        });
    }

    /// Its system database, which costs nothing and is no record.
    pub(crate) fn write_master(&self, into: &mut String, place: &Place, form: Form) {
        let id = format!("{}/databases/master", self.id);
        let mut head = Head::new(&id, "master", Kind::Database, self.region);
        head.word = Some("v12.0,system");
        head.sku = Some("{\"name\":\"System\",\"tier\":\"System\",\"capacity\":0}");
        head.write(into, place, form, |into| {
            into.push_str(
                "\"collation\":\"SQL_Latin1_General_CP1_CI_AS\",\"maxSizeBytes\":32212254720,\
                 \"status\":\"Online\",\"currentServiceObjectiveName\":\"System\"",
            );
        });
    }
}

impl Database {
    /// <https://learn.microsoft.com/rest/api/sql/databases/list-by-server>
    pub(crate) fn write(&self, into: &mut String, place: &Place, form: Form) {
        let (family, objective, tier) = match &self.pool {
            Some((_, tier, _)) => ("ElasticPool", "ElasticPool", *tier),
            None => (self.offer.name, self.offer.name, self.offer.tier),
        };
        let capacity = match self.offer.model {
            _ if self.pool.is_some() => 0,
            Model::General(_, cores) | Model::Critical(_, cores) | Model::Hyperscale(_, cores) => {
                cores
            }
            Model::Serverless(_) | Model::HyperscaleServerless => 2,
            _ => 10,
        };
        let family = family.strip_suffix(&format!("_{capacity}")).unwrap_or(family);
        let sku = format!("{{\"name\":\"{family}\",\"tier\":\"{tier}\",\"capacity\":{capacity}}}");
        let mut head = Head::new(&self.id, &self.name, Kind::Database, self.region);
        head.tags = &self.tags;
        head.word = Some(if self.pool.is_some() { "v12.0,user,pool" } else { "v12.0,user,vcore" });
        head.sku = Some(&sku);
        head.write(into, place, form, |into| {
            let status = if self.paused { "Paused" } else { "Online" };
            let hyperscale = tier == "Hyperscale";
            let largest =
                if hyperscale { -1 } else { (self.largest * GIBIBYTE).cast_signed() };
            let created = if self.old {
                "2023-03-02T08:15:30.123Z".to_owned()
            } else {
                time(self.bits)
            };
            let (zones, redundancy) = (self.zones, self.redundancy);
            let _ = write!(
                into,
                "\"collation\":\"SQL_Latin1_General_CP1_CI_AS\",\"maxSizeBytes\":{largest},\
                 \"status\":\"{status}\",\"databaseId\":\"{}\",\"creationDate\":\"{created}\",\
                 \"currentServiceObjectiveName\":\"{objective}\",\
                 \"requestedServiceObjectiveName\":\"{objective}\",\
                 \"defaultSecondaryLocation\":\"{}\",\"catalogCollation\":\
                 \"SQL_Latin1_General_CP1_CI_AS\",\"zoneRedundant\":{zones},\
                 \"readScale\":\"Disabled\",\"currentSku\":{sku},\
                 \"currentBackupStorageRedundancy\":\"{redundancy}\",\
                 \"requestedBackupStorageRedundancy\":\"{redundancy}\",\"isLedgerOn\":false,\
                 \"isInfraEncryptionEnabled\":false,\"availabilityZone\":\"NoPreference\",\
                 \"maintenanceConfigurationId\":\"/subscriptions/{}/providers/Microsoft.Maintenance/\
                 publicMaintenanceConfigurations/SQL_Default\"",
                uuid(self.bits),
                REGIONS[1].0,
                place.id
            );
            self.write_more(into, hyperscale);
        });
    }

    fn write_more(&self, into: &mut String, hyperscale: bool) {
        if let Some(kind) = self.licence {
            let _ = write!(into, ",\"licenseType\":\"{kind}\"");
        }
        if let Some((_, _, id)) = &self.pool {
            let _ = write!(into, ",\"elasticPoolId\":\"{id}\"");
        }
        if hyperscale && self.pool.is_none() {
            let _ = write!(into, ",\"highAvailabilityReplicaCount\":{}", self.replicas);
            if self.named_replica {
                into.push_str(",\"secondaryType\":\"Named\"");
            }
        }
        if let Some(goes_on) = self.free {
            let word = if goes_on { "BillOverUsage" } else { "AutoPause" };
            let _ =
                write!(into, ",\"useFreeLimit\":true,\"freeLimitExhaustionBehavior\":\"{word}\"");
        }
    }
}

impl Pool {
    /// <https://learn.microsoft.com/rest/api/sql/elastic-pools/list-by-server>
    pub(crate) fn write(&self, into: &mut String, place: &Place, form: Form) {
        let (name, tier, capacity) = self.sku;
        let sku = format!("{{\"name\":\"{name}\",\"tier\":\"{tier}\",\"capacity\":{capacity}}}");
        let mut head = Head::new(&self.id, &self.name, Kind::Pool, self.region);
        head.tags = &self.tags;
        head.word = Some("pool");
        head.sku = Some(&sku);
        head.write(into, place, form, |into| {
            let _ = write!(
                into,
                "\"state\":\"Ready\",\"creationDate\":\"2025-03-02T08:15:30.123Z\",\
                 \"maxSizeBytes\":{},\"perDatabaseSettings\":{{\"minCapacity\":0,\
                 \"maxCapacity\":{capacity}}},\"zoneRedundant\":{}",
                self.largest * GIBIBYTE,
                self.zones
            );
            if let Some(kind) = self.licence {
                let _ = write!(into, ",\"licenseType\":\"{kind}\"");
            }
        });
    }
}
