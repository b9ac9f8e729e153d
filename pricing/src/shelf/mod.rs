//! The book on disk: opened, checked, replaced, the last good one kept.

mod acceptance;
mod error;
mod files;
mod lock;
mod seen;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use finops_core::model::Price;
use jiff::Timestamp;

use crate::book::PriceBook;
use crate::prices::ListPrices;
pub use acceptance::Acceptance;
pub use error::ShelfError;
pub(crate) use files::PREVIOUS;
use files::{BOOK, NewBook};
pub use lock::SyncLock;
use seen::Seen;

/// Where an agent's synced prices are, in front of those that the program was built with.
#[derive(Debug)]
pub struct Shelf {
    provider: &'static str,
    embedded: PriceBook,
    folder: Option<PathBuf>,
    own: Arc<HashMap<String, Arc<Price>>>,
    held: RwLock<Held>,
}

/// What a shelf answers from.
#[derive(Debug)]
struct Held {
    prices: Arc<ListPrices>,
    /// The file of the synced book that is in use.
    path: Option<PathBuf>,
    /// What stood in the book's place when it was last looked at.
    seen: Seen,
    trouble: Option<String>,
}

/// The synced book that is in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfState {
    /// Its file.
    pub path: PathBuf,
    /// How many prices it has.
    pub rows: usize,
    /// How many bytes it has.
    pub bytes: usize,
    /// When any of its tables was last seen to hold.
    pub taken: Option<Timestamp>,
}

impl Shelf {
    /// The synced book of `folder`, if there is a good one, in front of `embedded`. One that is
    /// damaged is passed over for the one before it; [`Shelf::trouble`] tells.
    #[must_use]
    pub fn open(provider: &'static str, embedded: PriceBook, folder: Option<&Path>) -> Self {
        let held = match folder {
            Some(folder) => first(folder, &embedded),
            None => Held::of(&embedded),
        };
        let folder = folder.map(Path::to_owned);
        Self { provider, embedded, folder, own: Arc::default(), held: RwLock::new(held) }
    }

    /// The same, with prices of the user's own by their full keys: see [`ListPrices::with_own`].
    #[must_use]
    pub fn with_own(mut self, own: HashMap<String, Arc<Price>>) -> Self {
        self.own = Arc::new(own);
        let synced = self.read().prices.synced().cloned();
        let prices = self.layered(synced);
        self.write().prices = prices;
        self
    }

    /// The provider: `aws`.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.provider
    }

    /// The folder of the book; `None` where nothing can be synced.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The prices as they are now: those of a book that another process has put there, too. A new
    /// one that is damaged leaves those of the old one in use.
    #[must_use]
    pub fn prices(&self) -> Arc<ListPrices> {
        let Some(folder) = &self.folder else { return Arc::clone(&self.read().prices) };
        let path = folder.join(BOOK);
        let seen = Seen::at(&path);
        let held = self.read();
        if held.seen == seen {
            return Arc::clone(&held.prices);
        }
        drop(held);
        let mut held = self.write();
        // Another thread may have taken it in the meantime.
        if held.seen != seen {
            self.renew(&mut held, path, seen);
        }
        Arc::clone(&held.prices)
    }

    /// What is wrong with the book that is there, and what to do; `None` where it is in use, or
    /// where there is none.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.read().trouble.clone()
    }

    /// The synced book that is in use; `None` where only the prices that the program was built
    /// with are.
    #[must_use]
    pub fn state(&self) -> Option<ShelfState> {
        let held = self.read();
        let book = held.prices.synced()?;
        let path = held.path.clone()?;
        Some(ShelfState { path, rows: book.len(), bytes: book.size(), taken: book.taken() })
    }

    /// Takes the right to sync: one process at a time has it. What a sync that was cut off has left
    /// is removed.
    ///
    /// # Errors
    /// Another process has it, or there is no folder that can be written.
    pub fn lock(&self) -> Result<SyncLock, ShelfError> {
        let folder = self.folder.as_ref().ok_or_else(ShelfError::no_folder)?;
        files::prepare(folder)?;
        let lock = SyncLock::take(folder)?;
        files::remove_leftovers(folder);
        Ok(lock)
    }

    /// Puts a book in the place of the one that is there: written aside, checked, renamed; the old
    /// one is kept as the previous, unless it is damaged. There is a whole book in place at every
    /// moment. Whoever calls it holds [`Shelf::lock`].
    ///
    /// # Errors
    /// It is refused or cannot be written; the old one stays.
    pub fn keep(&self, book: &[u8], acceptance: Acceptance) -> Result<(), ShelfError> {
        let folder = self.folder.as_ref().ok_or_else(ShelfError::no_folder)?;
        files::prepare(folder)?;
        let path = folder.join(BOOK);
        let new = NewBook::write(folder, book)?;
        let synced = new.checked()?;
        if let Ok(old) = files::open(&path) {
            acceptance.check(&old, &synced).map_err(ShelfError::Refused)?;
            files::keep_previous(folder)?;
        }
        new.place(&path)?;
        let prices = self.layered(Some(synced));
        let seen = Seen::at(&path);
        *self.write() = Held { prices, path: Some(path), seen, trouble: None };
        files::sync_folder(folder)
    }

    /// Takes what stands in the book's place now.
    fn renew(&self, held: &mut Held, path: PathBuf, seen: Seen) {
        held.seen = seen;
        match files::open(&path) {
            Ok(book) => {
                held.prices = self.layered(Some(book));
                held.path = Some(path);
                held.trouble = None;
            }
            Err(error) if error.is_absent() => {
                held.prices = self.layered(None);
                held.path = None;
                held.trouble = None;
            }
            Err(error) => {
                let used = "the prices that were read before it stay in use";
                held.trouble = Some(format!("{error}; {used}: run pricing sync"));
            }
        }
    }

    fn layered(&self, synced: Option<PriceBook>) -> Arc<ListPrices> {
        let prices = ListPrices::layered(synced, self.embedded.clone());
        Arc::new(prices.sharing_own(Arc::clone(&self.own)))
    }

    // No code panics while it holds the lock, so that what is behind a poisoned one is whole.
    fn read(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Held> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Only what the program was built with.
    fn of(embedded: &PriceBook) -> Self {
        let prices = Arc::new(ListPrices::new(embedded.clone()));
        Self { prices, path: None, seen: Seen::Absent, trouble: None }
    }
}

/// What a shelf begins with: the book, or the one before it, or neither.
fn first(folder: &Path, embedded: &PriceBook) -> Held {
    let [path, previous] = [BOOK, PREVIOUS].map(|name| folder.join(name));
    let nothing = Held { seen: Seen::at(&path), ..Held::of(embedded) };
    let layered = |book| Arc::new(ListPrices::layered(Some(book), embedded.clone()));
    let error = match files::open(&path) {
        Ok(book) => return Held { prices: layered(book), path: Some(path), ..nothing },
        Err(error) if error.is_absent() => return nothing,
        Err(error) => error,
    };
    if let Ok(book) = files::open(&previous) {
        let trouble = format!("{error}; the one before it is in use: run pricing sync");
        return Held {
            prices: layered(book),
            path: Some(previous),
            trouble: Some(trouble),
            ..nothing
        };
    }
    let used = "the prices that the agent was built with are in use";
    Held { trouble: Some(format!("{error}; {used}: run pricing sync")), ..nothing }
}

#[cfg(test)]
mod tests;
