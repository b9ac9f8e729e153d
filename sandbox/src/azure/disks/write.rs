//! A disk as Azure writes it.
//! <https://learn.microsoft.com/rest/api/compute/disks/list>

use std::fmt::Write as _;

use super::{Disk, tier};
use crate::azure::json::{Form, Head, time, uuid};
use crate::azure::kind::Kind;
use crate::azure::place::Place;

impl Disk {
    pub(crate) fn write(&self, into: &mut String, place: &Place, form: Form) {
        let Self { sku, size, state, iops, throughput, .. } = self;
        let series = sku.split('_').next().unwrap_or_default().trim_end_matches("SSD");
        let sku_text = format!("{{\"name\":\"{sku}\",\"tier\":\"{series}\"}}");
        let mut head = Head::new(&self.id, &self.name, Kind::Disk, self.region);
        head.tags = &self.tags;
        head.sku = Some(&sku_text);
        head.zone = self.zone.filter(|_| sku.ends_with("LRS"));
        head.managed_by = self.machine.as_deref();
        head.write(into, place, form, |into| {
            let _ = write!(
                into,
                "\"diskSizeGB\":{size},\"diskState\":\"{state}\",\"diskIOPSReadWrite\":{iops},\
                 \"diskMBpsReadWrite\":{throughput},\"creationData\":{{\"createOption\":\"Empty\"}},\
                 \"encryption\":{{\"type\":\"EncryptionAtRestWithPlatformKey\"}},\
                 \"networkAccessPolicy\":\"AllowAll\",\"publicNetworkAccess\":\"Enabled\",\
                 \"timeCreated\":\"{}\",\"provisioningState\":\"Succeeded\",\
                 \"diskSizeBytes\":{},\"uniqueId\":\"{}\",\"hyperVGeneration\":\"V2\",\
                 \"dataAccessAuthMode\":\"None\"",
                time(self.bits),
                size << 30,
                uuid(self.bits)
            );
            self.write_more(into);
        });
    }

    fn write_more(&self, into: &mut String) {
        if self.sku.starts_with("Premium_") {
            let own = self.tier.map_or_else(|| tier('P', self.size).0, str::to_owned);
            let _ = write!(into, ",\"tier\":\"{own}\"");
        }
        if self.bursting {
            into.push_str(",\"burstingEnabled\":true");
        }
        if self.confidential {
            into.push_str(
                ",\"securityProfile\":{\"securityType\":\
                 \"ConfidentialVM_DiskEncryptedWithPlatformKey\"}",
            );
        }
        if let Some(mounts) = self.shared {
            let _ = write!(
                into,
                ",\"maxShares\":3,\"diskIOPSReadOnly\":{},\"diskMBpsReadOnly\":{},\"shareInfo\":[",
                self.iops, self.throughput
            );
            let machine = self.machine.as_deref().unwrap_or_default();
            for mount in 0..mounts {
                let (comma, end) = if mount == 0 { ("", "") } else { (",", "-b") };
                let _ = write!(into, "{comma}{{\"vmUri\":\"{machine}{end}\"}}");
            }
            into.push(']');
        }
    }
}
