//! What a machine and its plugins cost, through the binary. Every figure is worked out in the
//! comments; what depends on the machine is read from it here.

use std::path::Path;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::support::Agent;

const RATES: &str = "
rates:
  vcpu: { price: '0.012', unit: vCPU-hour, source: internal, as_of: 2026-01-01 }
  memory: { price: '0.0015', unit: GiB-hour, source: internal, as_of: 2026-01-01 }
  disk: { price: 0.02, unit: GiB-month, source: storage contract, as_of: 2026-01-01 }
  gpu: { price: '2.10', unit: GPU-hour, source: datacentre contract 2026, as_of: 2026-01-01 }
  power: { price: '0.30', unit: kWh, source: utility bill, as_of: 2026-02-01 }
  rack: { price: '199', unit: month, source: colocation, as_of: 2025-07-01 }
  hourly: { price: '0.35', unit: hour, source: internal, as_of: 2026-01-01 }
";

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

/// What the service costs a month, exactly.
fn month(yaml: &str, service: &str) -> Decimal {
    let (document, ran) = Agent::new().once(&format!("{RATES}{yaml}"));
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    decimal(&document["services"][service]["monthly_cost_exact"])
}

fn usd(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn processors_and_memory_are_counted_by_the_machine() {
    let online = std::fs::read_to_string("/proc/cpuinfo").unwrap();
    let vcpus = online.lines().filter(|line| line.starts_with("processor")).count();
    // Each × 0.012 USD × 730 h.
    let expected = Decimal::from(vcpus) * usd("0.012") * usd("730");
    assert_eq!(month("machine: { vcpu: vcpu }", "machine"), expected);

    let text = std::fs::read_to_string("/proc/meminfo").unwrap();
    let total = text.lines().find_map(|line| line.strip_prefix("MemTotal:")).unwrap();
    let kibibytes: Decimal = total.trim().trim_end_matches(" kB").parse().unwrap();
    // GiB (to nine places) × 0.0015 × 730.
    let gibibytes = (kibibytes / usd("1048576")).round_dp(9);
    let expected = gibibytes * usd("0.0015") * usd("730");
    assert_eq!(month("machine: { memory: memory }", "machine"), expected);
}

#[test]
fn flat_prices_are_by_the_month_or_the_hour() {
    assert_eq!(month("machine: { flat: rack }", "machine"), usd("199"));
    // 0.35 × 730 h.
    assert_eq!(month("machine: { flat: hourly }", "machine"), usd("255.5"));
}

#[test]
fn electricity_is_stated_or_measured_by_a_plugin() {
    // 350 W × 1.4 = 0.49 kW × 730 h × 0.30 = 107.31.
    let stated = "machine: { power: { rate: power, watts: 350, overhead: 1.4 } }";
    assert_eq!(month(stated, "machine"), usd("107.31"));
    // Two supplies of 120.5 and 92 W: 212.5 W × 1.4 = 0.2975 kW × 730 × 0.30 = 65.1525.
    let measured = "
plugins:
  - name: supplies
    command: [printf, '1,120.5\\n2,92\\n']
    parse: { format: csv, columns: [supply, watts] }
machine: { power: { rate: power, plugin: supplies, field: watts, overhead: 1.4 } }
";
    assert_eq!(month(measured, "machine"), usd("65.1525"));
}

#[test]
fn hardware_is_spread_over_its_lifetime() {
    // 8,400 over 5 years of 12 months is 140 a month; 1,200 left at the end make it 120.
    let today = jiff::Zoned::now().date();
    let hardware = |more: &str| {
        format!(
            "machine: {{ hardware: {{ purchase_price: '8400', lifetime: 5y, purchased: {today}, \
             source: invoice 4711{more} }} }}"
        )
    };
    assert_eq!(month(&hardware(""), "machine"), usd("140"));
    assert_eq!(month(&hardware(", residual_value: '1200'"), "machine"), usd("120"));
    // Bought in 2010: written off long ago.
    let old = "machine: { hardware: { purchase_price: '8400', lifetime: 5y, purchased: 2010-01-01, \
               source: invoice } }";
    assert_eq!(month(old, "machine"), usd("0"));
}

#[test]
fn the_resources_of_a_plugin_have_a_price_each() {
    let yaml = "
plugins:
  - name: gpu_cluster
    command: [printf, '0, 37, 1024\\n1, 0, 3\\n']
    parse: { format: csv, columns: [index, gpu_utilization, memory_used_mb] }
    interval: 60s
    resources: { id: 'gpu-{index}', hourly_cost: { per_unit: 1, rate: gpu } }
";
    let (document, ran) = Agent::new().once(&format!("{RATES}{yaml}"));
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let service = &document["services"]["gpu_cluster"];
    // 2 × 2.10 = 4.20 an hour, × 730 = 3,066 a month.
    assert_eq!(decimal(&service["monthly_cost_exact"]), usd("3066"));
    assert_eq!(service["total_hourly_cost"], 4.2);
    assert_eq!(service["total_resources"], 2);
    let first = &service["resources"][0];
    assert_eq!(first["resource_id"], "gpu-0");
    assert_eq!(first["fields"]["gpu_utilization"], 37);
    let price = &first["price"][0];
    assert_eq!(price["sku_key"], "rates/gpu");
    assert_eq!(price["source"], "datacentre contract 2026");
    assert_eq!(price["as_of"], "2026-01-01");
    assert_eq!((&price["quantity"], &price["unit_price"]), (&1.0.into(), &2.1.into()));
    assert_eq!(price["unit"], "GPU-hour");
    // What the plugin printed is measured as well.
    let data = &document["metrics"]["collectors"]["gpu_cluster"]["data"];
    assert_eq!(data["records"][1]["memory_used_mb"], 3);
}

#[test]
fn without_rates_there_are_figures_and_no_cost() {
    let (document, ran) = Agent::new().once("hostname: node3\n");
    assert_eq!(ran.status, Some(0));
    let machine = &document["services"]["machine"]["machines"][0];
    assert_eq!(machine["hourly_cost"], Value::Null);
    let reason = machine["unpriced_reason"].as_str().unwrap();
    assert!(reason.contains("no rates are configured"), "{reason}");
    assert_eq!(document["summary"]["unpriced_resources"], 1);
    assert!(machine["vcpus"].as_u64().unwrap() > 0);
    assert!(Path::new("/proc").exists() && machine["memory_gib"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_part_that_cannot_be_known_is_unpriced_with_its_reason() {
    let yaml = "
plugins:
  - name: ipmi
    command: [sh, -c, 'echo no bmc >&2; exit 3']
machine: { flat: rack, gpu: gpu, power: { rate: power, plugin: ipmi } }
collectors: { gpu_metrics: { enabled: false } }
";
    let (document, ran) = Agent::new().once(&format!("{RATES}{yaml}"));
    assert_eq!(ran.status, Some(3), "the plugin failed, the rest was collected");
    let machine = &document["services"]["machine"]["machines"][0];
    assert_eq!(machine["monthly_cost"], 199.0);
    assert_eq!(machine["unpriced_components"], serde_json::json!(["gpu", "power"]));
    let reason = machine["unpriced_reason"].as_str().unwrap();
    assert!(reason.contains("ipmi failed: the command exited with status 3: no bmc"), "{reason}");
    assert_eq!(document["summary"]["partly_priced_resources"], 1);
}
