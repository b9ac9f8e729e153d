//! What came of a collection.

use std::time::Duration;

use super::document::Identity;
use super::finding::Trouble;

/// The document, and how it came about.
#[derive(Debug, Clone)]
pub struct Collected {
    /// Who this process is.
    pub identity: Identity,
    /// What each detector said that was asked, the most specific first; none where the cache
    /// answered.
    pub reports: Vec<Report>,
    /// Whether the cache answered.
    pub cached: bool,
}

/// What one detector said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its name: `ec2`, `kubernetes`.
    pub detector: &'static str,
    /// How it fared.
    pub outcome: Outcome,
    /// What it could not learn.
    pub troubles: Vec<Trouble>,
    /// How long it took.
    pub took: Duration,
}

/// How a detector fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// This is the place.
    Here,
    /// This is another place.
    NotHere,
    /// It looks like the place, but nothing could be learned.
    Failed,
}
