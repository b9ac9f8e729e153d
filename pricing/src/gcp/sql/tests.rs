use super::tier::Tier;
use super::*;

const GIB: u64 = 1 << 30;

fn mysql(tier: &str) -> Instance {
    Instance {
        instance_type: "CLOUD_SQL_INSTANCE".into(),
        database_version: "MYSQL_8_0".into(),
        tier: tier.into(),
        edition: "ENTERPRISE".into(),
        availability_type: "ZONAL".into(),
        running: true,
        data_disk_type: "PD_SSD".into(),
        data_disk_gib: 100,
        has_public_address: true,
        backup_bytes: Ok(Decimal::ZERO),
    }
}

fn iowa(described: &Instance) -> Costs {
    instance(&ListPrices::gcp(), "us-central1", described)
}

fn hour(costs: &Costs, component: &str) -> String {
    costs.component(component).unwrap().hourly().normalize().to_string()
}

fn month(costs: &Costs, component: &str) -> String {
    costs.component(component).unwrap().exact_monthly().normalize().to_string()
}

fn missing(costs: &Costs) -> Vec<&str> {
    costs.unpriced.iter().map(|part| part.component).collect()
}

#[test]
fn a_listed_tier_has_its_own_price() {
    let costs = iowa(&mysql("db-n1-standard-4"));
    assert_eq!(hour(&costs, "instance"), "0.27021");
    assert_eq!(month(&costs, "storage"), "17"); // 100 × 0.17
    assert_eq!(costs.lines.len(), 2);
    assert!(costs.unpriced.is_empty());
    let key = &costs.lines[0].price.sku_key;
    assert_eq!(&**key, "gcp/cloudsql/db-n1-standard-4/us-central1/mysql/zonal/od/hour");
}

#[test]
fn an_edition_that_the_book_does_not_have_is_unpriced() {
    let developer = Instance { edition: "DEVELOPER".into(), ..mysql("db-n1-standard-4") };
    assert_eq!(missing(&iowa(&developer)), ["instance", "storage"]);
    let unsaid = Instance { edition: String::new(), ..mysql("db-n1-standard-4") };
    assert_eq!(hour(&iowa(&unsaid), "instance"), "0.27021");
}

#[test]
fn a_standby_doubles_instance_and_storage() {
    let regional = Instance { availability_type: "REGIONAL".into(), ..mysql("DB-G1-SMALL") };
    let costs = iowa(&regional);
    assert_eq!(hour(&costs, "instance"), "0.07");
    assert_eq!(month(&costs, "storage"), "34"); // 100 × 0.34
}

#[test]
fn a_custom_tier_pays_for_processors_and_memory() {
    let postgres =
        Instance { database_version: "POSTGRES_16".into(), ..mysql("db-custom-4-15872") };
    let costs = iowa(&postgres);
    // 4 × 0.0413 + 15.5 × 0.007 = 0.1652 + 0.1085.
    assert_eq!(hour(&costs, "instance"), "0.2737");
    assert_eq!(costs.lines[1].price.unit.name(), "GiB-hour");
}

#[test]
fn a_tier_that_is_not_listed_pays_for_processors_and_memory() {
    // 2 × 0.0413 + 13 × 0.007 = 0.0826 + 0.091.
    assert_eq!(hour(&iowa(&mysql("db-n1-highmem-2")), "instance"), "0.1736");
}

#[test]
fn the_listed_tiers_agree_with_their_processors_and_memory() {
    let prices = ListPrices::gcp();
    let tolerance = "0.001".parse().unwrap();
    let mut compared = 0;
    for row in prices.book().service_rows("gcp/cloudsql") {
        let Tier::Dedicated(size) = Tier::of(row.sku) else { continue };
        let book = Book { prices: &prices, region: row.region };
        let price = |sku, unit| book.price(sku, row.variant, unit).unwrap().unit_price;
        let parts = Decimal::from(size.vcpus) * price("vcpu", "vCPU-hour")
            + size.memory_gib().amount() * price("ram", "GiB-hour");
        assert!((parts - row.price).abs() / row.price < tolerance, "{}", row.sku);
        compared += 1;
    }
    assert_eq!(compared, 16);
}

#[test]
fn shared_tiers_are_priced_only_where_they_are_listed() {
    assert_eq!(hour(&iowa(&mysql("db-f1-micro")), "instance"), "0.01051");
    let sql_server =
        Instance { database_version: "SQLSERVER_2022_WEB".into(), ..mysql("db-f1-micro") };
    assert_eq!(missing(&iowa(&sql_server)), ["instance", "license"]);
}

