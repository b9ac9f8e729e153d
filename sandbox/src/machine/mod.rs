//! What `generic-agent` measures: this machine at rates of its own, and racks of GPUs that a
//! plugin command lists (`sandbox station`).

mod host;
mod rates;
mod settings;
mod station;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::draw::Draw;
use crate::running::Directions;
use crate::size::Size;
use crate::truth::{self, Cost, Sum, Truth};
use host::Host;
pub use station::Station;

/// The most records that the agent takes from one run of a plugin (`docs/plugins.md`).
const MOST_RECORDS: u64 = 10_000;
/// The machine's name in documents.
const HOSTNAME: &str = "sandbox-machine";
/// Where it says it is.
const SITE: &str = "sandbox";

/// A machine and the racks that it watches.
#[derive(Debug)]
pub struct Machine {
    seed: u64,
    /// The services of the racks: one for each plugin, with its first host and how many it lists.
    plugins: Vec<(&'static str, u64, u64)>,
    bought: Bought,
}

/// What the machine itself costs its owner.
#[derive(Debug)]
struct Bought {
    /// What it draws.
    watts: u64,
    /// What it cost, in USD.
    price: u64,
}

/// How many months the machine is written off over.
const LIFETIME_MONTHS: u64 = 60;
/// What the site draws for each watt of the machine: 1.4.
const OVERHEAD: Decimal = Decimal::from_parts(14, 0, 0, false, 1);

impl Machine {
    /// A machine that watches so many hosts that there are `size.resources` with itself. Its fleet
    /// is the same whatever the mix is.
    #[must_use]
    pub fn new(size: &Size) -> Self {
        let hosts = size.resources.saturating_sub(1);
        let plugins = (0..hosts.div_ceil(MOST_RECORDS))
            .map(|part| {
                let first = part * MOST_RECORDS;
                (name(part), first, MOST_RECORDS.min(hosts - first))
            })
            .collect();
        let mut draw = Draw::of(size.seed, Draw::place(HOSTNAME), "machine", 0);
        let watts = 180 + 10 * draw.below(40);
        // In equal parts without a remainder.
        let price = LIFETIME_MONTHS * (40 + draw.below(120));
        Self { seed: size.seed, plugins, bought: Bought { watts, price } }
    }

    /// What everything costs.
    #[must_use]
    pub fn truth(&self) -> Truth {
        let mut machine = Sum::default();
        machine.add(&self.bought.cost());
        let mut sums = BTreeMap::from([("machine", machine)]);
        for (name, first, count) in &self.plugins {
            let sum = sums.entry(*name).or_default();
            for index in *first..first + count {
                sum.add(&Host::of(self.seed, index).cost());
            }
        }
        let place = truth::Place { account: HOSTNAME.to_owned(), region: SITE.to_owned() };
        Truth(BTreeMap::from([(place, sums)]))
    }

    /// What the agent has to be told.
    ///
    /// # Errors
    /// It is not known where this program is, which is the plugin's command.
    pub fn directions(&self) -> std::io::Result<Directions> {
        let settings = settings::of(self, &std::env::current_exe()?);
        // It is on no cloud, whatever machine this is.
        let environment = BTreeMap::from([("ENABLE_CLOUD_METADATA", "false".to_owned())]);
        Ok(Directions { environment, settings })
    }
}

impl Bought {
    /// Electricity, what the machine was bought for in equal parts over its lifetime, and its place
    /// in the rack.
    fn cost(&self) -> Cost {
        let kilowatts = Decimal::new(self.watts.cast_signed(), 3) * OVERHEAD;
        Cost::FREE
            .and_hourly(Some(kilowatts * rates::ELECTRICITY))
            .and(Some(Decimal::from(self.price / LIFETIME_MONTHS)))
            .and(Some(rates::RACK_UNIT))
    }
}

/// The name of a plugin. Only a fleet beyond [`MOST_RECORDS`] has more than one, and their names
/// live as long as the program.
fn name(part: u64) -> &'static str {
    match part {
        0 => "racks",
        _ => Box::leak(format!("racks-{part}").into_boxed_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::size::Mix;

    fn machine(resources: u64) -> Machine {
        Machine::new(&Size { seed: 7, resources, accounts: 1, regions: 1, mix: Mix::All })
    }

    #[test]
    fn the_fleet_has_the_resources_that_were_asked_for() {
        for resources in [1, 2, 300, 10_001, 10_002, 25_000] {
            assert_eq!(machine(resources).truth().total().count, resources);
        }
    }

    #[test]
    fn racks_have_hosts_of_each_kind_of_price() {
        let racks = machine(1_000).truth().by_service()["racks"];
        assert!(racks.unpriced > 0 && racks.partly_priced > 0, "{racks:?}");
        assert!(racks.unpriced + racks.partly_priced < racks.count / 5, "{racks:?}");
    }

    #[test]
    fn the_machine_is_worked_out_by_hand() {
        let bought = Bought { watts: 350, price: 8_400 };
        // 0.35 kW × 1.4 × 730 h × 0.28 = 100.156; 8,400 / 60 = 140; the rack unit is 35.
        assert_eq!(bought.cost().monthly, "275.156".parse().unwrap());
    }
}
