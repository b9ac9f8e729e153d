//! Subscriptions, their regions, and how many of what is in each.

use super::kind::Kind;
use crate::draw::Draw;
use crate::size::{Mix, Size, part};

/// Regions by their names and as people read them, in the order in which a fleet spreads over them.
/// <https://learn.microsoft.com/azure/reliability/regions-list>
pub const REGIONS: [(&str, &str); 25] = [
    ("eastus", "East US"),
    ("westeurope", "West Europe"),
    ("northeurope", "North Europe"),
    ("francecentral", "France Central"),
    ("swedencentral", "Sweden Central"),
    ("belgiumcentral", "Belgium Central"),
    ("eastus2", "East US 2"),
    ("westus2", "West US 2"),
    ("uksouth", "UK South"),
    ("centralus", "Central US"),
    ("southcentralus", "South Central US"),
    ("westus", "West US"),
    ("westus3", "West US 3"),
    ("northcentralus", "North Central US"),
    ("canadacentral", "Canada Central"),
    ("germanywestcentral", "Germany West Central"),
    ("switzerlandnorth", "Switzerland North"),
    ("norwayeast", "Norway East"),
    ("japaneast", "Japan East"),
    ("southeastasia", "Southeast Asia"),
    ("australiaeast", "Australia East"),
    ("koreacentral", "Korea Central"),
    ("centralindia", "Central India"),
    ("brazilsouth", "Brazil South"),
    ("southafricanorth", "South Africa North"),
];

/// The identifier of a subscription: identifiers sort as their numbers do.
#[must_use]
pub fn subscription_id(index: u64) -> String {
    let first = 0x1000_0000 + index * 0x0003_a1b7;
    format!("{first:08x}-5f0e-4a2b-8c3d-{:012x}", 0x5a00_0000_0000 + index * 0x0101_0107)
}

/// In a thousand of a mixed fleet; machines are the rest.
const DISKS: u64 = 330;
/// AKS clusters and their nodes.
const KUBERNETES: u64 = 44;
/// Instances of other uniform scale sets.
const INSTANCES: u64 = 40;
/// Function apps and their plans.
const FUNCTIONS: u64 = 52;
/// SQL servers, databases and elastic pools.
const SQL: u64 = 64;
/// Storage accounts.
const ACCOUNTS: u64 = 70;
const OTHERS: [u64; 6] = [DISKS, KUBERNETES, INSTANCES, FUNCTIONS, SQL, ACCOUNTS];

/// How many records, and what hangs on them, a subscription has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    /// Virtual machines that are no instances of uniform scale sets.
    pub(super) machines: u64,
    pub(super) disks: u64,
    pub(super) clusters: u64,
    /// Nodes of all clusters.
    pub(super) nodes: u64,
    /// Instances of scale sets that are no nodes.
    pub(super) instances: u64,
    pub(super) apps: u64,
    pub(super) plans: u64,
    pub(super) servers: u64,
    pub(super) databases: u64,
    pub(super) pools: u64,
    pub(super) accounts: u64,
    /// Uniform scale sets beside those of clusters: no records.
    pub(super) sets: u64,
    /// Flexible scale sets: no records, but some machines belong to them.
    pub(super) flexible: u64,
    /// Web sites that are no function apps: no records.
    pub(super) sites: u64,
}

impl Counts {
    fn of(size: &Size, index: u64) -> Self {
        let here = |total| part(total, size.accounts, index);
        let share = |share| here(size.of_share(share));
        let machines = here(size.machines(&OTHERS));
        // Where there is one of a kind at all, there is one to which the others belong.
        let (kubernetes, functions, sql) = (share(KUBERNETES), share(FUNCTIONS), share(SQL));
        let (clusters, servers) = (kubernetes.div_ceil(11), sql.div_ceil(8));
        let (plans, pools) = (functions / 5, (sql - servers) / 9);
        let instances = share(INSTANCES);
        let mixed = size.mix == Mix::All;
        Self {
            machines,
            disks: share(DISKS),
            clusters,
            nodes: kubernetes - clusters,
            instances,
            apps: functions - plans,
            plans,
            servers,
            databases: sql - servers - pools,
            pools,
            accounts: share(ACCOUNTS),
            sets: instances.div_ceil(12),
            flexible: u64::from(mixed && machines >= 30),
            sites: if mixed { (functions - plans) / 8 } else { 0 },
        }
    }

