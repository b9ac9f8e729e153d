//! What was read.

use serde_json::{Map, Value};

/// The most records that one output may have. More is an error: a plugin is to print figures, not a
/// database.
pub const MAX_RECORDS: usize = 10_000;

/// Named values.
pub(super) type Record = Map<String, Value>;

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {
    /// The figures of one thing.
    Object(Map<String, Value>),
    /// Those of several things alike.
    Records(Vec<Map<String, Value>>),
    /// Prometheus' samples: each has `name`, `labels`, `value` and, where it was printed,
    /// `timestamp` in milliseconds since 1970. A value that JSON cannot write is null and has its
    /// name under `special`: `NaN`, `+Inf` or `-Inf`.
    Samples(Vec<Map<String, Value>>),
}

impl Parsed {
    /// The records; an object is one.
    #[must_use]
    pub fn records(&self) -> &[Map<String, Value>] {
        match self {
            Self::Object(object) => std::slice::from_ref(object),
            Self::Records(records) | Self::Samples(records) => records,
        }
    }

    /// The same as one object: records are under `records`, samples under `samples`.
    #[must_use]
    pub fn into_data(self) -> Map<String, Value> {
        let (key, records) = match self {
            Self::Object(object) => return object,
            Self::Records(records) => ("records", records),
            Self::Samples(samples) => ("samples", samples),
        };
        let records = records.into_iter().map(Value::Object).collect();
        Map::from_iter([(key.to_owned(), Value::Array(records))])
    }
}

/// Whether one more record may follow `so_far`.
///
/// # Errors
/// Says that there are too many.
pub(super) fn room(so_far: usize) -> Result<(), String> {
    if so_far < MAX_RECORDS {
        return Ok(());
    }
    Err(format!("there are more than {MAX_RECORDS} records; let the command print fewer"))
}

/// An object is a record as it is, and a value without names is one of a record.
///
/// # Errors
/// A list has no names for what is in it.
pub(super) fn record(value: Value) -> Result<Record, String> {
    match value {
        Value::Object(object) => Ok(object),
        Value::Array(_) => Err("a record is a list; it must be an object or one value".to_owned()),
        scalar => Ok(Map::from_iter([("value".to_owned(), scalar)])),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Record {
        record(value).unwrap()
    }

    #[test]
    fn an_object_is_one_record_and_its_own_data() {
        let parsed = Parsed::Object(object(json!({"used": 7})));
        assert_eq!(parsed.records(), [object(json!({"used": 7}))]);
        assert_eq!(parsed.into_data(), object(json!({"used": 7})));
    }

    #[test]
    fn records_and_samples_have_a_key_of_their_own() {
        let records = vec![object(json!(1)), object(json!({"b": null}))];
        let parsed = Parsed::Records(records.clone());
        assert_eq!(parsed.records(), records);
        assert_eq!(parsed.into_data(), object(json!({"records": [{"value": 1}, {"b": null}]})));
        let samples = Parsed::Samples(vec![object(json!({"name": "up"}))]);
        assert_eq!(samples.into_data(), object(json!({"samples": [{"name": "up"}]})));
    }

    #[test]
    fn the_ten_thousandth_record_is_the_last() {
        assert!(room(9_999).is_ok());
        assert!(room(10_000).unwrap_err().contains("more than 10000 records"));
    }
}
