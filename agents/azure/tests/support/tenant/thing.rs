//! A resource, in the forms of Azure Resource Manager and of Resource Graph.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::expected::{Cost, Expected};
use super::figures::{Figure, Worth};
use crate::support::identity::TENANT;

/// Where things are.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) subscription: &'static str,
    pub(crate) group: String,
    pub(crate) location: &'static str,
}

impl Place {
    /// A resource group.
    pub(crate) fn new(subscription: &'static str, group: &str, location: &'static str) -> Self {
        Self { subscription, group: group.to_owned(), location }
    }

    /// The identifier of the group.
    pub(crate) fn id(&self) -> String {
        format!("/subscriptions/{}/resourceGroups/{}", self.subscription, self.group)
    }
}

/// A resource.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    pub(crate) subscription: &'static str,
    pub(crate) group: String,
    pub(crate) location: &'static str,
    pub(crate) type_name: &'static str,
    pub(crate) id: String,
    pub(crate) name: String,
    /// `sku`, `kind`, `tags`, `zones`, `plan`, `managedBy`, `instanceId`, `properties`.
    pub(crate) keys: BTreeMap<&'static str, Value>,
    /// A machine's power state; none where Azure does not know it.
    pub(crate) power: Option<&'static str>,
    pub(crate) figures: Vec<Figure>,
    /// None where it is no record.
    pub(crate) expected: Option<Expected>,
}

impl Thing {
    /// Something in a resource group.
    pub(crate) fn new(place: &Place, type_name: &'static str, name: impl Into<String>) -> Self {
        let name = name.into();
        let id = format!("{}/providers/{type_name}/{name}", place.id());
        Self::with_id(place, type_name, id, name)
    }

    /// Something that belongs to another.
    pub(crate) fn below(parent: &Self, type_name: &'static str, name: impl Into<String>) -> Self {
        let name = name.into();
        let own = type_name.rsplit('/').next().unwrap();
        let id = format!("{}/{own}/{name}", parent.id);
        let place = Place::new(parent.subscription, &parent.group, parent.location);
        Self::with_id(&place, type_name, id, name)
    }

    fn with_id(place: &Place, type_name: &'static str, id: String, name: String) -> Self {
        Self {
            subscription: place.subscription,
            group: place.group.clone(),
            location: place.location,
            type_name,
            id,
            name,
            keys: BTreeMap::from([("properties", json!({}))]),
            power: None,
            figures: Vec::new(),
            expected: None,
        }
    }

    /// One more key.
    pub(crate) fn with(mut self, key: &'static str, value: Value) -> Self {
        self.keys.insert(key, value);
        self
    }

    /// The type's own properties.
    pub(crate) fn properties(self, properties: Value) -> Self {
        self.with("properties", properties)
    }

    /// A figure of its own.
    pub(crate) fn does(self, metric: &'static str, worth: Worth) -> Self {
        self.part_does("", metric, &[], worth)
    }

    /// A figure of a part of it.
    pub(crate) fn part_does(
        mut self,
        part: &'static str,
        metric: &'static str,
        dimensions: &[(&'static str, &str)],
        worth: Worth,
    ) -> Self {
        let dimensions =
            dimensions.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.figures.push(Figure { part, metric, dimensions, worth });
        self
    }

    /// It is a record of a list, and costs that.
    pub(crate) fn costs(mut self, list: &'static str, cost: Cost) -> Self {
        let name = self.name.clone();
        self.expected = Some(Expected { list, name, cost, keys: BTreeMap::new() });
        self
    }

    /// Its record has this key, too.
    pub(crate) fn says(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        self.expected.as_mut().unwrap().keys.insert(key, value.into());
        self
    }

    /// As Azure Resource Manager lists it; power states only where they are asked for.
    pub(crate) fn in_list(&self, with_power: bool) -> Value {
        let mut row = json!({ "id": self.id_in_list(), "name": self.name, "type": self.type_name,
                              "location": self.location_in_list() });
        for (key, value) in &self.keys {
            row[*key] = value.clone();
        }
        if with_power && row["properties"].is_object() {
            row["properties"]["instanceView"] = json!({ "statuses": self.statuses() });
        }
        row
    }

    /// As the list of statuses has it: nothing but that.
    pub(crate) fn status(&self) -> Value {
        json!({ "id": self.id_in_list(), "name": self.name, "location": self.location,
                "type": self.type_name,
                "properties": { "instanceView": { "statuses": self.statuses() } } })
    }

    /// As Resource Graph has it.
    pub(crate) fn in_graph(&self) -> Value {
        let key = |name: &str| self.keys.get(name).cloned();
        let mut properties = key("properties").unwrap_or_default();
        if let (Some(power), true) = (self.power, properties.is_object()) {
            properties["extended"] = json!({ "instanceView": { "powerState": {
                "code": format!("PowerState/{power}"), "level": "Info",
                "displayStatus": format!("VM {power}") } } });
        }
        // What is not there is an empty text in some columns, and null in others.
        json!({
            "id": self.id, "name": self.name, "type": self.type_name.to_lowercase(),
            "tenantId": TENANT, "kind": key("kind").unwrap_or_else(|| json!("")),
            "location": self.location, "resourceGroup": self.group.to_lowercase(),
            "subscriptionId": self.subscription,
            "managedBy": key("managedBy").unwrap_or_else(|| json!("")),
            "sku": key("sku"), "plan": key("plan"), "properties": properties,
            "tags": key("tags"), "identity": null, "zones": key("zones"),
            "extendedLocation": null,
        })
    }

    fn statuses(&self) -> Vec<Value> {
        let provisioned = json!({ "code": "ProvisioningState/succeeded", "level": "Info",
                                  "displayStatus": "Provisioning succeeded" });
        let power = self.power.map(|power| {
            json!({ "code": format!("PowerState/{power}"), "level": "Info",
                    "displayStatus": format!("VM {power}") })
        });
        [provisioned].into_iter().chain(power).collect()
    }

    /// Lists of machines have the names of groups in capitals.
    fn id_in_list(&self) -> String {
        if self.type_name != "Microsoft.Compute/virtualMachines" {
            return self.id.clone();
        }
        let group = format!("/resourceGroups/{}/", self.group);
        self.id.replace(&group, &format!("/resourceGroups/{}/", self.group.to_uppercase()))
    }

    /// Lists of web apps have regions as people read them.
    fn location_in_list(&self) -> &'static str {
        match self.location {
            "westeurope" if self.type_name.starts_with("Microsoft.Web/") => "West Europe",
            "eastus" if self.type_name.starts_with("Microsoft.Web/") => "East US",
            location => location,
        }
    }
}

/// A decimal of a whole number.
pub(crate) fn whole(number: usize) -> Decimal {
    Decimal::from(number)
}
