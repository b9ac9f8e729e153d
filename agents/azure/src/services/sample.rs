//! Subscriptions for the tests of services.

use std::sync::Arc;

use finops_core::model::{Resource, Scope, ServiceFailure};
use finops_pricing::ListPrices;
use serde_json::Value;

use crate::arm::Meter;
use crate::inventory::{Inventory, Kind, Row};
use crate::scope::AzureScope;

/// What every identifier begins with: subscription and resource group.
pub(super) const GROUP: &str = "/subscriptions/s-1/resourceGroups/Web";

/// A subscription with these rows.
pub(super) fn scope(rows: impl IntoIterator<Item = Value>) -> AzureScope {
    scope_of(inventory(rows))
}

/// A subscription with these rows, of which one kind could not be listed.
pub(super) fn scope_without(kind: Kind, rows: impl IntoIterator<Item = Value>) -> AzureScope {
    let mut inventory = inventory(rows);
    let failure = ServiceFailure { error: "AuthorizationFailed: no".to_owned(), hint: None };
    inventory.set(kind, Err(failure));
    scope_of(inventory)
}

fn inventory(rows: impl IntoIterator<Item = Value>) -> Inventory {
    let mut inventory = Inventory::default();
    for row in rows {
        inventory.add(serde_json::from_str::<Row>(&row.to_string()).unwrap());
    }
    inventory
}

/// A subscription with rows that are read already.
pub(super) fn scope_of_rows(rows: Vec<Row>) -> AzureScope {
    let mut inventory = Inventory::default();
    rows.into_iter().for_each(|row| inventory.add(row));
    scope_of(inventory)
}

/// A subscription with this inventory.
pub(super) fn scope_of(inventory: Inventory) -> AzureScope {
    let scope = Scope { provider: "azure", account_id: "s-1".into(), region: "global".into() };
    AzureScope::new(scope, inventory, Meter::default(), Arc::new(ListPrices::azure()))
}

/// The hourly cost in USD of a resource that has no unpriced part.
pub(super) fn hourly(resource: &Resource) -> String {
    assert!(resource.costs.unpriced.is_empty(), "{:?}", resource.costs);
    resource.costs.known().unwrap().hourly().normalize().to_string()
}

/// The parts of a resource without a price, and why.
pub(super) fn unpriced(resource: &Resource) -> Vec<(&'static str, &str)> {
    resource.costs.unpriced.iter().map(|part| (part.component, &*part.reason)).collect()
}
