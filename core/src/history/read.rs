//! What a report reads: plain rows, in bulk, without a query a resource.

use std::collections::HashMap;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, Result, Row};

use crate::model::CostRate;

/// One service of a scope.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    /// The account of its scope.
    pub(crate) account: String,
    /// The region of its scope.
    pub(crate) region: String,
    /// Its name.
    pub(crate) name: String,
    /// How many good answers it gave: the number of the last one.
    pub(crate) answers: i64,
    /// The last good answer, in milliseconds.
    pub(crate) last_at: Option<i64>,
    /// The last failure, in milliseconds.
    pub(crate) failed_at: Option<i64>,
}

/// One resource, as it was last seen.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    /// Its service, as an index into [`Catalogue::services`].
    pub(crate) service: usize,
    /// What it is within its service.
    pub(crate) kind: String,
    /// The vendor's identifier.
    pub(crate) id: String,
    /// The region it is billed in.
    pub(crate) region: String,
    /// Its name, where it has one.
    pub(crate) name: Option<String>,
    /// Its tags, a JSON object.
    pub(crate) tags: String,
    /// When it was first seen, in milliseconds.
    pub(crate) first_at: i64,
}

/// Every service and resource the history knows, by index.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    /// The services.
    pub(crate) services: Vec<Service>,
    /// The resources.
    pub(crate) resources: Vec<Resource>,
    service_rows: HashMap<i64, usize>,
    resource_rows: HashMap<i64, usize>,
}

impl Catalogue {
    /// Reads all of it.
    pub(crate) fn load(connection: &Connection) -> Result<Self> {
        let mut catalogue = Self::default();
        catalogue.load_services(connection)?;
        catalogue.load_resources(connection)?;
        Ok(catalogue)
    }

    /// Reads the services alone.
    pub(crate) fn load_services_only(connection: &Connection) -> Result<Self> {
        let mut catalogue = Self::default();
        catalogue.load_services(connection)?;
        Ok(catalogue)
    }

    fn load_services(&mut self, connection: &Connection) -> Result<()> {
        let mut statement = connection.prepare(
            "SELECT s.id, c.account, c.region, s.service, s.answers, s.last_at, s.failed_at
             FROM history_service s JOIN history_scope c ON c.id = s.scope
             ORDER BY c.account, c.region, s.service",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            self.service_rows.insert(row.get(0)?, self.services.len());
            self.services.push(Service {
                account: row.get(1)?,
                region: row.get(2)?,
                name: row.get(3)?,
                answers: row.get(4)?,
                last_at: row.get(5)?,
                failed_at: row.get(6)?,
            });
        }
        Ok(())
    }

    fn load_resources(&mut self, connection: &Connection) -> Result<()> {
        let mut statement = connection.prepare(
            "SELECT id, service, kind, resource, region, name, tags, first_at
             FROM history_resource",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let Some(service) = self.service_rows.get(&row.get(1)?).copied() else { continue };
            self.resource_rows.insert(row.get(0)?, self.resources.len());
            self.resources.push(Resource {
                service,
                kind: row.get(2)?,
                id: row.get(3)?,
                region: row.get(4)?,
                name: row.get(5)?,
                tags: row.get(6)?,
                first_at: row.get(7)?,
            });
        }
        Ok(())
    }

    fn resource_at(&self, row: &Row<'_>, column: usize) -> Result<Option<usize>> {
        Ok(self.resource_rows.get(&row.get(column)?).copied())
    }

    fn service_at(&self, row: &Row<'_>, column: usize) -> Result<Option<usize>> {
        Ok(self.service_rows.get(&row.get(column)?).copied())
    }
}

/// What a resource came to on one day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResourceDay {
    /// The resource, as an index into [`Catalogue::resources`].
    pub(crate) resource: usize,
    /// Pico-USD, `None` where nothing had a price.
    pub(crate) cost: Option<i64>,
    /// Some part had no price for some of the day.
    pub(crate) is_incomplete: bool,
    /// It was seen on this day; otherwise it only accrued for the time before midnight.
    pub(crate) seen: bool,
}

/// Calls `each` for every resource of `day`.
pub(crate) fn resource_days(
    connection: &Connection,
    catalogue: &Catalogue,
    day: i64,
    mut each: impl FnMut(ResourceDay),
) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT resource, cost, unpriced_seconds, pricing, answer FROM history_day
         WHERE day = ?1 ORDER BY resource",
    )?;
    let mut rows = statement.query([day])?;
    while let Some(row) = rows.next()? {
        let Some(resource) = catalogue.resource_at(row, 0)? else { continue };
        each(ResourceDay {
            resource,
            cost: row.get(1)?,
            is_incomplete: row.get::<_, i64>(2)? > 0 || row.get::<_, i64>(3)? != 0,
            seen: row.get_ref(4)? != ValueRef::Null,
        });
    }
    Ok(())
}

