//! How complete the figures are.

use rusqlite::{Connection, Result};

use super::answer::{Coverage, Outdated};
use super::times::timestamp;
use crate::history::DAY_MILLISECONDS;
use crate::history::read::{self, Catalogue, Service, ServiceDay};

/// The snapshots and failures of a period, and the services that are behind the others.
pub(super) fn coverage(
    connection: &Connection,
    catalogue: &Catalogue,
    period: (i64, i64),
    watched: &[ServiceDay],
) -> Result<Coverage> {
    let snapshots = read::snapshots(connection, period)?;
    let last_ever = read::snapshots(connection, (i64::MIN, i64::MAX))?.last_at;
    let failures: i64 = watched.iter().map(|day| day.failures).sum();
    let is_outdated = |service: &&Service| {
        let failed_since = service.failed_at > service.last_at;
        let left_behind = service
            .last_at
            .zip(last_ever)
            .is_some_and(|(answered, last)| last.saturating_sub(answered) > DAY_MILLISECONDS);
        failed_since || left_behind
    };
    Ok(Coverage {
        snapshots: u64::try_from(snapshots.count).unwrap_or(0),
        first: snapshots.first_at.map(timestamp),
        last: snapshots.last_at.map(timestamp),
        last_ever: last_ever.map(timestamp),
        failures: u64::try_from(failures).unwrap_or(0),
        outdated: catalogue.services.iter().filter(is_outdated).map(outdated).collect(),
    })
}

fn outdated(service: &Service) -> Outdated {
    Outdated {
        account: service.account.clone(),
        region: service.region.clone(),
        service: service.name.clone(),
        answered: service.last_at.map(timestamp),
        failed: service.failed_at.map(timestamp),
    }
}
