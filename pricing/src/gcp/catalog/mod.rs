//! Pages of the Cloud Billing Catalog: Google's own list of prices, as
//! `GET https://cloudbilling.googleapis.com/v1/services/6F81-5844-456A/skus` answers (that service is
//! Compute Engine).
//! <https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list>
//!
//! This reads what the catalogue says, row by row. What of it is in the price book is decided by
//! [`sync::gcp`](crate::sync::gcp).

mod error;
mod money;
#[cfg(test)]
mod recorded;
mod reply;
mod rows;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

pub use self::error::CatalogError;
use crate::sync::Dropped;

/// One page of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The rows that have a price in USD.
    pub rows: Vec<Sku>,
    /// The rows that were left out.
    pub refused: Vec<Refused>,
    /// What to ask for the next page with; `None` on the last.
    pub next_page_token: Option<String>,
}

/// Something that is sold.
/// <https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list#sku>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sku {
    /// `2390-DCAF-DA38`
    pub sku_id: String,
    /// `A2 Instance Ram running in Americas`
    pub description: String,
    /// `Compute Engine`
    pub service: String,
    /// `Compute`
    pub resource_family: String,
    /// `RAM`
    pub resource_group: String,
    /// `OnDemand`, `Preemptible`, `Commit1Yr`
    pub usage_type: String,
    /// Where it is sold at this price: `us-central1`, `global`.
    pub regions: Vec<String>,
    /// What it is sold by.
    pub unit: Measure,
    /// What it costs, by ascending use.
    pub tiers: Vec<Tier>,
    /// Since when it costs this.
    pub effective_time: Timestamp,
}

/// What something is sold by, in Google's words.
/// <https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list#pricingexpression>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// What a price is for one of: `h`, `GiBy.h`.
    pub usage_unit: String,
    /// What use is recorded in: `s`, `By.s`; empty where Google does not say.
    pub base_unit: String,
    /// How many of `base_unit` one `usage_unit` is; `None` where Google does not say.
    pub base_units: Option<Decimal>,
    /// For how many `usage_unit`s Google shows the price. It changes no price.
    pub display_quantity: Option<Decimal>,
}

/// What use beyond an amount costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// Use beyond this many of `usage_unit`.
    pub start: Decimal,
    /// USD for each of `usage_unit`.
    pub price: Decimal,
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its id; empty where it has none.
    pub sku_id: String,
    /// Why.
    pub why: Dropped,
    /// What is wrong with it, for a person.
    pub reason: String,
}

/// Reads a page. A row without a price in USD that holds on `today` (UTC) is refused, and the others
/// of its page are kept.
///
/// # Errors
/// Google refused the request, or the body is no page of the catalogue.
pub fn page(body: &[u8], today: Date) -> Result<Page, CatalogError> {
    let reply = reply::read(body)?;
    let mut page = Page {
        next_page_token: reply.next_page_token.filter(|token| !token.is_empty()),
        ..Page::default()
    };
    for row in reply.skus.unwrap_or_default() {
        match rows::read(row.get(), today) {
            Ok(sku) => page.rows.push(sku),
            Err(refused) => page.refused.push(refused),
        }
    }
    Ok(page)
}
