//! The price book: list prices with their sources, looked up in one block of bytes.
//!
//! A book is embedded in the program, or mapped from a file. Opening one checks it once and reads
//! no record; a look-up reads the bytes in place. The embedded books, one for each provider, are
//! made by `build.rs` from the text tables under `tables/`.

mod content;
mod covered;
mod data;
pub mod encode;
mod error;
mod file;
mod layout;
mod look_up;
mod mapped;
mod number;
mod row;
mod strings;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use jiff::civil::Date;

use content::Content;
pub use covered::Covered;
use data::Data;
/// Where prices come from, as a book tells it.
pub use encode::SourceEntry as Source;
pub use error::{BookError, OpenError};
pub use row::{PriceKey, Row};

static AWS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/aws.bin"));
static AZURE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/azure.bin"));
static GCP: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/gcp.bin"));

/// A set of list prices. Cheap to clone: clones share the same bytes.
#[derive(Clone)]
pub struct PriceBook {
    content: Arc<Content>,
}

impl fmt::Debug for PriceBook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("PriceBook");
        shown.field("rows", &self.len()).field("bytes", &self.size()).finish()
    }
}

impl PriceBook {
    /// The prices of AWS that this build carries. `tables/SOURCES.md` says where its figures come
    /// from. A program that never asks for a provider's book does not contain it.
    #[must_use]
    pub fn aws() -> &'static Self {
        static BOOK: OnceLock<PriceBook> = OnceLock::new();
        BOOK.get_or_init(|| Self::embedded(AWS))
    }

    /// The prices of Azure that this build carries.
    #[must_use]
    pub fn azure() -> &'static Self {
        static BOOK: OnceLock<PriceBook> = OnceLock::new();
        BOOK.get_or_init(|| Self::embedded(AZURE))
    }

    /// The prices of Google Cloud that this build carries.
    #[must_use]
    pub fn gcp() -> &'static Self {
        static BOOK: OnceLock<PriceBook> = OnceLock::new();
        BOOK.get_or_init(|| Self::embedded(GCP))
    }

    fn embedded(bytes: &'static [u8]) -> Self {
        // A test loads the very bytes that are compiled in.
        Self::from_bytes(bytes).expect("build.rs wrote the embedded book")
    }

    /// A book in the form that [`encode::encode`] writes. The checksum, and all that says where
    /// something is, are checked here; a record that makes no sense is as if it were not there.
    ///
    /// # Errors
    ///
    /// When the bytes are not such a book, are of another version, or are damaged.
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, BookError> {
        let data = match bytes.into() {
            Cow::Borrowed(bytes) => Data::Static(bytes),
            Cow::Owned(bytes) => Data::Owned(bytes),
        };
        Content::read(data).map(Self::of)
    }

    fn of(content: Content) -> Self {
        Self { content: Arc::new(content) }
    }

    /// How many prices the book has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.content.len()
    }

    /// The book has no price at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes the book has.
    #[must_use]
    pub fn size(&self) -> usize {
        self.content.size()
    }

    /// The youngest day on which any price was seen: how old the book is at least. `None` for an
    /// empty book.
    #[must_use]
    pub fn newest_date(&self) -> Option<Date> {
        self.content.newest_date()
    }

    /// When any of its tables was last seen to hold; `None` where no source says so.
    #[must_use]
    pub fn taken(&self) -> Option<Timestamp> {
        self.sources().filter_map(|source| source.taken.parse().ok()).max()
    }

    /// The price of exactly this key.
    #[must_use]
    pub fn find(&self, key: &PriceKey<'_>) -> Option<Row<'_>> {
        let PriceKey { service, sku, region, variant, unit } = *key;
        self.content.find([service, sku, variant, unit], region)
    }

    /// All prices of one sku of a service: every variant, unit and region, in that order.
    pub fn rows(&self, service: &str, sku: &str) -> impl Iterator<Item = Row<'_>> {
        let strings = self.content.strings();
        let ids = strings.id(service).zip(strings.id(sku));
        self.beginning_with(ids.map(|(service, sku)| [service, sku]))
    }

    /// All prices of a service (`aws/ec2`), sorted by sku, variant, unit and region.
    pub fn service_rows(&self, service: &str) -> impl Iterator<Item = Row<'_>> {
        self.beginning_with(self.content.strings().id(service).map(|id| [id]))
    }

    /// All prices, sorted by service, sku, variant, unit and region.
    pub fn all_rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.content.series()).flat_map(|series| self.content.series_rows(series))
    }

    /// The regions in which a service (`aws/ec2`) has any price: sorted, each once.
    pub fn regions(&self, service: &str) -> impl Iterator<Item = &str> {
        let mut regions: Vec<&str> = self.service_rows(service).map(|row| row.region).collect();
        regions.sort_unstable();
        regions.dedup();
        regions.into_iter()
    }

    /// What a source id stands for.
    #[must_use]
    pub fn source(&self, id: &str) -> Option<Source<'_>> {
        self.sources().find(|source| source.id == id)
    }

    /// All sources, sorted by id.
    pub fn sources(&self) -> impl Iterator<Item = Source<'_>> {
        (0..self.content.sources()).filter_map(|place| self.content.source(place))
    }

    /// How many prices each source has, in the order of [`PriceBook::sources`].
    #[must_use]
    pub fn rows_by_source(&self) -> Vec<(Source<'_>, usize)> {
        let mut counts = vec![0; self.content.sources()];
        for source in (0..self.len()).filter_map(|place| self.content.source_of(place)) {
            if let Some(count) = counts.get_mut(source) {
                *count += 1;
            }
        }
        self.sources().zip(counts).collect()
    }

    /// The rows of the series whose key begins with `ids`.
    fn beginning_with<const N: usize>(
        &self,
        ids: Option<[u32; N]>,
    ) -> impl Iterator<Item = Row<'_>> {
        let key = |place| self.content.series_ids(place).unwrap_or([u32::MAX; 4]);
        let series = ids.map_or(0..0, |ids| {
            let count = self.content.series();
            let start = partition(count, |place| key(place)[..N] < ids[..]);
            start..partition(count, |place| key(place)[..N] <= ids[..])
        });
        // In a book of a faulty writer, others may stand between them.
        let series = series.filter(move |place| ids.is_some_and(|ids| key(*place)[..N] == ids[..]));
        series.flat_map(|series| self.content.series_rows(series))
    }
}

/// The first of `0..count` for which `before` is false, where it is true for a beginning only.
#[inline]
fn partition(count: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests;
