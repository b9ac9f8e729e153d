//! A document as a server that knows its trade hands it out: versions, conditions and ranges.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Asked, Reply};

/// A version of a document.
#[derive(Debug, Clone)]
pub struct Document {
    pub body: Vec<u8>,
    pub etag: String,
}

impl Document {
    pub fn new(body: impl Into<Vec<u8>>, etag: &str) -> Self {
        Self { body: body.into(), etag: format!("\"{etag}\"") }
    }

    /// With conditions and ranges (RFC 9110, 13 and 14).
    pub fn answer(&self, asked: &Asked) -> Reply {
        if asked.header("if-none-match") == self.etag {
            return Reply::new(304, "").with("etag", &self.etag);
        }
        let range = asked
            .header("range")
            .strip_prefix("bytes=")
            .map(|range| range.trim_end_matches('-').parse::<usize>().unwrap());
        match range.filter(|_| asked.header("if-range") == self.etag) {
            Some(start) if start >= self.body.len() => Reply::new(416, ""),
            Some(start) => {
                let (last, all) = (self.body.len() - 1, self.body.len());
                Reply::new(206, &self.body[start..])
                    .with("etag", &self.etag)
                    .with("content-range", format!("bytes {start}-{last}/{all}"))
            }
            None => self.whole(),
        }
    }

    /// Without.
    pub fn whole(&self) -> Reply {
        Reply::ok(&*self.body).with("etag", &self.etag)
    }
}

/// A price list with these prices.
pub fn csv(prices: &[(&str, &str)]) -> String {
    let lines: String = prices.iter().map(|(sku, price)| format!("{sku},{price}\n")).collect();
    format!("sku,price\n{lines}")
}

/// A price list with so many prices: `sku0` and so on, each with the same price.
pub fn long_csv(rows: usize, price: &str) -> String {
    let lines: String = (0..rows).map(|row| format!("sku{row},{price}\n")).collect();
    format!("sku,price\n{lines}")
}

/// The same with a column that nobody reads: 200 bytes a line.
pub fn wide_csv(rows: usize, price: &str) -> String {
    let lines: String = (0..rows).map(|row| format!("sku{row},{price},{row:0188}\n")).collect();
    format!("sku,price,note\n{lines}")
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
