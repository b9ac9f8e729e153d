//! Reading snapshot documents as a receiver would.

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

use super::facts::{MONTH, decimal};

/// The services, the list that each keeps its records in, and the key of their names.
pub(crate) const LISTS: [(&str, &str, &str); 8] = [
    ("compute", "instances", "instance_name"),
    ("disks", "disks", "disk_name"),
    ("snapshots", "snapshots", "snapshot_name"),
    ("gke", "clusters", "cluster_name"),
    ("functions", "functions", "function_name"),
    ("cloud_run", "services", "service_name"),
    ("sql", "instances", "instance_name"),
    ("storage", "buckets", "bucket_name"),
];

/// The document of a project.
pub(crate) fn of<'a>(documents: &'a [Value], project: &str) -> &'a Value {
    let mut found = documents.iter().filter(|document| document["account_id"] == *project);
    let document = found.next().unwrap_or_else(|| panic!("no document of {project}"));
    assert!(found.next().is_none(), "two documents of {project}");
    document
}

/// The records of a service.
pub(crate) fn records<'a>(document: &'a Value, service: &str) -> &'a [Value] {
    let (_, list, _) = LISTS.iter().find(|(known, ..)| *known == service).unwrap();
    document["services"][service][list].as_array().map_or(&[], Vec::as_slice)
}

/// The record of that name in a service.
pub(crate) fn record<'a>(document: &'a Value, service: &str, name: &str) -> &'a Value {
    let (_, _, key) = LISTS.iter().find(|(known, ..)| *known == service).unwrap();
    let records = records(document, service);
    let mut found = records.iter().filter(|record| record[key] == *name);
    let record = found.next().unwrap_or_else(|| {
        panic!("no {name} among {} of {service}: {}", records.len(), document["events"])
    });
    assert!(found.next().is_none(), "{name} twice in {service}");
    record
}

/// The names of the services that failed.
pub(crate) fn failed(document: &Value) -> Vec<&str> {
    let names = document["summary"]["failed_services"].as_array().unwrap();
    names.iter().map(|name| name.as_str().unwrap()).collect()
}

/// The events of a type.
pub(crate) fn events<'a>(document: &'a Value, kind: &str) -> Vec<&'a Value> {
    let events = document["events"].as_array().unwrap();
    events.iter().filter(|event| event["type"] == *kind).collect()
}

/// A monthly amount as an hourly one of six places, as documents print it.
pub(crate) fn hourly(monthly: Decimal) -> Decimal {
    let hour = monthly / decimal(MONTH);
    hour.round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero).normalize()
}

/// A printed number as a decimal.
pub(crate) fn number(value: &Value) -> Decimal {
    decimal(&value.to_string()).normalize()
}

/// The totals of a service or a summary are `monthly`, to the last digit and as printed.
pub(crate) fn assert_total(part: &Value, monthly: Decimal, what: &str) {
    let exact = part["monthly_cost_exact"].as_str();
    let exact = exact.unwrap_or_else(|| panic!("no monthly_cost_exact: {what}"));
    assert_eq!(decimal(exact).normalize(), monthly.normalize(), "{what}");
    assert_eq!(number(&part["total_hourly_cost"]), hourly(monthly), "{what}");
}
