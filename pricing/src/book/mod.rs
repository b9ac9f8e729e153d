//! The price book: list prices with their sources, looked up by binary search in one block of
//! bytes.
//!
//! Loading a book checks it once and copies nothing; a look-up reads the bytes in place. The
//! embedded books, one for each provider, are made by `build.rs` from the text tables under `tables/`.

mod bytes;
pub mod encode;
mod row;

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;

pub use bytes::BookError;
use bytes::Layout;
pub use row::{PriceKey, Row, Source};

static AWS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/aws.bin"));
static AZURE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/azure.bin"));
static GCP: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/gcp.bin"));

/// A set of list prices. Cheap to clone: clones share the same bytes.
#[derive(Debug, Clone)]
pub struct PriceBook {
    data: Data,
    layout: Layout,
}

#[derive(Debug, Clone)]
enum Data {
    Static(&'static [u8]),
    Shared(Arc<Vec<u8>>),
}

impl Data {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Static(bytes) => bytes,
            Self::Shared(bytes) => bytes,
        }
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

    /// A book in the form that [`encode::encode`] writes. Every offset, string, date and the order
    /// of the records are checked here, so that no look-up can fail on damaged bytes.
    ///
    /// # Errors
    ///
    /// When the bytes are not such a book, are of another version, or are damaged.
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, BookError> {
        let data = match bytes.into() {
            Cow::Borrowed(bytes) => Data::Static(bytes),
            Cow::Owned(bytes) => Data::Shared(Arc::new(bytes)),
        };
        let layout = Layout::read(data.bytes())?;
        Ok(Self { data, layout })
    }

    /// How many prices the book has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.layout.records()
    }

    /// The book has no price at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The youngest date of any price: how old the book is at least. `None` for an empty book.
    #[must_use]
    pub fn newest_date(&self) -> Option<Date> {
        self.layout.newest_date()
    }

    /// The price of exactly this key.
    #[must_use]
    pub fn find(&self, key: &PriceKey<'_>) -> Option<Row<'_>> {
        let PriceKey { service, sku, region, variant, unit } = *key;
        let mut ids = [0; 5];
        for (id, string) in ids.iter_mut().zip([service, sku, variant, unit, region]) {
            *id = self.layout.string_id(self.data.bytes(), string)?;
        }
        let (place, found) = self.place(&ids);
        found.then(|| self.row(place))
    }

    /// All prices of one sku of a service: every variant, unit and region, in that order.
    pub fn rows(&self, service: &str, sku: &str) -> impl Iterator<Item = Row<'_>> {
        let bytes = self.data.bytes();
        let service = self.layout.string_id(bytes, service);
        let sku = self.layout.string_id(bytes, sku);
        let places = match (service, sku) {
            (Some(service), Some(sku)) => self.places(&[service, sku]),
            _ => 0..0,
        };
        places.map(|place| self.row(place))
    }

    /// All prices of a service (`aws/ec2`), sorted by sku, variant, unit and region.
    pub fn service_rows(&self, service: &str) -> impl Iterator<Item = Row<'_>> {
        let id = self.layout.string_id(self.data.bytes(), service);
        let places = id.map_or(0..0, |id| self.places(&[id]));
        places.map(|place| self.row(place))
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
        (0..self.layout.sources()).map(|place| self.layout.source(self.data.bytes(), place))
    }

    fn row(&self, place: usize) -> Row<'_> {
        self.layout.row(self.data.bytes(), place)
    }

    /// Where the first record that is not less than `ids` stands, and whether it begins with them.
    fn place(&self, ids: &[u16]) -> (usize, bool) {
        let bytes = self.data.bytes();
        let compared = |place| self.layout.key(bytes, place);
        let place = partition(self.len(), |place| compared(place)[..ids.len()] < *ids);
        (place, place < self.len() && compared(place)[..ids.len()] == *ids)
    }

    /// The places of the records whose key begins with `ids`.
    fn places(&self, ids: &[u16]) -> std::ops::Range<usize> {
        let bytes = self.data.bytes();
        let (start, _) = self.place(ids);
        let end = partition(self.len(), |place| self.layout.key(bytes, place)[..ids.len()] <= *ids);
        start..end
    }
}

/// The first of `0..count` for which `before` is false, where it is true for a beginning only.
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
