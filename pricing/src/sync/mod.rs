//! Prices from the vendors' own price APIs: what is to be fetched, how a document is read, and the
//! table that comes of it.
//!
//! ```text
//! Wanted ─► Vendor::plan ─► TableRequest ─► engine (download) ─► parser ─► Harvest ─► book ─► Shelf
//! ```
//!
//! A vendor says what to fetch and how to read it, and does nothing else: conditions, retries,
//! resuming, limits and progress are the engine's, and what becomes of two rows with the same key
//! is the [`Harvest`]'s.

pub mod aws;
pub mod azure;
pub mod engine;
pub mod gcp;
mod harvest;
mod request;
mod wanted;

pub use harvest::{Dropped, Harvest, Listed, TableRow};
pub use request::{
    Authorization, Coverage, Fetch, FetchError, FileParser, Next, PageParser, ParseError, Parser,
    Plan, Published, TableRequest, Vendor,
};
pub use wanted::Wanted;
