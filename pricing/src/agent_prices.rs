//! The prices of a running agent: the book that was synced before the one that the program was
//! built with, the user's own beside them, and what keeps them fresh.

use std::path::Path;
use std::sync::Arc;

use finops_core::admin::{PriceBook as Shown, PriceWatch};

use crate::book::PriceBook;
use crate::prices::ListPrices;
use crate::settings::PriceConfig;
use crate::shelf::Shelf;

/// The folder of the synced prices in the agent's data directory.
pub const FOLDER: &str = "prices";

/// The prices of a running agent.
#[derive(Debug)]
pub struct AgentPrices {
    shelf: Arc<Shelf>,
    config: PriceConfig,
}

impl AgentPrices {
    /// What is synced into `data_dir`, before `embedded`. `provider` is the provider's name (`aws`).
    #[must_use]
    pub fn new(
        provider: &'static str,
        embedded: &PriceBook,
        config: PriceConfig,
        data_dir: &Path,
    ) -> Self {
        let folder = data_dir.join(FOLDER);
        let shelf = Arc::new(Shelf::open(provider, embedded.clone(), Some(&folder)));
        Self { shelf, config }
    }

    /// The prices as they are now; a cycle asks once.
    #[must_use]
    pub fn list(&self) -> Arc<ListPrices> {
        self.shelf.prices()
    }

    /// What the status page and the metrics tell of the prices.
    #[must_use]
    pub fn watch(&self) -> PriceWatch {
        let shelf = Arc::clone(&self.shelf);
        Arc::new(move || shown(&shelf))
    }
}

fn shown(shelf: &Shelf) -> Option<Shown> {
    let prices = shelf.prices();
    let book = prices.book();
    let newest = book.newest_date()?;
    let rows = book.len() as u64;
    Some(Shown { newest, rows, synced: None, failures: 0, trouble: None })
}
