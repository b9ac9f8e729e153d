//! What vCores cost, looked up once.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::azure::place::REGIONS;
use crate::facts::Facts;

/// The most vCores of a size that is looked for.
const MOST: u64 = 128;

/// Prices of sizes by their vCores.
#[derive(Debug)]
pub(crate) struct Prices(HashMap<(usize, &'static str), Family>);

/// The listed sizes of a family in a region.
#[derive(Debug)]
struct Family {
    listed: HashMap<u64, Decimal>,
    /// The price of one vCore, where several sizes are listed and all agree on it.
    each: Option<Decimal>,
}

impl Prices {
    pub(crate) fn of(facts: &Facts) -> Self {
        let mut all = HashMap::new();
        let families = ["GP_Gen5/", "GP_Gen5/zone-redundancy-", "GP_Fsv2/", "BC_Gen5/", "HS_Gen5/"];
        for (region, (name, _)) in REGIONS.iter().enumerate() {
            for family in families {
                let price = |cores: u64| {
                    let sku = format!("{family}{cores}-vcore");
                    facts.price("azure/sql", &sku, "license-excluded", "hour", name)
                };
                let listed = (1..=MOST).filter_map(|cores| Some((cores, price(cores)?)));
                let listed: HashMap<u64, Decimal> = listed.collect();
                all.insert((region, family), Family { each: each(&listed), listed });
            }
        }
        Self(all)
    }

    /// USD an hour of so many vCores; `family` is what their rows begin with.
    pub(super) fn hourly(&self, region: usize, family: &str, cores: u64) -> Option<Decimal> {
        let rows: &HashMap<(usize, &str), Family> = &self.0;
        let family = rows.get(&(region, family))?;
        let each = || family.each.map(|each| each * Decimal::from(cores));
        family.listed.get(&cores).copied().or_else(each)
    }
}

fn each(listed: &HashMap<u64, Decimal>) -> Option<Decimal> {
    let (cores, price) = listed.iter().next()?;
    let each = price / Decimal::from(*cores);
    let agree = listed.iter().all(|(cores, price)| each * Decimal::from(*cores) == *price);
    (listed.len() > 1 && agree).then_some(each)
}
