//! generic-agent's configuration: rates, the machine, and a plugin for the racks.

use std::path::Path;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::rates::{ELECTRICITY, MODELS, RACK_UNIT};
use super::{HOSTNAME, LIFETIME_MONTHS, Machine, OVERHEAD, SITE};

/// The configuration file's content; `program` prints the racks.
pub(super) fn of(machine: &Machine, program: &Path) -> Value {
    // A rate may not be of the future, and the machine not yet be written off: a year ago is right
    // whatever the clock says.
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let since = today.saturating_sub(1.year()).to_string();
    let rate = |price: Decimal, unit: &str, source: &str| json!({ "price": price.to_string(), "unit": unit, "source": source, "as_of": since });
    let mut rates = Map::from_iter([
        ("electricity".to_owned(), rate(ELECTRICITY, "kWh", "utility invoice")),
        ("rack_unit".to_owned(), rate(RACK_UNIT, "month", "colocation contract")),
    ]);
    for model in &MODELS {
        let price = rate(model.hourly, "GPU-hour", "datacentre contract");
        rates.insert(model.name.to_owned(), price);
    }
    let plugins: Vec<Value> = machine
        .plugins
        .iter()
        .map(|(name, skip, count)| plugin(name, machine.seed, *skip, *count, program))
        .collect();
    json!({
        "hostname": HOSTNAME,
        "region": SITE,
        "rates": rates,
        "machine": {
            "flat": "rack_unit",
            "power": {
                "rate": "electricity",
                "watts": machine.bought.watts,
                "overhead": OVERHEAD.to_string(),
            },
            "hardware": {
                "purchase_price": machine.bought.price.to_string(),
                "lifetime": format!("{LIFETIME_MONTHS} months"),
                "purchased": since,
                "source": "invoice 4711",
            },
            "tags": { "team": "platform" },
        },
        "plugins": plugins,
    })
}

fn plugin(name: &str, seed: u64, skip: u64, count: u64, program: &Path) -> Value {
    let mut costs: Vec<Value> = MODELS
        .iter()
        .map(|model| json!({ "rate": model.name, "per_unit": format!("{{{}}}", model.name) }))
        .collect();
    costs.push(json!({ "rate": "electricity", "per_unit": "{watts}", "divide_by": 1_000 }));
    json!({
        "name": name,
        "command": [
            program, "station", "--seed", seed.to_string(), "--skip", skip.to_string(),
            "--resources", count.to_string(),
        ],
        "parse": { "format": "csv" },
        "timeout": "60s",
        "max_output": "16MiB",
        "resources": {
            "id": "{id}",
            "name": "{name}",
            "kind": "gpu host",
            "tags": { "team": "{team}", "rack": "{rack}" },
            "hourly_cost": costs,
        },
    })
}
