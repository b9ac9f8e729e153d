//! Look-ups in a price book, remembered.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::{Arc, PoisonError, RwLock};

use finops_core::model::{Price, Unit};
use rust_decimal::Decimal;

use crate::book::{PriceBook, PriceKey, Row};

/// How many of the variants that do have a price a reason names.
const NAMED_VARIANTS: usize = 3;

/// A price to bill with, or why there is none.
pub(crate) type Found = Result<Arc<Price>, Arc<str>>;

/// The list prices of one book. A price that was asked for once is shared from then on, and so
/// is the reason why there is none; any number of threads may ask.
#[derive(Debug)]
pub struct ListPrices {
    /// What was synced from the vendor.
    synced: Option<PriceBook>,
    /// What the program was built with.
    embedded: PriceBook,
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
        Self { synced, embedded, answers: RwLock::default() }
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
        self.synced.as_ref().unwrap_or(&self.embedded)
    }

    /// The price of exactly this key, in a unit that a cost line can carry.
    ///
    /// # Errors
    ///
    /// A reason for a person: that the book does not know the sku at all, or not in this region,
    /// or not for this variant.
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
        let row = self.book().find(key).ok_or_else(|| self.reason(key))?;
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
        let rows: Vec<Row<'_>> = self.book().rows(key.service, sku).filter(prices).collect();
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

/// The unit in which a cost line bills what the vendor's unit names, and how many of the former
/// are in one of the latter.
fn billing_unit(vendor: &str) -> Option<(Unit, u32)> {
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
mod tests {
    use super::*;

    fn key<'a>(sku: &'a str, region: &'a str, variant: &'a str) -> PriceKey<'a> {
        PriceKey { service: "aws/ec2", sku, region, variant, unit: "hour" }
    }

    #[test]
    fn a_price_is_shared_and_names_its_row() {
        let prices = ListPrices::aws();
        let first = prices.price(&key("m5.large", "us-east-1", "linux")).unwrap();
        let again = prices.price(&key("m5.large", "us-east-1", "linux")).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        assert_eq!(&*first.sku_key, "aws/ec2/m5.large/us-east-1/linux/od/hour");
        assert_eq!((&*first.source, first.as_of), ("karp", jiff::civil::date(2026, 7, 20)));
        assert_eq!(first.unit_price, "0.096".parse().unwrap());
    }

    #[test]
    fn threads_share_one_price() {
        let prices = ListPrices::aws();
        let ask = || prices.price(&key("m5.large", "eu-west-1", "linux")).unwrap();
        let answers: Vec<_> = std::thread::scope(|scope| {
            let asking: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(answers.iter().all(|price| Arc::ptr_eq(price, &answers[0])));
    }

    #[test]
    fn a_key_without_a_variant_has_no_empty_part() {
        let prices = ListPrices::aws();
        let gp3 = PriceKey {
            service: "aws/ebs",
            sku: "gp3/throughput",
            region: "us-east-1",
            variant: "",
            unit: "GiBps-mo",
        };
        let price = prices.price(&gp3).unwrap();
        assert_eq!(&*price.sku_key, "aws/ebs/gp3/throughput/us-east-1/od/GiBps-mo");
        // 40.96 USD for 1,024 MiB/s.
        assert_eq!(price.unit_price, "0.04".parse().unwrap());
        assert_eq!(price.unit, Unit::MebibytePerSecondMonth);
    }

    #[test]
    fn the_reason_says_what_the_book_lacks() {
        let prices = ListPrices::aws();
        let reason = |sku, region, variant| {
            prices.price(&key(sku, region, variant)).unwrap_err().to_string()
        };
        assert_eq!(
            reason("x9.large", "eu-west-1", "linux"),
            "no list price for x9.large linux in eu-west-1: the price book does not know x9.large"
        );
        assert_eq!(
            reason("m5.large", "cn-north-1", "linux"),
            "no list price for m5.large linux in cn-north-1: \
             the price book has m5.large, but not in this region"
        );
        assert_eq!(
            reason("m5.large", "us-east-1", "suse"),
            "no list price for m5.large suse in us-east-1: \
             the price book has it there for linux, windows only"
        );
    }

    #[test]
    fn what_no_line_can_bill_is_not_a_price() {
        let prices = ListPrices::aws();
        let egress = PriceKey {
            service: "aws/datatransfer",
            sku: "internet-egress/from-0-GB",
            region: "us-east-1",
            variant: "",
            unit: "GB",
        };
        let reason = prices.price(&egress).unwrap_err();
        assert!(reason.contains("priced in GB, which is not billed here"), "{reason}");
    }
}
