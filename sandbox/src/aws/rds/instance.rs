//! One database instance, alone or of a cluster.

use super::cluster::Cluster;
use super::engine::{ENGINES, Engine, Maker, Version};
use crate::aws::place::Place;
use crate::aws::{Aws, DATABASE_CLUSTERS};
use crate::draw::Draw;
use crate::names;

/// An instance.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) name: String,
    pub(crate) class: &'static str,
    pub(crate) engine: Engine,
    pub(crate) version: Version,
    pub(crate) status: &'static str,
    pub(crate) multi_az: bool,
    pub(crate) storage: Storage,
    /// Whose member it is.
    pub(crate) cluster: Option<String>,
    /// Halves of Aurora capacity units, of serverless ones that CloudWatch knows of.
    pub(crate) half_units: Option<u64>,
    /// Whether its owner keeps it out of Extended Support.
    pub(crate) kept_out: bool,
    pub(crate) zone: char,
    pub(crate) tags: Vec<(&'static str, &'static str)>,
    pub(crate) bits: u64,
}

/// What is provisioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Storage {
    pub(crate) kind: &'static str,
    pub(crate) size_gib: u64,
    pub(crate) iops: Option<u64>,
    /// MiB/s.
    pub(crate) throughput: Option<u64>,
}

/// Statuses by how often they are seen
/// (<https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html>).
const STATUSES: &[(u64, &str)] = &[
    (870, "available"),
    (60, "stopped"),
    (20, "backing-up"),
    (10, "modifying"),
    (10, "storage-full"),
    (10, "creating"),
    (5, "starting"),
    (5, "deleting"),
    (5, "configuring-enhanced-monitoring"),
    (5, "incompatible-restore"),
];
/// Classes by how often they are seen. The last is one that no list has.
const CLASSES: &[(u64, &str)] = &[
    (30, "db.t3.medium"),
    (25, "db.m5.large"),
    (15, "db.r5.xlarge"),
    (12, "db.m6i.large"),
    (9, "db.m6g.large"),
    (8, "db.r6g.large"),
    (1, "db.u99.mega"),
];
const AURORA_CLASSES: &[(u64, &str)] =
    &[(30, "db.serverless"), (30, "db.r5.xlarge"), (25, "db.r6g.large"), (15, "db.t3.medium")];
/// How many members a cluster has.
const MEMBERS: u64 = 2;

impl Instance {
    /// The instance number `index` of a place: the first are the clusters' members.
    pub(crate) fn of(aws: &Aws, place: &Place, index: u64) -> Self {
        let mut draw = place.draw("database", index);
        let clusters = aws.count(DATABASE_CLUSTERS, place);
        let cluster = (index < clusters * MEMBERS).then(|| Cluster::of(place, index / MEMBERS));
        let bits = draw.bits();
        let own = *draw.weighted(ENGINES);
        let engine = cluster.as_ref().map_or(own, |cluster| cluster.engine);
        let own_version = *draw.weighted(engine.versions);
        let version = cluster.as_ref().map_or(own_version, |cluster| cluster.version);
        let alone = storage(&mut draw, engine);
        let (own_class, of_aurora) = (class(&mut draw, engine), *draw.weighted(AURORA_CLASSES));
        let (class, storage) = match &cluster {
            None => (own_class, alone),
            Some(cluster) if cluster.is_aurora() => {
                let kind = cluster.storage_type;
                (of_aurora, Storage { kind, size_gib: 1, iops: None, throughput: None })
            }
            Some(_) => ("db.m6gd.large", Storage { kind: "io1", iops: Some(1_000), ..alone }),
        };
        let half_units = 1 + draw.below(64);
        let measured = !draw.percent(10);
        let several =
            draw.percent(30) && engine.name != "sqlserver-ex" && engine.instances.is_some();
        Self {
            name: names::name(&mut draw, index),
            class,
            engine,
            version,
            status: *draw.weighted(STATUSES),
            multi_az: several && cluster.is_none(),
            storage,
            cluster: cluster.map(|cluster| cluster.name),
            half_units: (class == "db.serverless" && measured).then_some(half_units),
            kept_out: draw.percent(25),
            zone: *draw.one(&['a', 'b', 'c']),
            tags: names::tags(&mut draw),
            bits,
        }
    }

    pub(crate) fn is_aurora(&self) -> bool {
        self.engine.name.starts_with("aurora")
    }
}

/// The licensed engines do not run on AWS's own processors.
fn class(draw: &mut Draw, engine: Engine) -> &'static str {
    let class = *draw.weighted(CLASSES);
    match engine.maker {
        Maker::Oracle | Maker::Microsoft if class.contains("6g.") => "db.m5.large",
        _ => class,
    }
}

/// From how many GiB gp3 is striped over four volumes, with more included and more to be had
/// (<https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage>).
pub(super) const fn striped_from(maker: Maker) -> Option<u64> {
    match maker {
        Maker::Open => Some(400),
        Maker::Oracle => Some(200),
        Maker::Microsoft => None,
    }
}

fn storage(draw: &mut Draw, engine: Engine) -> Storage {
    let kind =
        *draw.weighted(&[(50, "gp3"), (25, "gp2"), (12, "io1"), (8, "io2"), (5, "standard")]);
    let size_gib = *draw.one(&[20, 50, 100, 200, 400, 500, 1_000, 4_000]);
    let (more, steps) = (draw.percent(40), 1 + draw.below(8));
    let striped = striped_from(engine.maker);
    let (iops, throughput) = match (kind, striped) {
        ("gp3", Some(from)) if size_gib < from => (Some(3_000), Some(125)),
        ("gp3", Some(_)) if more => (Some(12_000 + 1_000 * steps), Some(500 + 125 * steps)),
        ("gp3", Some(_)) => (Some(12_000), Some(500)),
        ("gp3", None) if more => (Some(3_000 + 500 * steps), Some(125 * steps)),
        ("gp3", None) => (Some(3_000), Some(125)),
        ("io1" | "io2", _) => (Some(1_000 * steps), None),
        _ => (None, None),
    };
    Storage { kind, size_gib, iops, throughput }
}
