use futures::executor::block_on;
use serde_json::{Value as Json, json};

use super::*;
use crate::services::sample::{GROUP, scope, unpriced};

const MACHINE: &str =
    "/subscriptions/s-1/resourceGroups/WEB/providers/Microsoft.Compute/virtualMachines/Shop-1";

fn disk(name: &str, sku: &str, properties: &Json) -> Json {
    json!({
        "id": format!("{GROUP}/providers/Microsoft.Compute/disks/{name}"), "name": name,
        "type": "microsoft.compute/disks", "location": "West Europe", "zones": ["1"],
        "sku": {"name": sku, "tier": "Premium"}, "properties": properties,
    })
}

fn listed(rows: impl IntoIterator<Item = Json>) -> Vec<Resource> {
    disks(&scope(rows)).unwrap()
}

fn month(disk: &Resource) -> String {
    disk.costs.known().unwrap().exact_monthly().normalize().to_string()
}

#[test]
fn a_disk_costs_its_tier_and_tells_what_it_is() {
    let mut row = disk(
        "data",
        "Premium_LRS",
        &json!({
            "diskSizeGB": 100, "tier": "P10", "diskIOPSReadWrite": 500, "diskMBpsReadWrite": 100,
            "diskState": "Attached", "timeCreated": "2026-05-01T21:50:23.627047+00:00",
        }),
    );
    row["managedBy"] = MACHINE.into();
    let disk = listed([row]).remove(0);
    assert_eq!(month(&disk), "21.68"); // P10
    assert!(disk.costs.unpriced.is_empty());
    assert_eq!((disk.state.as_deref(), disk.zone.as_deref()), (Some("Attached"), Some("1")));
    let text = |key| disk.attributes.text(key);
    assert_eq!((text("sku"), text("tier")), (Some("Premium_LRS"), Some("P10")));
    assert_eq!(text("attached_to"), Some(&*MACHINE.to_lowercase()));
    assert_eq!(text("created_at"), Some("2026-05-01T21:50:23Z"));
    assert_eq!(disk.attributes.integer("size_gb"), Some(100));
    assert_eq!(disk.attributes.integer("iops"), Some(500));
}

#[test]
fn a_standard_disk_has_unknown_transactions_while_it_is_in_use() {
    let state = |state: &str| json!({"diskSizeGB": 128, "diskState": state});
    let disks = listed([
        disk("a", "StandardSSD_LRS", &state("Attached")),
        disk("b", "StandardSSD_LRS", &state("Unattached")),
        disk("c", "StandardSSD_LRS", &state("Reserved")),
        disk("d", "Premium_LRS", &state("ActiveUpload")),
    ]);
    assert_eq!(unpriced(&disks[0])[0].0, "transactions");
    for idle in &disks[1..3] {
        assert_eq!((month(idle), unpriced(idle)), ("9.6".to_owned(), vec![])); // E10
    }
    assert_eq!(month(&disks[3]), "5.888"); // S10
}

#[test]
fn premium_v2_is_billed_by_the_gib_and_its_performance() {
    let disk = disk(
        "fast",
        "PremiumV2_LRS",
        &json!({"diskSizeGB": 100, "diskIOPSReadWrite": 4000, "diskMBpsReadWrite": 225}),
    );
    // 100 × 0.00013, 1,000 × 0.000008 and 100 × 0.000065, each × 730: 9.49 + 5.84 + 4.745.
    assert_eq!(month(&listed([disk])[0]), "20.075");
}

#[test]
fn a_shared_disk_names_its_machines_and_has_unpriced_mounts() {
    let shared = disk(
        "quorum",
        "Premium_LRS",
        &json!({"diskSizeGB": 256, "maxShares": 2, "diskState": "Attached",
               "shareInfo": [{"vmUri": MACHINE}, {"vmUri": "/vm/2"}]}),
    );
    let disk = listed([shared]).remove(0);
    assert_eq!(month(&disk), "41.811428"); // P15
    assert_eq!(unpriced(&disk)[0].0, "mounts");
    assert_eq!(disk.attributes.text("attached_to"), Some(&*MACHINE.to_lowercase()));
    let others = Value::List(vec!["/vm/2".into()]);
    assert_eq!(disk.attributes.get("also_attached_to"), Some(&others));
}

#[test]
fn confidential_encryption_is_told_from_a_machines_state() {
    let kind = |kind: &str| {
        let properties = json!({"diskSizeGB": 128, "securityProfile": {"securityType": kind}});
        listed([disk("os", "Premium_LRS", &properties)]).remove(0)
    };
    // 21.68 and 128 × 0.00003 × 730 = 2.8032.
    assert_eq!(month(&kind("ConfidentialVM_DiskEncryptedWithPlatformKey")), "24.4832");
    for other in ["TrustedLaunch", "ConfidentialVM_VMGuestStateOnlyEncryptedWithPlatformKey"] {
        assert_eq!(month(&kind(other)), "21.68");
    }
}

#[test]
fn unattached_disks_are_named_with_what_they_cost() {
    let state = |state: &str| json!({"diskSizeGB": 128, "diskState": state});
    let scope = scope([
        disk("old-1", "Premium_LRS", &state("Unattached")),
        disk("old-2", "StandardSSD_LRS", &state("unattached")),
        disk("odd", "Tape_LRS", &state("Unattached")),
        disk("used", "Premium_LRS", &state("Attached")),
        disk("kept", "Premium_LRS", &state("Reserved")),
        disk("silent", "Premium_LRS", &state("")),
    ]);
    block_on(Disks.collect(&scope));
    let events = scope.take_events();
    // P10 21.68 and E10 9.6.
    assert_eq!(
        events[0].message,
        "3 disks are attached to nothing and cost 31.28 USD a month (without 1 that has no list \
         price here): web/old-1, web/old-2, web/odd"
    );
    let none = crate::services::sample::scope([]);
    block_on(Disks.collect(&none));
    assert!(none.take_events().is_empty());
}

#[test]
fn an_odd_disk_is_listed_with_the_reason() {
    let bare = json!({"id": "/d", "type": "Microsoft.Compute/disks", "properties": null});
    let disks = listed([
        disk("text", "Premium_LRS", &json!({"diskSizeGB": "large"})),
        disk("less", "Premium_LRS", &json!({"diskSizeGB": -1})),
        disk("none", "Premium_LRS", &json!({})),
        bare,
    ]);
    for (disk, word) in disks.iter().zip(["cannot be read", "how large", "how large", "which type"])
    {
        assert!(disk.costs.is_unpriced());
        assert!(unpriced(disk)[0].1.contains(word), "{:?}", unpriced(disk));
    }
}
