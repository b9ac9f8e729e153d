//! The machine as a resource.

use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::Value;

use finops_core::model::Resource;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};
use finops_pricing::own::{self, MOST, Machine, gibibytes};

use crate::collectors::Capacity;
use crate::config::{MachineConfig, Watts};
use crate::measurement::Measurement;
use crate::resources::exact;
use crate::template::field as nested;

/// The name of the service that the machine is.
pub(crate) const MACHINE: &str = "machine";
/// The collector that knows the machine's figures.
pub(crate) const SYSTEM: &str = "system_metrics";

/// How the machine appears in documents.
pub(crate) static VIEW: ServiceView = ServiceView {
    service: MACHINE,
    lists: &[ListView {
        kind: "machine",
        list: "machines",
        fields: &[
            Field::new("hostname", Source::Id),
            Field::attribute("vcpus"),
            Field::attribute("memory_gib"),
            Field::attribute("disk_gib"),
            Field::attribute("gpus"),
            Field::attribute("watts"),
            Field::usage("cpu_usage"),
            Field::usage("memory_usage"),
            Field::usage("disk_usage"),
        ],
    }],
    counts: &[CountView::new("total_machines", |machines| Some(machines.len() as u64))],
    summary_count: Some("total_machines"),
};

/// How the resources of a plugin appear in documents.
pub(crate) static PLUGIN_VIEW: ServiceView = ServiceView {
    service: "plugin",
    lists: &[ListView {
        kind: "resource",
        list: "resources",
        fields: &[
            Field::new("resource_id", Source::Id),
            Field::new("resource_name", Source::Name),
            Field::attribute("kind"),
            Field::attribute("fields"),
        ],
    }],
    counts: &[CountView::new("total_resources", |resources| Some(resources.len() as u64))],
    summary_count: None,
};

/// The figures that the summary repeats, and where `system_metrics` has them.
const HIGHLIGHTS: [(&str, &str); 3] =
    [("cpu_usage", "cpu"), ("memory_usage", "memory"), ("disk_usage", "disk")];

/// The machine `hostname`, as `measured` found it.
pub(crate) fn machine(
    hostname: &str,
    region: &Arc<str>,
    config: &MachineConfig,
    measured: &[Arc<Measurement>],
) -> Resource {
    let mut resource = Resource::new("machine", hostname, region);
    for (key, value) in &config.tags {
        resource.tags.push(key.as_str().into(), value);
    }
    let capacity = capacity(measured);
    let watts = config.watts.as_ref().map(|watts| measured_watts(watts, measured));
    let attributes = &mut resource.attributes;
    let whole = |number: Option<u64>| number.and_then(|number| i64::try_from(number).ok());
    let gib = |bytes: Option<u64>| bytes.and_then(|bytes| gibibytes(bytes).amount().to_f64());
    attributes.set_known("vcpus", whole(capacity.vcpus));
    attributes.set_known("memory_gib", gib(capacity.memory_bytes));
    attributes.set_known("disk_gib", gib(capacity.disk_bytes));
    attributes.set_known("gpus", whole(capacity.gpus));
    let stated = config.rates.power.as_ref().and_then(|power| power.watts);
    let drawn = stated.or_else(|| watts.as_ref()?.as_ref().ok().copied());
    attributes.set_known("watts", drawn.and_then(|watts| watts.to_f64()));
    for (key, value) in highlights(measured) {
        if let Some(number) = value.as_f64() {
            resource.measure(key, number);
        }
    }
    let Capacity { vcpus, memory_bytes, disk_bytes, gpus } = capacity;
    let machine = Machine { vcpus, memory_bytes, disk_bytes, gpus, watts };
    resource.costs = own::machine(&config.rates, &machine, jiff::Zoned::now().date());
    resource
}

/// What the summary repeats of `system_metrics`.
pub(crate) fn highlights(measured: &[Arc<Measurement>]) -> Vec<(&'static str, Value)> {
    let system = measured.iter().find(|measurement| measurement.collector == SYSTEM);
    let Some(Ok(system)) = system.map(|measurement| &measurement.outcome) else {
        return Vec::new();
    };
    let of = |(key, part): (&'static str, &str)| {
        Some((key, system.data.get(part)?.get("usage_percent")?.clone()))
    };
    HIGHLIGHTS.into_iter().filter_map(of).collect()
}

/// What the collectors know of the machine, each part from the first that knows.
fn capacity(measured: &[Arc<Measurement>]) -> Capacity {
    let mut known = Capacity::default();
    for found in measured.iter().filter_map(|measurement| measurement.outcome.as_ref().ok()) {
        let Capacity { vcpus, memory_bytes, disk_bytes, gpus } = found.capacity;
        known.vcpus = known.vcpus.or(vcpus);
        known.memory_bytes = known.memory_bytes.or(memory_bytes);
        known.disk_bytes = known.disk_bytes.or(disk_bytes);
        known.gpus = known.gpus.or(gpus);
    }
    known
}

/// The sum of a plugin's field over its records, or why there is none.
fn measured_watts(watts: &Watts, measured: &[Arc<Measurement>]) -> Result<Decimal, Arc<str>> {
    let Watts { plugin, field } = watts;
    let measurement = measured.iter().find(|measurement| measurement.collector == *plugin);
    let data = match measurement.map(|measurement| &measurement.outcome) {
        Some(Ok(found)) => &found.data,
        Some(Err(error)) => return Err(format!("{plugin} failed: {error}").into()),
        None => return Err(format!("there is no plugin {plugin}").into()),
    };
    let missing = || Arc::from(format!("{plugin} printed no watts as {field}"));
    let number = |value: Option<&Value>| value.and_then(exact).ok_or_else(missing);
    let watts = match data.get("records").and_then(Value::as_array) {
        Some(records) if !records.is_empty() => records
            .iter()
            .map(|record| number(record.as_object().and_then(|record| nested(record, field))))
            .try_fold(Decimal::ZERO, |sum, watts| sum.checked_add(watts?).ok_or_else(missing))?,
        _ => number(nested(data, field))?,
    };
    if (Decimal::ZERO..=MOST).contains(&watts) { Ok(watts) } else { Err(missing()) }
}
