//! What the services' last good answers hold.

use std::collections::BTreeSet;

use rusqlite::{Connection, Result};

use crate::history::day_of;
use crate::history::read::{self, Catalogue, Sight};

/// The resources of each service's last good answer.
pub(super) struct Current {
    /// Their last sights, in the order of the catalogue.
    pub(super) sights: Vec<Sight>,
}

impl Current {
    /// Reads the days of the last good answers: one or two as a rule.
    pub(super) fn load(connection: &Connection, catalogue: &Catalogue) -> Result<Self> {
        let days: BTreeSet<i64> =
            catalogue.services.iter().filter_map(|service| service.last_at).map(day_of).collect();
        let mut sights = Vec::new();
        for day in days {
            sights.extend(read::sights(connection, catalogue, day)?.into_iter().filter(|sight| {
                let service = &catalogue.services[catalogue.resources[sight.resource].service];
                sight.answer == service.answers && service.last_at.map(day_of) == Some(day)
            }));
        }
        sights.sort_by_key(|sight| sight.resource);
        Ok(Self { sights })
    }
}
