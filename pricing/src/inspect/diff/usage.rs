//! What is in use, key by key.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use finops_core::inventory::PricedResource;

use crate::inspect::key;

/// How much of each key the cost lines of an inventory use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    keys: BTreeMap<String, Used>,
    /// The keys that prices of lines were worked out of.
    bases: BTreeSet<String>,
}

/// How much of a key is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Used {
    /// How many lines have it.
    pub(super) lines: u64,
    /// How many units they use together.
    pub(super) quantity: Decimal,
}

impl Usage {
    /// Adds the list lines of a resource; what adjusts them is no price of a book.
    pub fn add(&mut self, resource: &PricedResource) {
        for line in resource.lines.iter().filter(|line| !line.is_adjustment()) {
            let used = self.keys.entry(key::short(&line.price.sku_key)).or_default();
            used.lines += 1;
            used.quantity += line.quantity.amount();
            if let Some(base) = key::base(&line.price.sku_key) {
                self.bases.insert(key::short(base));
            }
        }
    }

    /// Something uses the key, which is without `od`, or a price that was worked out of it.
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key) || self.bases.contains(key)
    }

    /// Every key, without `od`.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&str, Used)> {
        self.keys.iter().map(|(key, used)| (&**key, *used))
    }
}

impl<'a> FromIterator<&'a PricedResource> for Usage {
    fn from_iter<I: IntoIterator<Item = &'a PricedResource>>(inventory: I) -> Self {
        let mut usage = Self::default();
        inventory.into_iter().for_each(|resource| usage.add(resource));
        usage
    }
}
