//! Syncs by and by, for as long as the agent runs.

mod age;
mod pace;
mod state;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

pub use state::{RefreshFigures, RefreshState};

use super::settings::today;
use super::{Settings, Silent, SyncError, sync};
use crate::Shelf;
use crate::sync::{Vendor, Wanted};
use age::Tables;
use pace::{Attempt, Clock, Pace, Syncing};

/// What is kept fresh, and how.
pub struct KeepFresh<V, W> {
    /// Gives the vendor's API, or why there is none and what to do.
    pub vendor: V,
    /// Gives what is wanted now, asked anew before each sync; `None` where that is not known yet:
    /// then it is asked again five minutes later.
    pub wanted: W,
    /// Where the prices are.
    pub shelf: Arc<Shelf>,
    /// How a sync goes about it; its day is always the current one.
    pub settings: Settings,
    /// How often the prices are synced, give or take a tenth.
    pub every: Duration,
    /// A wanted table that is older is warned about, once a day.
    pub warn_after: Duration,
    /// Where it is written down how it goes.
    pub state: Arc<RefreshState>,
}

/// Keeps the book on the shelf fresh until `cancel` is done.
///
/// The first sync is when the book is older than [`KeepFresh::every`], after a random delay of a
/// tenth of that, at most 15 minutes; so a fleet that starts at once does not ask at once. What
/// fails is tried again after 15 minutes, 30, 60 and so on, and the old prices stay in use. A sync
/// that is cut short by `cancel` is gone on with by the next.
pub async fn keep_fresh<V, W>(what: KeepFresh<V, W>, cancel: impl Future<Output = ()> + Send)
where
    V: Fn() -> Result<Box<dyn Vendor>, String> + Send + Sync,
    W: Fn() -> Option<Wanted> + Send + Sync,
{
    let KeepFresh { vendor, wanted, shelf, settings, every, warn_after, state } = what;
    let syncing = OfShelf { vendor, wanted, shelf, settings, tables: Tables::default() };
    let running = Pace::new(every, warn_after, &state).run(syncing);
    tokio::pin!(cancel);
    tokio::select! {
        biased;
        () = &mut cancel => {}
        () = running => {}
    }
}

/// Syncs onto a shelf.
struct OfShelf<V, W> {
    vendor: V,
    wanted: W,
    shelf: Arc<Shelf>,
    settings: Settings,
    tables: Tables,
}

impl<V, W> Syncing for OfShelf<V, W>
where
    V: Fn() -> Result<Box<dyn Vendor>, String> + Send + Sync,
    W: Fn() -> Option<Wanted> + Send + Sync,
{
    fn youngest(&self) -> Option<Duration> {
        age::youngest(self.shelf.prices().book(), Timestamp::now())
    }

    fn oldest(&self) -> Option<(String, Duration)> {
        let wanted = (self.wanted)()?;
        self.tables.oldest(self.shelf.prices().book(), &wanted, Timestamp::now())
    }

    async fn sync(&mut self) -> Attempt {
        let Some(wanted) = (self.wanted)() else { return Attempt::NothingWanted };
        let vendor = match (self.vendor)() {
            Ok(vendor) => vendor,
            Err(why) => return Attempt::Failed(why),
        };
        self.settings.today = today();
        match sync(&*vendor, &wanted, &self.shelf, &self.settings, &Silent).await {
            Ok(report) => {
                self.tables.asked(report.tables.iter().map(|table| table.id.as_str()));
                let reasons: Vec<String> = report
                    .failures()
                    .map(|(table, why)| format!("{}: {why}", table.what))
                    .collect();
                match (reasons.is_empty(), report.nothing()) {
                    (false, _) => Attempt::Failed(in_short(&reasons)),
                    (true, true) => {
                        Attempt::Failed("the vendor lists nothing of what is wanted".to_owned())
                    }
                    (true, false) => Attempt::Done { rows: report.rows },
                }
            }
            Err(SyncError::Busy(why)) => Attempt::Busy(why),
            Err(error) => Attempt::Failed(error.to_string()),
        }
    }

    fn clock(&self) -> Clock {
        Timestamp::now
    }
}

/// Reasons as one sentence: the first, and how many more there are.
fn in_short(reasons: &[String]) -> String {
    match reasons {
        [] => String::new(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} (and {} more tables)", rest.len()),
    }
}

#[cfg(test)]
mod tests;
