//! The metrics that there are. <https://cloud.google.com/monitoring/api/metrics_gcp>

use super::figures::Of;

/// A metric.
#[derive(Debug)]
pub(super) struct Metric {
    pub(super) name: &'static str,
    pub(super) resource: &'static str,
    pub(super) kind: Word,
    pub(super) value: Word,
    pub(super) unit: &'static str,
    /// The fields that tell its series apart here: they come added up by these.
    pub(super) by: &'static [&'static str],
    pub(super) of: Of,
}

/// A value of google.api.MetricDescriptor.MetricKind or .ValueType: its name and number.
pub(super) type Word = (&'static str, u32);

const GAUGE: Word = ("GAUGE", 1);
pub(super) const DELTA: Word = ("DELTA", 2);
const INT64: Word = ("INT64", 2);
pub(super) const DOUBLE: Word = ("DOUBLE", 3);
const DISTRIBUTION: Word = ("DISTRIBUTION", 5);

const MACHINE: &[&str] = &["resource.label.instance_id"];
const FUNCTION: &[&str] =
    &["resource.label.project_id", "resource.label.region", "resource.label.function_name"];
const SERVICE: &[&str] =
    &["resource.label.project_id", "resource.label.location", "resource.label.service_name"];
const DATABASE: &[&str] = &["resource.label.database_id"];
const BYTES: &[&str] =
    &["resource.label.bucket_name", "metric.label.storage_class", "metric.label.type"];
const OBJECTS: &[&str] = &["resource.label.bucket_name", "metric.label.type"];

/// The metrics that there are.
const METRICS: &[Metric] = &[
    Metric {
        name: "compute.googleapis.com/instance/cpu/utilization",
        resource: "gce_instance",
        kind: GAUGE,
        value: DOUBLE,
        unit: "10^2.%",
        by: MACHINE,
        of: Of::Processor,
    },
    Metric {
        name: "agent.googleapis.com/memory/percent_used",
        resource: "gce_instance",
        kind: GAUGE,
        value: DOUBLE,
        unit: "%",
        by: MACHINE,
        of: Of::Memory,
    },
    Metric {
        name: "compute.googleapis.com/instance/network/received_bytes_count",
        resource: "gce_instance",
        kind: DELTA,
        value: INT64,
        unit: "By",
        by: MACHINE,
        of: Of::Traffic,
    },
    Metric {
        name: "compute.googleapis.com/instance/network/sent_bytes_count",
        resource: "gce_instance",
        kind: DELTA,
        value: INT64,
        unit: "By",
        by: MACHINE,
        of: Of::Traffic,
    },
    Metric {
        name: "cloudfunctions.googleapis.com/function/execution_count",
        resource: "cloud_function",
        kind: DELTA,
        value: INT64,
        unit: "1",
        by: FUNCTION,
        of: Of::Executions,
    },
    Metric {
        name: "cloudfunctions.googleapis.com/function/execution_times",
        resource: "cloud_function",
        kind: DELTA,
        value: DISTRIBUTION,
        unit: "ns",
        by: FUNCTION,
        of: Of::Durations,
    },
    Metric {
        name: "run.googleapis.com/request_count",
        resource: "cloud_run_revision",
        kind: DELTA,
        value: INT64,
        unit: "1",
        by: SERVICE,
        of: Of::Requests,
    },
    Metric {
        name: "cloudsql.googleapis.com/database/cpu/utilization",
        resource: "cloudsql_database",
        kind: GAUGE,
        value: DOUBLE,
        unit: "10^2.%",
        by: DATABASE,
        of: Of::DatabaseProcessor,
    },
    Metric {
        name: "cloudsql.googleapis.com/database/network/connections",
        resource: "cloudsql_database",
        kind: GAUGE,
        value: INT64,
        unit: "1",
        by: DATABASE,
        of: Of::Connections { postgres: false },
    },
    Metric {
        name: "cloudsql.googleapis.com/database/postgresql/num_backends",
        resource: "cloudsql_database",
        kind: GAUGE,
        value: INT64,
        unit: "1",
        by: DATABASE,
        of: Of::Connections { postgres: true },
    },
    Metric {
        name: "cloudsql.googleapis.com/database/disk/bytes_used",
        resource: "cloudsql_database",
        kind: GAUGE,
        value: INT64,
        unit: "By",
        by: DATABASE,
        of: Of::DatabaseDisk,
    },
    Metric {
        name: "storage.googleapis.com/storage/v2/total_bytes",
        resource: "gcs_bucket",
        kind: GAUGE,
        value: DOUBLE,
        unit: "By",
        by: BYTES,
        of: Of::Bytes,
    },
    Metric {
        name: "storage.googleapis.com/storage/v2/total_count",
        resource: "gcs_bucket",
        kind: GAUGE,
        value: DOUBLE,
        unit: "1",
        by: OBJECTS,
        of: Of::Objects,
    },
];

impl Metric {
    /// The metric of this name.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        METRICS.iter().find(|metric| metric.name == name)
    }
}
