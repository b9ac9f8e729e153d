//! A tenant to describe: what is in it in both of Azure's forms, what it does, and what it costs.

mod accounts;
mod apps;
mod clusters;
mod databases;
mod disks;
mod expected;
mod figures;
mod machines;
mod mutants;
mod odd;
mod sets;
mod small;
mod thing;
mod whole;

use std::collections::HashMap;
use std::sync::Arc;

pub(crate) use expected::{Cost, Expected};
pub(crate) use figures::{Figure, Figures, Worth};
pub(crate) use thing::Thing;

/// A subscription.
#[derive(Debug, Clone)]
pub(crate) struct Subscription {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) state: &'static str,
    pub(crate) access: Access,
}

/// What the identity may see of a subscription. All are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// All of it.
    All,
    /// That it is there, and nothing in it.
    Nothing,
    /// Nothing any more: it was there when subscriptions were listed.
    Gone,
}

/// Most of the company, in West Europe.
pub(crate) const SHOP: &str = "1c6f0c52-31d4-4c0e-8f0d-6a1b2c3d4e01";
/// Services that the price tables know in East US only.
pub(crate) const LAB: &str = "2d7f1d63-42e5-4d1f-9a1e-7b2c3d4e5f02";
/// A little of everything that is odd, in West Europe.
pub(crate) const ATTIC: &str = "3e8a2e74-53f6-4e2a-8b2f-8c3d4e5f6a03";

/// Everything that there is.
#[derive(Debug, Default)]
pub(crate) struct Tenant {
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) things: Vec<Thing>,
    figures: HashMap<String, Figures>,
}

impl Tenant {
    /// A tenant of these things.
    fn of(subscriptions: &[(&'static str, &'static str)], things: Vec<Thing>) -> Self {
        let subscriptions = subscriptions
            .iter()
            .map(|(id, name)| Subscription { id, name, state: "Enabled", access: Access::All })
            .collect();
        let mut figures = HashMap::new();
        for thing in &things {
            for (target, found) in Figures::of(thing) {
                figures.insert(target, found);
            }
        }
        Self { subscriptions, things, figures }
    }

    /// The same where the identity may see no more of a subscription than that.
    pub(crate) fn with_access(mut self, subscription: &str, access: Access) -> Self {
        let mut known = self.subscriptions.iter_mut();
        known.find(|known| known.id == subscription).unwrap().access = access;
        self
    }

    /// Ready to be served.
    pub(crate) fn shared(self) -> Arc<Self> {
        Arc::new(self)
    }

    /// What a target of metrics does; none where there is no such resource.
    pub(crate) fn figures(&self, target: &str) -> Option<&Figures> {
        self.figures.get(&target.to_lowercase())
    }

    /// What is expected of a subscription.
    pub(crate) fn expected(&self, subscription: &str) -> Vec<&Expected> {
        let things = self.things.iter().filter(|thing| thing.subscription == subscription);
        things.filter_map(|thing| thing.expected.as_ref()).collect()
    }
}
