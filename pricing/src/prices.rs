//! Look-ups in a price book, remembered.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::{Arc, PoisonError, RwLock};

use finops_core::model::{Price, Unit};
use rust_decimal::Decimal;

use crate::book::{Covered, PriceBook, PriceKey, Row};

/// How many of the variants that do have a price a reason names.
const NAMED_VARIANTS: usize = 3;

/// A price to bill with, or why there is none.
pub(crate) type Found = Result<Arc<Price>, Arc<str>>;

/// The list prices that were synced, in front of those that the program was built with. A price
/// that was asked for once is shared from then on, and so is the reason why there is none; any
/// number of threads may ask.
#[derive(Debug)]
pub struct ListPrices {
    /// What was synced from the vendor, with what its tables hold all prices of.
    synced: Option<(PriceBook, Covered)>,
    /// What the program was built with.
    embedded: PriceBook,
    /// The user's own, by full key.
    own: Arc<HashMap<String, Arc<Price>>>,
    /// Full key, such as `aws/ec2/m5.large/us-east-1/linux/od/hour`, to answer.
    answers: RwLock<HashMap<Arc<str>, Found>>,
}

impl ListPrices {
    /// Prices from `book`.
    #[must_use]
    pub fn new(book: PriceBook) -> Self {
        Self::layered(None, book)
    }

    /// Prices from `synced` for the services and regions that one of its tables covers, and from
    /// `embedded` for all others.
    #[must_use]
    pub fn layered(synced: Option<PriceBook>, embedded: PriceBook) -> Self {
        let synced = synced.map(|book| {
            let covered = Covered::of(&book);
            (book, covered)
        });
        Self { synced, embedded, own: Arc::default(), answers: RwLock::default() }
    }

    /// The same, with prices of the user's own by their full keys
    /// (`aws/ec2/m5.large/us-east-1/linux/od/hour`). They are asked for only where no list has the
    /// key.
    #[must_use]
    pub fn with_own(self, own: HashMap<String, Arc<Price>>) -> Self {
        self.sharing_own(Arc::new(own))
    }

    /// The same, with prices of the user's own that others have too.
    pub(crate) fn sharing_own(self, own: Arc<HashMap<String, Arc<Price>>>) -> Self {
        // What was answered without them may have another answer now.
        Self { own, answers: RwLock::default(), ..self }
    }

    /// The prices of AWS that this build carries.
    #[must_use]
    pub fn aws() -> Self {
        Self::new(PriceBook::aws().clone())
    }

    /// The prices of Azure that this build carries.
    #[must_use]
    pub fn azure() -> Self {
        Self::new(PriceBook::azure().clone())
    }

    /// The prices of Google Cloud that this build carries.
    #[must_use]
    pub fn gcp() -> Self {
        Self::new(PriceBook::gcp().clone())
    }

    /// The book that was synced, or else the one that the program was built with.
    #[must_use]
    pub fn book(&self) -> &PriceBook {
        self.synced().unwrap_or(&self.embedded)
    }

    /// The book that was synced.
    #[must_use]
    pub fn synced(&self) -> Option<&PriceBook> {
        self.synced.as_ref().map(|(book, _)| book)
    }

    /// The book that the program was built with.
    #[must_use]
    pub fn embedded(&self) -> &PriceBook {
        &self.embedded
    }

    /// The synced book answers for the service in the region: one of its tables holds all prices
    /// of it.
    #[must_use]
    pub fn is_synced(&self, service: &str, region: &str) -> bool {
        self.synced.as_ref().is_some_and(|(_, covered)| covered.has(service, region))
    }

    /// The row of exactly this key, in whatever currency and unit it is listed.
    #[must_use]
    pub fn find(&self, key: &PriceKey<'_>) -> Option<Row<'_>> {
        match &self.synced {
            Some((book, covered)) if covered.has(key.service, key.region) => book.find(key),
            _ => self.embedded.find(key),
        }
    }

    /// All prices of one sku of a service.
    pub fn rows(&self, service: &str, sku: &str) -> impl Iterator<Item = Row<'_>> {
        self.layers(move |book| book.rows(service, sku))
    }

