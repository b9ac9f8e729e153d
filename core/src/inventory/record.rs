//! One snapshot into the inventory.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use rusqlite::{Connection, Error, Result, params};

use super::stored::{Entry, StoredLine, StoredPrice, StoredReason, StoredResource};
use crate::model::{Price, Resource, ServiceOutcome, ServiceSnapshot, Snapshot, Unpriced};
use crate::outbox::Body;

/// Puts what each service of the snapshot listed in the place of what it listed before.
///
/// Call it within the transaction that stores the snapshot's documents.
///
/// # Errors
/// SQLite's: the disk is full, the file is damaged. The transaction should then be rolled back.
pub fn record(transaction: &Connection, snapshot: &Snapshot) -> Result<()> {
    let scope = &snapshot.scope;
    let mut put = transaction.prepare_cached(
        "INSERT INTO inventory (provider, account, region, service, at, complete, length, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (provider, account, region, service) DO UPDATE SET
             at = excluded.at, complete = excluded.complete,
             length = excluded.length, body = excluded.body",
    )?;
    for service in &snapshot.services {
        if matches!(service.outcome, ServiceOutcome::Failed(_)) {
            continue;
        }
        let body = packed(service).map_err(|error| Error::ToSqlConversionFailure(error.into()))?;
        put.execute(params![
            scope.provider,
            &*scope.account_id,
            &*scope.region,
            &*service.name,
            snapshot.collected_at.as_millisecond(),
            service.outcome.failure().is_none(),
            body.length(),
            body.compressed(),
        ])?;
    }
    Ok(())
}

fn packed(service: &ServiceSnapshot) -> io::Result<Body> {
    Body::pack(|writer| {
        let mut lines = Lines { writer, prices: HashMap::new() };
        service.outcome.resources().iter().try_for_each(|resource| lines.resource(resource))
    })
}

/// Writes lines, each price once.
struct Lines<'a> {
    writer: &'a mut dyn io::Write,
    /// The number of each price by its address: the snapshot holds them all while this lives.
    prices: HashMap<*const Price, usize>,
}

impl Lines<'_> {
    fn line(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        serde_json::to_writer(&mut *self.writer, entry)?;
        self.writer.write_all(b"\n")
    }

    fn resource(&mut self, resource: &Resource) -> io::Result<()> {
        let mut lines = Vec::with_capacity(resource.costs.lines.len());
        for line in &resource.costs.lines {
            let price = self.price(&line.price)?;
            lines.push(StoredLine(line.component.into(), line.quantity.amount(), price));
        }
        self.line(&Entry::Resource(StoredResource(
            resource.kind.into(),
            Cow::Borrowed(&*resource.id),
            name(resource).map(Cow::Borrowed),
            Cow::Borrowed(&*resource.region),
            lines,
            resource.costs.unpriced.iter().map(reason).collect(),
        )))
    }

    fn price(&mut self, price: &Arc<Price>) -> io::Result<usize> {
        let next = self.prices.len();
        if let Some(number) = self.prices.get(&Arc::as_ptr(price)) {
            return Ok(*number);
        }
        self.prices.insert(Arc::as_ptr(price), next);
        let Price { unit_price, unit, source, as_of, sku_key } = &**price;
        let (source, sku_key) = (Cow::Borrowed(&**source), Cow::Borrowed(&**sku_key));
        self.line(&Entry::Price(StoredPrice(*unit_price, *unit, source, *as_of, sku_key)))?;
        Ok(next)
    }
}

fn reason(part: &Unpriced) -> StoredReason<'_> {
    StoredReason(Cow::Borrowed(part.component), Cow::Borrowed(&*part.reason))
}

/// The name that a person gave it, also where that is a tag.
fn name(resource: &Resource) -> Option<&str> {
    resource.name.as_deref().or_else(|| resource.tags.get("Name"))
}
