//! What a price book should hold, as far as the inventory tells.

use std::collections::BTreeSet;

use rusqlite::{Connection, Result};

use super::read::{PricedResource, each};

/// The services and regions in which there is something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InUse {
    /// The services as a price book names them, from the list lines: `aws/ec2`. A service of which
    /// nothing has a price yet is not among them.
    pub services: BTreeSet<String>,
    /// The services as the agent names them, with or without prices: `ec2`.
    pub agent_services: BTreeSet<String>,
    /// The regions of the resources, with or without prices.
    pub regions: BTreeSet<String>,
}

/// What is in use.
///
/// # Errors
/// As for [`each`].
pub fn in_use(connection: &Connection) -> Result<InUse> {
    let mut found = InUse::default();
    each(connection, |resource| found.add(&resource))?;
    Ok(found)
}

impl InUse {
    fn add(&mut self, resource: &PricedResource) {
        add(&mut self.agent_services, &resource.service);
        add(&mut self.regions, &resource.region);
        for line in resource.lines.iter().filter(|line| !line.is_adjustment()) {
            if let Some(service) = listed_service(&line.price.sku_key) {
                add(&mut self.services, service);
            }
        }
    }
}

/// The first two parts of the key of a list price: only those say on which terms (`od`).
fn listed_service(key: &str) -> Option<&str> {
    let (provider, rest) = key.split_once('/')?;
    let (service, rest) = rest.split_once('/')?;
    rest.contains("/od/").then(|| &key[..provider.len() + 1 + service.len()])
}

fn add(set: &mut BTreeSet<String>, text: &str) {
    if !set.contains(text) {
        set.insert(text.to_owned());
    }
}
