//! How a service's resources appear in documents: field lists, as data.

use crate::model::Resource;

/// Where a field's value comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// The resource's identifier.
    Id,
    /// The resource's name.
    Name,
    /// The resource's state.
    State,
    /// The resource's zone.
    Zone,
    /// The resource's tags, under the vendor's word for them beside `tags`: `labels`.
    Tags,
    /// An attribute, or `null` where it is unknown.
    Attribute(&'static str),
    /// A measured figure, or `null` where it is unknown.
    Usage(&'static str),
    /// The hourly cost of some cost components, or `null` where one of them has no price.
    Components(&'static [&'static str]),
    /// The hourly cost of everything that has a price, under a second name.
    HourlyCost,
}

/// One key of a record.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The key in the document.
    pub key: &'static str,
    /// Where its value comes from.
    pub source: Source,
}

impl Field {
    /// A field.
    #[must_use]
    pub const fn new(key: &'static str, source: Source) -> Self {
        Self { key, source }
    }

    /// The attribute of the same name.
    #[must_use]
    pub const fn attribute(key: &'static str) -> Self {
        Self { key, source: Source::Attribute(key) }
    }

    /// The measured figure of the same name.
    #[must_use]
    pub const fn usage(key: &'static str) -> Self {
        Self { key, source: Source::Usage(key) }
    }
}

/// The list that one kind of resource appears in.
#[derive(Debug, Clone, Copy)]
pub struct ListView {
    /// The kind of resource.
    pub kind: &'static str,
    /// The list's key: `instances`.
    pub list: &'static str,
    /// The record's own keys, in order. `region`, `tags`, costs and prices are added to each.
    pub fields: &'static [Field],
}

/// A count over a service's resources.
#[derive(Clone, Copy)]
pub struct CountView {
    /// The key in the service's object: `running_instances`.
    pub key: &'static str,
    /// Counts; `None` where it cannot be known.
    pub count: fn(&[Resource]) -> Option<u64>,
}

impl CountView {
    /// A count.
    #[must_use]
    pub const fn new(key: &'static str, count: fn(&[Resource]) -> Option<u64>) -> Self {
        Self { key, count }
    }
}

impl std::fmt::Debug for CountView {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CountView").field("key", &self.key).finish_non_exhaustive()
    }
}

/// How one service appears in documents.
#[derive(Debug, Clone, Copy)]
pub struct ServiceView {
    /// The service's name.
    pub service: &'static str,
    /// Its lists.
    pub lists: &'static [ListView],
    /// Its counts, in order; the first is the number of resources in the main list.
    pub counts: &'static [CountView],
    /// The key under which the first count appears in the summary: `total_ec2_instances`.
    pub summary_count: Option<&'static str>,
}
