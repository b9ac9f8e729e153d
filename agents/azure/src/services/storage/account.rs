//! Storage accounts as they are listed.

use serde::Deserialize;

use finops_core::model::{Costs, Resource, Value};
use finops_pricing::azure::storage::AccountUse;

use super::capacity::Capacity;
use crate::inventory::Row;
use crate::scope::AzureScope;
use crate::services::record::{self, time};

/// The kind of resource.
pub(super) const ACCOUNT: &str = "storage_account";

/// What an account tells of itself.
/// <https://learn.microsoft.com/rest/api/storagerp/storage-accounts/list>
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    provisioning_state: Option<String>,
    access_tier: Option<String>,
    is_hns_enabled: Option<bool>,
    creation_time: Option<String>,
}

/// An account; its costs follow once what it holds is known.
pub(super) fn resource(scope: &AzureScope, row: &Row) -> Resource {
    let mut resource = record::resource(scope, ACCOUNT, row);
    let shared = |text: Option<&str>| text.map(|text| scope.share(text));
    let sku = row.sku.as_ref().and_then(|sku| sku.name.as_deref());
    let attributes = &mut resource.attributes;
    attributes.set_known("kind", shared(row.kind.as_deref()));
    attributes.set_known("sku", shared(sku));
    let it: Properties = match row.properties() {
        Ok(properties) => properties,
        Err(reason) => {
            resource.costs = Costs::unpriced("blobs", reason);
            return resource;
        }
    };
    resource.state = shared(it.provisioning_state.as_deref());
    attributes.set_known("access_tier", shared(it.access_tier.as_deref()));
    // Left out where it never was asked for.
    attributes.set("hierarchical_namespace", it.is_hns_enabled.unwrap_or_default());
    attributes.set_known("created_at", time(it.creation_time.as_deref()));
    resource
}

/// Which services an account can have beside blobs.
/// <https://learn.microsoft.com/azure/storage/common/storage-account-overview>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) blobs: bool,
    pub(super) files: bool,
    pub(super) tables_and_queues: bool,
}

impl Parts {
    /// By kind and sku; an account of an unknown kind may have all.
    pub(super) fn of(resource: &Resource) -> Self {
        let text = |key| resource.attributes.text(key).unwrap_or_default();
        let premium = text("sku").to_ascii_lowercase().starts_with("premium");
        match text("kind") {
            "FileStorage" => Self { blobs: false, files: true, tables_and_queues: false },
            "BlobStorage" | "BlockBlobStorage" => {
                Self { blobs: true, files: false, tables_and_queues: false }
            }
            // Premium general-purpose accounts are for page blobs.
            _ if premium => Self { blobs: true, files: false, tables_and_queues: false },
            _ => Self { blobs: true, files: true, tables_and_queues: true },
        }
    }
}

/// The account for pricing.
pub(super) fn describe(resource: &Resource, capacity: Capacity) -> AccountUse {
    let text = |key| resource.attributes.text(key).unwrap_or_default().to_owned();
    AccountUse {
        region: resource.region.to_string(),
        kind: text("kind"),
        sku: text("sku"),
        hierarchical: resource.attributes.get("hierarchical_namespace") == Some(&Value::Flag(true)),
        blobs: capacity.blobs,
        files: capacity.files,
        tables: capacity.tables,
        queues: capacity.queues,
    }
}
