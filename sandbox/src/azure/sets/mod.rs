//! Scale sets and the instances of uniform ones, nodes of clusters among them.
//! <https://learn.microsoft.com/azure/virtual-machine-scale-sets/virtual-machine-scale-sets-orchestration-modes>

mod write;

use super::Azure;
use super::aks::Cluster;
use super::kind::Kind;
use super::machines::sizes;
use super::machines::{Power, Purchase, System, compute, purpose};
use super::place::{Place, before, find};
use crate::names;
use crate::size::part;
use crate::truth::{Cost, Sum};

/// What a set is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// A node pool of a cluster: for its system, or for its users.
    Nodes {
        users: bool,
        stopped: bool,
    },
    Application,
    Flexible,
}

/// A scale set.
#[derive(Debug)]
pub(super) struct Set {
    index: u64,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) region: usize,
    pub(super) size: usize,
    system: System,
    purchase: Purchase,
    purpose: Purpose,
    /// Whether its instances leave to it what they run.
    silent: bool,
    tags: Vec<(&'static str, &'static str)>,
    bits: u64,
}

/// The first of the numbers by which a set tells its instances apart: with three digits they sort.
const FIRST: u64 = 100;

impl Set {
    /// The set number `index`: node pools, two for each cluster, then those of applications, then
    /// flexible ones.
    pub(super) fn of(place: &Place, index: u64) -> Self {
        let nodes = place.counts.node_sets();
        if index < nodes {
            let cluster = Cluster::of(place, index / 2);
            return Self::of_cluster(place, &cluster, index);
        }
        let mut draw = place.draw("set", index);
        let bits = draw.bits();
        let flexible = index >= nodes + place.counts.sets;
        let purpose = purpose(names::name(&mut draw, index));
        let number = index - nodes;
        let name = if flexible {
            format!("{}-flexible", Kind::ScaleSet.start(number))
        } else {
            format!("{}-{purpose}", Kind::ScaleSet.start(number))
        };
        Self {
            index,
            id: place.resource(&Kind::ScaleSet.group(number), Kind::ScaleSet, &name),
            name,
            region: place.region(&mut draw),
            size: sizes::any(&mut draw),
            system: *draw.weighted(&[
                (60, System::Ubuntu),
                (10, System::Gallery),
                (15, System::Windows),
                (10, System::OwnWindows),
                (5, System::RedHat),
            ]),
            purchase: if draw.percent(12) { Purchase::Spot } else { Purchase::OnDemand },
            purpose: if flexible { Purpose::Flexible } else { Purpose::Application },
            silent: draw.percent(30),
            tags: names::tags(&mut draw),
            bits,
        }
    }

    /// A node pool of that cluster; `index` is that of the set.
    pub(super) fn of_cluster(place: &Place, cluster: &Cluster, index: u64) -> Self {
        let mut draw = place.draw("set", index);
        let bits = draw.bits();
        let users = index % 2 == 1;
        let (pool, number) = (cluster.pool(users), bits % 90_000_000 + 10_000_000);
        let name = format!("aks-{pool}-{number}-vmss");
        let spot = users && draw.percent(25);
        Self {
            index,
            id: place.resource(&cluster.node_group, Kind::ScaleSet, &name),
            name,
            region: cluster.region,
            size: sizes::node(&mut draw),
            system: if users && draw.percent(10) { System::Windows } else { System::Node },
            purchase: if spot { Purchase::Spot } else { Purchase::OnDemand },
            purpose: Purpose::Nodes { users, stopped: cluster.stopped },
            silent: false,
            tags: vec![("aks-managed-poolName", pool)],
            bits,
        }
    }

    pub(super) fn is_spot(&self) -> bool {
        self.purchase == Purchase::Spot
    }

    pub(super) const fn bits(&self) -> u64 {
        self.bits
    }

    pub(super) const fn system(&self) -> System {
        self.system
    }

    /// How many instances it has.
    pub(super) fn instances(&self, place: &Place) -> u64 {
        count(place, self.index)
    }

    /// The state of one of its instances.
    pub(super) fn power(&self, place: &Place, number: u64) -> Power {
        let mut draw = place.draw("instance", self.index * 1_000 + number);
        match self.purpose {
            Purpose::Nodes { stopped: true, .. } => Power::Deallocated,
            _ => *draw.weighted(&[
                (930, Power::Running),
                (20, Power::Stopped),
                (40, Power::Deallocated),
                (10, Power::Unknown),
            ]),
        }
    }

    /// What one of its instances costs.
    fn cost(&self, azure: &Azure, place: &Place, number: u64) -> Cost {
        self.power(place, number)
            .cost(|| compute(azure, self.region, self.size, self.system, self.purchase))
    }

    /// The name of one of its instances, as Azure Monitor tells them apart.
    pub(super) fn instance_name(&self, number: u64) -> String {
        format!("{}_{}", self.name, FIRST + number)
    }
}

/// How many instances the set number `index` has.
fn count(place: &Place, index: u64) -> u64 {
    let all = &place.counts;
    match index.checked_sub(all.node_sets()) {
        None => part(all.nodes, all.node_sets(), index),
        Some(index) if index < all.sets => part(all.instances, all.sets, index),
        Some(_) => 0,
    }
}

/// The identifier of the flexible set.
pub(super) fn flexible_id(place: &Place) -> String {
    let index = place.counts.node_sets() + place.counts.sets;
    Set::of(place, index).id
}

/// The set of the instance number `flat` of a subscription, and its number there.
pub(super) fn instance(place: &Place, flat: u64) -> (u64, u64) {
    let all = &place.counts;
    match flat.checked_sub(all.nodes) {
        None => find(all.nodes, all.node_sets(), flat),
        Some(flat) => {
            let (set, number) = find(all.instances, all.sets, flat);
            (all.node_sets() + set, number)
        }
    }
}

/// The first instance of the set number `index`.
pub(super) fn first_instance(place: &Place, index: u64) -> u64 {
    let all = &place.counts;
    match index.checked_sub(all.node_sets()) {
        None => before(all.nodes, all.node_sets(), index),
        Some(index) => all.nodes + before(all.instances, all.sets, index.min(all.sets)),
    }
}

/// What the instances of all sets of a subscription cost.
pub(super) fn sum(azure: &Azure, place: &Place) -> Sum {
    let mut sum = Sum::default();
    for index in 0..place.counts.all_sets() {
        let set = Set::of(place, index);
        for number in 0..set.instances(place) {
            sum.add(&set.cost(azure, place, number));
        }
    }
    sum
}
