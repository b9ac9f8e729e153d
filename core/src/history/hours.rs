//! What each service cost hour by hour, over all scopes.

use std::collections::BTreeMap;

use rusqlite::{Connection, Result};

use super::read::{self, Catalogue, Service, ServiceHour};
use super::{HOUR_MILLISECONDS, money};
use crate::model::CostRate;

/// One hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hour {
    /// The hour, counted since 1970, UTC.
    pub hour: i64,
    /// The mean rate by service; `None` where some scope of the service was not observed, or
    /// nothing of it has a price.
    pub by_service: BTreeMap<String, Option<CostRate>>,
}

/// The hours from `first` to `last`, counted since 1970, in which something was observed.
///
/// # Errors
/// SQLite's.
pub fn hours(connection: &Connection, first: i64, last: i64) -> Result<Vec<Hour>> {
    let catalogue = Catalogue::load_services_only(connection)?;
    let rows = read::service_hours(connection, &catalogue, (first, last))?;
    let watched = watched(&catalogue.services, &rows, last);
    let mut hours = Vec::new();
    for of_hour in rows.chunk_by(|one, next| one.hour == next.hour) {
        hours.push(hour(&catalogue.services, of_hour, &watched));
    }
    Ok(hours)
}

/// From which hour to which each service is expected: from its first answer to its last, and
/// beyond that while it fails. A scope that is collected no more is not missed.
fn watched(services: &[Service], rows: &[ServiceHour], last: i64) -> Vec<(i64, i64)> {
    let mut watched: Vec<(i64, i64)> = services
        .iter()
        .map(|service| {
            let fails = service.failed_at > service.last_at;
            let end = service.last_at.map_or(i64::MIN, |at| at.div_euclid(HOUR_MILLISECONDS));
            (i64::MAX, if fails { last } else { end })
        })
        .collect();
    for row in rows {
        let begin = &mut watched[row.service].0;
        *begin = row.hour.min(*begin);
    }
    watched
}

fn hour(services: &[Service], rows: &[ServiceHour], watched: &[(i64, i64)]) -> Hour {
    let hour = rows[0].hour;
    let mut of_service: Vec<Option<&ServiceHour>> = vec![None; services.len()];
    for row in rows.iter().filter(|row| row.seconds > 0) {
        of_service[row.service] = Some(row);
    }
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    for (index, service) in services.iter().enumerate() {
        let (begin, end) = watched[index];
        match of_service[index] {
            Some(row) => sums.entry(service.name.clone()).or_default().add(row),
            None if (begin..=end).contains(&hour) => {
                sums.entry(service.name.clone()).or_default().unobserved = true;
            }
            None => {}
        }
    }
    let by_service = sums.into_iter().map(|(name, sum)| (name, sum.rate())).collect();
    Hour { hour, by_service }
}

/// One service over all scopes.
#[derive(Default)]
struct Sum {
    /// `None` where nothing had a price so far.
    known: Option<CostRate>,
    unobserved: bool,
}

impl Sum {
    fn add(&mut self, row: &ServiceHour) {
        let Some(cost) = row.cost else { return };
        let hourly = money::divided(i128::from(cost) * 3_600, i128::from(row.seconds));
        let rate = CostRate::from_hourly(money::usd(hourly));
        self.known = Some(self.known.unwrap_or_default() + rate);
    }

    fn rate(self) -> Option<CostRate> {
        self.known.filter(|_| !self.unobserved)
    }
}
