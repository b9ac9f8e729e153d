//! One cluster: Aurora's, or a Multi-AZ DB cluster.

use super::engine::{AURORA_MYSQL, AURORA_POSTGRESQL, Engine, MYSQL, POSTGRESQL, Version};
use crate::aws::place::Place;
use crate::names;

/// A cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) name: String,
    pub(crate) engine: Engine,
    pub(crate) version: Version,
    pub(crate) status: &'static str,
    /// `aurora` is not said in the answer, as with AWS.
    pub(crate) storage_type: &'static str,
    /// Bytes in use; none where CloudWatch has no figure yet.
    pub(crate) used_bytes: Option<u64>,
    pub(crate) tags: Vec<(&'static str, &'static str)>,
}

/// Two MiB: a 512th of a GiB, so that sizes in GiB have nine places.
pub(crate) const GRAIN: u64 = 2 << 20;

impl Cluster {
    /// The cluster number `index` of a place.
    pub(crate) fn of(place: &Place, index: u64) -> Self {
        let mut draw = place.draw("database cluster", index);
        let engine = *draw.weighted(&[
            (45, AURORA_POSTGRESQL),
            (40, AURORA_MYSQL),
            (8, POSTGRESQL),
            (7, MYSQL),
        ]);
        let aurora = engine.name.starts_with("aurora");
        let optimized = draw.percent(12);
        let size = GRAIN * (1 + draw.below(2_000_000));
        Self {
            name: format!("cluster-{}", names::name(&mut draw, index)),
            engine,
            version: *draw.weighted(engine.versions),
            status: *draw.weighted(&[(92, "available"), (5, "stopped"), (3, "backing-up")]),
            storage_type: match (aurora, optimized) {
                (true, true) => "aurora-iopt1",
                (true, false) => "aurora",
                (false, _) => "io1",
            },
            used_bytes: (aurora && !draw.percent(8)).then_some(size),
            tags: names::tags(&mut draw),
        }
    }

    pub(crate) fn is_aurora(&self) -> bool {
        self.engine.name.starts_with("aurora")
    }
}
