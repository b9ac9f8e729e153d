//! The prices of a running agent: the book that was synced before the one that the program was
//! built with, the user's own beside them, and what keeps them fresh.

use std::path::Path;
use std::sync::Arc;

use finops_core::admin::{self, PriceWatch, SyncedPrices};
use finops_core::inventory;
use finops_core::model::ServiceSnapshot;
use finops_core::outbox::Outbox;
use futures::future::BoxFuture;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use crate::book::PriceBook;
use crate::overrides::Overrides;
use crate::prices::ListPrices;
use crate::settings::PriceConfig;
use crate::shelf::Shelf;
use crate::sync::engine::{KeepFresh, RefreshState, Settings, keep_fresh};
use crate::sync::{Vendor, Wanted};

/// The folder of the synced prices in the agent's data directory.
pub(crate) const FOLDER: &str = "prices";

/// The prices of a running agent.
#[derive(Debug)]
pub struct AgentPrices {
    shelf: Arc<Shelf>,
    config: PriceConfig,
    overrides: Option<Arc<Overrides>>,
    refreshing: Arc<RefreshState>,
}

impl AgentPrices {
    /// What is synced into `data_dir`, before `embedded`, with the user's own prices beside it.
    /// `provider` is the provider's name (`aws`).
    #[must_use]
    pub fn new(
        provider: &'static str,
        embedded: &PriceBook,
        config: PriceConfig,
        data_dir: &Path,
    ) -> Self {
        let folder = data_dir.join(FOLDER);
        let overrides = config.overrides.clone();
        let own = overrides.as_ref().map(|overrides| overrides.own_prices(today()));
        let shelf = Shelf::open(provider, embedded.clone(), Some(&folder));
        let shelf = Arc::new(shelf.with_own(own.unwrap_or_default()));
        if let Some(trouble) = shelf.trouble() {
            tracing::warn!("{trouble}");
        }
        Self { shelf, config, overrides, refreshing: Arc::default() }
    }

    /// The prices as they are now; a cycle asks once.
    #[must_use]
    pub fn list(&self) -> Arc<ListPrices> {
        self.shelf.prices()
    }

    /// What adds the user's own prices and discounts to costs at list prices; a cycle asks once.
    #[must_use]
    pub fn adjustment(&self) -> Adjustment {
        Adjustment { overrides: self.overrides.clone() }
    }

    /// What the status page and the metrics tell of the prices.
    #[must_use]
    pub fn watch(&self) -> PriceWatch {
        let (shelf, refreshing) = (Arc::clone(&self.shelf), Arc::clone(&self.refreshing));
        Arc::new(move || shown(&shelf, &refreshing))
    }

    /// Fetches prices by and by, for as long as the agent runs and its configuration wants it.
    /// `vendor` gives the price API, `addresses` every address that is configured for it, `wanted`
    /// what to fetch of it, as far as that is known.
    pub fn keep_fresh<'a>(
        &'a self,
        vendor: impl Fn() -> Box<dyn Vendor> + Send + Sync + 'a,
        addresses: Vec<Url>,
        wanted: impl Fn() -> Option<Wanted> + Send + Sync + 'a,
    ) -> BoxFuture<'a, ()> {
        let Some(every) = self.config.refresh else {
            return Box::pin(std::future::ready(()));
        };
        let fresh = KeepFresh {
            vendor: move || Ok(vendor()),
            wanted,
            shelf: Arc::clone(&self.shelf),
            settings: Settings { bases: addresses, ..Settings::default() },
            every,
            warn_after: self.config.warn_after,
            state: Arc::clone(&self.refreshing),
        };
        // Whoever calls this drops it when the agent ends.
        Box::pin(keep_fresh(fresh, std::future::pending()))
    }
}

/// Adds a user's own prices and discounts to costs at list prices.
#[derive(Debug, Clone, Default)]
pub struct Adjustment {
    overrides: Option<Arc<Overrides>>,
}

impl Adjustment {
    /// Adds lines to every resource that has an agreement of the day `at`. To be called after
    /// everything that adds up costs for information, which stays at list prices.
    pub fn apply(&self, services: &mut [ServiceSnapshot], at: Timestamp) {
        if let Some(overrides) = &self.overrides {
            overrides.apply_to(services, at.to_zoned(TimeZone::UTC).date());
        }
    }
}

/// What is in use, by the agent's own file; nothing where it cannot be read now.
#[must_use]
pub fn in_use(outbox: &Outbox) -> inventory::InUse {
    outbox.read(inventory::in_use).ok().flatten().unwrap_or_default()
}

fn today() -> jiff::civil::Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

fn shown(shelf: &Shelf, refreshing: &RefreshState) -> Option<admin::PriceBook> {
    let prices = shelf.prices();
    let newest = prices.book().newest_date()?;
    let figures = refreshing.figures();
    let failing = figures.reason.map(|why| format!("prices could not be fetched: {why}"));
    Some(admin::PriceBook {
        newest,
        rows: prices.book().len() as u64,
        synced: prices.synced().and_then(synced),
        failures: figures.failed,
        trouble: shelf.trouble().or(failing),
    })
}

/// When the tables of a synced book were last seen to hold.
fn synced(book: &PriceBook) -> Option<SyncedPrices> {
    let taken = book.sources().filter_map(|source| source.taken.parse::<Timestamp>().ok());
    let taken: Vec<Timestamp> = taken.collect();
    let (oldest, newest) = (taken.iter().min()?, taken.iter().max()?);
    Some(SyncedPrices { oldest: *oldest, newest: *newest, tables: taken.len() as u64 })
}
