//! A machine as Azure writes it.
//! <https://learn.microsoft.com/rest/api/compute/virtual-machines/list-all>

use std::fmt::Write as _;

use super::{Machine, OsDisk, Power, Purchase, System, sizes};
use crate::azure::disks::Disk;
use crate::azure::json::{Form, Head, time, uuid};
use crate::azure::kind::Kind;
use crate::azure::place::Place;

impl Machine {
    pub(crate) fn write(&self, into: &mut String, place: &Place, form: Form) {
        let mut head = Head::new(&self.id, &self.name, Kind::Machine, self.region);
        head.tags = &self.tags;
        head.zone = self.zone;
        head.plan = self.system.plan();
        head.write(into, place, form, |into| {
            if form == Form::States {
                return instance_view(into, self.power);
            }
            self.hardware(into, place);
            self.storage(into, place);
            self.rest(into, place);
            match form {
                Form::Graph => power_of_graph(into, &self.name, self.system, self.power),
                Form::Expanded => {
                    into.push(',');
                    instance_view(into, self.power);
                }
                Form::List | Form::States => {}
            }
        });
    }

    fn hardware(&self, into: &mut String, place: &Place) {
        let (id, size) = (uuid(self.bits), sizes::at(self.size).name);
        let _ = write!(
            into,
            "\"vmId\":\"{id}\",\"hardwareProfile\":{{\"vmSize\":\"{size}\"}},\
             \"provisioningState\":\"Succeeded\",\"timeCreated\":\"{}\"",
            time(self.bits)
        );
        if let Some(kind) = self.system.licence_type() {
            let _ = write!(into, ",\"licenseType\":\"{kind}\"");
        }
        match self.purchase {
            Purchase::OnDemand => {}
            Purchase::Spot => into.push_str(
                ",\"priority\":\"Spot\",\"evictionPolicy\":\"Deallocate\",\
                 \"billingProfile\":{\"maxPrice\":-1}",
            ),
            Purchase::DedicatedHost => {
                let host = place.resource(&Kind::Machine.group(self.index), Kind::Machine, "hosts");
                let host = host.replace("virtualMachines/hosts", "hostGroups/own/hosts/one");
                let _ = write!(into, ",\"host\":{{\"id\":\"{host}\"}}");
            }
        }
        if self.member {
            let set = super::super::sets::flexible_id(place);
            let _ = write!(into, ",\"virtualMachineScaleSet\":{{\"id\":\"{set}\"}}");
        }
        if self.ultra {
            into.push_str(",\"additionalCapabilities\":{\"ultraSSDEnabled\":true}");
        }
    }

    fn storage(&self, into: &mut String, place: &Place) {
        let Self { name, system, .. } = self;
        into.push_str(",\"storageProfile\":{\"imageReference\":");
        image(into, place, *system);
        let _ = write!(
            into,
            ",\"osDisk\":{{\"osType\":\"{}\",\"name\":\"{name}_OsDisk_1\",\
             \"createOption\":\"FromImage\",\"caching\":\"ReadWrite\",\"deleteOption\":\"Delete\"",
            system.word()
        );
        match self.os_disk {
            OsDisk::Unmanaged => into.push_str(
                ",\"vhd\":{\"uri\":\"https://oldvhds.blob.core.windows.net/vhds/os.vhd\"}",
            ),
            OsDisk::Ephemeral => into.push_str(
                ",\"diffDiskSettings\":{\"option\":\"Local\",\"placement\":\"CacheDisk\"},\
                 \"managedDisk\":{\"storageAccountType\":\"Standard_LRS\"}",
            ),
            OsDisk::Managed => {
                let disk = Disk::of_machine(place, self.index, self);
                let id = disk.as_ref().map_or_else(
                    || place.resource(&Kind::Machine.group(self.index), Kind::Disk, name),
                    |disk| disk.id.clone(),
                );
                let sku = disk.map_or("Premium_LRS", |disk| disk.sku);
                let _ = write!(
                    into,
                    ",\"managedDisk\":{{\"storageAccountType\":\"{sku}\",\"id\":\"{id}\"}},\
                     \"diskSizeGB\":128"
                );
            }
        }
        into.push_str("},\"dataDisks\":[");
        if let Some(Disk { id, name, sku, size, .. }) = self.data_disk(place) {
            let _ = write!(
                into,
                "{{\"lun\":0,\"name\":\"{name}\",\"createOption\":\"Attach\",\
                 \"caching\":\"ReadOnly\",\"managedDisk\":{{\"storageAccountType\":\"{sku}\",\
                 \"id\":\"{id}\"}},\"deleteOption\":\"Detach\",\"diskSizeGB\":{size},\
                 \"toBeDetached\":false}}"
            );
        }
        into.push_str("],\"diskControllerType\":\"SCSI\"}");
    }

