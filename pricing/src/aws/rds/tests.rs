use super::*;

fn storage(storage_type: &str, size_gib: u64) -> Storage {
    Storage { storage_type: storage_type.to_owned(), size_gib, iops: None, throughput_mibps: None }
}

fn example(engine: &str, license_model: &str, deployment: Deployment) -> Database {
    Database {
        class: "db.m5.large".to_owned(),
        engine: engine.to_owned(),
        license_model: license_model.to_owned(),
        deployment,
        storage: storage("gp2", 100),
        capacity_units: None,
    }
}

fn costs(region: &str, described: &Database) -> Costs {
    database(&ListPrices::aws(), region, described)
}

fn instance_hour(region: &str, described: &Database) -> String {
    let rate = costs(region, described).component("instance").unwrap();
    rate.hourly().normalize().to_string()
}

fn month(costs: &Costs, component: &str) -> String {
    costs.component(component).unwrap().exact_monthly().to_string()
}

fn missing(costs: &Costs) -> Vec<&'static str> {
    costs.unpriced.iter().map(|part| part.component).collect()
}

#[test]
fn a_standby_doubles_mysql() {
    let gpl = "general-public-license";
    let single = example("mysql", gpl, Deployment::SingleAz);
    assert_eq!(instance_hour("us-east-1", &single), "0.171");
    let multi = example("mysql", gpl, Deployment::MultiAz);
    assert_eq!(instance_hour("us-east-1", &multi), "0.342"); // 2 × 0.171
    // Storage of one zone is known in us-east-1: 100 × 0.115. That of two zones is not.
    assert_eq!(month(&costs("us-east-1", &single), "storage"), "11.5");
    assert_eq!(missing(&costs("us-east-1", &multi)), ["storage"]);
}

#[test]
fn commercial_engines_have_the_price_of_their_licence() {
    let hour = |region, engine, licence, deployment| {
        instance_hour(region, &example(engine, licence, deployment))
    };
    let (included, own) = ("license-included", "bring-your-own-license");
    use Deployment::{MultiAz, SingleAz};
    // db.m5.large: SQL Server SE 0.977 in us-east-1; 0.996 and with a mirror 2 × 0.996 in eu-west-1.
    assert_eq!(hour("us-east-1", "sqlserver-se", included, SingleAz), "0.977");
    assert_eq!(hour("eu-west-1", "sqlserver-se", included, MultiAz), "1.992");
    // Under an own licence Oracle costs what MySQL does: 0.171; with SE2's licence 0.438.
    assert_eq!(hour("us-east-1", "oracle-ee", own, SingleAz), "0.171");
    assert_eq!(hour("us-east-1", "oracle-ee-cdb", own, SingleAz), "0.171");
    assert_eq!(hour("us-east-1", "oracle-se2", included, SingleAz), "0.438");
    assert_eq!(hour("us-east-1", "oracle-se2-cdb", own, SingleAz), "0.171");
}

#[test]
fn engines_licences_and_deployments_without_a_price_are_named() {
    for (engine, licence, deployment, named) in [
        ("db2-se", "bring-your-own-license", Deployment::SingleAz, "db2-se"),
        ("custom-oracle-ee", "bring-your-own-license", Deployment::SingleAz, "custom-oracle-ee"),
        ("oracle-ee", "license-included", Deployment::SingleAz, "(license-included)"),
        ("mysql", "general-public-license", Deployment::MultiAzCluster, "Multi-AZ DB clusters"),
    ] {
        let costs = costs("eu-west-1", &example(engine, licence, deployment));
        assert_eq!(costs.unpriced[0].component, "instance");
        assert!(costs.unpriced[0].reason.contains(named), "{costs:?}");
    }
}

#[test]
fn gp3_pays_beyond_what_its_size_includes() {
    let mut described = example("postgres", "postgresql-license", Deployment::SingleAz);
    described.storage = Storage {
        storage_type: "gp3".to_owned(),
        size_gib: 400,
        iops: Some(13_000),
        throughput_mibps: Some(600),
    };
    let large = costs("eu-west-1", &described);
    assert_eq!(month(&large, "storage"), "50.8"); // 400 × 0.127
    assert_eq!(month(&large, "iops"), "22"); // 1,000 over 12,000 × 0.022
    assert_eq!(month(&large, "throughput"), "8.8"); // 100 over 500 × 0.088
    // Below 400 GiB nothing can be added, so that nothing need be known.
    described.storage = storage("gp3", 399);
    assert_eq!(costs("eu-west-1", &described).unpriced, []);
    described.storage = storage("gp3", 400);
    assert_eq!(missing(&costs("eu-west-1", &described)), ["iops", "throughput"]);
    // SQL Server includes 3,000 IOPS and 125 MiB/s at any size: 1,000 × 0.022, 0 × 0.088.
    described = example("sqlserver-se", "license-included", Deployment::SingleAz);
    described.storage = storage("gp3", 1_000);
    described.storage.iops = Some(4_000);
    described.storage.throughput_mibps = Some(125);
    let sql_server = costs("eu-west-1", &described);
    assert_eq!(month(&sql_server, "iops"), "22");
    assert_eq!(month(&sql_server, "throughput"), "0");
    // Oracle is striped from 200 GiB on: 12,000 IOPS are included.
    described = example("oracle-ee", "bring-your-own-license", Deployment::SingleAz);
    described.storage = storage("gp3", 200);
    described.storage.iops = Some(12_000);
    described.storage.throughput_mibps = Some(500);
    assert_eq!(month(&costs("eu-west-1", &described), "iops"), "0");
}

