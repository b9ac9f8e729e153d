//! One thing that runs and costs.

use std::sync::Arc;

use super::price::Costs;
use super::value::{Attributes, Value};

/// A resource's tags: keys are shared, values are its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(Vec<(Arc<str>, Box<str>)>);

impl Tags {
    /// Adds a tag.
    pub fn push(&mut self, key: Arc<str>, value: &str) {
        if self.0.len() == self.0.capacity() {
            self.0.reserve_exact(2);
        }
        self.0.push((key, value.into()));
    }

    /// The value of the tag `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| &**known == key).map(|(_, value)| &**value)
    }

    /// Every tag, as the vendor gave them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }
}

/// One resource, as every consumer sees it. Its account is its snapshot's, its service the
/// [`super::ServiceSnapshot`]'s that holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// What it is within its service: `instance`, `volume`, `cluster`, …
    pub kind: &'static str,
    /// The vendor's identifier, unique for its kind in its account and region.
    pub id: Box<str>,
    /// The name a person gave it, where that differs from the identifier.
    pub name: Option<Box<str>>,
    /// The region it is billed in.
    pub region: Arc<str>,
    /// The zone, where it lives in one.
    pub zone: Option<Arc<str>>,
    /// The vendor's word for its state.
    pub state: Option<Arc<str>>,
    /// Its tags.
    pub tags: Tags,
    /// What it is made of: sizes, types, versions.
    pub attributes: Attributes,
    /// What it did lately: utilisation, bytes, calls. A missing figure is unknown, never zero.
    pub usage: Vec<(&'static str, Value)>,
    /// What it costs, and which parts have no price.
    pub costs: Costs,
}

impl Resource {
    /// A resource with an identifier and nothing else known yet.
    #[must_use]
    pub fn new(kind: &'static str, id: &str, region: &Arc<str>) -> Self {
        Self {
            kind,
            id: id.into(),
            name: None,
            region: Arc::clone(region),
            zone: None,
            state: None,
            tags: Tags::default(),
            attributes: Attributes::default(),
            usage: Vec::new(),
            costs: Costs::default(),
        }
    }

    /// Notes a measured figure.
    pub fn measure(&mut self, key: &'static str, value: impl Into<Value>) {
        if self.usage.len() == self.usage.capacity() {
            self.usage.reserve_exact(2);
        }
        self.usage.push((key, value.into()));
    }

    /// The measured figure `key`, where it is known.
    #[must_use]
    pub fn measured(&self, key: &str) -> Option<&Value> {
        self.usage.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
    }
}
