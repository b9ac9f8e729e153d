//! Reading snapshot documents as a receiver would.

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

use super::agent::Ran;
use super::facts::decimal;

impl Ran {
    /// The documents on standard output: every line is one.
    pub(crate) fn documents(&self) -> Vec<Value> {
        let parse = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in line {line:?}"))
        };
        self.stdout.lines().map(parse).collect()
    }

    /// The only document.
    pub(crate) fn document(&self) -> Value {
        let documents = self.documents();
        assert_eq!(documents.len(), 1, "{self:?}");
        documents.into_iter().next().unwrap()
    }
}

/// The record of `id` in a service's list.
pub(crate) fn record<'a>(document: &'a Value, service: &str, id: &str) -> &'a Value {
    let (list, key) = match service {
        "ec2" => ("instances", "instance_id"),
        "ebs" => ("volumes", "volume_id"),
        "eks" => ("clusters", "cluster_name"),
        "lambda" => ("functions", "function_name"),
        "rds" => ("databases", "db_identifier"),
        "s3" => ("buckets", "bucket_name"),
        other => panic!("no service {other}"),
    };
    let records = document["services"][service][list].as_array();
    let records = records.unwrap_or_else(|| panic!("no {list}: {}", document["services"]));
    let mut found = records.iter().filter(|record| record[key] == *id);
    let record = found.next().unwrap_or_else(|| panic!("no {id}: {document}"));
    assert!(found.next().is_none(), "{id} twice");
    record
}

/// The names of the services that failed.
pub(crate) fn failed(document: &Value) -> Vec<&str> {
    let names = document["summary"]["failed_services"].as_array().unwrap();
    names.iter().map(|name| name.as_str().unwrap()).collect()
}

/// A monthly amount as an hourly one of six places, as documents print it.
pub(crate) fn hourly(monthly: Decimal) -> Decimal {
    let hour = monthly / decimal("730");
    hour.round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero).normalize()
}

/// A printed number as a decimal.
pub(crate) fn number(value: &Value) -> Decimal {
    decimal(&value.to_string()).normalize()
}

/// The totals of a service or a summary are `monthly`, to the last digit and as printed.
pub(crate) fn assert_total(part: &Value, monthly: Decimal) {
    assert_eq!(decimal(part["monthly_cost_exact"].as_str().unwrap()), monthly, "{part}");
    assert_eq!(number(&part["total_hourly_cost"]), hourly(monthly), "{part}");
}
