//! Databases.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use finops_core::model::{Costs, Resource, Value};
use finops_pricing::azure::sql::{Backup, Database, Licence, Size, database};

use super::DATABASE;
use super::figures::Figures;
use crate::inventory::{Row, part};
use crate::scope::AzureScope;
use crate::services::record::{self, time};

/// What a database tells of itself.
/// <https://learn.microsoft.com/rest/api/sql/databases/list-by-server>
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    status: Option<String>,
    creation_date: Option<String>,
    current_service_objective_name: Option<String>,
    max_size_bytes: Option<i64>,
    elastic_pool_id: Option<String>,
    license_type: Option<String>,
    zone_redundant: Option<bool>,
    high_availability_replica_count: Option<i64>,
    secondary_type: Option<String>,
    current_backup_storage_redundancy: Option<String>,
    use_free_limit: Option<bool>,
    free_limit_exhaustion_behavior: Option<String>,
}

/// Whether it is a server's own `master`, which costs nothing.
pub(super) fn is_system(row: &Row) -> bool {
    let kind = row.kind.as_deref().unwrap_or_default().to_ascii_lowercase();
    kind.split(',').any(|word| word == "system") || row.name == "master"
}

/// A database; its costs follow once its use is known.
pub(super) fn resource(scope: &AzureScope, row: &Row) -> Resource {
    let mut resource = record::resource(scope, DATABASE, row);
    let sku = row.sku.clone().unwrap_or_default();
    let shared = |text: Option<&str>| text.map(|text| scope.share(text));
    let attributes = &mut resource.attributes;
    attributes.set_known("server_name", row.part("servers").map(|name| scope.share(name)));
    attributes.set_known("tier", shared(sku.tier.as_deref()));
    attributes.set_known("capacity", sku.capacity);
    let it: Properties = match row.properties() {
        Ok(properties) => properties,
        Err(reason) => {
            attributes.set_known("sku", shared(sku.name.as_deref()));
            resource.costs = Costs::unpriced("compute", reason);
            return resource;
        }
    };
    resource.state = shared(it.status.as_deref());
    let objective = it.current_service_objective_name.as_deref();
    attributes.set_known("sku", shared(objective.or(sku.name.as_deref())));
    // Hyperscale has no bound, which is written as -1.
    attributes.set_known("max_size_bytes", it.max_size_bytes.filter(|bytes| *bytes >= 0));
    let pool = it.elastic_pool_id.as_deref().and_then(|id| part(id, "elasticPools"));
    attributes.set_known("elastic_pool", shared(pool));
    attributes.set_known("license_type", shared(it.license_type.as_deref()));
    attributes.set_known("zone_redundant", it.zone_redundant);
    attributes.set_known("high_availability_replicas", it.high_availability_replica_count);
    attributes.set_known("secondary_type", shared(it.secondary_type.as_deref()));
    let redundancy = it.current_backup_storage_redundancy.as_deref();
    attributes.set_known("backup_redundancy", shared(redundancy));
    if it.use_free_limit == Some(true) {
        let behaviour = it.free_limit_exhaustion_behavior.as_deref().unwrap_or("unknown");
        attributes.set("free_offer", scope.share(behaviour));
    }
    attributes.set_known("created_at", time(it.creation_date.as_deref()));
    resource
}

/// What it is sold as.
pub(super) fn size(resource: &Resource) -> Size {
    Size::of_database(resource.attributes.text("sku").unwrap_or_default())
}

/// Whether it is one of the subscription's free databases.
pub(super) fn is_free_offer(resource: &Resource) -> bool {
    resource.attributes.get("free_offer").is_some()
}

/// Whether it is in a pool of the vCore model, which is billed for its backups.
pub(super) fn is_in_vcore_pool(resource: &Resource) -> bool {
    let tier = resource.attributes.text("tier").unwrap_or_default();
    resource.attributes.get("elastic_pool").is_some()
        && (tier.eq_ignore_ascii_case("GeneralPurpose")
            || tier.eq_ignore_ascii_case("BusinessCritical"))
}

/// What it costs.
pub(super) fn costs(
    scope: &AzureScope,
    resource: &Resource,
    index: usize,
    figures: &Figures<'_>,
) -> Costs {
    let text = |key| resource.attributes.text(key);
    if text("elastic_pool").is_some() {
        return Costs::free();
    }
    match text("free_offer") {
        // <https://learn.microsoft.com/azure/azure-sql/database/free-offer>
        Some("AutoPause") => return Costs::free(),
        Some(_) => {
            let reason = "how much of the month's free amount it has used is not known";
            return Costs::unpriced("compute", reason);
        }
        None => {}
    }
    let count = |key| resource.attributes.integer(key).and_then(|count| u64::try_from(count).ok());
    let secondary = text("secondary_type").unwrap_or_default();
    let replicas = count("high_availability_replicas").unwrap_or_default();
    let described = Database {
        size: size(resource),
        licence: licence(resource),
        zone_redundant: is_zone_redundant(resource),
        high_availability_replicas: u32::try_from(replicas.min(100)).unwrap_or_default(),
        is_named_replica: secondary.eq_ignore_ascii_case("Named"),
        created: text("created_at")
            .and_then(|at| at.parse::<Timestamp>().ok())
            .map(|at| at.to_zoned(TimeZone::UTC).date()),
        max_bytes: count("max_size_bytes"),
        allocated_bytes: figures.allocated_bytes(index),
        billed_vcore_seconds: figures.billed_vcore_seconds(index, resource),
        backup: Backup {
            bytes: figures.backup_bytes(index),
            redundancy: text("backup_redundancy").map(str::to_owned),
        },
    };
    database(scope.prices(), &resource.region, &described)
}

/// Whose licence a database or a pool runs on.
pub(super) fn licence(resource: &Resource) -> Licence {
    let text = |key| resource.attributes.text(key).unwrap_or_default();
    if text("secondary_type").eq_ignore_ascii_case("Standby") {
        return Licence::NotCharged;
    }
    match text("license_type").to_ascii_lowercase().as_str() {
        "licenseincluded" => Licence::Included,
        "baseprice" => Licence::Own,
        _ => Licence::Unknown,
    }
}

/// Whether a database or a pool is spread over zones.
pub(super) fn is_zone_redundant(resource: &Resource) -> bool {
    resource.attributes.get("zone_redundant") == Some(&Value::Flag(true))
}
