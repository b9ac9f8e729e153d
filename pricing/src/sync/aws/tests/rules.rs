//! From a list of AWS's through a book to the cost lines of the rules.

use finops_core::model::Costs;

use super::*;
use crate::ListPrices;
use crate::aws::ec2::{Platform, SqlServer, on_demand};
use crate::aws::rds::{AuroraCluster, Database, Deployment, Storage, aurora_cluster, database};
use crate::aws::s3::{BucketUse, buckets};
use crate::book::PriceBook;
use crate::book::encode::{RowEntry, SourceEntry, encode};

/// The prices of a book that has what was harvested and nothing else.
fn prices(harvest: &Harvest) -> ListPrices {
    let entry = |row: crate::sync::TableRow<'static>| {
        let [service, sku, variant, unit, region] = row.key;
        let mantissa = u64::try_from(row.price.mantissa()).unwrap();
        let scale = u8::try_from(row.price.scale()).unwrap();
        let date = (2026, 1, 1);
        RowEntry { service, sku, variant, unit, region, source: "list", mantissa, scale, date }
    };
    let harvest: &'static Harvest = Box::leak(Box::new(harvest.clone()));
    let rows: Vec<RowEntry<'static>> = harvest.rows().map(entry).collect();
    let source = SourceEntry::new("list", "a list that is made up", "none");
    ListPrices::new(PriceBook::from_bytes(encode(&[source], &rows).unwrap()).unwrap())
}

fn hour(costs: &Costs) -> String {
    assert_eq!(costs.unpriced, []);
    costs.known().unwrap().hourly().normalize().to_string()
}

fn month(costs: &Costs, component: &str) -> String {
    costs.component(component).unwrap().exact_monthly().normalize().to_string()
}

#[test]
fn red_hat_ubuntu_pro_and_sql_server_have_prices() {
    let image = |system, software, operation, price| {
        let image = [
            ("Operating System", system),
            ("Pre Installed S/W", software),
            ("operation", operation),
            ("PricePerUnit", price),
        ];
        with(&LINUX, &image)
    };
    let harvest = Document::of("AmazonEC2")
        .row(&LINUX)
        .row(&image("RHEL", "NA", "RunInstances:0010", "0.1358"))
        .row(&image("Ubuntu Pro", "NA", "RunInstances:0g00", "0.1105"))
        .row(&image("Windows", "SQL Std", "RunInstances:0006", "0.679"))
        .row(&image("Linux", "SQL Web", "RunInstances:0200", "0.174"))
        .harvest();
    let prices = prices(&harvest);
    let of = |platform: &Platform| hour(&on_demand(&prices, "eu-west-1", "m5.large", platform));
    assert_eq!(of(&Platform::Rhel), "0.1358");
    assert_eq!(of(&Platform::RhelByol), "0.107");
    assert_eq!(of(&Platform::UbuntuPro), "0.1105");
    assert_eq!(of(&Platform::WindowsSql(SqlServer::Standard)), "0.679");
    assert_eq!(of(&Platform::LinuxSql(SqlServer::Web)), "0.174");
    let missing = on_demand(&prices, "eu-west-1", "m5.large", &Platform::RhelHa);
    assert!(missing.is_unpriced());
}

