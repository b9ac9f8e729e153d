//! Every thing of the odd and the ordinary, with one of its keys being something else.

use serde_json::{Value, json};

use super::thing::{Place, Thing};
use super::{ATTIC, LAB, SHOP, Tenant, accounts, apps, clusters, databases, disks, machines, odd};
use crate::support::tenant::sets::Set;

/// What a key can be instead.
fn others() -> [Value; 6] {
    [
        Value::Null,
        json!(-1),
        json!(1e300),
        json!("nonsense/with spaces"),
        json!([7, null]),
        json!({ "name": 7, "id": [] }),
    ]
}

impl Tenant {
    /// What came of the mutation of everything.
    pub(crate) fn mutants() -> Self {
        let west = Place::new(ATTIC, "attic", "westeurope");
        let east = Place::new(LAB, "lab", "eastus");
        let originals = [
            odd::every_sort(&west),
            disks::every_kind(&west),
            accounts::west(&west),
            machines::ordinary(&west, "web", 4),
            Set::linux("workers", "Standard_F4s_v2", 1).at(&west, &super::Cost::nothing()),
            clusters::every_tier(&east, 3),
            apps::every_plan(&east),
            databases::every_model(&east),
        ];
        let mut things = Vec::new();
        for original in originals.into_iter().flatten() {
            for (number, keys) in mutations(&original).into_iter().enumerate() {
                let mut mutant = original.clone();
                mutant.keys = keys;
                // A name of its own, below the same parent.
                mutant.name = format!("{}-{number}", original.name);
                let parent = original.id.rsplit_once('/').unwrap().0;
                mutant.id =
                    format!("{parent}/{}-{number}", original.id.rsplit('/').next().unwrap());
                things.push(mutant);
            }
            things.push(original);
        }
        Self::of(&[(ATTIC, "Attic"), (LAB, "Lab"), (SHOP, "Shop")], things)
    }

    /// How many things are of a type in a subscription.
    pub(crate) fn count(&self, subscription: &str, type_name: &str) -> usize {
        let own = self.things.iter().filter(|thing| thing.subscription == subscription);
        own.filter(|thing| thing.type_name == type_name).count()
    }
}

/// The keys of a thing, each time with one of them being something else: of the thing itself, and
/// down to the third level of its properties.
fn mutations(original: &Thing) -> Vec<std::collections::BTreeMap<&'static str, Value>> {
    let mut all = Vec::new();
    for key in ["sku", "kind", "tags", "zones", "plan", "managedBy", "properties"] {
        let mut places = vec![String::new()];
        if let Some(value) = original.keys.get(key) {
            pointers(value, "", 3, &mut places);
        }
        for place in places {
            for other in others() {
                let mut keys = original.keys.clone();
                let value = keys.entry(key).or_insert(Value::Null);
                *value.pointer_mut(&place).unwrap() = other;
                all.push(keys);
            }
        }
    }
    all
}

/// The places within a value, as JSON pointers.
fn pointers(value: &Value, above: &str, depth: usize, into: &mut Vec<String>) {
    if depth == 0 {
        return;
    }
    let mut each = |key: String, value: &Value| {
        let place = format!("{above}/{key}");
        into.push(place.clone());
        pointers(value, &place, depth - 1, into);
    };
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(key, value)| each(key.clone(), value));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| each(index.to_string(), value));
        }
        _ => {}
    }
}
