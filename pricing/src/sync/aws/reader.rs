//! From what a row says to a row of the harvest: the same for the CSV and the JSON of an offer.

use jiff::civil::Date;

use super::facts::{Column, Facts};
use super::listing::{Listing, exact};
use super::place;
use super::product::Offer;
use crate::sync::{Dropped, Harvest, Listed, ParseError};

/// How the rows of one document are read.
#[derive(Clone)]
pub(super) struct Reader {
    /// Which price list it is.
    pub(super) offer: &'static Offer,
    /// The region whose file it is; `None` for a file of all regions.
    pub(super) region: Option<String>,
    /// The currency of the table.
    pub(super) currency: &'static str,
}

/// A price as the document writes it.
pub(super) struct Written<'a> {
    pub(super) unit: &'a str,
    /// From which quantity on.
    pub(super) start: &'a str,
    /// Up to which quantity.
    pub(super) end: &'a str,
    pub(super) price: &'a str,
    pub(super) currency: &'a str,
    /// A day, with a time behind it or not.
    pub(super) effective: &'a str,
}

impl Reader {
    /// What a product is in the book, and its region.
    pub(super) fn listing<'a>(
        &'a self,
        row: &'a dyn Facts,
    ) -> Result<(Listing<'a>, &'a str), Dropped> {
        let region = place::region(row, self.region.as_deref())?;
        Ok(((self.offer.listing)(row)?, region))
    }

    /// Keeps one price of a product, or counts why not.
    pub(super) fn price(
        &self,
        listing: &Listing<'_>,
        region: &str,
        written: &Written<'_>,
        harvest: &mut Harvest,
    ) {
        match self.listed(listing, region, written) {
            Ok(row) => harvest.keep(&row),
            Err(why) => harvest.drop(why),
        }
    }

    fn listed<'a>(
        &self,
        listing: &'a Listing<'_>,
        region: &'a str,
        written: &Written<'_>,
    ) -> Result<Listed<'a>, Dropped> {
        if written.currency != self.currency {
            return Err(Dropped::OtherCurrency);
        }
        let price = exact(written.price).ok_or(Dropped::Unreadable)?;
        if price.is_zero() {
            return Err(Dropped::ZeroPrice);
        }
        Ok(Listed {
            service: listing.service,
            sku: listing.sku(written.unit, written.start, written.end)?,
            variant: &listing.variant,
            unit: listing.unit,
            region,
            price,
            effective: day(written.effective).ok_or(Dropped::Unreadable)?,
        })
    }

    /// The document must be of the offer that was asked for.
    pub(super) fn check_offer(&self, code: &str) -> Result<(), ParseError> {
        let asked = self.offer.code;
        if code.is_empty() || code == asked {
            return Ok(());
        }
        let what = format!("it is the list of {}, where {asked} was asked for", excerpt(code));
        Err(ParseError::NotAPriceList(what))
    }
}

/// The formats of version 1 are known: `v1.0`.
pub(super) fn check_format(version: &str) -> Result<(), ParseError> {
    if version == "v1" || version.starts_with("v1.") {
        return Ok(());
    }
    let version = excerpt(version);
    let what = format!("its format is {version:?}, where v1.0 is known; look for a newer agent");
    Err(ParseError::NotAPriceList(what))
}

/// The columns and attributes of a row that a price needs.
pub(super) fn written<'a>(row: &'a dyn Facts) -> Written<'a> {
    Written {
        unit: row.get(Column::Unit),
        start: row.get(Column::StartingRange),
        end: row.get(Column::EndingRange),
        price: row.get(Column::PricePerUnit),
        currency: row.get(Column::Currency),
        effective: row.get(Column::EffectiveDate),
    }
}

/// The day of `2020-10-01` or `2016-06-01T00:00:00Z`.
pub(super) fn day(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}

/// The beginning of a text of a document, for a message.
pub(super) fn excerpt(text: &str) -> &str {
    text.char_indices().nth(40).map_or(text, |(end, _)| &text[..end])
}
