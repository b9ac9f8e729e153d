//! A vendor with documents of a line a price, and pages of JSON.

use std::io::BufRead;
use std::sync::Arc;

use async_trait::async_trait;
use finops_pricing::sync::{
    Authorization, Coverage, Fetch, FetchError, FileParser, Harvest, Listed, Next, PageParser,
    ParseError, Parser, Plan, Published, TableRequest, Vendor, Wanted,
};
use jiff::civil::{Date, date};
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::Value;
use url::Url;

/// The vendor.
pub struct Shop {
    pub base: Url,
    /// The tables, each at its name: a file, but `list…`, which are pages.
    pub tables: Vec<&'static str>,
    /// Asks for an index first.
    pub index: bool,
    /// Requests are let in by a secret.
    pub locked: bool,
    /// Every table covers all of the service.
    pub covering: bool,
}

impl Shop {
    pub fn new(base: Url) -> Self {
        Self { base, tables: vec!["file"], index: false, locked: false, covering: true }
    }

    fn request(&self, name: &'static str) -> TableRequest {
        let parser = if name.starts_with("list") {
            Parser::Pages(Box::new(Pages))
        } else {
            Parser::File(Box::new(Lines))
        };
        let coverage = |service: &str| {
            vec![Coverage { service: service.to_owned(), region: Some("north".to_owned()) }]
        };
        TableRequest {
            id: name.to_owned(),
            what: format!("the price list {name}"),
            url: self.base.join(name).unwrap(),
            covers: coverage(if self.covering { "shop/vm" } else { "shop/other" }),
            currency: "USD",
            authorization: self.locked.then(|| Arc::new(Secret) as Arc<dyn Authorization>),
            parser,
        }
    }
}

#[async_trait]
impl Vendor for Shop {
    fn provider(&self) -> &'static str {
        "shop"
    }

    async fn plan(&self, fetch: &dyn Fetch, _wanted: &Wanted) -> Result<Plan, FetchError> {
        if self.index {
            let index = fetch.small(&self.base.join("index").unwrap()).await?;
            assert_eq!(index, b"an index");
        }
        let requests = self.tables.iter().map(|name| self.request(name)).collect();
        Ok(Plan { requests, missing: vec!["disks in mars".to_owned()] })
    }
}

struct Secret;

#[async_trait]
impl Authorization for Secret {
    async fn headers(&self) -> Result<HeaderMap, String> {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_static("Bearer hush"));
        Ok(headers)
    }
}

const SINCE: Date = date(2026, 1, 1);

fn keep(harvest: &mut Harvest, sku: &str, price: &str, effective: Date) {
    let Ok(price) = price.parse() else {
        return harvest.drop(finops_pricing::sync::Dropped::Unreadable);
    };
    let (service, variant, unit, region) = ("shop/vm", "", "hour", "north");
    harvest.keep(&Listed { service, sku, variant, unit, region, price, effective });
}

/// Lines with the columns `sku` and `price`, and perhaps `since`. It takes an error for the end of
/// the document, as a parser should not.
struct Lines;

impl FileParser for Lines {
    fn parse(
        &mut self,
        document: &mut dyn BufRead,
        harvest: &mut Harvest,
    ) -> Result<Published, ParseError> {
        let mut lines = document.lines().map_while(Result::ok);
        let header = lines.next().unwrap_or_default();
        if header.starts_with(['<', '{']) {
            return Err(ParseError::NotAPriceList(header));
        }
        let column = |name: &str| header.split(',').position(|column| column == name);
        let missing = |name: &str| ParseError::Missing(format!("column {name}"));
        let sku = column("sku").ok_or_else(|| missing("sku"))?;
        let price = column("price").ok_or_else(|| missing("price"))?;
        let since = column("since");
        for line in lines {
            let fields: Vec<&str> = line.split(',').collect();
            let field = |place: usize| fields.get(place).copied().unwrap_or_default();
            assert_ne!(field(sku), "panic", "a fault of the parser");
            let day = since.and_then(|place| field(place).parse().ok()).unwrap_or(SINCE);
            keep(harvest, field(sku), field(price), day);
        }
        Ok(Published { at: None, version: "1".to_owned() })
    }
}

/// `{"prices": {"a": "1"}, "next": "…"}`
struct Pages;

impl PageParser for Pages {
    fn page(&mut self, body: &[u8], harvest: &mut Harvest) -> Result<Next, ParseError> {
        let page: Value = serde_json::from_slice(body)
            .map_err(|error| ParseError::NotAPriceList(error.to_string()))?;
        let prices = page["prices"].as_object();
        for (sku, price) in prices.ok_or_else(|| ParseError::Missing("prices".to_owned()))? {
            assert_ne!(sku, "panic", "a fault of the parser");
            keep(harvest, sku, price.as_str().unwrap_or_default(), SINCE);
        }
        Ok(match page["next"].as_str() {
            Some(next) => Next::Page(next.parse().unwrap()),
            None => Next::End,
        })
    }

    fn finish(&mut self, _harvest: &mut Harvest) -> Result<Published, ParseError> {
        Ok(Published::default())
    }
}
