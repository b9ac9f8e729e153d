//! What the machine costs.

use rust_decimal::Decimal;

use finops_core::config::{Branch, Checker};
use finops_core::model::Unit;
use finops_pricing::own::{Hardware, Lifetime, MOST, MachineRates, Power};

use jiff::civil::Date;

use super::rates::{self, Rates};

/// What the machine costs.
#[derive(Debug, Clone, Default)]
pub struct MachineConfig {
    /// By which rates.
    pub rates: MachineRates,
    /// Where its watts are measured, where they are.
    pub watts: Option<Watts>,
    /// Its tags.
    pub tags: Vec<(String, String)>,
}

/// Where watts are measured: a field that a plugin prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watts {
    /// The plugin.
    pub plugin: String,
    /// The field, in watts. Where the plugin prints several records they are added up.
    pub field: String,
}

impl MachineConfig {
    pub(super) fn check(check: &mut Checker, rates: &Rates, today: Date) -> Self {
        let Some(mut tree) = check.branch("machine") else { return Self::default() };
        let mut find = |key, units: &[Unit]| {
            let written = tree.written(key)?;
            rates.find(&tree, &written, units)
        };
        let mut machine = MachineRates {
            vcpu: find("vcpu", &[Unit::VcpuHour]),
            memory: find("memory", &[Unit::GibibyteHour, Unit::GibibyteMonth]),
            disk: find("disk", &[Unit::GibibyteMonth, Unit::GibibyteHour]),
            gpu: find("gpu", &[Unit::GpuHour]),
            flat: find("flat", &[Unit::Hour, Unit::Month]),
            power: None,
            hardware: None,
        };
        let (power, watts) = match tree.branch("power") {
            Some(branch) => power(branch, rates),
            None => (None, None),
        };
        machine.power = power;
        machine.hardware = tree.branch("hardware").and_then(|branch| hardware(branch, today));
        let tags = tree.pairs("tags").into_iter().map(|(key, value)| (key, value.text)).collect();
        tree.finish();
        Self { rates: machine, watts, tags }
    }
}

fn power(mut branch: Branch, rates: &Rates) -> (Option<Power>, Option<Watts>) {
    let price = branch
        .required("rate", "name a rate per kWh")
        .and_then(|written| rates.find(&branch, &written, &[Unit::KilowattHour]));
    let watts = bounded(&mut branch, "watts");
    let overhead = bounded(&mut branch, "overhead").unwrap_or(Decimal::ONE);
    if overhead < Decimal::ONE {
        branch.mistake(
            format!("has the overhead {overhead}"),
            "write what the site draws for each watt of the machine: at least 1",
        );
    }
    let plugin = branch.text("plugin").map(|text| text.trim().to_owned());
    let field = branch.text("field").map(|text| text.trim().to_owned());
    let measured = match (watts, plugin, field) {
        (Some(_), None, None) => None,
        (None, Some(plugin), field) => {
            Some(Watts { plugin, field: field.unwrap_or_else(|| "watts".to_owned()) })
        }
        _ => {
            branch.mistake(
                "says not just once how many watts",
                "give watts, or the plugin that measures them and its field",
            );
            None
        }
    };
    branch.finish();
    (price.map(|price| Power { price, watts, overhead }), measured)
}

fn bounded(branch: &mut Branch, key: &'static str) -> Option<Decimal> {
    let written = branch.written(key)?;
    let amount = branch.amount(key)?;
    if amount > MOST {
        branch.wrong(&written, format!("is {amount}"), format!("write at most {MOST}"));
        return None;
    }
    Some(amount)
}

fn hardware(mut branch: Branch, today: Date) -> Option<Hardware> {
    let purchase_price = rates::price(&mut branch, "purchase_price");
    let residual_value = match branch.has("residual_value") {
        true => rates::price(&mut branch, "residual_value"),
        false => Some(Decimal::ZERO),
    };
    let lifetime = lifetime(&mut branch);
    let purchased = rates::day(&mut branch, "purchased", today);
    let source = rates::source(&mut branch);
    if residual_value > purchase_price && purchase_price.is_some() {
        branch.mistake("has a residual value above the purchase price", "write what will be left");
    }
    branch.finish();
    Some(Hardware {
        purchase_price: purchase_price?,
        residual_value: residual_value?,
        lifetime: lifetime?,
        purchased: purchased?,
        source: source?,
    })
}

fn lifetime(branch: &mut Branch) -> Option<Lifetime> {
    let written = branch.required("lifetime", "write over how long it is written off: 5y")?;
    match Lifetime::parse(&written.text) {
        Ok(lifetime) => Some(lifetime),
        Err(remedy) => {
            branch.wrong(&written, format!("is \"{}\"", written.text), remedy);
            None
        }
    }
}
