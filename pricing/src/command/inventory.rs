//! What the agent saw last, from its file.

use std::path::Path;

use finops_core::inventory::{self, InUse, PricedResource};
use finops_core::store::Store;

/// What is in use; nothing where the agent has not run yet.
///
/// # Errors
/// The agent's file cannot be read.
pub(super) fn in_use(data_dir: &Path) -> Result<InUse, String> {
    match open(data_dir)? {
        Some(store) => store.read(inventory::in_use).map_err(|error| error.to_string()),
        None => Ok(InUse::default()),
    }
}

/// Every resource that was seen last; none where the agent has not run yet.
///
/// # Errors
/// The agent's file cannot be read.
pub(super) fn resources(data_dir: &Path) -> Result<Vec<PricedResource>, String> {
    match open(data_dir)? {
        Some(store) => store.read(inventory::read).map_err(|error| error.to_string()),
        None => Ok(Vec::new()),
    }
}

fn open(data_dir: &Path) -> Result<Option<Store>, String> {
    Store::open_existing(data_dir).map_err(|error| error.to_string())
}
