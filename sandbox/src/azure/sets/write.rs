//! Scale sets and their instances as Azure writes them.

use std::fmt::Write as _;

use super::{FIRST, Purpose, Set};
use crate::azure::json::{Form, Head, time, uuid};
use crate::azure::kind::Kind;
use crate::azure::machines::{image, power_of_graph, sizes, statuses};
use crate::azure::place::Place;

impl Set {
    /// `sku`, as JSON.
    fn sku(&self, capacity: Option<u64>) -> String {
        let name = sizes::at(self.size).name;
        match capacity {
            Some(capacity) => {
                format!("{{\"name\":\"{name}\",\"tier\":\"Standard\",\"capacity\":{capacity}}}")
            }
            None => format!("{{\"name\":\"{name}\",\"tier\":\"Standard\"}}"),
        }
    }

    /// <https://learn.microsoft.com/rest/api/compute/virtual-machine-scale-sets/list-all>
    pub(crate) fn write(&self, into: &mut String, place: &Place, form: Form) {
        let sku = self.sku(Some(self.instances(place)));
        let mut head = Head::new(&self.id, &self.name, Kind::ScaleSet, self.region);
        head.tags = &self.tags;
        head.sku = Some(&sku);
        let mode = if self.purpose == Purpose::Flexible { "Flexible" } else { "Uniform" };
        head.write(into, place, form, |into| {
            let _ = write!(
                into,
                "\"orchestrationMode\":\"{mode}\",\"provisioningState\":\"Succeeded\",\
                 \"overprovision\":false,\"singlePlacementGroup\":false,\"uniqueId\":\"{}\",\
                 \"timeCreated\":\"{}\",\"upgradePolicy\":{{\"mode\":\"Manual\"}},\
                 \"virtualMachineProfile\":{{",
                uuid(self.bits),
                time(self.bits)
            );
            self.write_profile(into, place);
            into.push('}');
        });
    }

    fn write_profile(&self, into: &mut String, place: &Place) {
        let name = &self.name;
        let _ = write!(into, "\"osProfile\":{{\"computerNamePrefix\":\"{name}\"}}");
        if let Some(kind) = self.system.licence_type() {
            let _ = write!(into, ",\"licenseType\":\"{kind}\"");
        }
        if self.is_spot() {
            into.push_str(",\"priority\":\"Spot\",\"evictionPolicy\":\"Delete\"");
        }
        into.push_str(",\"storageProfile\":{\"imageReference\":");
        image(into, place, self.system);
        let _ = write!(
            into,
            ",\"osDisk\":{{\"osType\":\"{}\",\"createOption\":\"FromImage\",\"caching\":\"ReadOnly\",\
             \"managedDisk\":{{\"storageAccountType\":\"Premium_LRS\"}},\"diskSizeGB\":128}},\
             \"diskControllerType\":\"SCSI\"}},\"networkProfile\":{{\"networkInterfaceConfigurations\":\
             [{{\"name\":\"{name}-nic\",\"properties\":{{\"primary\":true,\
             \"enableAcceleratedNetworking\":true,\"enableIPForwarding\":true}}}}]}}",
            self.system.word()
        );
    }

    /// <https://learn.microsoft.com/rest/api/compute/virtual-machine-scale-set-vms/list>
    pub(crate) fn write_instance(&self, into: &mut String, place: &Place, form: Form, number: u64) {
        let (instance, name) = (FIRST + number, self.instance_name(number));
        let id = format!("{}/virtualMachines/{instance}", self.id);
        let (sku, power) = (self.sku(None), self.power(place, number));
        let mut head = Head::new(&id, &name, Kind::Instance, self.region);
        head.tags = &self.tags;
        head.sku = Some(&sku);
        head.write(into, place, form, |into| {
            let _ = write!(
                into,
                "\"vmId\":\"{}\",\"latestModelApplied\":true,\"provisioningState\":\"Succeeded\",\
                 \"timeCreated\":\"{}\",\"osProfile\":{{\"computerName\":\"{name}\"}}",
                uuid(self.bits ^ number),
                time(self.bits)
            );
            if !self.silent {
                let _ = write!(
                    into,
                    ",\"hardwareProfile\":{{\"vmSize\":\"{}\"}},\"storageProfile\":{{\
                     \"osDisk\":{{\"osType\":\"{}\",\"name\":\"{name}_OsDisk_1\",\
                     \"createOption\":\"FromImage\",\"diskSizeGB\":128,\"managedDisk\":{{\
                     \"storageAccountType\":\"Premium_LRS\"}}}},\"dataDisks\":[]}}",
                    sizes::at(self.size).name,
                    self.system.word()
                );
            }
            match form {
                Form::Graph => power_of_graph(into, &name, self.system, power),
                Form::Expanded => {
                    into.push_str(",\"instanceView\":{");
                    statuses(into, power);
                    into.push('}');
                }
                Form::List | Form::States => {}
            }
        });
    }
}
