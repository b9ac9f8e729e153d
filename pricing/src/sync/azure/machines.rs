//! `Virtual Machines`: sizes for an hour, without and with Windows.
//!
//! What tells the operating system, and whether it is a machine at all, is the name of the product:
//! `Virtual Machines Dsv3 Series`, `Virtual Machines Dsv3 Series Windows`. Other products carry the
//! same `armSkuName`: `Dasv5 Series Cloud Services` costs what the machine costs with Windows.
//! <https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions>

use super::item::{Item, contains};
use super::rows::{Key, Mapping, Rows};
use super::unit::Measure;
use crate::azure::size::Size;
use crate::sync::Dropped;

/// The service of the sizes.
pub(super) const MACHINES: &str = "azure/vm";
/// The service of what they cost with a savings plan, for information.
pub(super) const PLANS: &str = "azure/vm-savings-plan";

/// Licences that a product's name would tell. Microsoft bills them by themselves, so that no such
/// product is known; should there be one, it is not Linux alone.
const LICENCES: &[&str] = &["red hat", "rhel", "suse", "sles", "ubuntu", "sql", "biztalk"];

/// Terms of savings plans as they are sent and as the book has them.
const TERMS: &[(&str, &str)] = &[("1 Year", "1yr"), ("3 Years", "3yr")];

/// The mapping of machines.
pub(super) struct Machines;

impl Mapping for Machines {
    fn item(&mut self, item: &Item<'_>, rows: &mut Rows<'_>) {
        let (size, system, price) = match machine(item) {
            Ok(machine) => machine,
            Err(why) => return rows.drop(why),
        };
        let key = Key { service: MACHINES, sku: &size, variant: system, unit: "hour" };
        rows.keep(key, price, item.since);
        for plan in item.plans(Measure::Hour) {
            let term = plan.and_then(|(term, price)| {
                let known = TERMS.iter().find(|(sent, _)| *sent == term);
                known.map(|(_, name)| (*name, price)).ok_or(Dropped::NotOnDemand)
            });
            match term {
                Err(why) => rows.drop(why),
                Ok((name, price)) => {
                    let variant = format!("{system}/{name}");
                    let key = Key { service: PLANS, variant: &variant, ..key };
                    rows.keep(key, price, item.since);
                }
            }
        }
    }
}

/// The size, the operating system and the price of an hour.
fn machine(item: &Item<'_>) -> Result<(String, &'static str, rust_decimal::Decimal), Dropped> {
    let product = item.product.trim();
    if contains(product, &["dedicated host"]) || contains(&item.arm_sku, &["_type"]) {
        return Err(Dropped::OtherTenancy);
    }
    if item.is_called(&["spot", "low priority"]) {
        return Err(Dropped::NotOnDemand);
    }
    let series = product.strip_prefix("Virtual Machines ").ok_or(Dropped::OtherProduct)?;
    let other =
        contains(series, &["cloud services", "cloudservices"]) || contains(series, LICENCES);
    if other || !item.tier.is_zero() {
        return Err(Dropped::OtherProduct);
    }
    let size = name(&item.arm_sku).ok_or(Dropped::OtherProduct)?;
    if !is_sold_as(item, &size) {
        return Err(Dropped::OtherProduct);
    }
    // `Srs Win` is how one product of 362 ends.
    let last = series.rsplit(' ').next().unwrap_or_default().to_lowercase();
    let system = if matches!(last.as_str(), "windows" | "win") { "windows" } else { "linux" };
    Ok((size, system, item.price_of(Measure::Hour)?))
}

/// The size as machines name it: `Standard_E96-48as_v5` of `Standard_E96-48as v5`. Without a name
/// an item tells nothing.
fn name(arm_sku: &str) -> Option<String> {
    let name = arm_sku.split_whitespace().collect::<Vec<_>>().join("_");
    let size = Size::parse(&name).map(|size| size.name());
    size.or(Some(name)).filter(|name| !name.is_empty())
}

/// Sizes of the Basic tier and promotions have names of their own; under the name of another size
/// they would be taken for it.
fn is_sold_as(item: &Item<'_>, size: &str) -> bool {
    let promotion = item.is_called(&["promo"]);
    let basic = item.product.split(' ').any(|word| word.eq_ignore_ascii_case("basic"));
    (!promotion || contains(size, &["promo"])) && (!basic || size.starts_with("Basic_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_the_name_by_which_machines_are_looked_up() {
        for (sent, expected) in [
            ("Standard_D2s_v3", "Standard_D2s_v3"),
            ("Standard_E96-48as v5", "Standard_E96-48as_v5"),
            ("standard_d4S_V5", "Standard_D4s_v5"),
            ("Standard_D2_v2_Promo ", "Standard_D2_v2_Promo"),
            ("Basic_A1", "Basic_A1"),
            ("Something else", "Something_else"),
        ] {
            assert_eq!(name(sent).as_deref(), Some(expected));
        }
        assert_eq!(name(" "), None);
    }
}