    fn rest(&self, into: &mut String, place: &Place) {
        let Self { name, .. } = self;
        let configuration = if self.system.is_windows() {
            "\"windowsConfiguration\":{\"provisionVMAgent\":true,\"enableAutomaticUpdates\":true,\
             \"patchSettings\":{\"patchMode\":\"AutomaticByOS\",\
             \"assessmentMode\":\"ImageDefault\",\"enableHotpatching\":false}}"
        } else {
            "\"linuxConfiguration\":{\"disablePasswordAuthentication\":true,\"ssh\":{\
             \"publicKeys\":[{\"path\":\"/home/operator/.ssh/authorized_keys\",\
             \"keyData\":\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL operator\"}]},\
             \"provisionVMAgent\":true,\"patchSettings\":{\"patchMode\":\"ImageDefault\",\
             \"assessmentMode\":\"ImageDefault\"}}"
        };
        let _ = write!(
            into,
            ",\"osProfile\":{{\"computerName\":\"{name}\",\"adminUsername\":\"operator\",\
             {configuration},\"secrets\":[],\"allowExtensionOperations\":true,\
             \"requireGuestProvisionSignal\":true}},\"securityProfile\":{{\"uefiSettings\":{{\
             \"secureBootEnabled\":true,\"vTpmEnabled\":true}},\"securityType\":\"TrustedLaunch\"}},\
             \"networkProfile\":{{\"networkInterfaces\":[{{\"id\":\"/subscriptions/{}/resourceGroups/\
             {}/providers/Microsoft.Network/networkInterfaces/{name}-nic\",\"properties\":{{\
             \"deleteOption\":\"Detach\"}}}}]}},\"diagnosticsProfile\":{{\"bootDiagnostics\":{{\
             \"enabled\":true}}}}",
            place.id,
            Kind::Machine.group(self.index)
        );
    }
}

/// `imageReference`.
pub(crate) fn image(into: &mut String, place: &Place, system: System) {
    let _ = match system.image() {
        Some((publisher, offer, sku)) => write!(
            into,
            "{{\"publisher\":\"{publisher}\",\"offer\":\"{offer}\",\"sku\":\"{sku}\",\
             \"version\":\"latest\",\"exactVersion\":\"24.04.202610150\"}}"
        ),
        None => write!(
            into,
            "{{\"id\":\"/subscriptions/{}/resourceGroups/images/providers/Microsoft.Compute/\
             galleries/own/images/base/versions/1.4.2\",\"exactVersion\":\"1.4.2\"}}",
            place.id
        ),
    };
}

/// What Resource Graph adds to a machine.
pub(crate) fn power_of_graph(into: &mut String, name: &str, system: System, power: Power) {
    let (version, word) = if system.is_windows() { ("10.0.20348", "V2") } else { ("24.04", "V2") };
    let _ = write!(
        into,
        ",\"extended\":{{\"instanceView\":{{\"computerName\":\"{name}\",\"osName\":\"{}\",\
         \"osVersion\":\"{version}\",\"hyperVGeneration\":\"{word}\"",
        system.word()
    );
    if power != Power::Unknown {
        let power = power.word();
        let _ = write!(
            into,
            ",\"powerState\":{{\"code\":\"PowerState/{power}\",\"displayStatus\":\"VM {power}\",\
             \"level\":\"Info\"}}"
        );
    }
    into.push_str("}}");
}

/// `"instanceView":{…}`
fn instance_view(into: &mut String, power: Power) {
    into.push_str("\"instanceView\":{");
    statuses(into, power);
    into.push('}');
}

/// `"statuses":[…]`
pub(crate) fn statuses(into: &mut String, power: Power) {
    into.push_str(
        "\"statuses\":[{\"code\":\"ProvisioningState/succeeded\",\"level\":\"Info\",\
         \"displayStatus\":\"Provisioning succeeded\",\"time\":\"2026-10-01T07:00:00.1234567+00:00\"}",
    );
    if power != Power::Unknown {
        let power = power.word();
        let _ = write!(
            into,
            ",{{\"code\":\"PowerState/{power}\",\"level\":\"Info\",\"displayStatus\":\"VM {power}\"}}"
        );
    }
    into.push(']');
}
