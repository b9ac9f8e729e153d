//! Sizes of machines as fleets have them, with their prices in each region.

use rust_decimal::Decimal;

use super::super::place::REGIONS;
use crate::draw::Draw;
use crate::facts::Facts;

/// What AKS's Automatic tier calls the category of a size.
/// <https://learn.microsoft.com/azure/virtual-machines/sizes/overview>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Category {
    General,
    Compute,
    Memory,
    Storage,
    Graphics,
    Confidential,
}

impl Category {
    /// The word in the price list.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::General => "General Purpose",
            Self::Compute => "Compute Optimized",
            Self::Memory => "Memory Optimized",
            Self::Storage => "Storage Optimized",
            Self::Graphics => "GPU Accelerated",
            Self::Confidential => "Confidential Compute",
        }
    }
}

/// A size.
#[derive(Debug)]
pub(crate) struct Type {
    /// As a machine's row has it.
    pub(crate) name: &'static str,
    /// As the price list has it: the first that it has counts. A size with fewer active processors
    /// costs what the whole one does.
    /// <https://learn.microsoft.com/azure/virtual-machines/constrained-vcpu>
    listed: &'static [&'static str],
    /// Processors, active or not.
    pub(crate) processors: u64,
    pub(crate) category: Category,
}

const fn ty(listed: &'static [&'static str], processors: u64, category: Category) -> Type {
    Type { name: listed[0], listed, processors, category }
}

/// By how often they are seen. `D4qz_v9` is one that no list has.
static TYPES: &[(u64, Type)] = &[
    (60, ty(&["Standard_B1s"], 1, Category::General)),
    (60, ty(&["Standard_B2s"], 2, Category::General)),
    (80, ty(&["Standard_B2ms"], 2, Category::General)),
    (30, ty(&["Standard_B4ms"], 4, Category::General)),
    (20, ty(&["Standard_B2ats_v2"], 2, Category::General)),
    (60, ty(&["Standard_D2s_v3"], 2, Category::General)),
    (130, ty(&["Standard_D2s_v5"], 2, Category::General)),
    (110, ty(&["Standard_D4s_v5"], 4, Category::General)),
    (60, ty(&["Standard_D8s_v5"], 8, Category::General)),
    (20, ty(&["Standard_D16s_v5"], 16, Category::General)),
    (40, ty(&["Standard_D2as_v5"], 2, Category::General)),
    (40, ty(&["Standard_D4as_v5"], 4, Category::General)),
    (20, ty(&["Standard_D2ps_v5"], 2, Category::General)),
    (30, ty(&["Standard_D4ds_v5"], 4, Category::General)),
    (20, ty(&["Standard_DS2_v2"], 2, Category::General)),
    (10, ty(&["Standard_A2_v2"], 2, Category::General)),
    (50, ty(&["Standard_E4s_v5"], 4, Category::Memory)),
    (30, ty(&["Standard_E8s_v5"], 8, Category::Memory)),
    (10, ty(&["Standard_E16s_v5"], 16, Category::Memory)),
    (6, ty(&["Standard_E8-2ads_v5", "Standard_E8ads_v5"], 8, Category::Memory)),
    (6, ty(&["Standard_E4-2s_v5", "Standard_E4s_v5"], 4, Category::Memory)),
    (30, ty(&["Standard_F4s_v2"], 4, Category::Compute)),
    (20, ty(&["Standard_F8s_v2"], 8, Category::Compute)),
    (6, ty(&["Standard_L8s_v3"], 8, Category::Storage)),
    (2, ty(&["Standard_M64s"], 64, Category::Memory)),
    (6, ty(&["Standard_NC4as_T4_v3"], 4, Category::Graphics)),
    (2, ty(&["Standard_NC24ads_A100_v4"], 24, Category::Graphics)),
    (2, ty(&["Standard_NV36ads_A10_v5"], 36, Category::Graphics)),
    (4, ty(&["Standard_DC2s_v3"], 2, Category::Confidential)),
    (4, ty(&["Standard_D4qz_v9"], 4, Category::General)),
];

/// Nodes of clusters, by where they are in [`TYPES`].
const NODES: &[(u64, usize)] =
    &[(8, 3), (30, 6), (30, 7), (12, 8), (8, 16), (6, 17), (6, 22), (2, 25), (1, 19), (1, 29)];

/// Any size, by where it is.
pub(crate) fn any(draw: &mut Draw) -> usize {
    let mut left = draw.below(TYPES.iter().map(|(weight, _)| weight).sum());
    TYPES
        .iter()
        .position(|(weight, _)| match left.checked_sub(*weight) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        })
        .unwrap_or_default()
}

/// The size of a node.
pub(crate) fn node(draw: &mut Draw) -> usize {
    *draw.weighted(NODES)
}

/// The size at that place.
pub(crate) fn at(index: usize) -> &'static Type {
    &TYPES[index].1
}

impl Type {
    /// Whether some of its processors are not active.
    pub(crate) const fn is_constrained(&self) -> bool {
        self.listed.len() > 1
    }
}

/// Hourly prices, looked up once.
#[derive(Debug)]
pub(crate) struct Prices {
    /// By region, then by size.
    rows: Vec<Vec<Row>>,
    /// By region: for a processor of a machine that could have ultra disks and has none.
    reservations: Vec<Option<Decimal>>,
}

#[derive(Debug)]
struct Row {
    linux: Option<Decimal>,
    windows: Option<Decimal>,
}

impl Prices {
    pub(crate) fn of(facts: &Facts) -> Self {
        let price = |it: &Type, variant, region| {
            let listed = |name: &&str| facts.price("azure/vm", name, variant, "hour", region);
            it.listed.iter().find_map(listed)
        };
        let row = |it: &Type, region| {
            let linux = price(it, "linux", region);
            // The premium was taken in Europe, and is the same everywhere.
            let premium = || Some(linux? + price(it, "windows-premium", "eu-5-regions")?);
            Row { linux, windows: price(it, "windows", region).or_else(premium) }
        };
        let reservation = |region| {
            let sku = "Ultra Disks/Ultra LRS Reservation per vCPU Provisioned";
            facts.price("azure/disk", sku, "", "1/Hour", region)
        };
        let rows = |region| TYPES.iter().map(|(_, it)| row(it, region)).collect();
        Self {
            rows: REGIONS.iter().map(|(region, _)| rows(region)).collect(),
            reservations: REGIONS.iter().map(|(region, _)| reservation(region)).collect(),
        }
    }

    /// USD an hour of a size; with Azure's licence where `windows`.
    pub(crate) fn hourly(&self, region: usize, size: usize, windows: bool) -> Option<Decimal> {
        let row = &self.rows[region][size];
        if windows { row.windows } else { row.linux }
    }

    /// USD an hour of a processor's reservation for ultra disks.
    pub(crate) fn reservation(&self, region: usize) -> Option<Decimal> {
        self.reservations[region]
    }
}