/// A resource as it was last seen on one day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sight {
    /// The resource, as an index into [`Catalogue::resources`].
    pub(crate) resource: usize,
    /// Its rate, `None` where nothing had a price.
    pub(crate) rate: Option<CostRate>,
    /// How much had a price, as the column has it.
    pub(crate) pricing: i64,
    /// The number of its service's answer.
    pub(crate) answer: i64,
}

/// Everything that was seen on `day`.
pub(crate) fn sights(
    connection: &Connection,
    catalogue: &Catalogue,
    day: i64,
) -> Result<Vec<Sight>> {
    let mut statement = connection.prepare(
        "SELECT resource, rate, pricing, answer FROM history_day
         WHERE day = ?1 AND answer IS NOT NULL ORDER BY resource",
    )?;
    let mut rows = statement.query([day])?;
    let mut sights = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(resource) = catalogue.resource_at(row, 0)? else { continue };
        let rate = row.get::<_, Option<StoredRate>>(1)?.map(|stored| stored.0);
        sights.push(Sight { resource, rate, pricing: row.get(2)?, answer: row.get(3)? });
    }
    Ok(sights)
}

/// A rate as the column has it: the decimal's text.
struct StoredRate(CostRate);

impl FromSql for StoredRate {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let monthly = value.as_str()?.parse().map_err(FromSqlError::other)?;
        Ok(Self(CostRate::from_monthly(monthly)))
    }
}

/// How one service was watched on one day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServiceDay {
    /// The day, counted since 1970.
    pub(crate) day: i64,
    /// The service, as an index into [`Catalogue::services`].
    pub(crate) service: usize,
    /// Seconds observed.
    pub(crate) seconds: i64,
    /// Good answers.
    pub(crate) answers: i64,
    /// Failures.
    pub(crate) failures: i64,
}

/// How the services were watched on the days from `first` to `last`.
pub(crate) fn service_days(
    connection: &Connection,
    catalogue: &Catalogue,
    (first, last): (i64, i64),
) -> Result<Vec<ServiceDay>> {
    let mut statement = connection.prepare(
        "SELECT day, service, seconds, answers, failures FROM history_service_day
         WHERE day BETWEEN ?1 AND ?2 ORDER BY day, service",
    )?;
    let mut rows = statement.query([first, last])?;
    let mut days = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(service) = catalogue.service_at(row, 1)? else { continue };
        days.push(ServiceDay {
            day: row.get(0)?,
            service,
            seconds: row.get(2)?,
            answers: row.get(3)?,
            failures: row.get(4)?,
        });
    }
    Ok(days)
}

/// What one service came to in one hour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServiceHour {
    /// The hour, counted since 1970.
    pub(crate) hour: i64,
    /// The service, as an index into [`Catalogue::services`].
    pub(crate) service: usize,
    /// Pico-USD, `None` where nothing had a price.
    pub(crate) cost: Option<i64>,
    /// Seconds observed.
    pub(crate) seconds: i64,
}

/// What the services came to in the hours from `first` to `last`.
pub(crate) fn service_hours(
    connection: &Connection,
    catalogue: &Catalogue,
    (first, last): (i64, i64),
) -> Result<Vec<ServiceHour>> {
    let mut statement = connection.prepare(
        "SELECT hour, service, cost, seconds FROM history_hour
         WHERE hour BETWEEN ?1 AND ?2 ORDER BY hour, service",
    )?;
    let mut rows = statement.query([first, last])?;
    let mut hours = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(service) = catalogue.service_at(row, 1)? else { continue };
        let (hour, cost, seconds) = (row.get(0)?, row.get(2)?, row.get(3)?);
        hours.push(ServiceHour { hour, service, cost, seconds });
    }
    Ok(hours)
}

/// The snapshots of some days, over all scopes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Snapshots {
    /// How many.
    pub(crate) count: i64,
    /// The first and the last, in milliseconds; `None` where there are none.
    pub(crate) first_at: Option<i64>,
    /// See `first_at`.
    pub(crate) last_at: Option<i64>,
}

/// The snapshots of the days from `first` to `last`.
pub(crate) fn snapshots(connection: &Connection, (first, last): (i64, i64)) -> Result<Snapshots> {
    connection.query_one(
        "SELECT coalesce(sum(snapshots), 0), min(first_at), max(last_at) FROM history_scope_day
         WHERE day BETWEEN ?1 AND ?2",
        [first, last],
        |row| Ok(Snapshots { count: row.get(0)?, first_at: row.get(1)?, last_at: row.get(2)? }),
    )
}

/// The last day before `day` on which a service answered.
pub(crate) fn answered_before(connection: &Connection, day: i64) -> Result<Option<i64>> {
    connection.query_one(
        "SELECT max(day) FROM history_service_day WHERE day < ?1 AND answers > 0",
        [day],
        |row| row.get(0),
    )
}
