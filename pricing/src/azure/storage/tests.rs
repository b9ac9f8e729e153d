//! Accounts, their costs worked out from the list prices of eastus and westeurope.

use super::*;

const GB: u64 = 1 << 30;

fn stored(kind: &str, tier: &str, gigabytes: u64) -> Stored {
    let bytes = Decimal::from(gigabytes * GB);
    Stored { kind: kind.to_owned(), tier: tier.to_owned(), bytes }
}

fn account(region: &str, sku: &str, blobs: &[(&str, u64)]) -> AccountUse {
    AccountUse {
        region: region.to_owned(),
        kind: "StorageV2".to_owned(),
        sku: sku.to_owned(),
        hierarchical: false,
        blobs: Ok(blobs.iter().map(|(tier, size)| stored("BlockBlob", tier, *size)).collect()),
        files: Ok(Vec::new()),
        tables: Ok(Decimal::ZERO),
        queues: Ok(Decimal::ZERO),
    }
}

fn one(account: AccountUse) -> Costs {
    accounts(&ListPrices::azure(), &[account]).remove(0)
}

fn month(costs: &Costs, component: &str) -> String {
    costs.component(component).unwrap().exact_monthly().to_string()
}

fn missing(costs: &Costs) -> Vec<&'static str> {
    costs.unpriced.iter().map(|part| part.component).collect()
}

#[test]
fn each_tier_of_block_blobs_has_its_price() {
    let tiers = [("Hot", 100), ("Cool", 1_000), ("cold", 1_000), ("Archive", 1_000), ("Hot", 0)];
    let costs = one(account("westeurope", "Standard_RAGRS", &tiers));
    // 0.04508 / 0.92 = 0.049; 100 × 0.049.
    assert_eq!(month(&costs, "blob_hot"), "4.9");
    assert_eq!(month(&costs, "blob_cool"), "25"); // 1,000 × 0.025
    assert_eq!(month(&costs, "blob_cold"), "10.1"); // 1,000 × 0.0101
    assert_eq!(month(&costs, "blob_archive"), "2.79"); // 1,000 × 0.00279
    assert!(costs.unpriced.is_empty());
}

#[test]
fn two_accounts_share_the_listed_tiers() {
    let prices = ListPrices::azure();
    let both = [
        account("eastus", "Standard_LRS", &[("Hot", 50_000)]),
        account("eastus", "Standard_LRS", &[("Hot", 500_000)]),
    ];
    let costs = accounts(&prices, &both);
    assert_eq!(month(&costs[0], "blob_hot"), "1040"); // 50,000 × 0.0208
    // 1,200 are left of the first tier: 1,200 × 0.0208 = 24.96; 460,800 × 0.019968 = 9,201.2544;
    // the other 38,000 × 0.019136 = 727.168.
    assert_eq!(month(&costs[1], "blob_hot"), "9953.3824");
    assert_eq!(costs[1].lines.len(), 3);
}

#[test]
fn the_first_tiers_are_worked_out_from_the_last_and_say_so() {
    let costs = one(account("westeurope", "Standard_LRS", &[("Hot", 600_000)]));
    // 0.018032 / 0.92 = 0.0196; × 0.96 = 0.018816.
    // 51,200 × 0.0196 = 1,003.52; 460,800 × 0.018816 = 8,670.4128; 88,000 × 0.018032 = 1,586.816.
    assert_eq!(month(&costs, "blob_hot"), "11260.7488");
    let keys: Vec<&str> = costs.lines.iter().map(|line| &*line.price.sku_key).collect();
    let row = "azure/storage/General Block Blob v2/Hot LRS/Data Stored/last-tier/westeurope/od/\
               1 GB/Month";
    assert_eq!(keys, [&format!("{row} ÷ 0.92"), &format!("{row} ÷ 0.92 × 0.96"), row]);
}

#[test]
fn a_last_tier_that_is_no_multiple_leaves_the_first_ones_unpriced() {
    // 0.018 / 0.92 = 0.01956521…: no price of six places.
    let costs = one(account("belgiumcentral", "Standard_LRS", &[("Hot", 600_000)]));
    assert_eq!(missing(&costs), ["blob_hot", "blob_hot"]);
    assert_eq!(costs.lines.len(), 1);
    assert_eq!(costs.known().unwrap().exact_monthly(), "1584".parse().unwrap()); // 88,000 × 0.018
    assert!(costs.unpriced[0].reason.ends_with("does not tell it exactly"));
}

