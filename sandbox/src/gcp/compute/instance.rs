//! One instance: what it is.

use super::state::{Billed, Licence, Purchase, RUNNING, STATES, State};
use super::types::{MachineType, Sort, TYPES};
use crate::draw::Draw;
use crate::gcp::place::{Project, Zone};
use crate::gcp::{Gcp, clusters};
use crate::names;

/// An instance.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) zone: Zone,
    /// Where in [`TYPES`].
    pub(crate) kind: usize,
    pub(crate) state: State,
    pub(crate) purchase: Purchase,
    pub(crate) licence: Licence,
    /// Graphics processors, attached or those that come with its type.
    pub(crate) gpus: Option<(&'static str, u64)>,
    /// Local disks of 375 GiB.
    pub(crate) local_disks: u64,
    /// Whether what is on them is kept while it does not run.
    pub(crate) preserved: bool,
    /// External addresses.
    pub(crate) addresses: u64,
    /// Whether each of its cores shows one processor, and not two.
    pub(crate) halved: bool,
    pub(crate) confidential: bool,
    pub(crate) fast_network: bool,
    /// Of a boot disk, in GiB.
    pub(crate) boot_gib: u64,
    /// The cluster that it is a node of.
    pub(crate) cluster: Option<(String, String)>,
    pub(crate) labels: Vec<(&'static str, &'static str)>,
    /// Seconds since 1970.
    pub(crate) created: i64,
    /// For what nobody looks at: addresses, fingerprints.
    pub(crate) bits: u64,
}

/// The second at which the youngest instance of a fleet was created: 2026-11-01 07:00 UTC.
const YOUNGEST: i64 = 1_793_516_400;

/// The type of nodes.
const NODE: &str = "e2-standard-4";

impl Instance {
    /// The instance number `index` of a project.
    pub(crate) fn of(gcp: &Gcp, project: &Project, index: u64) -> Self {
        let (zone, at) = gcp.instances(project).find(index);
        let mut draw = project.draw("instance", index);
        let bits = draw.bits();
        let node = clusters::owner(gcp, project, Zone(zone), at);
        let mut made = Self {
            id: bits >> 2 | 1 << 61,
            name: names::name(&mut draw, index),
            zone: Zone(zone),
            kind: draw_kind(&mut draw),
            state: *draw.weighted(STATES),
            purchase: *draw.weighted(Purchase::ALL),
            licence: *draw.weighted(Licence::ALL),
            gpus: None,
            local_disks: 0,
            preserved: false,
            addresses: 0,
            halved: false,
            confidential: false,
            fast_network: false,
            boot_gib: *draw.one(&[10, 20, 30, 50, 100]),
            cluster: None,
            labels: names::labels(&mut draw),
            created: YOUNGEST - i64::try_from(draw.below(60_000_000)).unwrap_or_default(),
            bits,
        };
        match node {
            Some(cluster) => made.become_node(cluster, index),
            None => made.add_parts(&mut draw),
        }
        made
    }

    /// Its type.
    pub(crate) fn machine_type(&self) -> &'static MachineType {
        &TYPES[self.kind].1
    }

    fn become_node(&mut self, cluster: (String, String), index: u64) {
        self.name = format!("gke-{}-pool-1-{:08x}-{index:04}", cluster.0, self.bits % 97);
        self.kind = TYPES.iter().position(|(_, kind)| kind.name == NODE).unwrap_or_default();
        (self.state, self.purchase) = (RUNNING, Purchase::OnDemand);
        self.licence = Licence::ContainerOptimized;
        self.boot_gib = 100;
        self.cluster = Some(cluster);
        self.labels = Vec::new();
    }

    fn add_parts(&mut self, draw: &mut Draw) {
        let MachineType { name, family, sort, .. } = self.machine_type();
        let (rare, some) = (draw.below(100), draw.below(100));
        match *sort {
            Sort::TakesLocalDisks if *family == "n1" && rare < 12 => {
                let kinds = &["nvidia-tesla-t4", "nvidia-tesla-k80", "nvidia-tesla-k80"];
                self.gpus = Some((*draw.one(kinds), 1 + draw.below(2)));
            }
            Sort::TakesLocalDisks if rare >= 92 => self.local_disks = 1 + draw.below(2),
            Sort::LocalDisks(disks) => self.local_disks = disks,
            // One with a virtual workstation costs more than its type.
            Sort::Gpu("nvidia-l4") if rare < 20 => self.gpus = Some(("nvidia-l4-vws", 1)),
            Sort::Gpu(kind) => self.gpus = Some((kind, 1)),
            _ => {}
        }
        self.halved = some < 2 && matches!(*name, "n2-standard-4" | "n2-standard-8");
        self.confidential = some < 8 && *family == "n2d";
        self.fast_network = some >= 98 && *family == "n2";
        self.preserved = self.local_disks > 0
            && some < 30
            && matches!(self.state.billed, Billed::Kept | Billed::Suspended);
        // Ephemeral addresses are given back when a machine stops; reserved ones stay.
        let share = if self.state.billed == Billed::Whole { 25 } else { 8 };
        self.addresses = match draw.below(100) {
            0 => 2,
            part if part < share => 1,
            _ => 0,
        };
    }
}

fn draw_kind(draw: &mut Draw) -> usize {
    let drawn: *const MachineType = draw.weighted(TYPES);
    TYPES.iter().position(|(_, kind)| std::ptr::eq(kind, drawn)).unwrap_or_default()
}
