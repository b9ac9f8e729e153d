//! Virtual machines.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::expected::Cost;
use super::figures::Worth;
use super::thing::{Place, Thing, whole};
use crate::support::facts::{P4, P10_EAST, decimal, machine};

/// A machine before it is one.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    pub(crate) name: String,
    pub(crate) size: &'static str,
    pub(crate) os: &'static str,
    pub(crate) power: Option<&'static str>,
    /// Properties beside or instead of the usual ones.
    pub(crate) more: Value,
    pub(crate) image: Value,
    pub(crate) zone: Option<&'static str>,
    pub(crate) data_disks: Vec<Value>,
    pub(crate) os_disk: Value,
}

/// Publisher, offer and sku of an image.
pub(crate) fn image(publisher: &str, offer: &str, sku: &str) -> Value {
    json!({ "publisher": publisher, "offer": offer, "sku": sku, "version": "latest" })
}

impl Machine {
    /// A running machine with nothing special about it.
    pub(crate) fn new(name: impl Into<String>, size: &'static str, os: &'static str) -> Self {
        let image = match os {
            "Windows" => {
                image("MicrosoftWindowsServer", "WindowsServer", "2022-datacenter-azure-edition")
            }
            _ => image("Canonical", "ubuntu-24_04-lts", "server"),
        };
        Self {
            name: name.into(),
            size,
            os,
            power: Some("running"),
            more: json!({}),
            image,
            zone: None,
            data_disks: Vec::new(),
            os_disk: json!({ "storageAccountType": "Premium_LRS" }),
        }
    }

    pub(crate) fn power(mut self, power: Option<&'static str>) -> Self {
        self.power = power;
        self
    }

    pub(crate) fn more(mut self, more: Value) -> Self {
        self.more = more;
        self
    }

    pub(crate) fn image(mut self, image: Value) -> Self {
        self.image = image;
        self
    }

    fn properties(&self, place: &Place) -> Value {
        let mut os_disk = json!({
            "osType": self.os, "name": os_disk_name(&self.name), "createOption": "FromImage",
            "caching": "ReadWrite", "deleteOption": "Delete", "diskSizeGB": os_disk_size(place),
        });
        if self.os_disk.is_null() {
            os_disk["vhd"] = json!({ "uri": "https://oldvhds.blob.core.windows.net/vhds/os.vhd" });
        } else {
            let mut managed = self.os_disk.clone();
            managed["id"] = Value::from(format!(
                "{}/providers/Microsoft.Compute/disks/{}",
                place.id(),
                os_disk_name(&self.name)
            ));
            os_disk["managedDisk"] = managed;
        }
        let mut properties = json!({
            "vmId": format!("vm-{}", self.name),
            "hardwareProfile": { "vmSize": self.size },
            "storageProfile": { "imageReference": self.image, "osDisk": os_disk,
                                "dataDisks": self.data_disks },
            "osProfile": { "computerName": self.name, "adminUsername": "operator", "secrets": [] },
            "networkProfile": { "networkInterfaces": [] },
            "provisioningState": "Succeeded",
            "timeCreated": "2026-03-02T08:15:30.1234567+00:00",
        });
        for (key, value) in self.more.as_object().unwrap() {
            properties[key] = value.clone();
        }
        properties
    }

    /// The machine, where it runs also with what it does; `number` makes that its own.
    pub(crate) fn at(self, place: &Place, number: usize, cost: Cost) -> Thing {
        let mut thing = Thing::new(place, "Microsoft.Compute/virtualMachines", self.name.clone())
            .properties(self.properties(place))
            .with("tags", json!({ "team": format!("team-{}", number % 5), "empty": "" }))
            .costs("virtual_machines", cost)
            .says("vm_size", self.size)
            .says("location", place.location)
            .says("power_state", self.power.map_or(Value::Null, Value::from));
        if let Some(zone) = self.zone {
            thing = thing.with("zones", json!([zone])).says("zone", zone);
        }
        thing.power = self.power;
        if self.power == Some("running") {
            busy(thing, number)
        } else {
            thing.says("cpu_utilization", Value::Null)
        }
    }
}

