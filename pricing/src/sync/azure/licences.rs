//! `Virtual Machines Licenses`: operating systems that Azure bills beside a machine, the same in
//! every region. <https://azure.microsoft.com/pricing/details/virtual-machines/red-hat/>
//!
//! A meter names the number of processors (`8 vCPU VM License`) or a range of them
//! (`1-2 vCPU VM Support`, `5+ vCPU VM Support`), and the price is for the machine.

use std::ops::RangeInclusive;

use super::item::{Item, contains};
use super::rows::{Key, Mapping, Rows};
use super::unit::Measure;
use crate::azure::vm::LICENCE_PRODUCTS;
use crate::sync::Dropped;

/// The service of licences.
pub(super) const LICENCES: &str = "azure/vm-license";

/// The most processors of a range with two ends.
const MOST: u32 = 1_024;

/// The mapping of licences.
pub(super) struct Licences;

/// The machines that a meter is for, by their processors.
#[derive(Debug, PartialEq, Eq)]
enum For {
    /// Those of one number.
    One(u32),
    /// Those of a range of numbers.
    Range(RangeInclusive<u32>),
    /// Those of a number and more.
    From(u32),
}

impl Mapping for Licences {
    fn item(&mut self, item: &Item<'_>, rows: &mut Rows<'_>) {
        let product = item.product.trim();
        let known = LICENCE_PRODUCTS.contains(&product) && item.tier.is_zero();
        // Meters of subscriptions of one's own are listed at nothing, or for information.
        let machines = machines(&item.meter).filter(|_| known && !contains(&item.meter, &["byos"]));
        let (machines, price) = match (machines, item.price_of(Measure::Hour)) {
            (None, _) => return rows.drop(Dropped::OtherProduct),
            (_, Err(why)) => return rows.drop(why),
            (Some(machines), Ok(price)) => (machines, price),
        };
        let mut keep = |end: &str, variant: &str| {
            let sku = format!("{product}/{end}");
            rows.keep(
                Key { service: LICENCES, sku: &sku, variant, unit: "hour" },
                price,
                item.since,
            );
        };
        match machines {
            For::One(count) => keep(&format!("{count}-vcpu"), ""),
            For::From(count) => keep(&format!("{count}-vcpu-and-more"), ""),
            For::Range(counts) => {
                counts.for_each(|count| keep(&format!("{count}-vcpu"), "range"));
            }
        }
    }
}

/// The machines of `8 vCPU VM License`, `52-vCPU VM License`, `1-2 vCPU VM Support`,
/// `5+ vCPU VM Support`.
fn machines(meter: &str) -> Option<For> {
    let (counts, _) = meter.split_once("vCPU VM")?;
    let counts = counts.trim_end_matches([' ', '-']);
    let number = |text: &str| text.trim().parse().ok().filter(|number| (1..=MOST).contains(number));
    if let Some(least) = counts.strip_suffix('+') {
        return Some(For::From(number(least)?));
    }
    match counts.split_once('-') {
        None => Some(For::One(number(counts)?)),
        Some((least, most)) => {
            let range = number(least)?..=number(most)?;
            (!range.is_empty()).then_some(For::Range(range))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_names_the_processors_of_the_machines_it_is_for() {
        for (meter, expected) in [
            ("8 vCPU VM License", Some(For::One(8))),
            ("52-vCPU VM License", Some(For::One(52))),
            ("1-2 vCPU VM Support", Some(For::Range(1..=2))),
            ("5+ vCPU VM Support", Some(For::From(5))),
            ("Shared vCPU VM License", None),
            ("0 vCPU VM License", None),
            ("4-2 vCPU VM License", None),
            ("99999 vCPU VM License", None),
            ("BYOS License", None),
        ] {
            assert_eq!(machines(meter), expected, "{meter}");
        }
    }
}
