use rust_decimal::Decimal;

use super::*;

/// A disk that nobody uses now.
fn idle(sku: &str, size_gib: u64) -> Disk {
    Disk { sku: sku.to_owned(), size_gib, access: Access::Idle, ..Disk::default() }
}

fn costs(described: &Disk) -> Costs {
    disk(&ListPrices::azure(), "westeurope", described)
}

fn month(costs: &Costs, component: &str) -> Decimal {
    costs.component(component).unwrap().exact_monthly().normalize()
}

fn whole_month(described: &Disk) -> Decimal {
    let costs = costs(described);
    assert!(costs.unpriced.is_empty(), "{costs:?}");
    costs.known().unwrap().exact_monthly().normalize()
}

fn price(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn tiered_disks_cost_the_month_of_the_tier_that_holds_them() {
    for (sku, size_gib, expected) in [
        ("Premium_LRS", 128, "21.68"),       // P10
        ("Premium_LRS", 129, "41.811428"),   // P15
        ("premium_zrs", 100, "32.519"),      // P10 ZRS
        ("StandardSSD_LRS", 30, "2.4"),      // E4
        ("StandardSSD_ZRS", 1_024, "115.2"), // E30 ZRS
        ("Standard_LRS", 1, "1.536"),        // S4, the smallest
        ("Standard_LRS", 1_023, "40.96"),    // S30
    ] {
        assert_eq!(whole_month(&idle(sku, size_gib)), price(expected), "{sku} {size_gib}");
    }
}

#[test]
fn a_premium_disk_costs_its_performance_tier() {
    // 128 GiB raised to P30: 148.68 instead of 21.68.
    let raised = Disk { tier: Some("P30".to_owned()), ..idle("Premium_LRS", 128) };
    assert_eq!(whole_month(&raised), price("148.68"));
    let unknown = Disk { tier: Some("P99".to_owned()), ..idle("Premium_LRS", 128) };
    let costs = disk(&ListPrices::azure(), "westeurope", &unknown);
    assert!(costs.is_unpriced() && costs.unpriced[0].reason.contains("P99"), "{costs:?}");
    // Standard disks name a tier too, which their size decides.
    let standard = Disk { tier: Some("S10".to_owned()), ..idle("Standard_LRS", 1_000) };
    assert_eq!(whole_month(&standard), price("40.96"));
}

#[test]
fn standard_disks_in_use_make_transactions_that_are_not_known() {
    for sku in ["Standard_LRS", "StandardSSD_LRS"] {
        let costs = costs(&Disk { access: Access::InUse, ..idle(sku, 64) });
        assert!(costs.is_partly_priced());
        assert_eq!(costs.unpriced[0].component, "transactions");
    }
    let premium = costs(&Disk { access: Access::InUse, ..idle("Premium_LRS", 64) });
    assert!(premium.unpriced.is_empty());
}

#[test]
fn a_disk_that_waits_for_its_upload_costs_what_a_standard_hdd_costs() {
    // S10: 5.888; as a P10 it would be 21.68.
    let upload = Disk { access: Access::Upload, ..idle("Premium_LRS", 128) };
    assert_eq!(whole_month(&upload), price("5.888"));
}

#[test]
fn bursting_on_demand_costs_a_flat_fee_and_transactions() {
    let costs = costs(&Disk { bursting: true, ..idle("Premium_LRS", 1_024) });
    assert_eq!(month(&costs, "storage"), price("148.68"));
    assert_eq!(month(&costs, "bursting"), price("31.949"));
    assert_eq!(costs.unpriced[0].component, "burst_transactions");
}

#[test]
fn premium_v2_pays_for_what_exceeds_3000_iops_and_125_mbps() {
    let costs =
        costs(&Disk { iops: Some(40_000), throughput: Some(200), ..idle("PremiumV2_LRS", 512) });
    // 512 GiB × 0.00013 × 730 hours.
    assert_eq!(month(&costs, "storage"), price("48.5888"));
    // 37,000 × 0.000008 × 730.
    assert_eq!(month(&costs, "iops"), price("216.08"));
    // 75 × 0.000065 × 730.
    assert_eq!(month(&costs, "throughput"), price("3.55875"));
    let plain = Disk { iops: Some(3_000), throughput: Some(125), ..idle("PremiumV2_LRS", 512) };
    assert_eq!(whole_month(&plain), price("48.5888"));
}

#[test]
fn ultra_pays_for_all_performance_and_for_readers_of_a_shared_disk() {
    let ultra = Disk { iops: Some(10_000), throughput: Some(600), ..idle("UltraSSD_LRS", 1_024) };
    let costs_alone = costs(&ultra);
    // 1,024 GiB × 0.000213 × 730.
    assert_eq!(month(&costs_alone, "storage"), price("159.22176"));
    // 10,000 × 0.000088 × 730.
    assert_eq!(month(&costs_alone, "iops"), price("642.4"));
    // 600 × 0.000572 × 730.
    assert_eq!(month(&costs_alone, "throughput"), price("250.536"));
    let readers =
        Shared { mounts: Some(3), read_only_iops: Some(100), read_only_throughput: Some(1) };
    let costs_shared = costs(&Disk { shared: Some(readers), ..ultra });
    // 10,100 × 0.000088 × 730 and 601 × 0.000572 × 730; machines do not count.
    assert_eq!(month(&costs_shared, "iops"), price("648.824"));
    assert_eq!(month(&costs_shared, "throughput"), price("250.95356"));
    assert!(costs_shared.unpriced.is_empty());
}

#[test]
fn unknown_performance_is_unpriced() {
    let costs = costs(&idle("UltraSSD_LRS", 8));
    let missing: Vec<_> = costs.unpriced.iter().map(|part| part.component).collect();
    assert_eq!(missing, ["iops", "throughput"]);
}

#[test]
fn mounts_of_shared_disks_are_unpriced_where_there_are_any() {
    let shared = |mounts| {
        let shared = Some(Shared { mounts, ..Shared::default() });
        costs(&Disk { shared, ..idle("Premium_LRS", 1_024) })
    };
    assert!(shared(Some(0)).unpriced.is_empty());
    for mounts in [Some(2), None] {
        assert_eq!(shared(mounts).unpriced[0].component, "mounts");
    }
}

#[test]
fn confidential_encryption_costs_each_gib_where_disk_and_tier_have_the_same_size() {
    let confidential = |size| Disk { confidential: true, ..idle("Premium_LRS", size) };
    // 128 GiB × 0.00003 × 730.
    assert_eq!(month(&costs(&confidential(128)), "encryption"), price("2.8032"));
    let other = costs(&confidential(127));
    assert_eq!(other.unpriced[0].component, "encryption");
    assert!(other.unpriced[0].reason.contains("127 GiB or for the 128 GiB of P10"));
}

#[test]
fn what_the_book_lacks_is_named() {
    let reason = |described: &Disk| costs(described).unpriced[0].reason.to_string();
    assert_eq!(reason(&idle("Tape_LRS", 1)), "unknown disk type \"Tape_LRS\"");
    assert!(reason(&idle("", 1)).contains("unknown disk type"));
    assert!(reason(&idle("Premium_LRS", 100_000)).contains("holds 100000 GiB"));
    assert!(reason(&idle("Standard_ZRS", 32)).contains("does not know"));
    let elsewhere = disk(&ListPrices::azure(), "westus", &idle("Premium_LRS", 128));
    assert!(elsewhere.unpriced[0].reason.ends_with("but not in this region"));
}
