//! The whole fleet: four projects, two and a half thousand machines, and all that is around.

use super::{
    ATTIC, DATA, EDGE, Fleet, Kind, MAIN, Thing, buckets, clusters, databases, disks, functions,
    machines, odd, snapshots,
};

/// How many machines there are, nodes of clusters included.
pub(crate) const MACHINES: usize = 2_500;
/// The nodes of the cluster that has some.
const NODES: u32 = 30;

impl Fleet {
    /// The whole fleet.
    pub(crate) fn whole() -> Self {
        let mut things = [data(), edge(), attic()].concat();
        let count =
            |things: &[Thing]| things.iter().filter(|thing| thing.kind == Kind::Instance).count();
        let rest = MACHINES - count(&things);
        things.extend(machines::ordinary(MAIN, "europe-west1", "web", rest));
        assert_eq!(count(&things), MACHINES);
        Self { projects: vec![MAIN, DATA, EDGE, ATTIC], things }
    }
}

fn data() -> Vec<Thing> {
    [
        machines::ordinary(DATA, "us-central1", "batch", 120),
        databases::every_kind(DATA),
        buckets::every_kind(DATA),
    ]
    .concat()
}

fn edge() -> Vec<Thing> {
    let nodes = usize::try_from(NODES).unwrap();
    [
        machines::nodes(EDGE, "us-central1-a", ("kitchen", "us-central1-a"), "pool-1", nodes),
        vec![
            clusters::standard(EDGE, "kitchen", "us-central1-a", NODES),
            clusters::autopilot(EDGE, "pilot"),
        ],
        clusters::others(EDGE),
        functions::every_kind(EDGE),
        functions::services(EDGE),
    ]
    .concat()
}

fn attic() -> Vec<Thing> {
    [odd::every_sort(), disks::every_kind(ATTIC), snapshots::every_kind(ATTIC)].concat()
}
