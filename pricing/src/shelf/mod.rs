//! The book on disk: opened, checked, replaced, the last good one kept.

mod acceptance;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use crate::book::PriceBook;
use crate::prices::ListPrices;
pub use acceptance::Acceptance;

/// The name of the book in its folder.
const BOOK: &str = "book";
/// The name of the book that it replaced.
const PREVIOUS: &str = "book.previous";

/// Where an agent's synced prices are, in front of those that the program was built with.
#[derive(Debug)]
pub struct Shelf {
    provider: &'static str,
    embedded: PriceBook,
    folder: Option<PathBuf>,
    prices: RwLock<Arc<ListPrices>>,
}

/// Why a book is not put in the place of the one that is there.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// It cannot be read or written.
    #[error("{path}: {problem}")]
    File {
        /// Which file.
        path: String,
        /// What failed.
        problem: String,
    },
    /// It is refused: why, and what to do.
    #[error("the new price book is refused: {0}")]
    Refused(String),
}

impl Shelf {
    /// The synced book of `folder`, if there is a good one, in front of `embedded`.
    #[must_use]
    pub fn open(provider: &'static str, embedded: PriceBook, folder: Option<&Path>) -> Self {
        let folder = folder.map(Path::to_owned);
        let synced = folder
            .as_ref()
            .and_then(|folder| fs::read(folder.join(BOOK)).ok())
            .and_then(|bytes| PriceBook::from_bytes(bytes).ok());
        let prices = Arc::new(ListPrices::layered(synced, embedded.clone()));
        Self { provider, embedded, folder, prices: RwLock::new(prices) }
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

    /// The prices as they are now: those of a book that another process has put there, too.
    #[must_use]
    pub fn prices(&self) -> Arc<ListPrices> {
        Arc::clone(&self.prices.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts a book in the place of the one that is there: written aside, checked, renamed; the old
    /// one is kept as the previous.
    ///
    /// # Errors
    /// It is refused or cannot be written; the old one stays.
    pub fn keep(&self, book: &[u8], _acceptance: Acceptance) -> Result<(), ShelfError> {
        let Some(folder) = &self.folder else {
            return Err(ShelfError::Refused("there is no folder to keep it in".to_owned()));
        };
        let synced = PriceBook::from_bytes(book.to_vec())
            .map_err(|error| ShelfError::Refused(error.to_string()))?;
        let path = folder.join(BOOK);
        let _ = fs::rename(&path, folder.join(PREVIOUS));
        fs::write(&path, book).map_err(|error| ShelfError::File {
            path: path.display().to_string(),
            problem: error.to_string(),
        })?;
        let prices = Arc::new(ListPrices::layered(Some(synced), self.embedded.clone()));
        *self.prices.write().unwrap_or_else(PoisonError::into_inner) = prices;
        Ok(())
    }
}