/// What a machine does.
fn busy(thing: Thing, number: usize) -> Thing {
    let cpu = whole(number % 90) + decimal("0.5");
    let memory = whole(number % 7 + 1) * whole(1 << 30);
    let read = whole(number % 100) * whole(4_096);
    thing
        .does("Percentage CPU", Worth::Average(cpu))
        .does("Available Memory Bytes", Worth::Average(memory))
        .does("Disk Read Bytes", Worth::Total(read))
        .does("Disk Write Bytes", Worth::Total(whole(8_192)))
        .does("Network In Total", Worth::Total(whole(number)))
        .does("Network Out Total", Worth::Total(whole(0)))
        .says("cpu_utilization", number_of(cpu))
        .says("available_memory_bytes", number_of(memory))
        .says("disk_read_bytes", number_of(read))
        .says("disk_write_bytes", 8_192)
        .says("network_in_bytes", number_of(whole(number)))
        .says("network_out_bytes", 0)
}

fn number_of(value: Decimal) -> Value {
    serde_json::from_str(&value.normalize().to_string()).unwrap()
}

fn os_disk_name(machine: &str) -> String {
    format!("{machine}_os")
}

/// GiB: P4 in West Europe, P10 in East US.
fn os_disk_size(place: &Place) -> u32 {
    if place.location == "westeurope" { 32 } else { 128 }
}

/// The managed disk that a machine starts from.
pub(crate) fn os_disk(place: &Place, machine: &Thing) -> Thing {
    let price = if place.location == "westeurope" { P4 } else { P10_EAST };
    Thing::new(place, "Microsoft.Compute/disks", os_disk_name(&machine.name))
        .with("managedBy", json!(machine.id))
        .with("sku", json!({ "name": "Premium_LRS", "tier": "Premium" }))
        .properties(json!({
            "osType": "Linux", "diskSizeGB": os_disk_size(place), "diskState": "Attached",
            "creationData": { "createOption": "FromImage" }, "diskIOPSReadWrite": 120,
            "diskMBpsReadWrite": 25, "timeCreated": "2026-03-02T08:15:31.0000000+00:00",
            "provisioningState": "Succeeded", "diskSizeBytes": 34_359_738_368_u64,
        }))
        .costs("disks", Cost::of_month(price))
        .says("size_gb", os_disk_size(place))
}

/// Ordinary machines, each of another kind than the one before, and their disks.
pub(crate) fn ordinary(place: &Place, prefix: &str, count: usize) -> Vec<Thing> {
    let mut things = Vec::new();
    for number in 0..count {
        let (machine, cost) = kind(place.location, format!("{prefix}-{number:04}"), number);
        let machine = machine.at(place, number, cost);
        things.push(os_disk(place, &machine));
        things.push(machine);
    }
    things
}

/// The machine of that number, and what it costs.
fn kind(region: &str, name: String, number: usize) -> (Machine, Cost) {
    let (size, os) = match (region, number % 8) {
        ("westeurope", 0) => ("Standard_D2s_v5", "Linux"),
        ("westeurope", 1) => ("Standard_D4s_v5", "Linux"),
        ("westeurope", 2) => ("Standard_D4s_v5", "Windows"),
        ("westeurope", 3) => ("Standard_D2s_v5", "Windows"),
        ("westeurope", 4) => ("Standard_E4s_v5", "Linux"),
        ("westeurope", 5) => ("Standard_F4s_v2", "Linux"),
        ("westeurope", 6) => ("Standard_B2ms", "Linux"),
        ("westeurope", _) => ("Standard_D8s_v5", "Linux"),
        (_, 0) => ("Standard_D4s_v5", "Windows"),
        (_, 1..4) => ("Standard_D2s_v5", "Linux"),
        (_, 4..6) => ("Standard_E4s_v5", "Linux"),
        (_, _) => ("Standard_D4s_v5", "Linux"),
    };
    let cost = Cost::hourly(machine(region, size, os));
    let machine = Machine::new(name, size, os);
    match number % 40 {
        // Stopped from within: still allocated, and billed.
        31 => (machine.power(Some("stopped")), cost),
        39 => (machine.power(Some("deallocated")), Cost::nothing()),
        _ => (machine, cost),
    }
}
