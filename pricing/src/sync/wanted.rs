//! Which prices are wanted.

use std::collections::BTreeSet;

/// Which services and regions are to be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The services by their names in the book (`aws/ec2`); `None` for every service that the
    /// agent prices.
    pub services: Option<BTreeSet<String>>,
    /// The regions by the vendor's names (`eu-west-1`); `None` for every region.
    pub regions: Option<BTreeSet<String>>,
}

impl Wanted {
    /// Every service in every region.
    #[must_use]
    pub fn everything() -> Self {
        Self::default()
    }

    /// The service is wanted.
    #[must_use]
    pub fn service(&self, service: &str) -> bool {
        self.services.as_ref().is_none_or(|services| services.contains(service))
    }

    /// Any of the services is wanted.
    #[must_use]
    pub fn any_service(&self, services: &[&str]) -> bool {
        services.iter().any(|service| self.service(service))
    }

    /// The region is wanted.
    #[must_use]
    pub fn region(&self, region: &str) -> bool {
        self.regions.as_ref().is_none_or(|regions| regions.contains(region))
    }
}