/// A row of RDS's list for Aurora with PostgreSQL.
fn aurora(usage: &str, unit: &str, price: &str) -> Vec<(&'static str, String)> {
    let family = if unit == "Hrs" { "Database Instance" } else { "Database Storage" };
    [
        ("Product Family", family),
        ("usageType", usage),
        ("Instance Type", if unit == "Hrs" { "db.r6g.large" } else { "" }),
        ("Database Engine", "Aurora PostgreSQL"),
        ("Deployment Option", if unit == "Hrs" { "Single-AZ" } else { "" }),
        ("Unit", unit),
        ("PricePerUnit", price),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

fn document(rows: &[Vec<(&'static str, String)>]) -> Harvest {
    let add = |document: Document, row: &Vec<(&'static str, String)>| {
        let row: Vec<(&str, &str)> =
            row.iter().map(|(name, value)| (*name, value.as_str())).collect();
        document.row(&row)
    };
    rows.iter().fold(Document::of("AmazonRDS"), add).harvest()
}

fn instance(class: &str, storage_type: &str) -> Database {
    Database {
        class: class.to_owned(),
        engine: "aurora-postgresql".to_owned(),
        license_model: "postgresql-license".to_owned(),
        deployment: Deployment::SingleAz,
        storage: Storage {
            storage_type: storage_type.to_owned(),
            size_gib: 1,
            iops: None,
            throughput_mibps: None,
        },
        capacity_units: Some(2.into()),
    }
}

#[test]
fn io_optimized_clusters_pay_more_for_instances_and_nothing_for_requests() {
    let prices = prices(&document(&[
        aurora("EU-InstanceUsage:db.r6g.large", "Hrs", "0.313"),
        aurora("EU-InstanceUsageIOOptimized:db.r6g.large", "Hrs", "0.407"),
        aurora("EU-Aurora:ServerlessV2Usage", "ACU-Hr", "0.14"),
        aurora("EU-Aurora:ServerlessV2IOOptimizedUsage", "ACU-Hr", "0.182"),
        aurora("EU-Aurora:StorageUsage", "GB-Mo", "0.11"),
        aurora("EU-Aurora:IO-OptimizedStorageUsage", "GB-Mo", "0.248"),
    ]));
    let of = |class, kind| hour(&database(&prices, "eu-west-1", &instance(class, kind)));
    assert_eq!(of("db.r6g.large", "aurora"), "0.313");
    assert_eq!(of("db.r6g.large", "aurora-iopt1"), "0.407");
    assert_eq!(of("db.serverless", "aurora"), "0.28"); // 2 × 0.14
    assert_eq!(of("db.serverless", "aurora-iopt1"), "0.364"); // 2 × 0.182
    let cluster = |kind: &str| {
        let cluster = AuroraCluster {
            engine: "aurora-postgresql".to_owned(),
            storage_type: kind.to_owned(),
            used_bytes: Some(100 << 30),
        };
        aurora_cluster(&prices, "eu-west-1", &cluster)
    };
    assert_eq!(month(&cluster("aurora"), "storage"), "11"); // 100 × 0.11
    assert_eq!(cluster("aurora").unpriced[0].component, "io_requests");
    assert_eq!(month(&cluster("aurora-iopt1"), "storage"), "24.8"); // 100 × 0.248
    assert_eq!(cluster("aurora-iopt1").unpriced, []);
}

#[test]
fn io2_storage_of_databases_pays_for_all_operations() {
    let row = |usage: &str, unit: &str, price: &str| {
        let mut row = aurora(usage, unit, price);
        row.retain(|(name, _)| !matches!(*name, "Database Engine" | "Deployment Option"));
        row.push(("Database Engine", "PostgreSQL".to_owned()));
        row.push(("Deployment Option", "Single-AZ".to_owned()));
        row
    };
    let prices = prices(&document(&[
        row("EU-RDS:PIOPS-Storage-IO2", "GB-Mo", "0.138"),
        row("EU-RDS:IO2-PIOPS", "IOPS-Mo", "0.11"),
    ]));
    let mut described = instance("db.r6g.large", "io2");
    described.engine = "postgres".to_owned();
    described.storage.size_gib = 200;
    described.storage.iops = Some(1_000);
    let costs = database(&prices, "eu-west-1", &described);
    assert_eq!(month(&costs, "storage"), "27.6"); // 200 × 0.138
    assert_eq!(month(&costs, "iops"), "110"); // 1,000 × 0.11
}

#[test]
fn archives_of_intelligent_tiering_have_prices() {
    let row = |usage, price| [("usageType", usage), ("Unit", "GB-Mo"), ("PricePerUnit", price)];
    let harvest = Document::of("AmazonS3")
        .row(&row("EU-TimedStorage-INT-AA-ByteHrs", "0.0036"))
        .row(&row("EU-TimedStorage-INT-DAA-ByteHrs", "0.00099"))
        .row(&row("EU-TimedStorage-GDA-Staging", "0.021"))
        .harvest();
    let used = BucketUse {
        region: "eu-west-1".to_owned(),
        storage: [
            ("IntelligentTieringAAStorage", 100 << 30),
            ("IntelligentTieringDAAStorage", 1_000 << 30),
            ("DeepArchiveStagingStorage", 10 << 30),
        ]
        .map(|(kind, bytes)| (kind.to_owned(), bytes))
        .to_vec(),
    };
    let costs = &buckets(&prices(&harvest), &[used])[0];
    // 100 × 0.0036 + 1,000 × 0.00099.
    assert_eq!(month(costs, "storage_intelligent_tiering"), "1.35");
    assert_eq!(month(costs, "storage_deep_archive"), "0.21"); // 10 × 0.021
}
