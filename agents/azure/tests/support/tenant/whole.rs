//! The whole tenant: three subscriptions, two and a half thousand machines, and all that is around.

use super::sets::Set;
use super::thing::{Place, Thing};
use super::{
    ATTIC, Cost, LAB, SHOP, Tenant, accounts, apps, clusters, databases, disks, machines, odd,
};
use crate::support::facts::machine;

/// How many machines there are, those of scale sets included.
pub(crate) const MACHINES: usize = 2_500;
/// The nodes of the cluster whose price depends on them.
const NODES: u32 = 30;

impl Tenant {
    /// The whole tenant.
    pub(crate) fn whole() -> Self {
        let mut things = [lab(), attic(), sets()].concat();
        let count = |things: &[Thing]| {
            let records = things.iter().filter_map(|thing| thing.expected.as_ref());
            records.filter(|record| record.list == "virtual_machines").count()
        };
        let web = Place::new(SHOP, "Web-Shop", "westeurope");
        things.extend(machines::ordinary(&web, "web", MACHINES - count(&things)));
        let data = Place::new(SHOP, "data", "westeurope");
        things.extend(accounts::west(&data));
        assert_eq!(count(&things), MACHINES);
        Self::of(&[(SHOP, "Shop"), (LAB, "Lab"), (ATTIC, "Attic")], things)
    }
}

/// What the price tables know in East US only.
fn lab() -> Vec<Thing> {
    let platform = Place::new(LAB, "platform", "eastus");
    let functions = Place::new(LAB, "functions", "eastus");
    let data = Place::new(LAB, "lab-data", "eastus");
    let nodes = Place::new(LAB, &clusters::node_group("automatic").to_lowercase(), "eastus");
    let node = Cost::hourly(machine("eastus", "Standard_D4ds_v5", "Linux"));
    let count = usize::try_from(NODES).unwrap();
    let pool = Set::linux("aks-system-34567890-vmss", "Standard_D4ds_v5", count);
    [
        clusters::every_tier(&platform, NODES),
        pool.at(&nodes, &node),
        machines::ordinary(&platform, "lab", 240),
        apps::every_plan(&functions),
        databases::every_model(&data),
        accounts::east(&data),
    ]
    .concat()
}

/// All that is odd.
fn attic() -> Vec<Thing> {
    let place = Place::new(ATTIC, "Attic", "westeurope");
    [
        odd::every_sort(&place),
        odd::sets(&place),
        odd::nonsense(&place),
        disks::every_kind(&place),
        clusters::elsewhere(&place),
        apps::elsewhere(&place),
        nowhere(),
    ]
    .concat()
}

/// A machine and a disk in a region that no table knows.
fn nowhere() -> Vec<Thing> {
    let place = Place::new(ATTIC, "far-away", "atlantisnorth");
    let machine = machines::Machine::new("far-away", "Standard_D2s_v5", "Linux");
    vec![
        machine.at(&place, 1, Cost::Unpriced("atlantisnorth")),
        disks::disk(&place, "far-away-disk", "Premium_LRS", 128, &serde_json::json!({}))
            .costs("disks", Cost::Unpriced("atlantisnorth")),
    ]
}

/// Uniform scale sets of the shop.
fn sets() -> Vec<Thing> {
    let place = Place::new(SHOP, "sets", "westeurope");
    let price = Cost::hourly(machine("westeurope", "Standard_F4s_v2", "Linux"));
    let mut things = Vec::new();
    for name in ["workers-a", "workers-b", "workers-c", "workers-d", "workers-e"] {
        things.extend(Set::linux(name, "Standard_F4s_v2", 100).at(&place, &price));
    }
    let spot = Set {
        profile: serde_json::json!({ "priority": "Spot", "evictionPolicy": "Delete" }),
        ..Set::linux("batch", "Standard_D4s_v5", 20)
    };
    things.extend(spot.at(&place, &Cost::Unpriced("spot")));
    things
}
