//! `Functions`: executions and their time, and the instances of Premium plans.
//! <https://azure.microsoft.com/pricing/details/functions/>

use rust_decimal::Decimal;

use super::item::Item;
use super::rows::{Key, Mapping, Rows};
use super::unit::Measure;
use crate::sync::Dropped;

/// The service of functions.
pub(super) const FUNCTIONS: &str = "azure/functions";

const PRODUCTS: &[&str] = &["Functions", "Flex Consumption", "Premium Functions"];

const THOUSAND: Decimal = Decimal::ONE_THOUSAND;
const MILLION: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// The mapping of functions.
pub(super) struct Functions;

impl Mapping for Functions {
    fn item(&mut self, item: &Item<'_>, rows: &mut Rows<'_>) {
        if !PRODUCTS.contains(&item.product.as_ref()) {
            return rows.drop(Dropped::OtherProduct);
        }
        let (unit, price) = match price(item) {
            Ok(price) => price,
            Err(why) => return rows.drop(why),
        };
        let sku = format!("{}/{}{}", item.product, item.meter, above(item));
        rows.keep(Key { service: FUNCTIONS, sku: &sku, variant: "", unit }, price, item.since);
    }
}

/// The unit of the book and the price of one of it.
fn price(item: &Item<'_>) -> Result<(&'static str, Decimal), Dropped> {
    let unit = item.unit.ok_or(Dropped::UnknownUnit)?;
    let one = item.price_of(unit.measure)?;
    Ok(match unit.measure {
        Measure::Each => {
            ("10 executions", one.checked_mul(Decimal::TEN).ok_or(Dropped::Unreadable)?)
        }
        Measure::GigabyteSecond => ("GB-second", one),
        Measure::GibibyteHour | Measure::GigabyteHour => ("GiB-hour", one),
        Measure::Hour if item.meter.ends_with("vCPU Duration") => ("vCPU-hour", one),
        _ => return Err(Dropped::UnknownUnit),
    })
}

/// From where on a price holds: `/over-1M` executions, `/over-400000GBs`. What is below is the
/// monthly grant, which costs nothing.
fn above(item: &Item<'_>) -> String {
    let block = item.unit.map_or(Decimal::ONE, |unit| unit.block);
    let units = match item.tier.checked_mul(block).map(|units| units.normalize()) {
        Some(units) if units.is_zero() => return String::new(),
        Some(units) => units,
        None => return format!("/over-{}x{block}", item.tier),
    };
    match item.unit.map(|unit| unit.measure) {
        Some(Measure::Each) if (units % MILLION).is_zero() => format!("/over-{}M", units / MILLION),
        Some(Measure::Each) if (units % THOUSAND).is_zero() => {
            format!("/over-{}K", units / THOUSAND)
        }
        Some(Measure::GigabyteSecond) => format!("/over-{units}GBs"),
        _ => format!("/over-{units}"),
    }
}
