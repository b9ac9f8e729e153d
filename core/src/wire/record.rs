//! One resource as a record of its service's list.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::number;
use super::view::{ListView, Source};
use crate::model::{Attributes, CostLine, CostRate, Resource, Tags, Value};

/// A resource seen through its list's fields.
pub(super) struct Record<'a> {
    pub(super) resource: &'a Resource,
    pub(super) view: &'a ListView,
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for field in self.view.fields {
            map.serialize_key(field.key)?;
            map.serialize_value(&FieldValue { resource: self.resource, source: field.source })?;
        }
        map.serialize_entry("region", &*self.resource.region)?;
        map.serialize_entry("tags", &TagMap(&self.resource.tags))?;
        self.costs(&mut map)?;
        map.end()
    }
}

impl Record<'_> {
    fn costs<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let costs = &self.resource.costs;
        let known = costs.known();
        map.serialize_entry("hourly_cost", &known.map(|rate| number(rate.hourly())))?;
        map.serialize_entry("monthly_cost", &known.map(|rate| number(rate.monthly())))?;
        if costs.is_adjusted() {
            let list = costs.list();
            map.serialize_entry("list_hourly_cost", &list.map(|rate| number(rate.hourly())))?;
            map.serialize_entry("list_monthly_cost", &list.map(|rate| number(rate.monthly())))?;
        }
        map.serialize_entry("price", &Prices(&costs.lines))?;
        if costs.unpriced.is_empty() {
            return Ok(());
        }
        let reasons: Vec<String> = costs
            .unpriced
            .iter()
            .map(|missing| format!("{}: {}", missing.component, missing.reason))
            .collect();
        map.serialize_entry("unpriced_reason", &reasons.join("; "))?;
        if costs.is_partly_priced() {
            // Each once: a tiered price that is missing is missing in every tier.
            let mut components: Vec<&str> = Vec::new();
            for missing in &costs.unpriced {
                if !components.contains(&missing.component) {
                    components.push(missing.component);
                }
            }
            map.serialize_entry("unpriced_components", &components)?;
        }
        Ok(())
    }
}

struct FieldValue<'a> {
    resource: &'a Resource,
    source: Source,
}

impl Serialize for FieldValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let resource = self.resource;
        match self.source {
            Source::Id => serializer.serialize_str(&resource.id),
            Source::Name => resource.name.serialize(serializer),
            Source::State => resource.state.as_deref().serialize(serializer),
            Source::Zone => resource.zone.as_deref().serialize(serializer),
            Source::Tags => TagMap(&resource.tags).serialize(serializer),
            Source::Attribute(key) => resource.attributes.get(key).map(Json).serialize(serializer),
            Source::Usage(key) => resource.measured(key).map(Json).serialize(serializer),
            Source::Components(names) => {
                components(resource, names).map(|rate| number(rate.hourly())).serialize(serializer)
            }
            Source::HourlyCost => {
                resource.costs.known().map(|rate| number(rate.hourly())).serialize(serializer)
            }
        }
    }
}

fn components(resource: &Resource, names: &[&str]) -> Option<CostRate> {
    names.iter().map(|name| resource.costs.component(name)).sum::<Option<CostRate>>()
}

struct Json<'a>(&'a Value);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Integer(number) => serializer.serialize_i64(*number),
            Value::Number(number) => serializer.serialize_f64(*number),
            Value::Flag(flag) => serializer.serialize_bool(*flag),
            Value::Cost(rate) => serializer.serialize_f64(number(rate.hourly())),
            Value::List(values) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                for value in values {
                    list.serialize_element(&Json(value))?;
                }
                list.end()
            }
            Value::Record(attributes) => AttributeMap(attributes).serialize(serializer),
        }
    }
}

struct AttributeMap<'a>(&'a Attributes);

impl Serialize for AttributeMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, Json(value))))
    }
}

struct TagMap<'a>(&'a Tags);

impl Serialize for TagMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter())
    }
}

/// The provenance of each cost line, so that a person can check any figure against the vendor's
/// list: quantity × unit price is the line's cost, exactly.
struct Prices<'a>(&'a [CostLine]);

impl Serialize for Prices<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(PriceLine))
    }
}

struct PriceLine<'a>(&'a CostLine);

impl Serialize for PriceLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let line = self.0;
        let mut map = serializer.serialize_map(Some(7))?;
        map.serialize_entry("component", line.component)?;
        map.serialize_entry("quantity", &number(line.quantity.amount()))?;
        map.serialize_entry("unit_price", &number(line.price.unit_price))?;
        map.serialize_entry("unit", line.price.unit.name())?;
        map.serialize_entry("source", &*line.price.source)?;
        map.serialize_entry("as_of", &line.price.as_of.to_string())?;
        map.serialize_entry("sku_key", &*line.price.sku_key)?;
        map.end()
    }
}
