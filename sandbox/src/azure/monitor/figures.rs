//! What Azure Monitor knows of each resource.
//! <https://learn.microsoft.com/azure/azure-monitor/reference/metrics-index>

use super::series::Asked;
use crate::azure::machines::Power;
use crate::azure::place::Place;
use crate::azure::resolve::Target;
use crate::azure::sets::Set;
use crate::azure::sql::{Database, Pool};
use crate::azure::storage::{Account, Stored};
use crate::azure::web::App;

/// What a figure is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Worth {
    /// The same in every period.
    Gauge(u64),
    /// The sum of every period.
    Sum(u64),
    /// Worked out once a day.
    Day(u64),
}

/// One figure, with the names and values of its dimensions.
#[derive(Debug)]
pub(super) struct Figure {
    pub(super) dimensions: Vec<(&'static str, String)>,
    pub(super) worth: Worth,
}

/// A metric's unit, and the figures of it.
type Found = (&'static str, Vec<Figure>);

fn plain(worth: Worth) -> Vec<Figure> {
    vec![Figure { dimensions: Vec::new(), worth }]
}

/// The figures of a metric of something; `None` where it has no such metric.
pub(super) fn of(place: &Place, target: &Target, asked: &Asked, metric: &str) -> Option<Found> {
    let namespace = asked.namespace.as_str();
    match (target, namespace) {
        (Target::Machine(it), "microsoft.compute/virtualmachines") => {
            let worth = machine(it.bits, metric)?;
            let off = it.power != Power::Running;
            Some((unit(metric), if off { Vec::new() } else { plain(worth) }))
        }
        (Target::Set(it), "microsoft.compute/virtualmachinescalesets") => {
            of_set(place, it, asked.split, metric)
        }
        (Target::App(it), "microsoft.web/sites") => app(it, metric),
        (Target::Database(it), "microsoft.sql/servers/databases") => database(it, metric),
        (Target::Pool(it), "microsoft.sql/servers/elasticpools") => pool(it, metric),
        (Target::Account(it, part), namespace) => {
            account(it, part.as_deref(), namespace, asked.split, metric)
        }
        _ => None,
    }
}

fn unit(metric: &str) -> &'static str {
    match metric {
        "Percentage CPU" | "cpu_percent" | "dtu_consumption_percent" => "Percent",
        name if name.to_lowercase().contains("count") || name == "Http5xx" => "Count",
        _ => "Bytes",
    }
}

/// What a machine does.
fn machine(bits: u64, metric: &str) -> Option<Worth> {
    Some(match metric {
        "Percentage CPU" => Worth::Gauge(bits % 97),
        "Available Memory Bytes" => Worth::Gauge((1 + bits % 15) << 30),
        "Disk Read Bytes" => Worth::Sum((bits >> 8 & 0xfff) * 4_096),
        "Disk Write Bytes" => Worth::Sum((bits >> 20 & 0xfff) * 4_096),
        "Network In Total" => Worth::Sum(bits >> 32 & 0xff_ffff),
        "Network Out Total" => Worth::Sum(bits >> 40),
        _ => return None,
    })
}

/// A set's instances that run, each by its name, or one for all.
fn of_set(place: &Place, set: &Set, split: bool, metric: &str) -> Option<Found> {
    let worth = machine(set.bits(), metric)?;
    if !split {
        return Some((unit(metric), plain(worth)));
    }
    let running = (0..set.instances(place)).filter(|it| set.power(place, *it) == Power::Running);
    let figure = |number| Figure {
        dimensions: vec![("vmname", set.instance_name(number))],
        worth: machine(set.bits() ^ (number << 20 | number), metric).unwrap_or(worth),
    };
    Some((unit(metric), running.map(figure).collect()))
}

/// What an app ran: a twelfth of its hour in each period.
fn app(app: &App, metric: &str) -> Option<Found> {
    let (ran, busy) = (app.on_demand, app.always_ready);
    let flex = metric.starts_with("OnDemand") || metric.starts_with("AlwaysReady");
    let hour = match metric {
        "FunctionExecutionCount" | "OnDemandFunctionExecutionCount" => Some(ran.count),
        "FunctionExecutionUnits" | "OnDemandFunctionExecutionUnits" => Some(ran.units),
        "AlwaysReadyFunctionExecutionCount" => Some(busy.count),
        "AlwaysReadyFunctionExecutionUnits" => Some(busy.units),
        "AlwaysReadyUnits" => app.baseline,
        "Http5xx" => Some(ran.count / 24 * 12),
        _ => return None,
    };
    // One that did not run has no figures.
    let hour = hour.filter(|hour| metric == "AlwaysReadyUnits" || *hour > 0);
    let hour = hour.filter(|_| flex == app.is_flex() || metric == "Http5xx");
    Some((unit(metric), hour.map(|hour| plain(Worth::Sum(hour / 12))).unwrap_or_default()))
}

fn database(it: &Database, metric: &str) -> Option<Found> {
    // Full backups are the most, and what changes is a part of it.
    let bytes = it.backups << 20;
    let worth = match metric {
        "cpu_percent" | "dtu_consumption_percent" => Worth::Gauge(it.hour.percent),
        "storage" => Worth::Gauge(it.hour.allocated << 19),
        "allocated_data_storage" => Worth::Gauge(it.hour.allocated << 20),
        "app_cpu_billed" => match it.hour.period {
            Some(seconds) => Worth::Sum(seconds),
            None => return Some(("Count", Vec::new())),
        },
        "full_backup_size_bytes" => Worth::Day(bytes / 2),
        "diff_backup_size_bytes" => Worth::Day(bytes / 4),
        "log_backup_size_bytes" => Worth::Day(bytes - bytes / 2 - bytes / 4),
        _ => return None,
    };
    Some((unit(metric), plain(worth)))
}

fn pool(it: &Pool, metric: &str) -> Option<Found> {
    let size = it.id.len() as u64;
    let worth = match metric {
        "cpu_percent" | "dtu_consumption_percent" => Worth::Gauge(size % 100),
        "storage_used" => Worth::Gauge(size << 30),
        _ => return None,
    };
    Some((unit(metric), plain(worth)))
}

fn account(
    it: &Account,
    part: Option<&str>,
    namespace: &str,
    split: bool,
    metric: &str,
) -> Option<Found> {
    let own = namespace.strip_prefix("microsoft.storage/storageaccounts")?;
    if own.strip_prefix('/') != part {
        return None;
    }
    let day = |size: u64| plain(Worth::Day(size << 20));
    let list = match (part, metric) {
        _ if it.new => Vec::new(),
        (None, "UsedCapacity") => day(it.used()),
        (Some("blobservices"), "BlobCapacity") => tiers(&it.blobs, split),
        (Some("fileservices"), "FileCapacity") => tiers(&it.files, split),
        (Some("tableservices"), "TableCapacity") => day(it.tables),
        (Some("queueservices"), "QueueCapacity") => day(it.queues),
        _ => return None,
    };
    Some(("Bytes", list))
}

/// By type and tier, where they are told apart.
fn tiers(stored: &[Stored], split: bool) -> Vec<Figure> {
    if !split {
        return plain(Worth::Day(stored.iter().map(|it| it.size).sum::<u64>() << 20));
    }
    let figure = |it: &Stored| {
        let tier = ("tier", it.tier.to_owned());
        let kind = Some(("blobtype", it.kind.to_owned())).filter(|(_, kind)| !kind.is_empty());
        Figure {
            dimensions: kind.into_iter().chain([tier]).collect(),
            worth: Worth::Day(it.size << 20),
        }
    };
    stored.iter().map(figure).collect()
}
