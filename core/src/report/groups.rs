//! Which group each resource belongs to.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::answer::{GroupKey, ResourceKey};
use super::question::Grouping;
use crate::history::read::{Catalogue, Resource};

/// The groups, and the pairs of a group and a service that adds to it. Each service is observed for
/// a time of its own, so that costs are kept by pair until they are divided by it.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// The groups.
    pub(super) keys: Vec<GroupKey>,
    /// The pairs: indexes of a group and of a service.
    pub(super) pairs: Vec<(usize, usize)>,
    /// The pair of each resource, in the order of the catalogue.
    pub(super) of_resource: Vec<usize>,
    /// A group is worth a row where its services were asked, with or without resources.
    pub(super) with_empty: bool,
    known_keys: HashMap<GroupKey, usize>,
    known_pairs: HashMap<(usize, usize), usize>,
}

impl Groups {
    /// Everything in one group.
    pub(super) fn total(catalogue: &Catalogue) -> Self {
        let mut groups = Self::default();
        for service in 0..catalogue.services.len() {
            groups.pair(GroupKey::Total, service);
        }
        groups.key(GroupKey::Total);
        groups.of_resource = catalogue.resources.iter().map(|resource| resource.service).collect();
        groups
    }

    /// The groups that `by` asks for. By service and by account, one is there without resources
    /// too: that a service is empty or fails is worth a row.
    pub(super) fn by(by: &Grouping, catalogue: &Catalogue) -> Self {
        let mut groups = Self::default();
        if matches!(by, Grouping::Service | Grouping::Account) {
            groups.with_empty = true;
            for (index, service) in catalogue.services.iter().enumerate() {
                let name = if *by == Grouping::Service { &service.name } else { &service.account };
                groups.pair(GroupKey::Named(name.clone()), index);
            }
        }
        groups.of_resource = catalogue
            .resources
            .iter()
            .map(|resource| groups.pair(key_of(by, catalogue, resource), resource.service))
            .collect();
        groups
    }

    /// The group of each resource, in the order of the catalogue.
    pub(super) fn group_of(&self, resource: usize) -> usize {
        self.pairs[self.of_resource[resource]].0
    }

    fn key(&mut self, key: GroupKey) -> usize {
        if let Some(known) = self.known_keys.get(&key) {
            return *known;
        }
        self.keys.push(key.clone());
        self.known_keys.insert(key, self.keys.len() - 1);
        self.keys.len() - 1
    }

    fn pair(&mut self, key: GroupKey, service: usize) -> usize {
        let group = self.key(key);
        *self.known_pairs.entry((group, service)).or_insert_with(|| {
            self.pairs.push((group, service));
            self.pairs.len() - 1
        })
    }
}

fn key_of(by: &Grouping, catalogue: &Catalogue, resource: &Resource) -> GroupKey {
    let service = &catalogue.services[resource.service];
    match by {
        Grouping::Service => GroupKey::Named(service.name.clone()),
        Grouping::Account => GroupKey::Named(service.account.clone()),
        Grouping::Region => GroupKey::Named(resource.region.clone()),
        Grouping::Tag(key) => tag(resource, key).map_or(GroupKey::NoSuchTag, GroupKey::Named),
        Grouping::Resource => GroupKey::Resource(resource_key(catalogue, resource)),
    }
}

/// The value of the tag `key`. Keys may hold dots and quotes, which paths in SQL would stumble over.
fn tag(resource: &Resource, key: &str) -> Option<String> {
    let mut tags: Map<String, Value> = serde_json::from_str(&resource.tags).ok()?;
    match tags.remove(key)? {
        Value::String(value) => Some(value),
        other => Some(other.to_string()),
    }
}

/// Which resource it is.
pub(super) fn resource_key(catalogue: &Catalogue, resource: &Resource) -> ResourceKey {
    let service = &catalogue.services[resource.service];
    ResourceKey {
        account: service.account.clone(),
        region: resource.region.clone(),
        service: service.name.clone(),
        kind: resource.kind.clone(),
        id: resource.id.clone(),
        name: resource.name.clone(),
    }
}
