//! What the last cycle saw, as the status page and the metrics show it.

use std::time::Duration;

use jiff::Timestamp;

use crate::model::CostRate;
use crate::run::Place;

/// One cycle that ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Cycle {
    /// When it ended.
    pub finished_at: Timestamp,
    /// How long it took.
    pub duration: Duration,
    /// Scopes collected.
    pub scopes: u64,
    /// What was found, by service.
    pub services: Vec<Service>,
    /// What resources cost by account, region and service, where a price is known.
    pub places: Vec<(Place, CostRate)>,
    /// Costs by tag, one entry for each key that was asked for.
    pub groups: Vec<Group>,
    /// The dearest resources, the dearest first.
    pub dearest: Vec<Dear>,
    /// Why resources or parts have no price, and how many.
    pub unpriced_reasons: Vec<(String, u64)>,
    /// What an operator should know of.
    pub events: Vec<Note>,
    /// Failures of the agent itself: registration, outbox, setup.
    pub errors: Vec<String>,
}

/// One service over all scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its name in documents: `ec2`.
    pub name: String,
    /// What was found. `None` where the service failed in every scope: nothing is known then.
    pub figures: Option<Figures>,
    /// Scopes in which it failed.
    pub failed_scopes: u64,
    /// In how many cycles in a row it failed in some scope, this one included.
    pub failing_cycles: u64,
}

/// What was found of a service, or of everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Resources found.
    pub resources: u64,
    /// What they cost, where a price is known.
    pub rate: CostRate,
    /// Resources of which nothing has a price.
    pub unpriced: u64,
    /// Resources of which some part has no price.
    pub partly_priced: u64,
}

/// Costs by the values of one tag key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The tag key.
    pub key: String,
    /// Its values.
    pub values: Vec<GroupValue>,
}

/// The resources that have one value of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupValue {
    /// The value. Empty for resources without the tag.
    pub value: String,
    /// Resources with it.
    pub resources: u64,
    /// What they cost, where a price is known.
    pub rate: CostRate,
}

/// One of the dearest resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dear {
    /// Its identifier.
    pub id: String,
    /// Its name. Empty where it has none.
    pub name: String,
    /// Its service.
    pub service: String,
    /// Where it is.
    pub region: String,
    /// What it costs.
    pub rate: CostRate,
}

/// Something an operator should know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The scope: account and region.
    pub scope: String,
    /// The service it concerns.
    pub service: Option<String>,
    /// The kind, for machines: `service_failed`.
    pub kind: String,
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Cycle {
    /// All services together, or `None` where nothing is known of any.
    ///
    /// Services that failed are not in it, so it is what is known, at least.
    #[must_use]
    pub fn total(&self) -> Option<Figures> {
        self.services.iter().filter_map(|service| service.figures).reduce(|sum, one| Figures {
            resources: sum.resources + one.resources,
            rate: sum.rate + one.rate,
            unpriced: sum.unpriced + one.unpriced,
            partly_priced: sum.partly_priced + one.partly_priced,
        })
    }

    /// The services that failed in some scope.
    pub fn failed_services(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().filter(|service| service.failed_scopes > 0)
    }
}
