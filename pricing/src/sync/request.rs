//! What a vendor asks for, and how its documents are read.

use std::io::BufRead;

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::header::HeaderMap;
use url::Url;

use super::{Harvest, Wanted};

/// A vendor's price API.
#[async_trait]
pub trait Vendor: Send + Sync {
    /// The provider: `aws`.
    fn provider(&self) -> &'static str;

    /// What to fetch for what is wanted. Small documents that say where the large ones are (an
    /// index) are fetched through `fetch`.
    ///
    /// # Errors
    /// The vendor's index could not be fetched or read: nothing can be synced at all.
    async fn plan(&self, fetch: &dyn Fetch, wanted: &Wanted) -> Result<Plan, FetchError>;
}

/// What to fetch.
#[derive(Default)]
pub struct Plan {
    /// The tables, each a document or a list of pages.
    pub requests: Vec<TableRequest>,
    /// What was wanted and the vendor does not list, for a person: `AmazonEKS in mars-north-1`.
    pub missing: Vec<String>,
}

/// One table: a document or a list of pages of a vendor, and the part of the book that it fills.
pub struct TableRequest {
    /// The table's name in the book, the same in every sync: `AmazonEC2/eu-west-1`.
    pub id: String,
    /// What it is, for a person: `the AWS price list of AmazonEC2 in eu-west-1`.
    pub what: String,
    /// Where the document or the first page is.
    pub url: Url,
    /// What the table holds all prices of: these are answered from it alone, and no longer from
    /// the prices that the program was built with.
    pub covers: Vec<Coverage>,
    /// The currency of every row of the table; rows in others are dropped.
    pub currency: &'static str,
    /// What lets the request in, where the API is not open to all.
    pub authorization: Option<std::sync::Arc<dyn Authorization>>,
    /// How it is read.
    pub parser: Parser,
}

/// A service in a region, of which a table holds all prices.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Coverage {
    /// The service: `aws/ec2`.
    pub service: String,
    /// The region; `None` for all of them.
    pub region: Option<String>,
}

/// How a table's documents are read.
pub enum Parser {
    /// One document, which may be larger than memory.
    File(Box<dyn FileParser>),
    /// Pages, one after the other, each of which fits into memory.
    Pages(Box<dyn PageParser>),
}

/// Reads a document as it streams by, in constant memory.
pub trait FileParser: Send {
    /// Reads the whole of `document` (already decompressed).
    ///
    /// Runs on a thread where it may block.
    ///
    /// # Errors
    /// The document is not what it should be: cut off, another format, a column missing. What had
    /// been harvested by then is thrown away.
    fn parse(
        &mut self,
        document: &mut dyn BufRead,
        harvest: &mut Harvest,
    ) -> Result<Published, ParseError>;
}

/// Reads pages, in their order.
pub trait PageParser: Send {
    /// Reads a page and says where the next one is.
    ///
    /// # Errors
    /// The body is no page: the table is given up, and what had been harvested is thrown away.
    fn page(&mut self, body: &[u8], harvest: &mut Harvest) -> Result<Next, ParseError>;

    /// After the last page: rows that follow from others.
    ///
    /// # Errors
    /// All pages together are not what they should be.
    fn finish(&mut self, harvest: &mut Harvest) -> Result<Published, ParseError>;
}

/// Where the next page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// There. The engine refuses an address on another host, and one that it has seen.
    Page(Url),
    /// This was the last one.
    End,
}

/// What a document says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Published {
    /// When the vendor published it; `None` where it does not say.
    pub at: Option<Timestamp>,
    /// The vendor's version of it; empty where it has none.
    pub version: String,
}

/// A document that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The document ends before its end, or cannot be read on: what failed.
    #[error("the document is cut off or damaged: {0}")]
    CutOff(String),
    /// It is not a price list at all: what it is instead.
    #[error("the document is no price list: {0}")]
    NotAPriceList(String),
    /// It lacks what prices cannot be read without: `the column PricePerUnit`.
    #[error("the price list has no {0}; its format may have changed: look for a newer agent")]
    Missing(String),
}

/// What lets a request in.
#[async_trait]
pub trait Authorization: Send + Sync {
    /// The headers of a request to the table's own host, each marked as sensitive.
    ///
    /// # Errors
    /// Why there are no credentials, and what to do, for a person.
    async fn headers(&self) -> Result<HeaderMap, String>;

    /// What to do where the vendor refuses them, for a person; `None` for the usual advice.
    fn remedy(&self) -> Option<&'static str> {
        None
    }
}

/// Fetches small documents.
#[async_trait]
pub trait Fetch: Send + Sync {
    /// The body of the answer to `GET url`: at most 16 MiB, decompressed, status 200.
    ///
    /// # Errors
    /// The answer is none, or not 200.
    async fn small(&self, url: &Url) -> Result<Vec<u8>, FetchError>;
}

/// A document that could not be fetched: what failed, on what, what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{url}: {problem}")]
pub struct FetchError {
    /// Where it was asked for, without what authorizes it.
    pub url: String,
    /// What failed and what to do, for a person.
    pub problem: String,
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
}
