//! Metric families of one registry, by the kinds that are needed.

use prometheus::{CounterVec, GaugeVec, Opts, Registry, Result};

/// What every metric's name begins with.
const NAMESPACE: &str = "openfinops_agent";

fn options(name: &str, help: &str) -> Opts {
    Opts::new(name, help).namespace(NAMESPACE)
}

/// One value that goes up and down.
pub(super) fn gauge(registry: &Registry, name: &str, help: &str, value: f64) -> Result<()> {
    gauges(registry, name, help, &[], [([], value)])
}

/// One value that only grows while the process lives.
pub(super) fn counter(registry: &Registry, name: &str, help: &str, value: f64) -> Result<()> {
    counters(registry, name, help, &[], [([], value)])
}

/// A value that goes up and down for each set of label values. Without samples there is no family.
pub(super) fn gauges<'a, const N: usize>(
    registry: &Registry,
    name: &str,
    help: &str,
    labels: &[&str; N],
    samples: impl IntoIterator<Item = ([&'a str; N], f64)>,
) -> Result<()> {
    let family = GaugeVec::new(options(name, help), labels)?;
    for (values, value) in samples {
        family.get_metric_with_label_values(&values)?.set(value);
    }
    registry.register(Box::new(family))
}

/// A value that only grows, for each set of label values. Without samples there is no family.
pub(super) fn counters<'a, const N: usize>(
    registry: &Registry,
    name: &str,
    help: &str,
    labels: &[&str; N],
    samples: impl IntoIterator<Item = ([&'a str; N], f64)>,
) -> Result<()> {
    let family = CounterVec::new(options(name, help), labels)?;
    for (values, value) in samples {
        family.get_metric_with_label_values(&values)?.inc_by(value);
    }
    registry.register(Box::new(family))
}
