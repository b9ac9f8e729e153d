//! Records as resources with a cost.

use std::collections::HashSet;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use finops_core::model::{self, Attributes, Costs, Quantity, Resource};
use finops_pricing::own::MOST;

use crate::collectors::CollectError;
use crate::config::{Amount, Charge, ResourceRule};
use crate::template::field;

/// The component of every cost line of a plugin's resource.
const COMPONENT: &str = "resource";

/// The resources that `records` are by `rule`.
///
/// # Errors
/// A record has no identifier, or one that another has: nothing may be counted twice.
pub(crate) fn resources(
    rule: &ResourceRule,
    records: &[Map<String, Value>],
    region: &Arc<str>,
) -> Result<Vec<Resource>, CollectError> {
    let mut seen = HashSet::new();
    let mut resources = Vec::new();
    for (index, record) in records.iter().enumerate() {
        if !rule.only.iter().all(|(name, value)| is(field(record, name), value)) {
            continue;
        }
        let id = rule.id.render(record).map_err(|field| nameless(index, &field))?;
        if !seen.insert(id.clone()) {
            let error = format!("two records have the identifier \"{id}\"");
            let hint = "write an `id` with a field that tells its records apart";
            return Err(CollectError::new(error).hint(hint));
        }
        resources.push(resource(rule, record, &id, region));
    }
    Ok(resources)
}

fn nameless(index: usize, field: &str) -> CollectError {
    let error = format!("record {} has no `{field}` for the resource's id", index + 1);
    CollectError::new(error).hint("name a field in `id` that every record has")
}

/// Whether a field's value reads as `text`.
fn is(value: Option<&Value>, text: &str) -> bool {
    match value {
        Some(Value::String(value)) => value == text,
        Some(Value::Null) | None => text.is_empty(),
        Some(value) => value.to_string().as_bytes() == text.as_bytes(),
    }
}

fn resource(
    rule: &ResourceRule,
    record: &Map<String, Value>,
    id: &str,
    region: &Arc<str>,
) -> Resource {
    let mut resource = Resource::new("resource", id, region);
    resource.name = rule.name.as_ref().and_then(|name| name.render(record).ok()).map(Into::into);
    for (key, template) in &rule.tags {
        if let Ok(value) = template.render(record) {
            resource.tags.push(Arc::clone(key), &value);
        }
    }
    resource.attributes.set_known("kind", rule.kind.clone());
    resource.attributes.set("fields", model::Value::Record(attributes(record)));
    resource.costs = costs(&rule.charges, record);
    resource
}

fn costs(charges: &[Charge], record: &Map<String, Value>) -> Costs {
    if charges.is_empty() {
        return Costs::unpriced(COMPONENT, "the plugin's `resources` have no `hourly_cost`");
    }
    let mut costs = Costs::free();
    for charge in charges {
        match quantity(charge, record) {
            Ok(quantity) => costs.add(COMPONENT, quantity, Arc::clone(&charge.price)),
            Err(reason) => costs.miss(COMPONENT, reason),
        }
    }
    costs
}

/// How many units of the rate the record is.
fn quantity(charge: &Charge, record: &Map<String, Value>) -> Result<Quantity, String> {
    let amount = match &charge.per_unit {
        Amount::Fixed(amount) => *amount,
        Amount::Field(name) => {
            let number = field(record, name).and_then(exact);
            number.ok_or_else(|| format!("the plugin printed no number as {name}"))?
        }
    };
    let fits = |amount: &Decimal| (Decimal::ZERO..=MOST).contains(amount);
    match amount.checked_div(charge.divide_by).filter(fits) {
        Some(amount) => Ok(Quantity::new(amount)),
        None => Err(format!("{} is not between 0 and {MOST} units", amount.normalize())),
    }
}

/// A number as it was printed, also where it was printed as text.
pub(crate) fn exact(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
}

fn attributes(record: &Map<String, Value>) -> Attributes {
    let mut attributes = Attributes::default();
    for (key, value) in record {
        attributes.set_known(key.clone(), plain(value));
    }
    attributes
}

