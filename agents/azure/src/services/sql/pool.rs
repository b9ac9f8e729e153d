//! Elastic pools.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use finops_core::model::{Costs, Resource};
use finops_pricing::azure::sql::{Backup, ElasticPool, Size, elastic_pool};

use super::database::{is_zone_redundant, licence};
use super::figures::Figures;
use super::{DATABASE, POOL};
use crate::inventory::Row;
use crate::scope::AzureScope;
use crate::services::record::{self, time};

/// What a pool tells of itself.
/// <https://learn.microsoft.com/rest/api/sql/elastic-pools/list-by-server>
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    state: Option<String>,
    creation_date: Option<String>,
    max_size_bytes: Option<i64>,
    zone_redundant: Option<bool>,
    license_type: Option<String>,
}

/// A pool; its costs follow once the backups of its databases are known.
pub(super) fn resource(scope: &AzureScope, row: &Row) -> Resource {
    let mut resource = record::resource(scope, POOL, row);
    let sku = row.sku.clone().unwrap_or_default();
    let shared = |text: Option<&str>| text.map(|text| scope.share(text));
    let attributes = &mut resource.attributes;
    attributes.set_known("server_name", row.part("servers").map(|name| scope.share(name)));
    attributes.set_known("sku", shared(sku.name.as_deref()));
    attributes.set_known("tier", shared(sku.tier.as_deref()));
    attributes.set_known("capacity", sku.capacity);
    let it: Properties = match row.properties() {
        Ok(properties) => properties,
        Err(reason) => {
            resource.costs = Costs::unpriced("compute", reason);
            return resource;
        }
    };
    resource.state = shared(it.state.as_deref());
    attributes.set_known("max_size_bytes", it.max_size_bytes.filter(|bytes| *bytes >= 0));
    attributes.set_known("zone_redundant", it.zone_redundant);
    attributes.set_known("license_type", shared(it.license_type.as_deref()));
    attributes.set_known("created_at", time(it.creation_date.as_deref()));
    resource
}

/// A pool as its databases name it: server and pool, in small letters.
type Key = (String, String);

fn key(resource: &Resource, pool: &str) -> Key {
    let server = resource.attributes.text("server_name").unwrap_or_default();
    (server.to_ascii_lowercase(), pool.to_ascii_lowercase())
}

fn key_of_member(resource: &Resource) -> Option<Key> {
    let pool = resource.attributes.text("elastic_pool").filter(|_| resource.kind == DATABASE)?;
    Some(key(resource, pool))
}

fn key_of_pool(resource: &Resource) -> Key {
    key(resource, resource.name.as_deref().unwrap_or_default())
}

/// Notes how many databases each pool has.
pub(super) fn count_databases(resources: &mut [Resource]) {
    let mut members: HashMap<Key, i64> = HashMap::new();
    for key in resources.iter().filter_map(key_of_member) {
        *members.entry(key).or_default() += 1;
    }
    for pool in resources.iter_mut().filter(|resource| resource.kind == POOL) {
        let databases = members.get(&key_of_pool(pool)).copied().unwrap_or_default();
        pool.attributes.set("databases", databases);
    }
}

/// The backups of the databases of each pool together.
pub(super) struct Backups(HashMap<Key, Backup>);

impl Backups {
    pub(super) fn of(resources: &[Resource], figures: &Figures<'_>) -> Self {
        let mut backups: HashMap<Key, Backup> = HashMap::new();
        for (index, database) in resources.iter().enumerate() {
            let Some(key) = key_of_member(database) else { continue };
            let bytes = figures.backup_bytes(index);
            let redundancy = database.attributes.text("backup_redundancy").map(str::to_owned);
            match backups.get_mut(&key) {
                None => {
                    backups.insert(key, Backup { bytes, redundancy });
                }
                Some(sum) => {
                    let too_large = "what was measured is too large to be true";
                    sum.bytes = sum.bytes.and_then(|known| {
                        bytes.and_then(|bytes| known.checked_add(bytes).ok_or(too_large))
                    });
                    // What exceeds the pool's size is of no one database: it has a price only
                    // where all are kept alike.
                    if sum.redundancy != redundancy {
                        sum.redundancy = None;
                    }
                }
            }
        }
        Self(backups)
    }
}

/// What it costs.
pub(super) fn costs(scope: &AzureScope, resource: &Resource, backups: &Backups) -> Costs {
    let attributes = &resource.attributes;
    let sku = attributes.text("sku").unwrap_or_default();
    let empty = || Backup { bytes: Ok(Decimal::ZERO), redundancy: None };
    let described = ElasticPool {
        size: Size::of_pool(sku, attributes.integer("capacity").unwrap_or_default()),
        licence: licence(resource),
        zone_redundant: is_zone_redundant(resource),
        max_bytes: attributes.integer("max_size_bytes").and_then(|bytes| u64::try_from(bytes).ok()),
        backup: backups.0.get(&key_of_pool(resource)).cloned().unwrap_or_else(empty),
    };
    elastic_pool(scope.prices(), &resource.region, &described)
}
