//! What a detector came back with.

use super::document::Fields;

/// What one detector knows of the identity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// Keys of `cloud`. Only merged with parts that name the same `provider`.
    pub(crate) cloud: Fields,
    /// Keys of `host`.
    pub(crate) host: Fields,
    /// Keys of `k8s`.
    pub(crate) k8s: Fields,
    /// What the platform calls the service (`name`, `version`), where the environment does not
    /// say.
    pub(crate) service: Fields,
}

/// Something that could not be learned, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What failed, on what: `the instance identity document: it is cut short`.
    pub what: String,
    /// What to do: `grant get on nodes`.
    pub hint: Option<String>,
}

impl Trouble {
    /// Trouble with nothing to do about it.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None }
    }

    /// The same, with what to do.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// How a detector fared. That this is another cloud is no failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// This is the place, with what could be learned of it and what could not.
    Here(Box<Part>, Vec<Trouble>),
    /// This is another place.
    NotHere,
    /// It looks like the place, but nothing could be learned.
    Failed(Trouble),
}
