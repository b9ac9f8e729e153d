//! A user's own prices and discounts, as lines of their own beside the list prices.
//!
//! ```text
//! list price ─► negotiated price, or else discount ─► EDP ─► markup
//! ```
//!
//! Each step takes what the one before left and adds a line with the same quantity and unit, so that
//! the list price stays where it was and the sum is what is paid. What is adjusted, and what is not:
//!
//! - **Discounts and negotiated prices** are agreements about list prices: keys of a price list, which
//!   have `od` in them. A spot market's price is none, and is left alone unless a discount names its
//!   service in full (`aws/ec2-spot`).
//! - **An EDP** is an agreement about all that is bought of a vendor: list and spot prices alike. A
//!   user's own rates are bought of nobody.
//! - **A markup** is for whoever the cost is passed on to: every line has it, own rates too.
//!
//! **Amounts are exact.** Only a unit price of more than [`MOST_PLACES`] decimal places is rounded, half
//! away from zero: together with the nine of a quantity, more would not fit into 28 digits. What is
//! left is always what the lines before add up to.

mod adjust;
mod error;
mod key;
mod own;
mod pattern;
mod percentage;
mod period;
mod read;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use finops_core::model::{Costs, Price, ServiceSnapshot};

use adjust::Adjuster;
pub use adjust::MOST_PLACES;
pub use error::OverridesError;
use own::OwnPrices;
use percentage::Percentage;

/// The largest file that is read, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// What a user pays instead of list prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overrides {
    /// The file's name, which every line of it names as its source.
    source: Arc<str>,
    /// The day on which the file was changed last.
    as_of: Date,
    prices: OwnPrices,
    discounts: Vec<Percentage>,
    edp: Option<Percentage>,
    markup: Option<Percentage>,
}

impl Overrides {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, or has mistakes: all of them, each with its line and what would be right.
    pub fn read(path: &Path) -> Result<Self, OverridesError> {
        let failed = |problem: String| OverridesError::File { path: path.to_owned(), problem };
        let about = fs::metadata(path).map_err(|error| failed(error.to_string()))?;
        if !about.is_file() {
            return Err(failed("it is no file".to_owned()));
        }
        if about.len() > MOST_BYTES {
            let bytes = about.len();
            return Err(failed(format!("it has {bytes} bytes, more than the limit of 1 MiB")));
        }
        let changed = about.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
        let changed = changed.unwrap_or_else(Timestamp::now);
        let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        Self::parse(path, &text, Zoned::new(changed, TimeZone::UTC).date())
    }

    /// Reads the text of the file `path`, which was changed on the day `as_of`.
    ///
    /// # Errors
    /// As for [`Overrides::read`].
    pub fn parse(path: &Path, text: &str, as_of: Date) -> Result<Self, OverridesError> {
        read::read(path, text, as_of)
    }

    /// Nothing is adjusted on any day.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.prices.is_empty()
            && self.discounts.is_empty()
            && self.edp.is_none()
            && self.markup.is_none()
    }

    /// The prices for single keys that hold on `today`, by full key
    /// (`aws/ec2/m5.large/us-east-1/linux/od/hour`): for keys that no list has.
    #[must_use]
    pub fn own_prices(&self, today: Date) -> HashMap<String, Arc<Price>> {
        self.prices.full(today, &self.source, self.as_of)
    }

    /// Adds what adjusts each list line on `today` after it. Costs that were adjusted before are
    /// left as they are.
    pub fn apply(&self, costs: &mut Costs, today: Date) {
        Adjuster::new(self, today).adjust(costs);
    }

    /// The same for every resource of a snapshot: lines that share a price share what adjusts it.
    ///
    /// Call it after everything that adds up costs for information, which stays at list prices.
    pub fn apply_to(&self, services: &mut [ServiceSnapshot], today: Date) {
        if self.is_empty() {
            return;
        }
        let mut adjuster = Adjuster::new(self, today);
        for resource in services.iter_mut().flat_map(|service| service.outcome.resources_mut()) {
            adjuster.adjust(&mut resource.costs);
        }
    }
}