#[test]
fn two_zones_have_their_own_storage_prices() {
    let mut mysql = example("mysql", "general-public-license", Deployment::MultiAz);
    mysql.storage = storage("io1", 200);
    mysql.storage.iops = Some(1_000);
    let costs_of_mysql = costs("eu-west-1", &mysql);
    assert_eq!(month(&costs_of_mysql, "storage"), "55.2"); // 200 × 0.276
    assert_eq!(month(&costs_of_mysql, "iops"), "220"); // 1,000 × 0.22
    let mut mirrored = example("sqlserver-se", "license-included", Deployment::MultiAz);
    mirrored.storage.storage_type = "gp3".to_owned();
    mirrored.storage.iops = Some(4_000);
    mirrored.storage.throughput_mibps = Some(225);
    let costs_of_mirror = costs("eu-west-1", &mirrored);
    assert_eq!(month(&costs_of_mirror, "storage"), "25.4"); // 100 × 0.254
    assert_eq!(month(&costs_of_mirror, "iops"), "44"); // 1,000 × 0.044
    assert_eq!(month(&costs_of_mirror, "throughput"), "17.7"); // 100 × 0.177
    let key = &costs_of_mirror.lines[1].price.sku_key;
    assert_eq!(
        &**key,
        "aws/rds-storage/RDS:Mirror-GP3-Storage/eu-west-1/\
         sql-server/multi-az-(sql-server-mirror)/od/GB-Mo"
    );
}

#[test]
fn storage_that_is_not_known_leaves_the_instance_priced() {
    let mut described = example("postgres", "postgresql-license", Deployment::SingleAz);
    let elsewhere = costs("us-west-2", &described);
    assert!(elsewhere.is_partly_priced());
    assert_eq!(missing(&elsewhere), ["storage"]);
    assert!(elsewhere.unpriced[0].reason.contains("RDS:GP2-Storage postgresql/single-az"));
    described.storage = storage("io9", 100);
    assert!(costs("eu-west-1", &described).unpriced[0].reason.contains("\"io9\""));
    // The embedded book has no io2.
    described.storage = storage("io2", 100);
    let reason = &costs("eu-west-1", &described).unpriced[0].reason;
    assert!(reason.contains("RDS:PIOPS-Storage-IO2 postgresql/single-az"), "{reason}");
    described.storage = storage("standard", 100);
    let magnetic = costs("eu-west-1", &described);
    assert_eq!(month(&magnetic, "storage"), "11"); // 100 × 0.11
    assert_eq!(missing(&magnetic), ["io_requests"]);
}

#[test]
fn an_aurora_instance_is_billed_without_storage() {
    let mut described = example("aurora-postgresql", "postgresql-license", Deployment::MultiAz);
    described.class = "db.r5.large".to_owned();
    described.storage = storage("aurora", 1);
    let standard = costs("us-east-1", &described);
    assert_eq!(standard.lines.len(), 1);
    assert_eq!(standard.known().unwrap().hourly(), "0.29".parse().unwrap());
    described.storage = storage("aurora-iopt1", 1);
    assert_eq!(missing(&costs("us-east-1", &described)), ["instance"]);
}

#[test]
fn serverless_is_billed_by_capacity_units() {
    let mut described = example("aurora-mysql", "general-public-license", Deployment::SingleAz);
    described.class = "db.serverless".to_owned();
    described.storage = storage("aurora", 1);
    assert_eq!(missing(&costs("eu-west-1", &described)), ["instance"]);
    described.capacity_units = Some("2.5".parse().unwrap());
    // 2.5 units × 0.14 an hour.
    assert_eq!(instance_hour("eu-west-1", &described), "0.35");
    assert_eq!(missing(&costs("us-east-1", &described)), ["instance"]);
}

#[test]
fn a_cluster_pays_for_the_bytes_in_use() {
    let prices = ListPrices::aws();
    let mut cluster = AuroraCluster {
        engine: "aurora-mysql".to_owned(),
        storage_type: "aurora".to_owned(),
        used_bytes: Some(50 << 30),
    };
    let standard = aurora_cluster(&prices, "eu-west-1", &cluster);
    assert_eq!(month(&standard, "storage"), "5.5"); // 50 × 0.11
    assert_eq!(missing(&standard), ["io_requests"]);
    cluster.used_bytes = None;
    assert!(aurora_cluster(&prices, "eu-west-1", &cluster).is_unpriced());
    cluster.storage_type = "aurora-iopt1".to_owned();
    assert_eq!(missing(&aurora_cluster(&prices, "eu-west-1", &cluster)), ["storage"]);
}
