//! Storage accounts as Azure writes them.

use std::fmt::Write as _;

use super::Account;
use crate::azure::json::{Form, Head, time};
use crate::azure::kind::Kind;
use crate::azure::place::{Place, REGIONS};

impl Account {
    /// <https://learn.microsoft.com/rest/api/storagerp/storage-accounts/list>
    pub(crate) fn write(&self, into: &mut String, place: &Place, form: Form) {
        let Self { name, sku, hierarchical, .. } = self;
        let tier = sku.split('_').next().unwrap_or_default();
        let sku = format!("{{\"name\":\"{sku}\",\"tier\":\"{tier}\"}}");
        let mut head = Head::new(&self.id, name, Kind::Account, self.region);
        head.tags = &self.tags;
        head.word = Some(self.kind);
        head.sku = Some(&sku);
        head.write(into, place, form, |into| {
            let created = time(self.bits);
            let _ = write!(
                into,
                "\"provisioningState\":\"Succeeded\",\"creationTime\":\"{created}\",\
                 \"accessTier\":\"Hot\",\"statusOfPrimary\":\"available\",\
                 \"primaryLocation\":\"{}\",\"supportsHttpsTrafficOnly\":true,\
                 \"allowBlobPublicAccess\":false,\"minimumTlsVersion\":\"TLS1_2\",\
                 \"networkAcls\":{{\"bypass\":\"AzureServices\",\"virtualNetworkRules\":[],\
                 \"ipRules\":[],\"defaultAction\":\"Allow\"}},\"encryption\":{{\"services\":{{\
                 \"file\":{{\"keyType\":\"Account\",\"enabled\":true}},\"blob\":{{\
                 \"keyType\":\"Account\",\"enabled\":true}}}},\"keySource\":\"Microsoft.Storage\"}},\
                 \"primaryEndpoints\":{{\"blob\":\"https://{name}.blob.core.windows.net/\",\
                 \"file\":\"https://{name}.file.core.windows.net/\",\
                 \"queue\":\"https://{name}.queue.core.windows.net/\",\
                 \"table\":\"https://{name}.table.core.windows.net/\"}},\
                 \"keyCreationTime\":{{\"key1\":\"{created}\",\"key2\":\"{created}\"}}",
                REGIONS[self.region].0
            );
            if *hierarchical {
                into.push_str(",\"isHnsEnabled\":true");
            }
        });
    }
}
