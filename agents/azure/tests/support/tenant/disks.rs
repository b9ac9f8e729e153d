//! Managed disks of every kind.

use serde_json::{Value, json};

use super::expected::Cost;
use super::thing::{Place, Thing};
use crate::support::facts::{
    BURSTING, E10, E15_ZRS, P6_ZRS, P10, P20, P30, S10, ULTRA_GIB, ULTRA_IOPS, ULTRA_MBPS, V2_GIB,
    V2_IOPS, V2_MBPS, decimal, times,
};

/// A disk; `more` goes to its properties.
pub(crate) fn disk(place: &Place, name: &str, sku: &str, gib: u32, more: &Value) -> Thing {
    let mut properties = json!({
        "diskSizeGB": gib, "diskSizeBytes": u64::from(gib) << 30, "diskState": "Attached",
        "creationData": { "createOption": "Empty" }, "provisioningState": "Succeeded",
        "timeCreated": "2026-05-06T07:08:09.1000000+00:00",
    });
    for (key, value) in more.as_object().unwrap() {
        properties[key] = value.clone();
    }
    let machine = format!("{}/providers/Microsoft.Compute/virtualMachines/holder", place.id());
    let tier = sku.split('_').next().unwrap();
    let thing = Thing::new(place, "Microsoft.Compute/disks", name)
        .with("sku", json!({ "name": sku, "tier": tier }));
    let thing = match properties["diskState"].as_str() {
        Some("Unattached") => thing,
        _ => thing.with("managedBy", json!(machine)),
    };
    thing.properties(properties)
}

/// One disk of every kind, in West Europe.
pub(crate) fn every_kind(place: &Place) -> Vec<Thing> {
    let one = |name: &str, sku: &str, gib: u32, more: Value, cost: Cost| {
        disk(place, name, sku, gib, &more)
            .costs("disks", cost)
            .says("sku", sku)
            .says("size_gb", gib)
    };
    // What a standard disk is asked to do is billed, too, and not known.
    let in_use = |price: &str| Cost::Partly(decimal(price), &["transactions"], "transactions");
    let v2 = times(&["200", V2_GIB])
        // 5,000 operations a second, of which 3,000 are free; 200 MB/s, of which 125 are.
        + times(&["2000", V2_IOPS])
        + times(&["75", V2_MBPS]);
    let ultra =
        times(&["256", ULTRA_GIB]) + times(&["2000", ULTRA_IOPS]) + times(&["100", ULTRA_MBPS]);
    vec![
        one("hdd", "Standard_LRS", 100, json!({}), in_use(S10)),
        one("ssd", "StandardSSD_LRS", 128, json!({}), in_use(E10)),
        one("ssd-zones", "StandardSSD_ZRS", 200, json!({}), in_use(E15_ZRS)),
        one("premium", "Premium_LRS", 512, json!({ "tier": "P20" }), Cost::of_month(P20)),
        one("premium-zones", "Premium_ZRS", 50, json!({ "tier": "P6" }), Cost::of_month(P6_ZRS)),
        one(
            "hdd-left-behind",
            "Standard_LRS",
            100,
            json!({ "diskState": "Unattached" }),
            Cost::of_month(S10),
        ),
        // A higher tier than its size needs is paid for.
        one("premium-faster", "Premium_LRS", 128, json!({ "tier": "P30" }), Cost::of_month(P30)),
        one(
            "premium-of-an-unknown-tier",
            "Premium_LRS",
            128,
            json!({ "tier": "P99" }),
            Cost::Unpriced("P99"),
        ),
        one(
            "premium-bursting",
            "Premium_LRS",
            1024,
            json!({ "tier": "P30", "burstingEnabled": true }),
            Cost::Partly(decimal(P30) + decimal(BURSTING), &["burst_transactions"], "burst"),
        ),
        one(
            "premium-shared",
            "Premium_LRS",
            1024,
            json!({ "tier": "P30", "maxShares": 3 }),
            // Microsoft does not say whether the first mount is billed.
            Cost::Partly(decimal(P30), &["mounts"], "shared"),
        ),
        one(
            "premium-v2",
            "PremiumV2_LRS",
            200,
            json!({ "diskIOPSReadWrite": 5_000, "diskMBpsReadWrite": 200 }),
            Cost::hourly(v2),
        ),
        one(
            "ultra",
            "UltraSSD_LRS",
            256,
            json!({ "diskIOPSReadWrite": 2_000, "diskMBpsReadWrite": 100 }),
            Cost::hourly(ultra),
        ),
        one(
            "left-behind",
            "Premium_LRS",
            128,
            json!({ "tier": "P10", "diskState": "Unattached" }),
            Cost::of_month(P10),
        ),
        one("of-the-future", "Hyper_LRS", 128, json!({}), Cost::Unpriced("Hyper_LRS")),
    ]
}
