//! What a book is made from.

use super::layout::SOURCE_STRINGS;

/// Where prices come from: a table of a vendor's price API, or a file that somebody gathered. What
/// is not known is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceEntry<'a> {
    /// The id that rows name.
    pub id: &'a str,
    /// What the source is.
    pub what: &'a str,
    /// The licence of the file that carried the figures.
    pub licence: &'a str,
    /// Where it was fetched.
    pub url: &'a str,
    /// The `ETag` of the answer.
    pub etag: &'a str,
    /// The `Last-Modified` of the answer.
    pub modified: &'a str,
    /// When the vendor published it: an RFC 3339 timestamp, or the vendor's version of it.
    pub published: &'a str,
    /// When it was last seen to hold: an RFC 3339 timestamp. A book with another text here is refused
    /// when it is opened.
    pub taken: &'a str,
    /// The currency of its rows; empty for USD.
    pub currency: &'a str,
    /// What it holds all prices of: services with their regions, separated by blanks
    /// (`aws/ec2@eu-west-1 aws/ebs@eu-west-1`, `gcp/compute@*`).
    pub covers: &'a str,
    /// How many of its rows were left out, by reason: `zero price=12; expired=3`.
    pub dropped: &'a str,
}

impl<'a> SourceEntry<'a> {
    /// A source of which nothing else is known.
    #[must_use]
    pub const fn new(id: &'a str, what: &'a str, licence: &'a str) -> Self {
        Self {
            id,
            what,
            licence,
            url: "",
            etag: "",
            modified: "",
            published: "",
            taken: "",
            currency: "",
            covers: "",
            dropped: "",
        }
    }

    /// The source of these strings, in the order in which a book has them.
    pub(in super::super) fn of(strings: [&'a str; SOURCE_STRINGS]) -> Self {
        let [id, what, licence, url, etag, modified, published, taken, currency, covers, dropped] =
            strings;
        Self { id, what, licence, url, etag, modified, published, taken, currency, covers, dropped }
    }

    /// Every string, in the order in which a book has them.
    pub(super) fn strings(&self) -> [&'a str; SOURCE_STRINGS] {
        let Self { id, what, licence, url, etag, modified, published, taken, .. } = *self;
        let Self { currency, covers, dropped, .. } = *self;
        [id, what, licence, url, etag, modified, published, taken, currency, covers, dropped]
    }
}

/// One price.
#[derive(Debug, Clone, Copy)]
pub struct RowEntry<'a> {
    /// Provider and service: `aws/ec2`.
    pub service: &'a str,
    /// What is priced: `m5.large`.
    pub sku: &'a str,
    /// Operating system, engine or architecture; empty where it does not matter.
    pub variant: &'a str,
    /// The vendor's name of the unit: `hour`, `GB-Mo`.
    pub unit: &'a str,
    /// The vendor's name of the region.
    pub region: &'a str,
    /// The id of the source.
    pub source: &'a str,
    /// The price's digits as a whole number: USD × 10^`scale`.
    pub mantissa: u64,
    /// How many of the digits stand after the point.
    pub scale: u8,
    /// Year, month and day on which the source took the price; where the source says when it was
    /// taken, the day since which the price holds.
    pub date: (u16, u8, u8),
}

impl<'a> RowEntry<'a> {
    /// The key in the order in which records are sorted.
    #[must_use]
    pub fn key(&self) -> [&'a str; 5] {
        [self.service, self.sku, self.variant, self.unit, self.region]
    }
}
