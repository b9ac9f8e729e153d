//! Instances of Cloud SQL, in us-central1.

use rust_decimal::Decimal;
use serde_json::json;

use super::expected::Cost;
use super::thing::{Kind, Thing, exactly, whole};
use crate::support::facts::{
    SQL_CORE, SQL_CORE_REGIONAL, SQL_F1_MICRO, SQL_N1_STANDARD_4, SQL_RAM, SQL_RAM_REGIONAL,
    SQL_SSD, SQL_SSD_REGIONAL, SQL_UNUSED_ADDRESS, monthly, times,
};

/// How much backups hold is in no list and in no metric of Google's, whether there are any or not; a
/// read replica has none. The reason says so.
const BACKUP: &str = "backups";

/// So much is known of an instance, and its backups are not.
fn but_backups(known: Decimal) -> Cost {
    Cost::Partly(known, &["backup"], BACKUP)
}

/// An instance in one zone with 100 GiB of SSD.
fn instance(project: &'static str, name: &str, version: &str, tier: &str) -> Thing {
    let body = json!({
        "kind": "sql#instance", "name": name, "project": project, "region": "us-central1",
        "gceZone": "us-central1-a", "state": "RUNNABLE", "databaseVersion": version,
        "backendType": "SECOND_GEN", "instanceType": "CLOUD_SQL_INSTANCE",
        "connectionName": format!("{project}:us-central1:{name}"),
        "createTime": "2025-04-05T06:07:08.910Z",
        "ipAddresses": [{ "type": "PRIMARY", "ipAddress": "198.51.100.4" }],
        "selfLink": format!("https://sqladmin.googleapis.com/v1/projects/{project}/instances/{name}"),
        "settings": { "kind": "sql#settings", "tier": tier, "edition": "ENTERPRISE",
            "availabilityType": "ZONAL", "activationPolicy": "ALWAYS", "pricingPlan": "PER_USE",
            "dataDiskType": "PD_SSD", "dataDiskSizeGb": "100", "settingsVersion": "4",
            "userLabels": { "team": "data" }, "ipConfiguration": { "ipv4Enabled": true },
            "backupConfiguration": { "enabled": false, "kind": "sql#backupConfiguration" } },
    });
    Thing::new(project, Kind::Database, "regions/us-central1", name, body)
}

/// The same with other settings.
fn set(mut thing: Thing, settings: &[(&str, &str)]) -> Thing {
    for (key, value) in settings {
        thing.body["settings"][*key] = json!(value);
    }
    thing
}

/// It runs, at half of its processors and with twelve connections; PostgreSQL counts them for each
/// database.
fn busy(thing: Thing) -> Thing {
    let database = format!("{}:{}", thing.project, thing.name);
    let labels = [
        ("resource.label.database_id", database.as_str()),
        ("resource.label.project_id", thing.project),
        ("resource.label.region", "us-central1"),
    ];
    let kind = "cloudsql_database";
    let is_postgres = thing.body["databaseVersion"].as_str().unwrap().starts_with("POSTGRES");
    let thing = if is_postgres {
        let of = |name| [&labels[..], &[("metric.label.database", name)]].concat();
        let backends = "cloudsql.googleapis.com/database/postgresql/num_backends";
        thing.does(backends, kind, &of("shop"), whole(8)).does(
            backends,
            kind,
            &of("jobs"),
            whole(4),
        )
    } else {
        thing.does("cloudsql.googleapis.com/database/network/connections", kind, &labels, whole(12))
    };
    thing
        .does("cloudsql.googleapis.com/database/cpu/utilization", kind, &labels, exactly("0.5"))
        .does("cloudsql.googleapis.com/database/disk/bytes_used", kind, &labels, whole(40 << 30))
        .says("cpu_utilization", 50)
        .says("connections", 12)
}

/// A listed size of MySQL in one zone.
pub(super) fn mysql(project: &'static str, name: &str) -> Thing {
    let known = monthly(SQL_N1_STANDARD_4) + times(&["100", SQL_SSD]);
    busy(instance(project, name, "MYSQL_8_4", "db-n1-standard-4").costs(but_backups(known)))
        .says("tier", "db-n1-standard-4")
        .says("storage_gb", 100)
}

/// Instances of every kind.
pub(super) fn every_kind(project: &'static str) -> Vec<Thing> {
    let parts = |vcpus: &str, core: &str, gib: &str, ram: &str| {
        times(&[vcpus, core, "730"]) + times(&[gib, ram, "730"])
    };
    let disk: Decimal = times(&["100", SQL_SSD]);
    let regional = [("availabilityType", "REGIONAL")];
    let plus = [("edition", "ENTERPRISE_PLUS")];
    let replica = instance(project, "replica", "MYSQL_8_4", "db-n1-standard-4")
        .with("instanceType", json!("READ_REPLICA_INSTANCE"))
        .with("masterInstanceName", json!(format!("{project}:mysql")));
    let stopped = set(
        instance(project, "stopped", "POSTGRES_17", "db-custom-2-8192"),
        &[("activationPolicy", "NEVER")],
    );
    vec![
        mysql(project, "mysql"),
        busy(
            set(instance(project, "postgres", "POSTGRES_16", "db-custom-4-15872"), &regional)
                .costs(but_backups(
                    parts("4", SQL_CORE_REGIONAL, "15.5", SQL_RAM_REGIONAL)
                        + times(&["100", SQL_SSD_REGIONAL]),
                )),
        )
        .says("availability_type", "REGIONAL"),
        busy(instance(project, "sqlserver", "SQLSERVER_2022_STANDARD", "db-custom-2-8192").costs(
            Cost::Partly(
                parts("2", SQL_CORE, "8", SQL_RAM) + disk,
                &["license", "backup"],
                "SQLSERVER_2022_STANDARD",
            ),
        )),
        // Past its standard support, which is charged for.
        busy(instance(project, "old", "MYSQL_5_7", "db-n1-standard-4").costs(Cost::Partly(
            monthly(SQL_N1_STANDARD_4) + disk,
            &["backup", "extended_support"],
            "extended support of MYSQL_5_7",
        ))),
        // Its storage and its machine have no prices here.
        busy(
            set(instance(project, "plus", "POSTGRES_17", "db-perf-optimized-N-8"), &plus)
                .costs(Cost::Unpriced("Enterprise Plus")),
        ),
        busy(
            instance(project, "shared-core", "MYSQL_8_4", "db-f1-micro")
                .costs(but_backups(monthly(SQL_F1_MICRO) + disk)),
        ),
        // The address of one that is stopped costs, and its storage does.
        stopped.costs(but_backups(disk + monthly(SQL_UNUSED_ADDRESS))),
        busy(replica.costs(Cost::Priced(monthly(SQL_N1_STANDARD_4) + disk))),
        busy(
            set(
                instance(project, "spinning", "MYSQL_8_4", "db-n1-standard-4"),
                &[("dataDiskType", "PD_HDD")],
            )
            .costs(Cost::Partly(monthly(SQL_N1_STANDARD_4), &["storage"], "storage")),
        ),
    ]
}