    /// All prices of a service (`aws/ec2`).
    pub fn service_rows(&self, service: &str) -> impl Iterator<Item = Row<'_>> {
        self.layers(move |book| book.service_rows(service))
    }

    /// The rows of each book that are in a service and region for which it answers.
    fn layers<'a, I: Iterator<Item = Row<'a>>>(
        &'a self,
        rows: impl Fn(&'a PriceBook) -> I,
    ) -> impl Iterator<Item = Row<'a>> {
        let synced = self.synced().map(&rows).into_iter().flatten();
        let synced = synced.filter(|row| self.is_synced(row.service, row.region));
        let embedded = rows(&self.embedded).filter(|row| !self.is_synced(row.service, row.region));
        synced.chain(embedded)
    }

    /// The price of exactly this key, in a unit that a cost line can carry.
    ///
    /// # Errors
    ///
    /// A reason for a person: that the book does not know the sku at all, or not in this region,
    /// or not for this variant, or has it in another currency.
    pub fn price(&self, key: &PriceKey<'_>) -> Result<Arc<Price>, Arc<str>> {
        let full_key = full_key(key);
        // No code panics while it holds the lock, so that what is behind a poisoned one is whole.
        let answers = self.answers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = answers.get(full_key.as_str()) {
            return answer.clone();
        }
        drop(answers);
        let full_key: Arc<str> = full_key.into();
        let answer = self.look_up(key, &full_key);
        let mut answers = self.answers.write().unwrap_or_else(PoisonError::into_inner);
        answers.entry(full_key).or_insert(answer).clone()
    }

    fn look_up(&self, key: &PriceKey<'_>, full_key: &Arc<str>) -> Found {
        let Some(row) = self.find(key) else {
            let own = self.own.get(&**full_key).cloned();
            return own.ok_or_else(|| self.reason(key));
        };
        if row.currency != "USD" {
            let Row { currency, price, .. } = row;
            let one = one_of(row.unit);
            let reason = format!(
                "{full_key} is listed in {currency} ({price} for {one}); \
                 costs are added up in USD only"
            );
            return Err(reason.into());
        }
        let (unit, per) = billing_unit(row.unit).ok_or_else(|| {
            format!("{full_key} is priced in {}, which is not billed here", row.unit)
        })?;
        Ok(Arc::new(Price {
            unit_price: (row.price / Decimal::from(per)).normalize(),
            unit,
            source: row.source.into(),
            as_of: row.as_of,
            sku_key: Arc::clone(full_key),
        }))
    }

    fn reason(&self, key: &PriceKey<'_>) -> Arc<str> {
        let PriceKey { sku, region, variant, .. } = *key;
        let separator = if variant.is_empty() { "" } else { " " };
        let mut reason = format!("no list price for {sku}{separator}{variant} in {region}: ");
        // A premium is added to a price and is none itself.
        let prices = |row: &Row<'_>| !row.variant.ends_with("-premium");
        let rows: Vec<Row<'_>> = self.rows(key.service, sku).filter(prices).collect();
        let here: BTreeSet<&str> =
            rows.iter().filter(|row| row.region == region).map(|row| row.variant).collect();
        // Writing to a String cannot fail.
        let _ = if rows.is_empty() {
            write!(reason, "the price book does not know {sku}")
        } else if here.is_empty() {
            write!(reason, "the price book has {sku}, but not in this region")
        } else if here.contains(variant) {
            write!(reason, "the price book has it in another unit than {}", key.unit)
        } else {
            let more = here.len().saturating_sub(NAMED_VARIANTS);
            let named: Vec<&str> = here.into_iter().take(NAMED_VARIANTS).collect();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            write!(reason, "the price book has it there for {}{more} only", named.join(", "))
        };
        reason.into()
    }
}

/// `service/sku/region[/variant]/od/unit`: what a person needs to find the row again.
fn full_key(key: &PriceKey<'_>) -> String {
    let PriceKey { service, sku, region, variant, unit } = *key;
    let parts = [service, "/", sku, "/", region, "/", variant, "/od/", unit];
    if variant.is_empty() {
        // Without the variant and the slash before it.
        return [&parts[..5], &parts[7..]].concat().concat();
    }
    parts.concat()
}

/// One of a vendor's unit, for a person: `one hour`. A unit that begins with its own number is left
/// as it is.
fn one_of(unit: &str) -> String {
    if unit.starts_with(|first: char| first.is_ascii_digit()) {
        unit.to_owned()
    } else {
        format!("one {unit}")
    }
}

/// The unit in which a cost line bills what the vendor's unit names, and how many of the former
/// are in one of the latter.
pub(crate) fn billing_unit(vendor: &str) -> Option<(Unit, u32)> {
    Some(match vendor {
        // An Aurora capacity unit is billed by the hour for each unit: the quantity counts them.
        "hour" | "ACU-Hr" => (Unit::Hour, 1),
        "GB-Mo" => (Unit::GigabyteMonth, 1),
        "IOPS-Mo" => (Unit::IopsMonth, 1),
        // 1,024 is a power of two, so that the quotient is a finite decimal.
        "GiBps-mo" => (Unit::MebibytePerSecondMonth, 1024),
        "MBPS-Mo" => (Unit::MebibytePerSecondMonth, 1),
        "GB-second" => (Unit::GigabyteSecond, 1),
        "request" => (Unit::Request, 1),
        "object" => (Unit::ObjectMonth, 1),
        // Azure's disks. `1/Hour` is one of whatever the sku counts: a machine's processor, one
        // I/O operation or one MB per second.
        "1/Hour" => (Unit::Hour, 1),
        // Azure's databases by the DTU.
        "1/Day" => (Unit::Hour, 24),
        "1/Month" => (Unit::Month, 1),
        "1 GiB/Hour" => (Unit::GibibyteHour, 1),
        // Azure's functions, databases and storage accounts. A GB is 2^30 bytes there too.
        "10 executions" => (Unit::Request, 10),
        "vCPU-hour" => (Unit::VcpuHour, 1),
        "GiB-hour" => (Unit::GibibyteHour, 1),
        "vCore-hour" => (Unit::VcoreHour, 1),
        "1 GB/Month" => (Unit::GigabyteMonth, 1),
        // Google's disks, snapshots, databases, buckets and functions.
        "GiB-Mo" => (Unit::GibibyteMonth, 1),
        "GHz-second" => (Unit::GigahertzSecond, 1),
        "invocation" => (Unit::Request, 1),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
