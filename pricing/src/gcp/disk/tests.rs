use rust_decimal::Decimal;

use super::*;

fn sized(kind: &str, size_gib: u64) -> Disk<'_> {
    Disk { kind, size_gib, ..Disk::default() }
}

fn costs(described: &Disk<'_>) -> Costs {
    disk(&ListPrices::gcp(), "us-central1", described)
}

fn month(costs: &Costs, component: &str) -> Decimal {
    costs.component(component).unwrap().exact_monthly()
}

fn missing(costs: &Costs) -> Vec<&'static str> {
    costs.unpriced.iter().map(|part| part.component).collect()
}

fn price(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn persistent_disks_cost_their_size() {
    for (kind, regional, expected) in [
        ("pd-standard", false, "4"), // 100 × 0.04
        ("pd-balanced", false, "10"),
        ("PD-SSD", false, "17"),
        ("pd-standard", true, "8"),
        ("pd-balanced", true, "20"),
        ("pd-ssd", true, "34"), // 100 × 0.34
    ] {
        let costs = costs(&Disk { regional, ..sized(kind, 100) });
        assert!(costs.unpriced.is_empty(), "{costs:?}");
        assert_eq!(month(&costs, "storage"), price(expected), "{kind} {regional}");
    }
}

#[test]
fn extreme_disks_pay_for_every_operation_that_is_provisioned() {
    let extreme = costs(&Disk { iops: Some(10_000), ..sized("pd-extreme", 500) });
    assert_eq!(month(&extreme, "storage"), price("62.5")); // 500 × 0.125
    assert_eq!(month(&extreme, "iops"), price("650")); // 10,000 × 0.065
    let extreme = costs(&Disk { iops: Some(10_000), ..sized("hyperdisk-extreme", 500) });
    assert_eq!(month(&extreme, "storage"), price("62.5")); // 500 × 0.125
    assert_eq!(month(&extreme, "iops"), price("320")); // 10,000 × 0.032
    assert_eq!(missing(&costs(&sized("pd-extreme", 500))), ["iops"]);
}

#[test]
fn where_operations_are_not_listed_the_size_still_is() {
    let described = Disk { iops: Some(10_000), ..sized("pd-extreme", 500) };
    let costs = disk(&ListPrices::gcp(), "europe-west1", &described);
    assert_eq!(month(&costs, "storage"), price("62.5")); // 500 × 0.125
    assert_eq!(missing(&costs), ["iops"]);
    assert!(costs.unpriced[0].reason.contains("but not in this region"), "{costs:?}");
}

#[test]
fn hyperdisks_without_rows_name_each_part_that_is_billed() {
    let balanced = |iops, throughput| {
        let described = Disk {
            iops: Some(iops),
            throughput: Some(throughput),
            ..sized("hyperdisk-balanced", 9)
        };
        missing(&costs(&described))
    };
    assert_eq!(balanced(3_000, 140), ["storage"]);
    assert_eq!(balanced(3_001, 141), ["storage", "iops", "throughput"]);
    for kind in ["hyperdisk-throughput", "hyperdisk-ml"] {
        let costs = costs(&Disk { throughput: Some(200), ..sized(kind, 2_048) });
        assert_eq!(missing(&costs), ["storage", "throughput"], "{kind}");
        assert!(costs.unpriced[1].reason.contains(kind), "{costs:?}");
    }
    let replicated = Disk { regional: true, ..sized("hyperdisk-balanced-high-availability", 9) };
    let replicated = costs(&replicated);
    assert_eq!(missing(&replicated), ["storage", "iops", "throughput"]);
    assert!(!replicated.unpriced[0].reason.contains("-regional"), "{replicated:?}");
}

#[test]
fn disks_of_pools_and_of_unknown_types_are_unpriced() {
    let pooled = costs(&Disk { in_pool: true, ..sized("hyperdisk-extreme", 100) });
    assert!(pooled.is_unpriced() && pooled.unpriced[0].reason.contains("storage pool"));
    let unknown = costs(&sized("hyperdisk-next", 100));
    assert_eq!(&*unknown.unpriced[0].reason, "unknown disk type \"hyperdisk-next\"");
}

#[test]
fn a_snapshot_costs_what_it_stores_where_it_is_stored() {
    let prices = ListPrices::gcp();
    let gib = 1 << 30;
    for (location, expected) in [
        ("us-central1", "0.5"), // 10 × 0.05
        ("us", "0.65"),
        ("EU", "0.75"),
        ("asia", "0.83"),
    ] {
        let described = Snapshot { stored_bytes: Some(10 * gib), location, archive: false };
        let costs = snapshot(&prices, &described);
        assert_eq!(month(&costs, "storage"), price(expected), "{location}");
    }
}

#[test]
fn a_snapshot_without_a_price_says_why() {
    let prices = ListPrices::gcp();
    let known = Snapshot { stored_bytes: Some(1), location: "us", archive: false };
    for (described, word) in [
        (Snapshot { archive: true, ..known.clone() }, "archive"),
        (Snapshot { stored_bytes: None, ..known.clone() }, "not known"),
        (Snapshot { location: "mars", ..known }, "snapshot in mars"),
    ] {
        let costs = snapshot(&prices, &described);
        assert!(costs.is_unpriced());
        assert!(costs.unpriced[0].reason.contains(word), "{costs:?}");
    }
}