#[test]
fn regions_and_redundancies_do_not_share_tiers() {
    let prices = ListPrices::azure();
    let all = [
        account("eastus", "Standard_LRS", &[("Hot", 60_000)]),
        account("eastus", "Standard_ZRS", &[("Hot", 10)]),
        account("northeurope", "Standard_LRS", &[("Hot", 10)]),
    ];
    let costs = accounts(&prices, &all);
    assert_eq!(month(&costs[1], "blob_hot"), "0.26"); // 10 × 0.026
    assert_eq!(month(&costs[2], "blob_hot"), "0.22"); // 10 × 0.02024 / 0.92
}

#[test]
fn premium_block_blobs_have_their_own_price() {
    let mut premium = account("eastus", "Premium_ZRS", &[("Premium", 100)]);
    premium.kind = "BlockBlobStorage".to_owned();
    assert_eq!(month(&one(premium), "blob_premium"), "25.9"); // 100 × 0.259
}

#[test]
fn blobs_whose_meters_the_book_lacks_are_unpriced_with_the_reason() {
    let of_kind = |kind: &str| {
        let mut old = account("eastus", "Standard_LRS", &[("Hot", 1), ("Cool", 1)]);
        old.kind = kind.to_owned();
        one(old)
    };
    assert!(of_kind("Storage").unpriced[0].reason.contains("general-purpose v1"));
    assert!(of_kind("BlobStorage").unpriced[0].reason.contains("legacy Blob Storage"));
    let mut lake = account("eastus", "Standard_LRS", &[("Hot", 1)]);
    lake.hierarchical = true;
    assert!(one(lake).unpriced[0].reason.contains("hierarchical namespace"));
    let mut pages = account("eastus", "Standard_LRS", &[]);
    pages.blobs = Ok(vec![stored("PageBlob", "Standard", 5), stored("PageBlob", "P10", 5)]);
    let pages = one(pages);
    assert_eq!(missing(&pages), ["blob_page"]);
    assert_eq!(missing(&one(account("eastus", "Standard_LRS", &[("Smart", 1)]))), ["blob_other"]);
}

#[test]
fn files_of_standard_accounts_have_a_price_by_tier() {
    let mut described = account("westeurope", "Standard_RAGRS", &[]);
    described.files = Ok(vec![
        stored("", "TransactionOptimized", 100),
        stored("", "Cool", 100),
        stored("", "Hot", 0),
    ]);
    let costs = one(described.clone());
    // Read access in the second region is no matter of files: 100 × 0.1 and 100 × 0.03, as GRS.
    assert_eq!(month(&costs, "files"), "13");
    assert_eq!(missing(&costs), ["files_metadata"]);
    described.files = Ok(vec![stored("", "Hot", 10)]);
    let hot = one(described);
    assert_eq!(missing(&hot), ["files", "files_metadata"]);
    assert!(hot.unpriced[0].reason.contains("the price of the last one only"));
}

#[test]
fn provisioned_shares_are_not_known_even_where_they_are_empty() {
    let mut premium = account("westeurope", "Premium_LRS", &[]);
    premium.kind = "FileStorage".to_owned();
    let costs = one(premium);
    assert!(costs.is_unpriced());
    assert_eq!(missing(&costs), ["files"]);
}

#[test]
fn tables_and_queues_are_unpriced_where_they_hold_anything() {
    let mut described = account("westeurope", "Standard_LRS", &[]);
    assert_eq!(one(described.clone()), Costs::free());
    described.tables = Ok(Decimal::from(GB));
    described.queues = Ok(Decimal::from(GB));
    let costs = one(described);
    assert_eq!(missing(&costs), ["tables", "queues"]);
    assert!(costs.unpriced[0].reason.contains("the price of the last one only"));
}

#[test]
fn what_is_not_measured_is_not_zero() {
    let mut young = account("eastus", "Standard_LRS", &[]);
    young.blobs = Err("no figure yet");
    young.files = Err("no figure yet");
    young.tables = Err("no figure yet");
    young.queues = Err("no figure yet");
    let costs = one(young);
    assert!(costs.is_unpriced());
    assert_eq!(missing(&costs), ["blobs", "files", "tables", "queues"]);
    let unknown = one(account("eastus", "Standard_NEW", &[("Hot", 1)]));
    assert!(unknown.unpriced[0].reason.contains("Standard_NEW"));
    let mut nonsense = account("eastus", "Standard_LRS", &[]);
    let bytes = Decimal::MIN;
    nonsense.blobs = Ok(vec![Stored { bytes, ..stored("BlockBlob", "Hot", 0) }]);
    assert_eq!(missing(&one(nonsense)), ["blob_hot"]);
}
