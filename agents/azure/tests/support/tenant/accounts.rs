//! Storage accounts in each tier and redundancy.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::expected::Cost;
use super::figures::Worth;
use super::thing::{Place, Thing};
use crate::support::facts::{
    ARCHIVE_LRS, COLD_ZRS, COOL_LRS, COOL_RA_GRS_EAST, FILES_LRS, HOT_GRS_EAST, HOT_LRS,
    PREMIUM_BLOB, decimal, times,
};

/// The part of an account that keeps blobs, and the one that keeps files.
const BLOBS: &str = "/blobServices/default";
const FILES: &str = "/fileServices/default";

fn account(place: &Place, name: &str, kind: &str, sku: &str, more: &Value) -> Thing {
    let tier = sku.split('_').next().unwrap();
    let mut properties = json!({
        "provisioningState": "Succeeded", "creationTime": "2024-09-08T07:06:05.0000000Z",
        "isHnsEnabled": false, "supportsHttpsTrafficOnly": true, "accessTier": "Hot",
        "primaryLocation": place.location, "statusOfPrimary": "available",
        "primaryEndpoints": { "blob": format!("https://{name}.blob.core.windows.net/") },
    });
    for (key, value) in more.as_object().unwrap() {
        properties[key] = value.clone();
    }
    Thing::new(place, "Microsoft.Storage/storageAccounts", name)
        .with("kind", json!(kind))
        .with("sku", json!({ "name": sku, "tier": tier }))
        .properties(properties)
}

/// So many GB, which are 2^30 bytes.
fn gb(count: u64) -> Decimal {
    Decimal::from(count) * Decimal::from(1_u64 << 30)
}

/// An account with block blobs in some tiers, and nothing else.
fn with_blobs(thing: Thing, tiers: &[(&str, u64)]) -> Thing {
    let mut thing = thing;
    let mut used = 0;
    for (tier, count) in tiers {
        let dimensions = [("BlobType", "BlockBlob"), ("Tier", *tier)];
        thing = thing.part_does(BLOBS, "BlobCapacity", &dimensions, Worth::Day(gb(*count)));
        used += count;
    }
    for (part, metric) in [
        (FILES, "FileCapacity"),
        ("/tableServices/default", "TableCapacity"),
        ("/queueServices/default", "QueueCapacity"),
    ] {
        thing = thing.part_does(part, metric, &[], Worth::Day(Decimal::ZERO));
    }
    thing.does("UsedCapacity", Worth::Day(gb(used)))
}

/// Accounts of West Europe; the hot ones share the tiers of one price.
pub(crate) fn west(place: &Place) -> Vec<Thing> {
    let v2 = |name: &str, sku: &str| account(place, name, "StorageV2", sku, &json!({}));
    let record = |thing: Thing, cost: Cost| {
        let used = thing.figures.iter().find(|it| it.metric == "UsedCapacity");
        let used = used.map_or(Value::Null, |it| match it.worth {
            Worth::Day(value) => serde_json::from_str(&value.to_string()).unwrap(),
            _ => Value::Null,
        });
        thing.costs("storage_accounts", cost).says("used_bytes", used)
    };
    // In the order of their names: 40,000 GB, then 600,000 GB. The first 51,200 GB have the first
    // price, the 460,800 GB after them the second, and what is left the third.
    let first = times(&["40000", HOT_LRS[0]]);
    let second = times(&["11200", HOT_LRS[0]])
        + times(&["460800", HOT_LRS[1]])
        + times(&["128000", HOT_LRS[2]]);
    vec![
        record(with_blobs(v2("wehot1", "Standard_LRS"), &[("Hot", 40_000)]), Cost::Priced(first)),
        record(with_blobs(v2("wehot2", "Standard_LRS"), &[("Hot", 600_000)]), Cost::Priced(second)),
        record(
            with_blobs(v2("wecool", "Standard_LRS"), &[("Cool", 1_000), ("Archive", 20_000)]),
            Cost::Priced(times(&["1000", COOL_LRS]) + times(&["20000", ARCHIVE_LRS])),
        ),
        record(
            with_blobs(v2("wecold", "Standard_ZRS"), &[("Cold", 5_000)]),
            Cost::Priced(times(&["5000", COLD_ZRS])),
        ),
        record(
            with_blobs(
                account(place, "wepremium", "BlockBlobStorage", "Premium_LRS", &json!({})),
                &[("Premium", 300)],
            ),
            Cost::Priced(times(&["300", PREMIUM_BLOB])),
        ),
        // Azure Monitor has no figures of it yet.
        record(v2("wenew", "Standard_LRS"), Cost::Unpriced("")),
        record(
            with_blobs(v2("wefiles", "Standard_LRS"), &[("Cool", 10)]).part_does(
                FILES,
                "FileCapacity",
                &[("Tier", "TransactionOptimized")],
                Worth::Day(gb(100)),
            ),
            Cost::Priced(times(&["10", COOL_LRS]) + times(&["100", FILES_LRS])),
        ),
    ]
}

/// Accounts of East US.
pub(crate) fn east(place: &Place) -> Vec<Thing> {
    let one = |name: &str, sku: &str, tier: &str, count: u64, price: &str| {
        with_blobs(account(place, name, "StorageV2", sku, &json!({})), &[(tier, count)])
            .costs("storage_accounts", Cost::Priced(decimal(price) * Decimal::from(count)))
    };
    vec![
        one("eahot", "Standard_GRS", "Hot", 2_000, HOT_GRS_EAST),
        one("eacool", "Standard_RAGRS", "Cool", 700, COOL_RA_GRS_EAST),
    ]
}