    /// How many scale sets are node pools: a cluster has one for its system and one for its users.
    pub(super) const fn node_sets(&self) -> u64 {
        self.clusters * 2
    }

    /// Scale sets of all kinds.
    pub(super) const fn all_sets(&self) -> u64 {
        self.node_sets() + self.sets + self.flexible
    }
}

/// How many of `total`, spread over `places` as by [`part`], are in the places before `index`.
pub(super) fn before(total: u64, places: u64, index: u64) -> u64 {
    match places {
        0 => 0,
        _ => total / places * index + index.min(total % places),
    }
}

/// Where number `flat` of `total` is: its place, and its number there. There is a place.
pub(super) fn find(total: u64, places: u64, flat: u64) -> (u64, u64) {
    let (each, larger) = (total / places, total % places);
    let edge = larger * (each + 1);
    if flat < edge {
        return (flat / (each + 1), flat % (each + 1));
    }
    let each = each.max(1);
    (larger + (flat - edge) / each, (flat - edge) % each)
}

/// A subscription.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its identifier.
    pub id: String,
    /// For [`Draw::of`].
    number: u64,
    seed: u64,
    regions: u64,
    pub(super) counts: Counts,
}

impl Place {
    pub(super) fn new(size: &Size, index: u64) -> Self {
        let id = subscription_id(index);
        let number = Draw::place(&id);
        let counts = Counts::of(size, index);
        Self { id, number, seed: size.seed, regions: size.regions, counts }
    }

    /// The subscription of this identifier, in any case.
    pub(super) fn find(size: &Size, id: &str) -> Option<Self> {
        let first = u64::from_str_radix(id.get(..8)?, 16).ok()?;
        let index = first.checked_sub(0x1000_0000)? / 0x0003_a1b7;
        let known = index < size.accounts && subscription_id(index).eq_ignore_ascii_case(id);
        known.then(|| Self::new(size, index))
    }

    /// The numbers of something here.
    pub(super) fn draw(&self, what: &str, index: u64) -> Draw {
        Draw::of(self.seed, self.number, what, index)
    }

    /// A region: half of everything is in the first one.
    pub(super) fn region(&self, draw: &mut Draw) -> usize {
        let some = draw.below(self.regions.max(1) * 2);
        usize::try_from(some.saturating_sub(self.regions)).unwrap_or_default()
    }

    /// The identifier of something in a resource group.
    pub(super) fn resource(&self, group: &str, kind: Kind, name: &str) -> String {
        let (id, type_name) = (&self.id, kind.type_name());
        format!("/subscriptions/{id}/resourceGroups/{group}/providers/{type_name}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subscription_is_found_by_its_identifier_and_has_all_that_the_size_says() {
        let size = Size { seed: 7, resources: 9_999, accounts: 37, regions: 3, mix: Mix::All };
        let mut records = 0;
        let mut last = String::new();
        for index in 0..size.accounts {
            let place = Place::new(&size, index);
            assert_eq!(Place::find(&size, &place.id.to_uppercase()).unwrap().id, place.id);
            assert!(place.id > last);
            last.clone_from(&place.id);
            let it = place.counts;
            let functions = it.apps + it.plans;
            records += it.machines + it.disks + it.clusters + it.nodes + it.instances + functions;
            records += it.servers + it.databases + it.pools + it.accounts;
        }
        assert_eq!(records, size.resources);
        assert!(Place::find(&size, &subscription_id(size.accounts)).is_none());
    }

    #[test]
    fn what_is_spread_is_found_again() {
        for (total, places) in [(0, 3), (2, 3), (7, 3), (100, 10), (5, 1)] {
            for flat in 0..total {
                let (place, offset) = find(total, places, flat);
                assert_eq!(before(total, places, place) + offset, flat, "{total} {places}");
                assert!(offset < part(total, places, place));
            }
            assert_eq!(before(total, places, places), total);
        }
    }
}
