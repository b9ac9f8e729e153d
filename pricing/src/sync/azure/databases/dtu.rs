//! Databases by the DTU, for a day.
//! <https://learn.microsoft.com/azure/azure-sql/database/resource-limits-dtu-single-databases>

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::DATABASES;
use crate::sync::Dropped;
use crate::sync::azure::item::Item;
use crate::sync::azure::rows::{Key, Rows};
use crate::sync::azure::unit::Measure;

const PRODUCTS: &[&str] =
    &["SQL Database Single Basic", "SQL Database Single Standard", "SQL Database Single Premium"];

/// The meter of the Standard sizes from S6 on.
const TEN: &str = "10 DTUs";

/// Their DTUs, and those of the size that is compared with. The same page.
const SIZES: &[(&str, u32)] = &[("S6", 400), ("S7", 800), ("S9", 1_600), ("S12", 3_000)];
const COMPARED: (&str, u32) = ("S3", 100);

/// How far the price of a DTU may be from that of the compared size, as a part of it: prices are
/// rounded to few places.
const TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// What waits for the end of the list.
#[derive(Debug, Default)]
pub(super) struct Dtu {
    /// Sizes on the meter of ten DTUs, with the price of a day.
    of_ten: Vec<(&'static str, u32, Decimal, Date)>,
}

/// The item is of a database by the DTU.
pub(super) fn is_dtu(item: &Item<'_>) -> bool {
    PRODUCTS.contains(&item.product.trim())
}

impl Dtu {
    /// Keeps `DTU/S3` of the sku `S3` and the meter `S3 DTUs`, and `DTU/Basic` of `B`. The meters
    /// of secondary databases are other ones.
    pub(super) fn item(&mut self, item: &Item<'_>, rows: &mut Rows<'_>) {
        let sku = item.sku.trim();
        let price = match item.price_of(Measure::Day) {
            Ok(price) if item.tier.is_zero() => price,
            Ok(_) => return rows.drop(Dropped::OtherProduct),
            Err(why) => return rows.drop(why),
        };
        let own = item.meter == format!("{sku} DTUs") || item.meter == format!("{sku} DTU");
        if own {
            let objective = if sku == "B" { "Basic" } else { sku };
            keep(rows, objective, price, item.since);
        } else if let Some((size, dtus)) = SIZES.iter().find(|(size, _)| *size == sku)
            && item.meter == TEN
        {
            self.of_ten.push((size, *dtus, price, item.since));
        } else {
            rows.drop(Dropped::OtherProduct);
        }
    }

    /// The meter is called after ten DTUs, while its price is listed for each size. It is that of
    /// the size where a DTU then costs what it costs in the size that has a meter of its own, as it
    /// does in all Standard sizes; else it is not known what it is for.
    pub(super) fn finish(&mut self, rows: &mut Rows<'_>) {
        let compared = rows.price(key(&format!("DTU/{}", COMPARED.0)));
        let one = compared.map(|price| price / Decimal::from(COMPARED.1));
        for (size, dtus, price, since) in self.of_ten.drain(..) {
            if one.is_some_and(|one| is_near(price, one, dtus)) {
                keep(rows, size, price, since);
            } else {
                rows.drop(Dropped::Ambiguous);
            }
        }
    }
}

/// The price is about that of so many DTUs, of which one costs `one`.
fn is_near(price: Decimal, one: Decimal, dtus: u32) -> bool {
    let near = || {
        let expected = one.checked_mul(Decimal::from(dtus))?;
        Some(price.checked_sub(expected)?.abs() <= expected * TOLERANCE)
    };
    near().unwrap_or(false)
}

fn keep(rows: &mut Rows<'_>, objective: &str, price: Decimal, since: Date) {
    rows.keep(key(&format!("DTU/{objective}")), price, since);
}

fn key(sku: &str) -> Key<'_> {
    Key { service: DATABASES, sku, variant: "", unit: "1/Day" }
}
