//! A small tenant for what goes wrong: two subscriptions with one of each, all of it with a price.

use rust_decimal::Decimal;
use serde_json::json;

use super::thing::{Place, Thing};
use super::{Cost, LAB, SHOP, Tenant, accounts, apps, clusters, databases, machines};
use crate::support::facts::{UPTIME, machine};

impl Tenant {
    /// The small tenant.
    pub(crate) fn small() -> Self {
        let things = [shop(), lab()].concat();
        Self::of(&[(SHOP, "Shop"), (LAB, "Lab")], things)
    }

    /// What is known to cost something in a service of a subscription, a month.
    pub(crate) fn known(&self, subscription: &str, lists: &[&str]) -> Decimal {
        let expected = self.expected(subscription).into_iter();
        expected.filter(|it| lists.contains(&it.list)).map(|it| it.cost.known()).sum()
    }
}

fn shop() -> Vec<Thing> {
    let web = Place::new(SHOP, "web", "westeurope");
    let data = Place::new(SHOP, "data", "westeurope");
    let price = Cost::hourly(machine("westeurope", "Standard_F4s_v2", "Linux"));
    let set = super::sets::Set {
        tags: json!({ "team": "batch" }),
        ..super::sets::Set::linux("workers", "Standard_F4s_v2", 3)
    };
    let mut things = machines::ordinary(&web, "web", 6);
    things.extend(set.at(&web, &price));
    things.extend(machines::ordinary(&data, "data", 2));
    things.extend(accounts::west(&data).into_iter().filter(|it| it.name == "wecool"));
    things
}

fn lab() -> Vec<Thing> {
    let platform = Place::new(LAB, "platform", "eastus");
    let mut things = vec![
        clusters::cluster(&platform, "standard", ("Base", "Standard"), 0)
            .costs("clusters", Cost::of_hour(UPTIME)),
    ];
    things.extend(machines::ordinary(&platform, "lab", 3));
    things.extend(apps::every_plan(&platform));
    things.extend(databases::every_model(&platform));
    things
}
