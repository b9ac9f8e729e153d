//! Which prices are wanted: those of what is configured and of what was seen last.

use std::collections::BTreeSet;

use crate::sync::Wanted;

pub use finops_core::inventory::InUse;

/// What to fetch for the regions that are configured and for what is in use; `None` where neither
/// says anything, so that it would be everything.
///
/// Without an inventory all services are wanted in the configured regions. With one, only those
/// that it has: a service that appears is fetched with the next sync.
#[must_use]
pub fn wanted(
    configured: &BTreeSet<String>,
    in_use: &InUse,
    services_of: fn(&str) -> &'static [&'static str],
) -> Option<Wanted> {
    let regions: BTreeSet<String> = configured.union(&in_use.regions).cloned().collect();
    if regions.is_empty() {
        return None;
    }
    let needed = in_use.agent_services.iter().flat_map(|service| services_of(service));
    let mut services: BTreeSet<String> = needed.map(|&service| service.to_owned()).collect();
    services.extend(in_use.services.iter().cloned());
    let services = Some(services).filter(|services| !services.is_empty());
    Some(Wanted { services, regions: Some(regions) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn services_of(service: &str) -> &'static [&'static str] {
        if service == "vm" { &["x/vm", "x/address"] } else { &[] }
    }

    #[test]
    fn what_is_configured_and_what_is_in_use_is_wanted() {
        let in_use = InUse {
            services: set(&["x/disk"]),
            agent_services: set(&["vm", "disk"]),
            regions: set(&["south"]),
        };
        let both = wanted(&set(&["north"]), &in_use, services_of).unwrap();
        assert_eq!(both.regions, Some(set(&["north", "south"])));
        assert_eq!(both.services, Some(set(&["x/address", "x/disk", "x/vm"])));
    }

    #[test]
    fn without_an_inventory_every_service_of_the_configured_regions_is_wanted() {
        let wanted = wanted(&set(&["north"]), &InUse::default(), services_of).unwrap();
        assert_eq!(wanted, Wanted { services: None, regions: Some(set(&["north"])) });
    }

    #[test]
    fn where_nothing_is_known_nothing_is_wanted() {
        assert_eq!(wanted(&set(&[]), &InUse::default(), services_of), None);
    }
}
