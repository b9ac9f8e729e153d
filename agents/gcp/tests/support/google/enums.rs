//! Enums as numbers, as the APIs send them that are asked for `enum-encoding=int`.

use serde_json::{Value, json};

use super::call::Call;

/// Key, name, number, by the APIs' protocol definitions.
/// <https://github.com/googleapis/googleapis>
const NUMBERS: [(&str, &str, i32); 50] = [
    // google/container/v1/cluster_service.proto
    ("status", "PROVISIONING", 1),
    ("status", "RUNNING", 2),
    ("status", "RECONCILING", 3),
    ("status", "STOPPING", 4),
    ("status", "ERROR", 5),
    ("channel", "RAPID", 1),
    ("channel", "REGULAR", 2),
    ("channel", "STABLE", 3),
    ("channel", "EXTENDED", 4),
    // google/cloud/functions/v2/functions.proto
    ("environment", "GEN_1", 1),
    ("environment", "GEN_2", 2),
    ("state", "ACTIVE", 1),
    ("state", "FAILED", 2),
    ("state", "DEPLOYING", 3),
    ("ingressSettings", "ALLOW_ALL", 1),
    // google/cloud/sql/v1/cloud_sql_instances.proto, cloud_sql_resources.proto
    ("state", "RUNNABLE", 1),
    ("state", "SUSPENDED", 2),
    ("state", "PENDING_CREATE", 4),
    ("activationPolicy", "ALWAYS", 1),
    ("activationPolicy", "NEVER", 2),
    ("availabilityType", "ZONAL", 1),
    ("availabilityType", "REGIONAL", 2),
    ("dataDiskType", "PD_SSD", 1),
    ("dataDiskType", "PD_HDD", 2),
    ("dataDiskType", "HYPERDISK_BALANCED", 4),
    ("edition", "ENTERPRISE", 2),
    ("edition", "ENTERPRISE_PLUS", 3),
    ("instanceType", "CLOUD_SQL_INSTANCE", 1),
    ("instanceType", "ON_PREMISES_INSTANCE", 2),
    ("instanceType", "READ_REPLICA_INSTANCE", 3),
    ("backendType", "SECOND_GEN", 2),
    ("pricingPlan", "PER_USE", 2),
    ("type", "PRIMARY", 1),
    ("type", "OUTGOING", 2),
    ("type", "PRIVATE", 3),
    ("databaseVersion", "MYSQL_5_7", 6),
    ("databaseVersion", "MYSQL_8_0", 20),
    ("databaseVersion", "MYSQL_8_4", 398),
    ("databaseVersion", "POSTGRES_15", 172),
    ("databaseVersion", "POSTGRES_16", 272),
    ("databaseVersion", "POSTGRES_17", 408),
    ("databaseVersion", "SQLSERVER_2019_STANDARD", 26),
    ("databaseVersion", "SQLSERVER_2022_STANDARD", 199),
    // google/api/metric.proto
    ("metricKind", "GAUGE", 1),
    ("metricKind", "DELTA", 2),
    ("metricKind", "CUMULATIVE", 3),
    ("valueType", "INT64", 2),
    ("valueType", "DOUBLE", 3),
    ("valueType", "STRING", 4),
    ("valueType", "DISTRIBUTION", 5),
];

/// The same value with the enums that the call wants as numbers.
pub(super) fn numbered(call: &Call, mut value: Value) -> Value {
    if call.wants_numbers() {
        replace(&mut value);
    }
    value
}

fn replace(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let found = NUMBERS.iter().find(|(of, name, _)| of == key && *value == **name);
                match found {
                    Some((_, _, number)) => *value = json!(number),
                    None => replace(value),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(replace),
        _ => {}
    }
}

/// The number of an enum's parameter that was sent as a name or a number.
pub(super) fn is(given: Option<&str>, name: &str, number: i32) -> bool {
    given == Some(name) || given.and_then(|text| text.parse().ok()) == Some(number)
}
