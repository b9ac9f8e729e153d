//! What a record or a service costs, and what of it has no price.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::agent::Agent;
use super::aws::Aws;
use super::documents::{assert_total, hourly, number};
use super::facts::{MONTH, times};
use super::fleet::Fleet;

/// The document of one cycle over `fleet`.
pub(crate) fn document_of(fleet: Fleet) -> Value {
    let ran = Agent::of(&Aws::with(fleet)).collect();
    assert_eq!(ran.status, Some(0), "{ran:?}");
    ran.document()
}

/// All of it has a price, and that is `monthly`.
pub(crate) fn assert_priced(record: &Value, monthly: Decimal) {
    assert_eq!(number(&record["hourly_cost"]), hourly(monthly), "{record}");
    assert!(record.get("unpriced_reason").is_none(), "{record}");
    let lines = record["price"].as_array().unwrap();
    assert_eq!(lines.is_empty(), monthly.is_zero(), "{record}");
    for line in lines {
        for key in ["unit_price", "unit", "source", "as_of", "sku_key"] {
            assert!(!line[key].is_null(), "no {key}: {line}");
        }
    }
}

/// Nothing of it has a price, and the reason has `words`.
pub(crate) fn assert_unpriced(record: &Value, words: &str) {
    assert_eq!(record["hourly_cost"], Value::Null, "{record}");
    assert_eq!(record["monthly_cost"], Value::Null, "{record}");
    assert_eq!(record["price"], json!([]), "{record}");
    let reason = record["unpriced_reason"].as_str().unwrap();
    assert!(reason.contains(words), "no {words:?} in: {reason}");
}

/// What has a price is `monthly`; `components` have none, for a reason with `words`.
pub(crate) fn assert_partly(record: &Value, monthly: Decimal, components: &[&str], words: &str) {
    assert_eq!(number(&record["hourly_cost"]), hourly(monthly), "{record}");
    assert_eq!(record["unpriced_components"], json!(components), "{record}");
    let reason = record["unpriced_reason"].as_str().unwrap();
    assert!(reason.contains(words), "no {words:?} in: {reason}");
}

/// The service's total, and how many of its records have no price, or only a part of one.
pub(crate) fn assert_sums(
    document: &Value,
    service: &str,
    monthly: Decimal,
    unpriced: u64,
    partly: u64,
) {
    let totals = &document["services"][service];
    assert_total(totals, monthly);
    assert_eq!(totals["unpriced"], unpriced, "{totals}");
    assert_eq!(totals["partly_priced"], partly, "{totals}");
    // The other services are empty in these fleets.
    assert_total(&document["summary"], monthly);
    assert_eq!(document["summary"]["unpriced_resources"], unpriced);
    assert_eq!(document["summary"]["partly_priced_resources"], partly);
}

/// An hourly price as a month's.
pub(crate) fn month_of(hour: &str) -> Decimal {
    times(&[hour, MONTH])
}
