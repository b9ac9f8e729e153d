//! One resource as Azure Resource Manager and Resource Graph both describe it.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// One resource: what all types have in common, and its own properties unread.
///
/// A list of Azure Resource Manager and a row of Resource Graph have the same keys.
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-declaration>
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    /// The full identifier: `/subscriptions/…/providers/…/name`. Its case is the author's.
    pub id: String,
    /// The name.
    #[serde(default, deserialize_with = "text")]
    pub name: String,
    /// The type: `Microsoft.Compute/virtualMachines`, in any case.
    #[serde(default, rename = "type")]
    pub type_name: String,
    /// The region: `westeurope`.
    #[serde(default, deserialize_with = "readable")]
    pub location: Option<String>,
    /// Tags.
    #[serde(default, deserialize_with = "readable")]
    pub tags: Option<BTreeMap<String, Option<String>>>,
    /// What some types are further: `functionapp,linux`, `StorageV2`.
    #[serde(default, deserialize_with = "readable")]
    pub kind: Option<String>,
    /// The sku.
    #[serde(default, deserialize_with = "sku")]
    pub sku: Option<Sku>,
    /// Zones: `["1"]`.
    #[serde(default, deserialize_with = "readable")]
    pub zones: Option<Vec<String>>,
    /// The resource that this one belongs to (a disk's machine).
    #[serde(default, deserialize_with = "readable")]
    pub managed_by: Option<String>,
    /// The marketplace offer that it was made from.
    #[serde(default, deserialize_with = "readable")]
    pub plan: Option<Plan>,
    #[serde(default)]
    properties: Option<Box<RawValue>>,
}

/// A sku: every type uses some of it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Sku {
    /// `Premium_LRS`, `GP_Gen5`, `Standard_D2s_v5`, …
    #[serde(default)]
    pub name: Option<String>,
    /// `Premium`, `GeneralPurpose`, …
    #[serde(default)]
    pub tier: Option<String>,
    /// How many of it.
    #[serde(default)]
    pub capacity: Option<i64>,
}

/// A marketplace offer.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Plan {
    /// The plan.
    #[serde(default)]
    pub name: Option<String>,
    /// Who sells it.
    #[serde(default)]
    pub publisher: Option<String>,
    /// What.
    #[serde(default)]
    pub product: Option<String>,
}

impl Row {
    /// The type's own properties.
    ///
    /// # Errors
    /// What cannot be read, for a person.
    pub(crate) fn properties<T: DeserializeOwned>(&self) -> Result<T, String> {
        let text = self.properties.as_ref().map_or("{}", |properties| properties.get());
        serde_json::from_str(text)
            .map_err(|error| format!("Azure describes it in a way that cannot be read: {error}"))
    }

    /// Sets one of the properties. Properties that cannot be read stay as they are.
    pub(super) fn set_property(&mut self, key: &str, value: Box<RawValue>) {
        let Ok(mut all) = self.properties::<BTreeMap<String, Box<RawValue>>>() else {
            return;
        };
        all.insert(key.to_owned(), value);
        if let Ok(text) = serde_json::value::to_raw_value(&all) {
            self.properties = Some(text);
        }
    }

    /// The part of the identifier after `/<key>/`, whatever the case of the key.
    pub(crate) fn part(&self, key: &str) -> Option<&str> {
        part(&self.id, key)
    }
}

/// A value, where it is what it should be: one odd key makes no row unreadable.
fn readable<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let text = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(text.and_then(|text| serde_json::from_str(text.get()).ok()))
}

/// A text, or an empty one where it is something else.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(readable(deserializer)?.unwrap_or_default())
}

/// A sku. One that cannot be read is not the same as none, which some types take for a free one: its
/// words are none that anybody knows.
fn sku<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Sku>, D::Error> {
    let unreadable = || {
        let word = Some("unreadable".to_owned());
        Sku { name: word.clone(), tier: word, capacity: None }
    };
    let text = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(text.map(|text| serde_json::from_str(text.get()).unwrap_or_else(|_| unreadable())))
}

/// The part of an Azure identifier after `/<key>/`, whatever the case of the key.
pub(crate) fn part<'a>(id: &'a str, key: &str) -> Option<&'a str> {
    let mut parts = id.split('/');
    parts.find(|part| part.eq_ignore_ascii_case(key))?;
    parts.next().filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_an_identifier_are_found_in_any_case() {
        let id =
            "/subscriptions/s-1/resourcegroups/Web/providers/Microsoft.Sql/servers/a/databases/b";
        assert_eq!(part(id, "resourceGroups"), Some("Web"));
        assert_eq!(part(id, "databases"), Some("b"));
        assert_eq!(part(id, "elasticPools"), None);
        assert_eq!(part("/subscriptions/", "subscriptions"), None);
    }

    #[test]
    fn nulls_and_missing_keys_are_unknown() {
        let row: Row = serde_json::from_str(
            r#"{"id": "/a", "name": "a", "type": "x/y", "tags": null, "sku": null, "zones": null,
                "properties": null}"#,
        )
        .unwrap();
        #[derive(Deserialize)]
        struct Nothing {}
        assert!(row.tags.is_none() && row.properties::<Nothing>().is_ok());
    }

    #[test]
    fn one_odd_key_makes_no_row_unreadable() {
        let row: Row = serde_json::from_str(
            r#"{"id": "/a", "name": [], "location": 1, "managedBy": {}, "kind": true, "sku": "odd",
                "zones": {"1": true}, "tags": {"team": "web"}, "plan": 7}"#,
        )
        .unwrap();
        assert!(row.zones.is_none() && row.plan.is_none() && row.managed_by.is_none());
        assert!(row.name.is_empty() && row.location.is_none() && row.kind.is_none());
        // None is free in some services.
        assert_eq!(row.sku.unwrap().tier.as_deref(), Some("unreadable"));
        assert_eq!(row.tags.unwrap()["team"].as_deref(), Some("web"));
    }
}
