//! A project: everything a service needs to be collected there.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use finops_core::model::{Event, Interner, Scope, Tags};
use finops_pricing::ListPrices;

use crate::collect::Shared;
use crate::google::{Call, Google, Meter, Operation};

/// A project, while it is being collected.
pub(crate) struct GcpScope {
    /// Which project. Its region is `global`: each resource has its own.
    pub scope: Scope,
    /// Google Cloud.
    pub google: Google,
    /// Counts the calls of this scope.
    pub meter: Meter,
    /// When collecting began: one moment for every figure of the scope.
    pub now: Timestamp,
    /// Whether pods of Autopilot clusters are read.
    pub autopilot_pods: bool,
    regions: Arc<[String]>,
    prices: Arc<ListPrices>,
    interner: Mutex<Interner>,
    events: Mutex<Vec<Event>>,
}

impl GcpScope {
    /// A project that is to be collected.
    pub(crate) fn new(scope: Scope, shared: &Shared, meter: Meter) -> Self {
        Self {
            scope,
            google: shared.google.clone(),
            meter,
            now: Timestamp::now(),
            autopilot_pods: shared.autopilot_pods,
            regions: Arc::clone(&shared.regions),
            prices: Arc::clone(&shared.prices),
            interner: Mutex::default(),
            events: Mutex::default(),
        }
    }

    /// The project's id: `my-project`.
    pub(crate) fn project(&self) -> &str {
        &self.scope.account_id
    }

    /// Prices.
    pub(crate) fn prices(&self) -> &ListPrices {
        &self.prices
    }

    /// A call about this project.
    pub(crate) fn call(&self, operation: Operation) -> Call<'_> {
        self.google.call(&self.meter, operation, self.project())
    }

    /// Whether what is in `location` is wanted: a region (`us-central1`), a zone in one
    /// (`us-central1-a`) or a place with several regions (`us`, `eur4`). What is not in one region
    /// is wanted where no regions are named.
    pub(crate) fn wants(&self, location: &str) -> bool {
        let location = location.to_ascii_lowercase();
        let region = region_of(&location);
        self.regions.is_empty() || self.regions.iter().any(|wanted| wanted == region)
    }

    /// One shared copy of a text that repeats.
    pub(crate) fn share(&self, text: &str) -> Arc<str> {
        self.interner.lock().unwrap_or_else(PoisonError::into_inner).share(text)
    }

    /// Labels as tags, in the order of their keys.
    pub(crate) fn tags<S: BuildHasher>(&self, labels: &HashMap<String, String, S>) -> Tags {
        let mut interner = self.interner.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sorted: Vec<_> = labels.iter().collect();
        sorted.sort_unstable();
        let mut tags = Tags::default();
        for (key, value) in sorted {
            tags.push(interner.share(key), value);
        }
        tags
    }

    /// Notes something that an operator should know of.
    pub(crate) fn note(&self, event: Event) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    /// Takes what was noted.
    pub(crate) fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The region of a zone (`us-central1-a`); anything else is itself.
pub(crate) fn region_of(location: &str) -> &str {
    match location.rsplit_once('-') {
        Some((region, zone)) if zone.len() == 1 && region.contains('-') => region,
        _ => location,
    }
}

/// The last part of a resource's address: `…/zones/us-central1-a` is `us-central1-a`.
pub(crate) fn last_part(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_in_a_region() {
        assert_eq!(region_of("us-central1-a"), "us-central1");
        assert_eq!(region_of("europe-west4"), "europe-west4");
        assert_eq!(region_of("eu"), "eu");
        assert_eq!(last_part("https://host/compute/v1/projects/p/zones/us-east1-b"), "us-east1-b");
    }
}
