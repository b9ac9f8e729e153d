//! What is sent, read in place: nothing of a document is copied but what its totals need.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::truth::Sum;

/// A snapshot document. What the OpenFinOps server keeps are `timestamp`, `agent_id`, `hostname`,
/// `cloud_provider`, `region`, `metrics`, `events` and `traces`; the rest is for the totals. An
/// absent key is `None`, one that is null is not: the server tells them apart.
#[derive(Debug, Deserialize)]
pub(super) struct Document<'a> {
    #[serde(default, deserialize_with = "present")]
    pub(super) timestamp: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) agent_id: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) hostname: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) cloud_provider: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub(super) region: Option<Value>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) metrics: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) events: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) traces: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) account_id: Option<Value>,
    #[serde(default)]
    pub(super) snapshot_id: Option<Value>,
    #[serde(default)]
    pub(super) part: Option<Value>,
    #[serde(default)]
    pub(super) services: Option<BTreeMap<String, Service>>,
}

/// Any value, also null, as one that is there.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// What a service's records add up to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Service {
    /// `None` of one without a cost: a service that failed, or collectors that only measure.
    pub(super) sum: Option<Sum>,
    /// Why it could not be read, or not all of it.
    pub(super) error: Option<String>,
}

impl<'de> Deserialize<'de> for Service {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(ReadService)
    }
}

struct ReadService;

/// A key, borrowed where nothing in it is escaped.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Visitor<'de> for ReadService {
    type Value = Service;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a service's object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Service, A::Error> {
        let (mut sum, mut monthly, mut error) = (Sum::default(), None, None);
        while let Some(Text(key)) = map.next_key()? {
            match &*key {
                "monthly_cost_exact" => {
                    let Text(text) = map.next_value()?;
                    monthly = Some(text.parse::<Decimal>().map_err(A::Error::custom)?);
                }
                "unpriced" => sum.unpriced = map.next_value()?,
                "partly_priced" => sum.partly_priced = map.next_value()?,
                "error" => error = map.next_value()?,
                _ => sum.count += map.next_value::<Length>()?.0,
            }
        }
        let sum = monthly.map(|monthly| Sum { monthly, ..sum });
        Ok(Service { sum, error })
    }
}

/// How many elements a list has; 0 of anything else.
struct Length(u64);

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ReadLength).map(Self)
    }
}

struct ReadLength;

impl<'de> Visitor<'de> for ReadLength {
    type Value = u64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<u64, A::Error> {
        let mut length = 0;
        while list.next_element::<IgnoredAny>()?.is_some() {
            length += 1;
        }
        Ok(length)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<u64, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(0)
    }

    fn visit_bool<E>(self, _: bool) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_i64<E>(self, _: i64) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_u64<E>(self, _: u64) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_f64<E>(self, _: f64) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_str<E>(self, _: &str) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_unit<E>(self) -> Result<u64, E> {
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_records_of_a_service_are_counted_and_its_figures_taken_exactly() {
        let text = r#"{"service":"rds","databases":[{"tags":[1,2]},{}],"clusters":[{}],"total":{"a":[1]},
            "monthly_cost_exact":"12.3400000000000001","unpriced":1,"partly_priced":2,"x":null}"#;
        let service: Service = serde_json::from_str(text).unwrap();
        let monthly = "12.3400000000000001".parse().unwrap();
        let sum = Sum { count: 3, monthly, unpriced: 1, partly_priced: 2 };
        assert_eq!(service, Service { sum: Some(sum), error: None });
    }

    #[test]
    fn a_service_that_failed_has_no_sum() {
        let service: Service =
            serde_json::from_str(r#"{"error":"AccessDenied","hint":""}"#).unwrap();
        assert_eq!(service, Service { sum: None, error: Some("AccessDenied".to_owned()) });
    }

    #[test]
    fn a_key_that_is_null_is_there() {
        let document: Document<'_> =
            serde_json::from_str(r#"{"agent_id":null,"metrics":null}"#).unwrap();
        assert_eq!(document.agent_id, Some(Value::Null));
        assert_eq!(document.metrics.map(RawValue::get), Some("null"));
        assert!(document.events.is_none());
    }
}
