//! The rows of resources: found by their key, rewritten only where name or tags changed.

use std::hash::{DefaultHasher, Hash, Hasher};

use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, params};
use serde_json::Value;

use crate::model::Resource;

/// The rows of one service's resources.
pub(super) struct Resources<'connection> {
    service: i64,
    at: i64,
    find: CachedStatement<'connection>,
    insert: CachedStatement<'connection>,
    update: CachedStatement<'connection>,
}

impl<'connection> Resources<'connection> {
    /// Prepares to find the resources of `service` in a snapshot taken at `at`.
    pub(super) fn of(connection: &'connection Connection, service: i64, at: i64) -> Result<Self> {
        Ok(Self {
            service,
            at,
            find: connection.prepare_cached(
                "SELECT id, fingerprint FROM history_resource
                 WHERE service = ?1 AND kind = ?2 AND resource = ?3 AND region = ?4",
            )?,
            insert: connection.prepare_cached(
                "INSERT INTO history_resource
                     (service, kind, resource, region, name, tags, fingerprint, first_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id",
            )?,
            update: connection.prepare_cached(
                "UPDATE history_resource SET name = ?2, tags = ?3, fingerprint = ?4
                 WHERE id = ?1",
            )?,
        })
    }

    /// The resource's row, made where it is new and brought up to date.
    pub(super) fn row_of(&mut self, resource: &Resource) -> Result<i64> {
        let name = resource.name.as_deref();
        let fingerprint = fingerprint(resource);
        let key = params![self.service, resource.kind, &*resource.id, &*resource.region];
        let known: Option<(i64, i64)> =
            self.find.query_row(key, |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        match known {
            Some((id, same)) if same == fingerprint => Ok(id),
            Some((id, _)) => {
                self.update.execute(params![id, name, tags(resource), fingerprint])?;
                Ok(id)
            }
            None => self.insert.query_one(
                params![
                    self.service,
                    resource.kind,
                    &*resource.id,
                    &*resource.region,
                    name,
                    tags(resource),
                    fingerprint,
                    self.at
                ],
                |row| row.get(0),
            ),
        }
    }
}

/// A hash of what may change about a row. It need not be the same in another build of the agent:
/// a different one costs one needless update a resource.
fn fingerprint(resource: &Resource) -> i64 {
    let mut hasher = DefaultHasher::new();
    resource.name.hash(&mut hasher);
    for tag in resource.tags.iter() {
        tag.hash(&mut hasher);
    }
    hasher.finish().cast_signed()
}

/// The tags as a JSON object. Of a key that occurs twice the first counts, as in [`crate::model::Tags::get`].
fn tags(resource: &Resource) -> String {
    let mut object = serde_json::Map::new();
    for (key, value) in resource.tags.iter() {
        object.entry(key).or_insert_with(|| Value::from(value));
    }
    Value::Object(object).to_string()
}