#[test]
fn the_licence_of_sql_server_has_no_price() {
    let described = Instance {
        database_version: "SQLSERVER_2019_STANDARD".into(),
        availability_type: "REGIONAL".into(),
        ..mysql("db-custom-4-16384")
    };
    let costs = iowa(&described);
    // 4 × 0.0826 + 16 × 0.014 = 0.3304 + 0.224.
    assert_eq!(hour(&costs, "instance"), "0.5544");
    assert_eq!(missing(&costs), ["license"]);
    assert!(costs.unpriced[0].reason.contains("SQLSERVER_2019_STANDARD"));
    let stopped = iowa(&Instance { running: false, ..described });
    assert!(stopped.unpriced.is_empty());
}

#[test]
fn a_stopped_instance_pays_for_storage_backups_and_its_address() {
    let stopped = Instance {
        running: false,
        backup_bytes: Ok(Decimal::from(25 * GIB)),
        ..mysql("db-n1-standard-4")
    };
    let costs = iowa(&stopped);
    assert_eq!(month(&costs, "storage"), "17"); // 100 × 0.17
    assert_eq!(month(&costs, "backup"), "2"); // 25 × 0.08
    assert_eq!(hour(&costs, "address"), "0.01");
    assert_eq!(costs.lines.len(), 3);
    let private = iowa(&Instance { has_public_address: false, ..stopped });
    assert_eq!(private.lines.len(), 2);
}

#[test]
fn backups_that_are_not_known_are_unpriced() {
    let unknown = Instance { backup_bytes: Err("no metric of it"), ..mysql("db-f1-micro") };
    let costs = iowa(&unknown);
    assert_eq!(missing(&costs), ["backup"]);
    assert_eq!(&*costs.unpriced[0].reason, "no metric of it");
}

#[test]
fn other_storage_than_ssd_has_no_price() {
    for (kind, reason) in
        [("PD_HDD", "does not know storage-hdd"), ("HYPERDISK_BALANCED", "HYPERDISK_BALANCED")]
    {
        let costs = iowa(&Instance { data_disk_type: kind.into(), ..mysql("db-f1-micro") });
        assert_eq!(missing(&costs), ["storage"]);
        assert!(costs.unpriced[0].reason.contains(reason), "{}", costs.unpriced[0].reason);
    }
}

#[test]
fn enterprise_plus_has_no_price() {
    let by_tier = Instance { edition: String::new(), ..mysql("db-perf-optimized-N-8") };
    let by_edition = Instance { edition: "ENTERPRISE_PLUS".into(), ..mysql("db-custom-4-16384") };
    let pool = Instance { instance_type: "READ_POOL_INSTANCE".into(), ..mysql("db-f1-micro") };
    for mut described in [by_tier, by_edition, pool] {
        described.backup_bytes = Ok(Decimal::from(GIB));
        let costs = iowa(&described);
        assert_eq!(missing(&costs), ["instance", "storage", "backup"]);
        assert!(costs.is_unpriced());
        assert!(costs.unpriced[0].reason.ends_with("Enterprise Plus"));
        let stopped = iowa(&Instance { running: false, ..described });
        assert_eq!(missing(&stopped), ["storage", "backup"]);
        assert_eq!(hour(&stopped, "address"), "0.01");
    }
}

#[test]
fn what_is_not_understood_is_unpriced() {
    let version = Instance { database_version: "ORACLE_23".into(), ..mysql("db-f1-micro") };
    assert!(iowa(&version).unpriced[0].reason.contains("\"ORACLE_23\""));
    let availability = Instance { availability_type: String::new(), ..mysql("db-f1-micro") };
    assert!(iowa(&availability).is_unpriced());
    let tier = iowa(&mysql("db-n9-standard-4"));
    assert_eq!(missing(&tier), ["instance"]);
    assert_eq!(month(&tier, "storage"), "17"); // 100 × 0.17
}

#[test]
fn other_regions_have_no_price() {
    let costs = instance(&ListPrices::gcp(), "europe-west1", &mysql("db-n1-standard-4"));
    assert_eq!(missing(&costs), ["instance", "instance", "storage"]);
    assert!(costs.unpriced[0].reason.contains("has vcpu, but not in this region"));
}

#[test]
fn a_source_on_ones_own_premises_is_free() {
    let source =
        Instance { instance_type: "ON_PREMISES_INSTANCE".into(), ..mysql("db-n1-standard-4") };
    assert_eq!(iowa(&source), Costs::free());
}
