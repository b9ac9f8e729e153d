//! Which metric is asked for, of which time, and how it is put together.

use jiff::{SignedDuration, Timestamp};

use super::figures::Of;
use crate::gcp::errors;
use crate::gcp::json::Enums;
use crate::http::{Reply, Request};

/// A metric. <https://cloud.google.com/monitoring/api/metrics_gcp>
#[derive(Debug)]
pub(super) struct Metric {
    pub(super) name: &'static str,
    pub(super) resource: &'static str,
    kind: (&'static str, u32),
    value: (&'static str, u32),
    pub(super) unit: &'static str,
    /// The fields that tell its series apart here: they come added up by these.
    pub(super) by: &'static [&'static str],
    pub(super) of: Of,
}

// google.api.MetricDescriptor.MetricKind, .ValueType
const GAUGE: (&str, u32) = ("GAUGE", 1);
const DELTA: (&str, u32) = ("DELTA", 2);
const INT64: (&str, u32) = ("INT64", 2);
const DOUBLE: (&str, u32) = ("DOUBLE", 3);
const DISTRIBUTION: (&str, u32) = ("DISTRIBUTION", 5);

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

/// The metric that a filter names.
pub(super) fn metric(filter: &str) -> Option<&str> {
    let (_, rest) = filter.split_once("metric.type")?;
    rest.split('"').nth(1)
}

impl Metric {
    /// The metric of this name.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        METRICS.iter().find(|metric| metric.name == name)
    }
}

/// What is wanted of it.
#[derive(Debug)]
pub(super) struct Asked {
    /// Without values.
    pub(super) headers: bool,
    /// Begins and ends, the newest first.
    pub(super) periods: Vec<(Timestamp, Timestamp)>,
    mean: bool,
    delta: bool,
    pub(super) enums: Enums,
}

impl Asked {
    /// Reads a request.
    ///
    /// # Errors
    /// It makes no sense, or asks for series put together otherwise than is known here.
    pub(super) fn of(request: &Request, metric: &Metric) -> Result<Self, Reply> {
        let is = |name: &str, word: &str, number: &str| {
            request.parameter(name).is_some_and(|given| given == word || given == number)
        };
        let aligner = "aggregation.perSeriesAligner";
        let reducer = "aggregation.crossSeriesReducer";
        let asked = Self {
            headers: is("view", "HEADERS", "1"),
            periods: Vec::new(),
            mean: is(aligner, "ALIGN_MEAN", "12") || is(reducer, "REDUCE_MEAN", "1"),
            delta: is(aligner, "ALIGN_DELTA", "1"),
            enums: Enums::of(request),
        };
        if asked.headers {
            return Ok(asked);
        }
        if asked.delta != (metric.kind == DELTA) {
            return Err(errors::invalid("The aligner does not go with the metric's kind."));
        }
        let fields = form_urlencoded::parse(request.query.as_bytes());
        let by = fields.filter(|(key, _)| key == "aggregation.groupByFields");
        let by: Vec<String> = by.map(|(_, field)| field.replace(".labels.", ".label.")).collect();
        if by != metric.by {
            return Err(errors::invalid("The sandbox does not group the metric by these fields."));
        }
        Ok(Self { periods: periods(request)?, ..asked })
    }

    /// How many values a series has, or 1.
    pub(super) fn values(&self) -> u64 {
        self.periods.len().max(1) as u64
    }

    /// What kind of metric comes of it.
    pub(super) fn metric_kind(&self, metric: &Metric) -> (&'static str, u32) {
        if self.delta { DELTA } else { metric.kind }
    }

    /// What kind of value comes of it.
    pub(super) fn value_kind(&self, metric: &Metric) -> (&'static str, u32) {
        if self.mean { DOUBLE } else { metric.value }
    }
}

/// The periods of the interval, counted from its end.
fn periods(request: &Request) -> Result<Vec<(Timestamp, Timestamp)>, Reply> {
    let time = |name: &str| -> Option<Timestamp> { request.parameter(name)?.parse().ok() };
    let (start, end) = (time("interval.startTime"), time("interval.endTime"));
    let (Some(start), Some(end)) = (start, end) else {
        return Err(errors::invalid("The interval has no start or no end."));
    };
    let length = request.parameter("aggregation.alignmentPeriod").unwrap_or_default();
    let length = length.strip_suffix('s').and_then(|text| text.parse::<i64>().ok());
    let Some(length) = length.filter(|seconds| *seconds >= 60) else {
        return Err(errors::invalid("The alignment period has to be 60 seconds at least."));
    };
    let mut periods = Vec::new();
    let mut last = end;
    while last > start && periods.len() < 10 {
        let first = last - SignedDuration::from_secs(length);
        periods.push((first, last));
        last = first;
    }
    Ok(periods)
}
