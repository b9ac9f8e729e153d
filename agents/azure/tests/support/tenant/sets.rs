//! Scale sets: uniform ones have instances of their own type, flexible ones have virtual machines.

use serde_json::{Value, json};

use super::expected::Cost;
use super::figures::{Figure, Worth};
use super::thing::{Place, Thing, whole};
use crate::support::facts::decimal;

/// A uniform set before it is one.
pub(crate) struct Set {
    pub(crate) name: &'static str,
    pub(crate) size: &'static str,
    pub(crate) count: usize,
    /// What goes to the set's profile of machines.
    pub(crate) profile: Value,
    /// The set's tags.
    pub(crate) tags: Value,
    /// Whether its instances leave to the set what they are made of.
    pub(crate) says_nothing: bool,
}

impl Set {
    /// A set of Linux machines.
    pub(crate) fn linux(name: &'static str, size: &'static str, count: usize) -> Self {
        Self {
            name,
            size,
            count,
            profile: json!({ "priority": "Regular" }),
            tags: json!({}),
            says_nothing: false,
        }
    }

    /// The set and its instances, of which each costs that.
    pub(crate) fn at(self, place: &Place, cost: &Cost) -> Vec<Thing> {
        let mut set = Thing::new(place, "Microsoft.Compute/virtualMachineScaleSets", self.name)
            .with("sku", json!({ "name": self.size, "tier": "Standard", "capacity": self.count }))
            .with("tags", self.tags.clone())
            .properties(self.properties("Uniform"));
        let mut instances = Vec::new();
        for number in 0..self.count {
            let instance = self.instance(&set, number, cost);
            set.figures.push(Figure {
                part: "",
                metric: "Percentage CPU",
                dimensions: vec![("VMName", instance.name.to_uppercase())],
                worth: Worth::Average(cpu(number)),
            });
            instances.push(instance);
        }
        instances.push(set);
        instances
    }

    /// A flexible set without its machines.
    pub(crate) fn flexible(place: &Place, name: &str) -> Thing {
        let set = Self::linux("", "Standard_D2s_v5", 0);
        Thing::new(place, "Microsoft.Compute/virtualMachineScaleSets", name)
            .with("sku", json!({ "name": "Standard_D2s_v5", "tier": "Standard", "capacity": 0 }))
            .properties(set.properties("Flexible"))
    }

    fn properties(&self, mode: &str) -> Value {
        let mut profile = json!({
            "storageProfile": {
                "osDisk": { "osType": "Linux", "createOption": "FromImage", "caching": "ReadOnly",
                            "diskSizeGB": 60, "diffDiskSettings": { "option": "Local" },
                            "managedDisk": { "storageAccountType": "Standard_LRS" } },
                "imageReference": { "publisher": "Canonical", "offer": "ubuntu-24_04-lts",
                                    "sku": "server", "version": "latest" } },
            "osProfile": { "computerNamePrefix": self.name, "adminUsername": "operator" },
        });
        for (key, value) in self.profile.as_object().unwrap() {
            profile[key] = value.clone();
        }
        json!({ "orchestrationMode": mode, "provisioningState": "Succeeded",
                "upgradePolicy": { "mode": "Manual" }, "singlePlacementGroup": true,
                "virtualMachineProfile": profile, "uniqueId": format!("set-{}", self.name) })
    }

    fn instance(&self, set: &Thing, number: usize, cost: &Cost) -> Thing {
        let mut instance = Thing::below(
            set,
            "Microsoft.Compute/virtualMachineScaleSets/virtualMachines",
            number.to_string(),
        );
        instance.name = format!("{}_{number}", self.name);
        instance.power = Some("running");
        let mut properties = json!({
            "vmId": format!("instance-{}-{number}", self.name), "latestModelApplied": true,
            "hardwareProfile": {}, "provisioningState": "Succeeded",
        });
        if !self.says_nothing {
            properties["storageProfile"] = json!({ "dataDisks": [], "osDisk": {
                "osType": "Linux", "createOption": "FromImage", "diskSizeGB": 60,
                "diffDiskSettings": { "option": "Local" },
                "managedDisk": { "storageAccountType": "Standard_LRS" } } });
        }
        instance
            .with("instanceId", json!(number.to_string()))
            .with("sku", json!({ "name": self.size, "tier": "Standard" }))
            .properties(properties)
            .costs("virtual_machines", cost.clone())
            .says("vm_size", self.size)
            .says("power_state", "running")
            .says("scale_set", self.name)
            .says("cpu_utilization", json!(number % 50))
    }
}

/// What an instance does, in percent.
fn cpu(number: usize) -> rust_decimal::Decimal {
    whole(number % 50) + decimal("0")
}