/// A JSON value in the model's terms; what is null is unknown.
fn plain(value: &Value) -> Option<model::Value> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.into(),
            (None, Some(number)) => number.into(),
            (None, None) => return None,
        },
        Value::String(text) => text.as_str().into(),
        Value::Array(values) => model::Value::List(values.iter().filter_map(plain).collect()),
        Value::Object(fields) => model::Value::Record(attributes(fields)),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::GenericConfig;

    /// The rule of the only plugin, with rates: 2.10 USD a GPU-hour, 0.02 a GiB-month.
    fn rule(resources: &str) -> ResourceRule {
        let text = format!(
            "rates:\n  gpu: {{ price: '2.10', unit: GPU-hour, source: contract, as_of: 2026-01-01 }}\n  \
             disk: {{ price: 0.02, unit: GiB-month, source: contract, as_of: 2026-01-01 }}\n\
             plugins:\n  - name: one\n    command: [one]\n    resources: {resources}\n"
        );
        let config = GenericConfig::of_text(&text).unwrap_or_else(|errors| panic!("{errors}"));
        config.plugins[0].resources.clone().unwrap()
    }

    fn read(rule: &ResourceRule, records: Value) -> Result<Vec<Resource>, CollectError> {
        let records: Vec<Map<String, Value>> = serde_json::from_value(records).unwrap();
        resources(rule, &records, &"site".into())
    }

    fn month(resource: &Resource) -> String {
        resource.costs.known().unwrap().exact_monthly().to_string()
    }

    #[test]
    fn each_record_is_a_resource_with_its_price() {
        let rule = rule(
            "{ id: 'gpu-{index}', name: '{model}', kind: gpu, tags: { team: '{team}' }, \
             hourly_cost: { per_unit: 1, rate: gpu } }",
        );
        let found = read(&rule, json!([{ "index": 0, "model": "H100", "team": "ml" }])).unwrap();
        assert_eq!((&*found[0].id, found[0].name.as_deref()), ("gpu-0", Some("H100")));
        assert_eq!(found[0].tags.get("team"), Some("ml"));
        assert_eq!(found[0].attributes.text("kind"), Some("gpu"));
        // 2.10 × 730 hours.
        assert_eq!(month(&found[0]), "1533");
    }

    #[test]
    fn units_are_taken_from_a_field_and_divided() {
        let rule = rule(
            "{ id: '{name}', hourly_cost: [ { per_unit: '{bytes}', divide_by: 1073741824, rate: disk }, \
             { per_unit: 2, rate: gpu } ] }",
        );
        // 1.5 TiB = 1,536 GiB × 0.02 = 30.72 a month, and 2 × 2.10 × 730 = 3,066.
        let found = read(&rule, json!([{ "name": "db", "bytes": 1_649_267_441_664_u64 }])).unwrap();
        assert_eq!(month(&found[0]), "3096.72");
        let unknown = read(&rule, json!([{ "name": "db", "bytes": "many" }])).unwrap();
        assert!(unknown[0].costs.is_partly_priced());
        assert!(unknown[0].costs.unpriced[0].reason.contains("no number as bytes"));
        let negative = read(&rule, json!([{ "name": "db", "bytes": -1 }])).unwrap();
        assert!(negative[0].costs.is_partly_priced());
    }

    #[test]
    fn nothing_is_counted_twice_and_nothing_is_nameless() {
        let rule = rule("{ id: '{name}', where: { state: up } }");
        let twice = json!([{ "name": "a", "state": "up" }, { "name": "a", "state": "up" }]);
        assert!(read(&rule, twice).unwrap_err().error.contains("identifier \"a\""));
        let other = json!([{ "name": "a", "state": "up" }, { "name": "a", "state": "down" }]);
        let found = read(&rule, other).unwrap();
        assert_eq!(found.len(), 1);
        assert!(found[0].costs.is_unpriced());
        let nameless = json!([{ "state": "up" }]);
        assert!(read(&rule, nameless).unwrap_err().error.contains("record 1 has no `name`"));
    }
}
