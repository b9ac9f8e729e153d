//! Time series of figures.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value, json};

use jiff::Timestamp;

use crate::support::tenant::{Figure, Figures, Worth};

/// What is asked.
pub(super) struct Asked<'a> {
    pub(super) namespace: &'a str,
    pub(super) metrics: Vec<&'a str>,
    pub(super) aggregations: Vec<&'a str>,
    pub(super) filter: Option<&'a str>,
    pub(super) top: usize,
    /// Seconds since 1970.
    pub(super) start: i64,
    pub(super) end: i64,
    /// Seconds.
    pub(super) interval: i64,
}

/// The metrics that Microsoft lists for a namespace, as far as they matter here.
/// <https://learn.microsoft.com/azure/azure-monitor/reference/metrics-index>
pub(super) fn known(namespace: &str) -> &'static [&'static str] {
    match namespace.to_lowercase().as_str() {
        "microsoft.compute/virtualmachines" | "microsoft.compute/virtualmachinescalesets" => &[
            "Percentage CPU",
            "Available Memory Bytes",
            "Available Memory Percentage",
            "Disk Read Bytes",
            "Disk Write Bytes",
            "Disk Read Operations/Sec",
            "Disk Write Operations/Sec",
            "Network In",
            "Network Out",
            "Network In Total",
            "Network Out Total",
            "VmAvailabilityMetric",
        ],
        "microsoft.web/sites" => &[
            "FunctionExecutionCount",
            "FunctionExecutionUnits",
            "OnDemandFunctionExecutionCount",
            "OnDemandFunctionExecutionUnits",
            "AlwaysReadyFunctionExecutionCount",
            "AlwaysReadyFunctionExecutionUnits",
            "AlwaysReadyUnits",
            "Http2xx",
            "Http4xx",
            "Http5xx",
            "Requests",
            "InstanceCount",
        ],
        "microsoft.web/serverfarms" => &["CpuPercentage", "MemoryPercentage"],
        "microsoft.sql/servers/databases" => &[
            "cpu_percent",
            "dtu_consumption_percent",
            "storage",
            "storage_percent",
            "allocated_data_storage",
            "app_cpu_billed",
            "app_cpu_billed_ha_replicas",
            "app_cpu_percent",
            "full_backup_size_bytes",
            "diff_backup_size_bytes",
            "log_backup_size_bytes",
            "data_storage_size",
            "log_backup_storage",
            "data_backup_storage",
            "snapshot_backup_size_bytes",
            "base_blob_size_bytes",
            "connection_successful",
        ],
        "microsoft.sql/servers/elasticpools" => &[
            "cpu_percent",
            "dtu_consumption_percent",
            "storage_used",
            "storage_percent",
            "storage_limit",
            "allocated_data_storage",
            "allocated_data_storage_percent",
            "app_cpu_billed",
        ],
        "microsoft.storage/storageaccounts" => &["UsedCapacity", "Transactions", "Egress"],
        "microsoft.storage/storageaccounts/blobservices" => {
            &["BlobCapacity", "BlobCount", "ContainerCount", "BlobProvisionedSize", "IndexCapacity"]
        }
        "microsoft.storage/storageaccounts/fileservices" => &[
            "FileCapacity",
            "FileCount",
            "FileShareCapacityQuota",
            "FileShareProvisionedIOPS",
            "FileShareSnapshotSize",
        ],
        "microsoft.storage/storageaccounts/tableservices" => &["TableCapacity", "TableCount"],
        "microsoft.storage/storageaccounts/queueservices" => &["QueueCapacity", "QueueCount"],
        _ => &[],
    }
}

/// What is told of a figure that is a state: the same where it does not change.
const GAUGE: &[&str] = &["average", "minimum", "maximum"];

/// Names and values of dimensions, and the figures that have them.
type Group<'a> = (Vec<(&'a str, &'a str)>, Vec<&'a Figure>);

/// The series of one metric: one for each combination of the dimensions that the filter names.
pub(super) fn of(found: &Figures, metric: &str, asked: &Asked<'_>) -> Vec<Value> {
    let filter = asked.filter.unwrap_or_default().to_lowercase();
    let named = |name: &str| filter.contains(&format!("{} eq '*'", name.to_lowercase()));
    let mut groups: Vec<Group<'_>> = Vec::new();
    for figure in found.list.iter().filter(|it| it.metric.eq_ignore_ascii_case(metric)) {
        let key: Vec<(&str, &str)> = figure
            .dimensions
            .iter()
            .filter(|(name, _)| named(name))
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, figures)) => figures.push(figure),
            None => groups.push((key, vec![figure])),
        }
    }
    if asked.filter.is_some() {
        groups.truncate(asked.top);
    }
    let one = |(key, figures): &Group<'_>| {
        let metadata: Vec<Value> = key
            .iter()
            .map(|(name, value)| {
                let name = name.to_lowercase();
                json!({ "name": { "value": name, "localizedValue": name }, "value": value })
            })
            .collect();
        json!({ "metadatavalues": metadata, "data": data(figures, asked) })
    };
    groups.iter().map(one).collect()
}

/// The points of a series; some have no value.
fn data(figures: &[&Figure], asked: &Asked<'_>) -> Vec<Value> {
    let step = asked.interval;
    let first = asked.start.div_euclid(step) * step;
    let periods = (asked.end - first + step - 1).div_euclid(step).max(0);
    let point = |index: i64| {
        let at = first + index * step;
        let mut point = Map::new();
        let stamp = Timestamp::from_second(at).unwrap().to_string();
        point.insert("timeStamp".to_owned(), Value::from(stamp));
        for aggregation in &asked.aggregations {
            let values = figures
                .iter()
                .filter_map(|it| value(it, aggregation, at, step, index + 1 == periods));
            let values: Vec<Decimal> = values.collect();
            if !values.is_empty() {
                point.insert(aggregation.to_lowercase(), json_number(values.iter().sum()));
            }
        }
        Value::Object(point)
    };
    (0..periods).map(point).collect()
}

/// What a figure is in the period that begins at `at`.
fn value(figure: &Figure, aggregation: &str, at: i64, step: i64, newest: bool) -> Option<Decimal> {
    let is = |known: &[&str]| known.iter().any(|known| aggregation.eq_ignore_ascii_case(known));
    match figure.worth {
        // Azure Monitor is a little behind: the newest period has no value yet.
        Worth::Average(value) if is(GAUGE) => (!newest).then_some(value),
        Worth::Total(value) if is(&["total"]) => (!newest).then_some(value),
        Worth::Hour(value) if is(&["total"]) => {
            // Whole numbers in each period, as counts are, whose sum over any hour is the hour's.
            let index = at.rem_euclid(3_600) / step;
            let until =
                |index: i64| (value * Decimal::from(index * step) / Decimal::from(3_600)).floor();
            Some(until(index + 1) - until(index))
        }
        // Worked out once a day, in its first hour.
        Worth::Day(value) if is(GAUGE) => (at.rem_euclid(86_400) < step).then_some(value),
        _ => None,
    }
}

fn json_number(value: Decimal) -> Value {
    let value = value.normalize();
    match value.to_i64().filter(|_| value.scale() == 0) {
        Some(whole) => Value::from(whole),
        None => Value::from(value.to_f64().unwrap()),
    }
}
