//! The inventory, resource by resource.

use std::io::{self, BufRead as _, BufReader, Read as _};
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, Error, Result, Row};

use super::stored::{Entry, StoredLine, StoredPrice, StoredReason, StoredResource};
use crate::model::{CostRate, Price, Quantity, adjustment};

/// A resource with what it costs, as it was seen last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedResource {
    /// `aws`, `azure`, `gcp` or `generic`.
    pub provider: Arc<str>,
    /// The account, subscription or project.
    pub account: Arc<str>,
    /// The region it is billed in.
    pub region: String,
    /// The agent's name of its service: `ec2`.
    pub service: Arc<str>,
    /// What it is within its service: `instance`.
    pub kind: String,
    /// The vendor's identifier.
    pub id: String,
    /// The name a person gave it, where it has one.
    pub name: Option<String>,
    /// When it was seen.
    pub seen_at: Timestamp,
    /// What it costs: each list line followed by what adjusts it.
    pub lines: Vec<PricedLine>,
    /// The parts without a price, each with its reason.
    pub unpriced: Vec<(String, String)>,
}

/// A cost line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    /// Which part of the resource it pays for, or which kind of adjustment it is.
    pub component: String,
    /// How many units.
    pub quantity: Quantity,
    /// USD for one unit, where it comes from, and its key.
    pub price: Arc<Price>,
}

impl PricedLine {
    /// What it costs.
    #[must_use]
    pub fn rate(&self) -> CostRate {
        self.price.rate(self.quantity)
    }

    /// It adjusts the list line before it.
    #[must_use]
    pub fn is_adjustment(&self) -> bool {
        adjustment::ALL.contains(&&*self.component)
    }
}

impl PricedResource {
    /// What is paid for it: the sum of its lines; `None` where nothing about it has a price.
    #[must_use]
    pub fn known(&self) -> Option<CostRate> {
        if self.lines.is_empty() && !self.unpriced.is_empty() {
            return None;
        }
        Some(self.lines.iter().map(PricedLine::rate).sum())
    }
}

/// When a service of a scope answered last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// `aws`, `azure`, `gcp` or `generic`.
    pub provider: String,
    /// The account, subscription or project.
    pub account: String,
    /// The scope's region.
    pub region: String,
    /// The agent's name of the service.
    pub service: String,
    /// When.
    pub at: Timestamp,
    /// It answered in full.
    pub complete: bool,
}

/// Which services answered, and when: what the inventory covers.
///
/// # Errors
/// SQLite's.
pub fn answered(connection: &Connection) -> Result<Vec<Answered>> {
    let mut statement = connection.prepare(
        "SELECT provider, account, region, service, at, complete FROM inventory
         ORDER BY provider, account, region, service",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Answered {
            provider: row.get(0)?,
            account: row.get(1)?,
            region: row.get(2)?,
            service: row.get(3)?,
            at: time(row.get(4)?),
            complete: row.get(5)?,
        })
    })?;
    rows.collect()
}

/// Every resource, handed out one by one.
///
/// # Errors
/// SQLite's, and those of a row that cannot be unpacked.
pub fn each(connection: &Connection, mut visit: impl FnMut(PricedResource)) -> Result<()> {
    let mut statement = connection.prepare(
        "SELECT provider, account, service, at, length, body FROM inventory
         ORDER BY provider, account, region, service",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let body = row.get_ref(5)?.as_blob()?;
        answer(&Answer::of(row)?, row.get(4)?, body, &mut visit)
            .map_err(|error| Error::FromSqlConversionFailure(5, Type::Blob, error.into()))?;
    }
    Ok(())
}

/// Every resource.
///
/// # Errors
/// As for [`each`].
pub fn read(connection: &Connection) -> Result<Vec<PricedResource>> {
    let mut resources = Vec::new();
    each(connection, |resource| resources.push(resource))?;
    Ok(resources)
}

/// Whose answer a row is.
struct Answer {
    provider: Arc<str>,
    account: Arc<str>,
    service: Arc<str>,
    at: Timestamp,
}

impl Answer {
    fn of(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            provider: row.get(0)?,
            account: row.get(1)?,
            service: row.get(2)?,
            at: time(row.get(3)?),
        })
    }

    fn resource(
        &self,
        stored: StoredResource<'_>,
        prices: &[Arc<Price>],
    ) -> io::Result<PricedResource> {
        let StoredResource(kind, id, name, region, lines, unpriced) = stored;
        let line = |StoredLine(component, quantity, price)| {
            let price = prices.get(price).map(Arc::clone);
            let price = price.ok_or_else(|| io::Error::other("a line without its price"))?;
            let quantity = Quantity::new(quantity);
            Ok(PricedLine { component: String::from(component), quantity, price })
        };
        Ok(PricedResource {
            provider: Arc::clone(&self.provider),
            account: Arc::clone(&self.account),
            region: region.into_owned(),
            service: Arc::clone(&self.service),
            kind: kind.into_owned(),
            id: id.into_owned(),
            name: name.map(String::from),
            seen_at: self.at,
            lines: lines.into_iter().map(line).collect::<io::Result<_>>()?,
            unpriced: unpriced
                .into_iter()
                .map(|StoredReason(component, reason)| (component.into(), reason.into()))
                .collect(),
        })
    }
}

/// Reads the lines of one answer.
fn answer(
    answer: &Answer,
    length: u64,
    body: &[u8],
    visit: &mut impl FnMut(PricedResource),
) -> io::Result<()> {
    // Not one byte more than was written, whatever the body says.
    let mut lines = BufReader::new(zstd::Decoder::new(body)?.take(length));
    let mut prices = Vec::new();
    let mut line = String::new();
    while lines.read_line(&mut line)? > 0 {
        match serde_json::from_str(&line)? {
            Entry::Price(StoredPrice(unit_price, unit, source, as_of, key)) => {
                let (source, sku_key) = (source.into(), key.into());
                prices.push(Arc::new(Price { unit_price, unit, source, as_of, sku_key }));
            }
            Entry::Resource(stored) => visit(answer.resource(stored, &prices)?),
        }
        line.clear();
    }
    Ok(())
}

/// A time that cannot be one is the beginning of time: it is shown, and nothing depends on it.
fn time(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}
