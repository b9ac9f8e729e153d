//! What the agent saw last, from its file.

use std::path::Path;

use finops_core::inventory::{self, Answered, InUse, PricedResource};
use finops_core::store::Store;
use rusqlite::Connection;

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

/// Every resource that was seen last, and which services answered when; none where the agent has not
/// run yet.
///
/// # Errors
/// The agent's file cannot be read.
pub(super) fn all(data_dir: &Path) -> Result<(Vec<PricedResource>, Vec<Answered>), String> {
    let Some(store) = open(data_dir)? else {
        return Ok((Vec::new(), Vec::new()));
    };
    let both = |connection: &Connection| {
        // One state of the inventory, also where an agent stores snapshots meanwhile.
        let reading = connection.unchecked_transaction()?;
        Ok((inventory::read(&reading)?, inventory::answered(&reading)?))
    };
    store.read(both).map_err(|error| error.to_string())
}

fn open(data_dir: &Path) -> Result<Option<Store>, String> {
    Store::open_existing(data_dir).map_err(|error| error.to_string())
}
