//! What things cost by a book of what was read, worked out from the prices by hand.

use finops_core::model::Costs;
use rust_decimal::Decimal;

use super::*;
use crate::ListPrices;
use crate::azure::storage::{AccountUse, Stored};
use crate::azure::vm::{Image, Machine, Purchase, System};
use crate::azure::{aks, disk, functions, sql, storage, vm};
use crate::book::encode::{RowEntry, SourceEntry, encode};

const GB: u64 = 1 << 30;

/// The prices of a book of these items, each group a table.
fn prices(groups: &[&[Sample]]) -> ListPrices {
    prices_with(groups, &[])
}

/// The same, with some more rows.
fn prices_with(groups: &[&[Sample]], more: &[RowEntry<'_>]) -> ListPrices {
    let harvests: Vec<Harvest> = groups.iter().map(|group| harvest(group)).collect();
    let rows = harvests.iter().flat_map(Harvest::rows).map(|row| {
        let [service, sku, variant, unit, region] = row.key;
        RowEntry {
            service,
            sku,
            variant,
            unit,
            region,
            source: "test",
            mantissa: row.price.mantissa().try_into().unwrap(),
            scale: row.price.scale().try_into().unwrap(),
            date: (2026, 11, 22),
        }
    });
    let rows: Vec<RowEntry<'_>> = rows.chain(more.iter().copied()).collect();
    let book = encode(&[SourceEntry::new("test", "a test", "")], &rows).unwrap();
    ListPrices::new(PriceBook::from_bytes(book).unwrap())
}

fn month(costs: &Costs, component: &str) -> String {
    costs.component(component).unwrap().exact_monthly().normalize().to_string()
}

fn whole(costs: &Costs) -> String {
    assert!(costs.unpriced.is_empty(), "{costs:?}");
    costs.known().unwrap().exact_monthly().normalize().to_string()
}

fn machine(size: &'static str) -> Machine<'static> {
    Machine {
        size,
        system: System::Linux,
        purchase: Purchase::OnDemand,
        license_type: None,
        image: Image::default(),
        offer: None,
    }
}

#[test]
fn a_machine_costs_its_hours_with_and_without_windows() {
    let windows =
        Sample { product: "Virtual Machines Dsv3 Series Windows", price: "0.188", ..MACHINE };
    let prices = prices(&[&[MACHINE, windows]]);
    assert_eq!(whole(&vm::machine(&prices, "eastus", &machine("standard_d2s_v3"))), "70.08"); // 0.096 × 730
    let described = Machine { system: System::Windows, ..machine("Standard_D2s_v3") };
    assert_eq!(whole(&vm::machine(&prices, "eastus", &described)), "137.24"); // 0.188 × 730
}

#[test]
fn windows_that_microsoft_does_not_list_is_not_added_up() {
    let premium = RowEntry {
        service: "azure/vm",
        sku: "Standard_D2s_v3",
        variant: "windows-premium",
        unit: "hour",
        region: "eu-5-regions",
        source: "test",
        mantissa: 92,
        scale: 3,
        date: (2026, 8, 22),
    };
    let prices = prices_with(&[&[MACHINE]], &[premium]);
    let described = Machine { system: System::Windows, ..machine("Standard_D2s_v3") };
    let costs = vm::machine(&prices, "eastus", &described);
    assert!(costs.is_unpriced(), "{costs:?}");
    assert!(costs.unpriced[0].reason.contains("for linux only"), "{costs:?}");
}

#[test]
fn red_hat_and_ubuntu_pro_cost_by_the_processors_of_the_machine() {
    let red_hat = Sample {
        service: "Virtual Machines Licenses",
        product: "Red Hat Enterprise Linux",
        meter: "2 vCPU VM License",
        arm_sku: "",
        region: "",
        price: "0.0288",
        ..MACHINE
    };
    let more = Sample { meter: "5+ vCPU VM License", price: "0.13", ..red_hat };
    let range = Sample { meter: "1-4 vCPU VM License", price: "0.06", ..red_hat };
    let pro =
        Sample { product: "Ubuntu Pro", meter: "2 vCPU VM License", price: "0.007", ..red_hat };
    let large = Sample { arm_sku: "Standard_D8s_v3", price: "0.384", ..MACHINE };
    let middle = Sample { arm_sku: "Standard_D4s_v3", price: "0.192", ..MACHINE };
    let half = Sample { arm_sku: "Standard_E8-2s_v3", price: "0.504", ..MACHINE };
    let prices = prices(&[&[MACHINE, large, middle, half], &[red_hat, more, range, pro]]);
    let of = |size, license_type, image| {
        let described = Machine { license_type, image, ..machine(size) };
        vm::machine(&prices, "eastus", &described)
    };
    let image = |publisher, offer, sku| Image {
        publisher: Some(publisher),
        offer: Some(offer),
        sku: Some(sku),
    };
    let plain = image("RedHat", "RHEL", "9-lvm-gen2");
    assert_eq!(month(&of("Standard_D2s_v3", None, plain), "license"), "21.024"); // 0.0288 × 730
    assert_eq!(month(&of("Standard_D4s_v3", None, plain), "license"), "43.8"); // 0.06 × 730
    assert_eq!(month(&of("Standard_D8s_v3", None, plain), "license"), "94.9"); // 0.13 × 730
    let own = of("Standard_D2s_v3", Some("RHEL_BYOS"), plain);
    assert_eq!(whole(&own), "70.08");
    let base = of("Standard_D2s_v3", Some("RHEL_BASE"), Image::default());
    assert_eq!(month(&base, "license"), "21.024");
    let pro = of("Standard_D2s_v3", None, image("Canonical", "ubuntu-24_04-lts", "ubuntu-pro"));
    assert_eq!(month(&pro, "license"), "5.11"); // 0.007 × 730
    for unknown in [
        of("Standard_D2s_v3", None, image("RedHat", "RHEL-SAP-HA", "9_2")),
        of("Standard_D2s_v3", Some("RHEL_SAPHA"), plain),
        of("Standard_D2s_v3", None, image("SUSE", "sles-15-sp5", "gen2")),
        of("Standard_E8-2s_v3", None, plain),
    ] {
        assert_eq!(unknown.unpriced[0].component, "license");
        assert_eq!(unknown.lines.len(), 1);
    }
}

#[test]
fn a_disk_costs_the_month_of_its_tier_and_a_second_premium_what_exceeds_the_included() {
    let tier = Sample {
        service: "Storage",
        product: "Premium SSD Managed Disks",
        sku: "P10 LRS",
        meter: "P10 LRS Disk",
        arm_sku: "Premium_SSD_Managed_Disk_P10",
        unit: "1/Month",
        price: "19.71",
        ..MACHINE
    };
    let capacity = Sample {
        product: "Azure Premium SSD v2",
        sku: "Premium LRS",
        meter: "Premium LRS Provisioned Capacity",
        unit: "1 GiB/Hour",
        price: "0.00011",
        ..tier
    };
    let free =
        Sample { meter: "Premium LRS Provisioned IOPS", unit: "1/Hour", price: "0", ..capacity };
    let paid = Sample { tier: "3000.0", price: "0.0000067", ..free };
    let prices = prices(&[&[tier, capacity, free, paid]]);
    let described = |sku: &str, size_gib, iops, throughput| disk::Disk {
        sku: sku.to_owned(),
        size_gib,
        iops,
        throughput,
        ..disk::Disk::default()
    };
    let premium = disk::disk(&prices, "eastus", &described("Premium_LRS", 128, None, None));
    assert_eq!(whole(&premium), "19.71");
    let second = described("PremiumV2_LRS", 100, Some(5_000), Some(125));
    let second = disk::disk(&prices, "eastus", &second);
    assert_eq!(month(&second, "storage"), "8.03"); // 100 × 0.00011 × 730
    assert_eq!(month(&second, "iops"), "9.782"); // 2,000 × 0.0000067 × 730
}

fn account(tier: &str, gigabytes: u64) -> AccountUse {
    let stored = Stored {
        kind: "BlockBlob".to_owned(),
        tier: tier.to_owned(),
        bytes: Decimal::from(gigabytes * GB),
    };
    AccountUse {
        region: "eastus".to_owned(),
        kind: "StorageV2".to_owned(),
        sku: "Standard_LRS".to_owned(),
        hierarchical: false,
        blobs: Ok(vec![stored]),
        files: Ok(Vec::new()),
        tables: Ok(Decimal::from(10 * GB)),
        queues: Ok(Decimal::ZERO),
    }
}

#[test]
fn a_storage_account_fills_the_listed_tiers() {
    let hot = Sample {
        service: "Storage",
        product: "General Block Blob v2",
        sku: "Hot LRS",
        meter: "Hot LRS Data Stored",
        arm_sku: "",
        unit: "1 GB/Month",
        price: "0.0208",
        ..MACHINE
    };
    let second = Sample { tier: "51200.0", price: "0.019", ..hot };
    let last = Sample { tier: "512000.0", price: "0.018", ..hot };
    let cool = Sample { sku: "Cool LRS", meter: "Cool LRS Data Stored", price: "0.0152", ..hot };
    let tables = Sample {
        product: "Tables",
        sku: "Standard LRS",
        meter: "LRS Data Stored",
        price: "0.045",
        ..hot
    };
    let upper = Sample { tier: "1024.0", ..tables };
    let prices = prices(&[&[hot, second, last, cool, tables, upper]]);
    let costs = storage::accounts(&prices, &[account("Hot", 600_000)]).remove(0);
    // 51,200 × 0.0208 = 1,064.96; 460,800 × 0.019 = 8,755.2; 88,000 × 0.018 = 1,584.
    assert_eq!(month(&costs, "blob_hot"), "11404.16");
    // Two tiers with one price.
    assert_eq!(month(&costs, "tables"), "0.45");
    assert!(costs.unpriced.is_empty());
    let costs = storage::accounts(&prices, &[account("Cool", 1_000)]).remove(0);
    assert_eq!(month(&costs, "blob_cool"), "15.2");
}

#[test]
fn tables_whose_price_falls_with_the_amount_say_so() {
    let first = Sample {
        service: "Storage",
        product: "Tables",
        sku: "Standard LRS",
        meter: "LRS Data Stored",
        arm_sku: "",
        unit: "1 GB/Month",
        price: "0.06",
        ..MACHINE
    };
    let second = Sample { tier: "51200.0", price: "0.05", ..first };
    let last = Sample { tier: "512000.0", price: "0.04", ..first };
    let prices = prices(&[&[first, second, last]]);
    let costs = storage::accounts(&prices, &[account("Cool", 0)]).remove(0);
    assert_eq!(costs.unpriced[0].component, "tables");
    assert!(costs.unpriced[0].reason.contains("falls with the amount"), "{costs:?}");
}

#[test]
fn hot_blobs_that_cost_the_same_for_any_amount_have_one_price() {
    let hot = Sample {
        service: "Storage",
        product: "General Block Blob v2",
        sku: "Hot LRS",
        meter: "Hot LRS Data Stored",
        arm_sku: "",
        unit: "1 GB/Month",
        price: "0.02",
        ..MACHINE
    };
    let prices = prices(&[&[hot]]);
    let costs = storage::accounts(&prices, &[account("Hot", 600_000)]).remove(0);
    assert_eq!(month(&costs, "blob_hot"), "12000");
}

#[test]
fn a_function_app_pays_for_executions_and_their_time() {
    let executions = Sample {
        service: "Functions",
        product: "Functions",
        sku: "Standard",
        meter: "Standard Total Executions",
        arm_sku: "",
        unit: "10",
        tier: "100000.0",
        price: "2E-06",
        ..MACHINE
    };
    let free = Sample { tier: "0", price: "0", ..executions };
    let time = Sample {
        meter: "Standard Execution Time",
        unit: "1 GB Second",
        tier: "400000.0",
        price: "1.6E-05",
        ..executions
    };
    let prices = prices(&[&[free, executions, time]]);
    let used = functions::Executions {
        count: Decimal::from(20_000),
        megabyte_milliseconds: Decimal::from(102_400_000),
    };
    let costs = functions::consumption(&prices, "eastus", &used);
    assert_eq!(month(&costs, "executions"), "2.92"); // 20,000 × 0.0000002 × 730
    assert_eq!(month(&costs, "execution_time"), "1.168"); // 100 × 0.000016 × 730
}

#[test]
fn a_cluster_costs_its_tier() {
    let sla = Sample {
        service: "Azure Kubernetes Service",
        product: "Azure Kubernetes Service",
        sku: "Standard",
        meter: "Standard Uptime SLA",
        arm_sku: "",
        region: "westeurope",
        price: "0.1",
        ..MACHINE
    };
    let prices = prices(&[&[sla]]);
    assert_eq!(whole(&aks::control_plane(&prices, "westeurope", aks::Tier::Standard)), "73");
}

const SQL: Sample =
    Sample { service: "SQL Database", arm_sku: "", region: "westeurope", ..MACHINE };

fn database(objective: &str) -> sql::Database {
    sql::Database {
        size: sql::Size::of_database(objective),
        licence: sql::Licence::Included,
        zone_redundant: false,
        high_availability_replicas: 0,
        is_named_replica: false,
        created: Some(date(2025, 3, 1)),
        max_bytes: Some(100 * GB),
        allocated_bytes: Ok(Decimal::ZERO),
        billed_vcore_seconds: Ok(Decimal::from(7_200)),
        backup: sql::Backup {
            bytes: Ok(Decimal::from(110 * GB)),
            redundancy: Some("GeoZone".to_owned()),
        },
    }
}

#[test]
fn a_database_pays_for_vcores_the_licence_of_all_regions_storage_and_backups() {
    let compute = Sample {
        product: "SQL Database Single/Elastic Pool General Purpose - Compute Gen5",
        sku: "vCore",
        meter: "vCore",
        price: "0.152217",
        ..SQL
    };
    let eight = Sample { sku: "8 vCore", price: "1.2", ..compute };
    let storage = Sample {
        product: "SQL Database Single/Elastic Pool General Purpose - Storage",
        sku: "General Purpose",
        meter: "General Purpose Data Stored",
        unit: "1 GB/Month",
        price: "0.115",
        ..SQL
    };
    let backup = Sample {
        product: "SQL Database Single/Elastic Pool PITR Backup Storage",
        sku: "Backup RA-GZRS",
        meter: "RA-GZRS Data Stored",
        price: "0.2",
        ..storage
    };
    let licence = Sample {
        product: "SQL Database Single/Elastic Pool General Purpose - SQL License",
        sku: "vCore",
        meter: "vCore",
        region: "Global",
        price: "0.099966",
        ..SQL
    };
    let prices = prices(&[&[compute, eight, storage, backup], &[licence]]);
    let costs = sql::database(&prices, "westeurope", &database("GP_Gen5_6"));
    assert!(costs.unpriced.is_empty(), "{costs:?}");
    assert_eq!(month(&costs, "compute"), "666.71046"); // 6 × 0.152217 × 730
    assert_eq!(month(&costs, "license"), "437.85108"); // 6 × 0.099966 × 730
    assert_eq!(month(&costs, "storage"), "14.95"); // 100 × 1.3 × 0.115
    assert_eq!(month(&costs, "backup"), "2"); // 10 × 0.2
    let listed = sql::database(&prices, "westeurope", &database("GP_Gen5_8"));
    assert_eq!(month(&listed, "compute"), "876"); // 1.2 × 730
    // Governments' regions have licences of their own.
    let elsewhere = sql::database(&prices, "usgovvirginia", &database("GP_Gen5_8"));
    assert!(elsewhere.unpriced.iter().any(|part| part.component == "license"));
}

#[test]
fn a_database_by_the_dtu_costs_a_24th_of_a_day_for_an_hour() {
    let small = Sample {
        product: "SQL Database Single Standard",
        sku: "S1",
        meter: "S1 DTUs",
        unit: "1/Day",
        price: "0.96",
        ..SQL
    };
    let prices = prices(&[&[small]]);
    let costs = sql::database(&prices, "westeurope", &database("S1"));
    assert_eq!(whole(&costs), "29.2"); // 0.96 / 24 × 730
    let key = &costs.lines[0].price.sku_key;
    assert_eq!(&**key, "azure/sql/DTU/S1/westeurope/od/1/Day");
    // 0.9677 / 24 has no end: 29.43420833…
    let prices = self::prices(&[&[Sample { price: "0.9677", ..small }]]);
    let costs = sql::database(&prices, "westeurope", &database("S1"));
    let month = costs.known().unwrap().exact_monthly();
    assert_eq!(month.round_dp(8).to_string(), "29.43420833");
}

#[test]
fn serverless_hyperscale_has_a_price_since_december_2023() {
    let serverless = Sample {
        product: "SQL Database Hyperscale - Serverless - Compute Gen5",
        sku: "1 vCore",
        meter: "vCore",
        price: "0.378",
        ..SQL
    };
    let prices = prices(&[&[serverless]]);
    let now = sql::database(&prices, "westeurope", &database("HS_S_Gen5_4"));
    assert_eq!(month(&now, "compute"), "551.88"); // 2 × 0.378 × 730
    let before = sql::Database { created: Some(date(2023, 6, 1)), ..database("HS_S_Gen5_4") };
    let before = sql::database(&prices, "westeurope", &before);
    assert_eq!(before.unpriced[0].component, "compute");
    assert!(before.lines.iter().all(|line| line.component != "compute"));
}
