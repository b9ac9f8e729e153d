//! What things did, as Cloud Monitoring knows it.

use super::metrics::Metric;
use crate::gcp::buckets::Bucket;
use crate::gcp::compute::Instance;
use crate::gcp::functions::{self, Function};
use crate::gcp::place::Project;
use crate::gcp::run::{self, Service};
use crate::gcp::sql::Database;
use crate::gcp::{BUCKETS, DATABASES, Gcp};

/// What a metric is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Processor,
    Memory,
    Traffic,
    Executions,
    Durations,
    Requests,
    DatabaseProcessor,
    Connections { postgres: bool },
    DatabaseDisk,
    Bytes,
    Objects,
}

/// A value.
#[derive(Debug)]
pub(super) enum Value {
    Whole(u64),
    Thousandths(u64),
    /// The mean is in the metric's unit.
    Distribution {
        count: u64,
        mean: u64,
    },
}

/// The values of a metric's labels, in the order of [`Metric::by`].
pub(super) type Labels<'a> = &'a [&'a str];

/// How many things of a project a metric is about, with or without a figure.
pub(super) fn count(gcp: &Gcp, project: &Project, of: Of) -> u64 {
    match of {
        Of::Processor | Of::Memory | Of::Traffic => gcp.instances(project).total,
        Of::Executions | Of::Durations => functions::first(gcp, project),
        Of::Requests => run::listed(gcp, project),
        Of::DatabaseProcessor | Of::Connections { .. } | Of::DatabaseDisk => {
            gcp.count(DATABASES, project)
        }
        Of::Bytes | Of::Objects => gcp.count(BUCKETS, project),
    }
}

/// The most series that a thing has.
pub(super) const fn each(of: Of) -> u64 {
    match of {
        Of::Bytes | Of::Objects => 5,
        _ => 1,
    }
}

/// Gives the series of the thing with this number. What did nothing has none.
pub(super) fn each_series(
    gcp: &Gcp,
    project: &Project,
    metric: &Metric,
    index: u64,
    give: &mut dyn FnMut(Labels<'_>, Value),
) {
    match metric.of {
        Of::Processor | Of::Memory | Of::Traffic => {
            let instance = Instance::of(gcp, project, index);
            if let Some(value) = of_machine(&instance, metric.of) {
                give(&[&instance.id.to_string()], value);
            }
        }
        Of::Executions | Of::Durations => {
            let it = Function::of(gcp, project, index);
            let mean = it.milliseconds * 1_000_000;
            let value = match metric.of {
                Of::Executions => Value::Whole(it.calls),
                _ => Value::Distribution { count: it.calls, mean },
            };
            if it.calls > 0 {
                give(&[&project.id, it.region, &it.name], value);
            }
        }
        Of::Requests => {
            let it = Service::of(gcp, project, index);
            if it.requests > 0 {
                give(&[&project.id, it.region, &it.name], Value::Whole(it.requests));
            }
        }
        Of::DatabaseProcessor | Of::Connections { .. } | Of::DatabaseDisk => {
            let it = Database::of(gcp, project, index);
            if let Some(value) = of_database(&it, metric.of) {
                give(&[&format!("{}:{}", project.id, it.name)], value);
            }
        }
        Of::Bytes => {
            let it = Bucket::of(gcp, project, index);
            for held in &it.held {
                give(&[&it.name, held.class, held.kind], Value::Whole(held.bytes));
            }
        }
        Of::Objects => {
            let it = Bucket::of(gcp, project, index);
            for (at, held) in it.held.iter().enumerate() {
                // Of all classes together: the first one of a type stands for it.
                if it.held[..at].iter().all(|other| other.kind != held.kind) {
                    let same = it.held.iter().filter(|other| other.kind == held.kind);
                    let objects = same.map(|held| held.objects).sum();
                    give(&[&it.name, held.kind], Value::Whole(objects));
                }
            }
        }
    }
}

/// A machine that runs has figures, and of its memory where the Ops Agent is.
fn of_machine(instance: &Instance, of: Of) -> Option<Value> {
    let bits = instance.bits;
    match of {
        _ if instance.state.name != "RUNNING" => None,
        Of::Processor => Some(Value::Thousandths(bits % 980)),
        Of::Memory if !bits.is_multiple_of(3) => None,
        Of::Memory => Some(Value::Thousandths(5_000 + bits % 90_000)),
        _ => Some(Value::Whole(bits % 90_000_000)),
    }
}

fn of_database(database: &Database, of: Of) -> Option<Value> {
    let bits = database.bits;
    match of {
        _ if !database.runs() => None,
        Of::DatabaseProcessor => Some(Value::Thousandths(bits % 900)),
        Of::Connections { postgres } => {
            (postgres == database.is_postgres()).then_some(Value::Whole(bits % 200))
        }
        _ => Some(Value::Whole((database.disk_gib << 30) / (2 + bits % 5))),
    }
}
