//! Azure SQL in every purchasing model, in East US.

use serde_json::{Value, json};

use super::expected::Cost;
use super::figures::Worth;
use super::thing::{Place, Thing, whole};
use crate::support::facts::{
    BACKUP_RA_GRS, BC_8, BC_STORAGE, GP_4, GP_6, GP_8, GP_8_ZONES, GP_STORAGE, GP_STORAGE_ZONES,
    HS_2, HS_STORAGE, LICENCE_BC, LICENCE_GP, MONTH, S1, SERVERLESS_VCORE, decimal, monthly, times,
};

const GIB: u64 = 1 << 30;

fn database(server: &Thing, name: &str, sku: Value, objective: &str, more: &Value) -> Thing {
    let mut properties = json!({
        "collation": "SQL_Latin1_General_CP1_CI_AS", "status": "Online",
        "databaseId": format!("database-{name}"), "creationDate": "2025-02-03T04:05:06.7Z",
        "currentServiceObjectiveName": objective, "requestedServiceObjectiveName": objective,
        "maxSizeBytes": 100 * GIB, "zoneRedundant": false, "readScale": "Disabled",
        "currentBackupStorageRedundancy": "Geo", "requestedBackupStorageRedundancy": "Geo",
        "isInfraEncryptionEnabled": false, "currentSku": sku,
    });
    for (key, value) in more.as_object().unwrap() {
        properties[key] = value.clone();
    }
    Thing::below(server, "Microsoft.Sql/servers/databases", name)
        .with("kind", json!("v12.0,user,vcore"))
        .with("sku", sku)
        .properties(properties)
}

fn vcores(name: &str, tier: &str, capacity: u32) -> Value {
    json!({ "name": name, "tier": tier, "family": "Gen5", "capacity": capacity })
}

/// Its backups are smaller than it may grow.
fn backed_up(database: Thing, used: u64) -> Thing {
    let gib = |count: u64| whole(usize::try_from(count * GIB).unwrap());
    database
        .does("storage", Worth::Average(gib(used)))
        .does("cpu_percent", Worth::Average(decimal("12.5")))
        .does("full_backup_size_bytes", Worth::Day(gib(10)))
        .does("diff_backup_size_bytes", Worth::Day(gib(4)))
        .does("log_backup_size_bytes", Worth::Day(gib(2)))
}

/// Storage of a database that may grow to so many GB: 30 % more for its log.
/// <https://learn.microsoft.com/azure/azure-sql/database/service-tiers-sql-database-vcore>
fn storage(gb: &str, price: &str) -> rust_decimal::Decimal {
    times(&[gb, "1.3", price])
}

/// A server with a database of every kind, and a pool.
pub(crate) fn every_model(place: &Place) -> Vec<Thing> {
    let server = Thing::new(place, "Microsoft.Sql/servers", "orders-sql")
        .with("kind", json!("v12.0"))
        .properties(json!({ "administratorLogin": "operator", "version": "12.0",
            "state": "Ready", "fullyQualifiedDomainName": "orders-sql.database.windows.net" }))
        .costs("servers", Cost::nothing());
    let gp = |capacity| vcores("GP_Gen5", "GeneralPurpose", capacity);
    let licence = |vcores: &str| times(&[vcores, LICENCE_GP, MONTH]);
    let included = json!({ "licenseType": "LicenseIncluded" });
    let mut things = vec![
        database(
            &server,
            "master",
            json!({ "name": "System", "tier": "System", "capacity": 0 }),
            "System0",
            &json!({ "maxSizeBytes": 32 * GIB }),
        )
        .with("kind", json!("v12.0,system")),
        database(
            &server,
            "small",
            json!({ "name": "Standard", "tier": "Standard", "capacity": 20 }),
            "S1",
            &json!({ "maxSizeBytes": 250 * GIB }),
        )
        .with("kind", json!("v12.0,user"))
        .does("dtu_consumption_percent", Worth::Average(decimal("7.25")))
        .costs("databases", Cost::of_hour(S1))
        .says("dtu_usage_percent", json!(7.25))
        .says("tier", "Standard"),
        backed_up(database(&server, "orders", gp(4), "GP_Gen5_4", &included), 40)
            .costs(
                "databases",
                Cost::Priced(monthly(GP_4) + licence("4") + storage("100", GP_STORAGE)),
            )
            .says("cpu_percent", json!(12.5))
            .says("capacity", 4)
            .says("storage_bytes", 40 * GIB),
        // An own licence: the base price. Its backups are 30 GB more than the 100 GB that are free.
        database(&server, "archive", gp(8), "GP_Gen5_8", &json!({ "licenseType": "BasePrice" }))
            .does("full_backup_size_bytes", Worth::Day(whole(80 << 30)))
            .does("diff_backup_size_bytes", Worth::Day(whole(30 << 30)))
            .does("log_backup_size_bytes", Worth::Day(whole(20 << 30)))
            .costs(
                "databases",
                Cost::Priced(
                    monthly(GP_8) + storage("100", GP_STORAGE) + times(&["30", BACKUP_RA_GRS]),
                ),
            ),
        backed_up(
            database(
                &server,
                "zones",
                gp(8),
                "GP_Gen5_8",
                &json!({ "licenseType": "LicenseIncluded", "zoneRedundant": true }),
            ),
            10,
        )
        .costs(
            "databases",
            Cost::Priced(
                monthly(GP_8)
                    + monthly(GP_8_ZONES)
                    + licence("8")
                    + storage("100", GP_STORAGE_ZONES),
            ),
        ),
        backed_up(
            database(
                &server,
                "critical",
                vcores("BC_Gen5", "BusinessCritical", 8),
                "BC_Gen5_8",
                &json!({ "licenseType": "BasePrice" }),
            ),
            10,
        )
        .costs("databases", Cost::Priced(monthly(BC_8) + storage("100", BC_STORAGE))),
        // 7,200 vCore·s in an hour are two vCores.
        backed_up(
            database(
                &server,
                "now-and-then",
                vcores("GP_S_Gen5", "GeneralPurpose", 4),
                "GP_S_Gen5_4",
                &json!({ "minCapacity": 0.5, "autoPauseDelay": 60 }),
            ),
            10,
        )
        .does("app_cpu_billed", Worth::Hour(whole(7_200)))
        .costs(
            "databases",
            Cost::Priced(times(&["2", SERVERLESS_VCORE, MONTH]) + storage("100", GP_STORAGE)),
        ),
        backed_up(
            database(
                &server,
                "asleep",
                vcores("GP_S_Gen5", "GeneralPurpose", 4),
                "GP_S_Gen5_4",
                &json!({ "status": "Paused", "minCapacity": 0.5 }),
            ),
            10,
        )
        .costs("databases", Cost::Priced(storage("100", GP_STORAGE))),
        // Bought after the licence went out of the price; billed by what it uses.
        backed_up(
            database(
                &server,
                "large",
                vcores("HS_Gen5", "Hyperscale", 2),
                "HS_Gen5_2",
                &json!({ "maxSizeBytes": -1, "highAvailabilityReplicaCount": 0 }),
            ),
            50,
        )
        .does("allocated_data_storage", Worth::Average(whole(50 << 30)))
        .costs(
            "databases",
            Cost::Partly(monthly(HS_2) + times(&["50", HS_STORAGE]), &["backup"], "backup"),
        ),
    ];
    things.extend(further(&server));
    things.extend(pool(&server));
    things.push(server);
    things
}

/// Databases of which the price tables know less.
fn further(server: &Thing) -> Vec<Thing> {
    let gp = |capacity| vcores("GP_Gen5", "GeneralPurpose", capacity);
    let own = json!({ "licenseType": "BasePrice" });
    let hyperscale = json!({ "maxSizeBytes": -1, "highAvailabilityReplicaCount": 0 });
    let standard =
        |capacity| json!({ "name": "Standard", "tier": "Standard", "capacity": capacity });
    let warehouse = json!({ "name": "DataWarehouse", "tier": "DataWarehouse", "capacity": 900 });
    let critical = vcores("BC_Gen5", "BusinessCritical", 8);
    let included = json!({ "licenseType": "LicenseIncluded" });
    vec![
        backed_up(database(server, "six", gp(6), "GP_Gen5_6", &own), 10)
            .costs("databases", Cost::Priced(monthly(GP_6) + storage("100", GP_STORAGE))),
        backed_up(database(server, "licensed", critical, "BC_Gen5_8", &included), 10).costs(
            "databases",
            Cost::Priced(
                monthly(BC_8) + times(&["8", LICENCE_BC, MONTH]) + storage("100", BC_STORAGE),
            ),
        ),
        // One size is listed: what a vCore costs in another is not known.
        database(server, "larger", vcores("HS_Gen5", "Hyperscale", 4), "HS_Gen5_4", &hyperscale)
            .does("allocated_data_storage", Worth::Average(whole(20 << 30)))
            .costs(
                "databases",
                Cost::Partly(times(&["20", HS_STORAGE]), &["compute", "backup"], "HS_Gen5"),
            ),
        database(server, "not-listed", standard(50), "S2", &json!({}))
            .costs("databases", Cost::Unpriced("S2")),
        database(server, "warehouse", warehouse, "DW100c", &json!({}))
            .with("kind", json!("v12.0,user,datawarehouse"))
            .costs("databases", Cost::Unpriced("DW100c")),
        // Azure Monitor has no figures of its backups yet.
        database(server, "new", gp(4), "GP_Gen5_4", &own).costs(
            "databases",
            Cost::Partly(monthly(GP_4) + storage("100", GP_STORAGE), &["backup"], "figure"),
        ),
    ]
}

/// A pool with two databases, which cost nothing themselves.
fn pool(server: &Thing) -> Vec<Thing> {
    let pool = Thing::below(server, "Microsoft.Sql/servers/elasticPools", "tenants")
        .with("sku", vcores("GP_Gen5", "GeneralPurpose", 8))
        .properties(json!({ "state": "Ready", "creationDate": "2025-02-03T04:05:06.7Z",
            "maxSizeBytes": 200 * GIB, "zoneRedundant": false, "licenseType": "LicenseIncluded",
            "perDatabaseSettings": { "minCapacity": 0, "maxCapacity": 4 } }))
        .does("cpu_percent", Worth::Average(decimal("33.5")))
        .costs(
            "elastic_pools",
            Cost::Priced(
                monthly(GP_8) + times(&["8", LICENCE_GP, MONTH]) + storage("200", GP_STORAGE),
            ),
        );
    let mut things = Vec::new();
    for name in ["tenant-a", "tenant-b"] {
        let sku = json!({ "name": "ElasticPool", "tier": "GeneralPurpose", "capacity": 0 });
        things.push(
            backed_up(
                database(server, name, sku, "ElasticPool", &json!({ "elasticPoolId": pool.id })),
                5,
            )
            .with("kind", json!("v12.0,user,vcore,pool"))
            .costs("databases", Cost::nothing())
            .says("elastic_pool", "tenants"),
        );
    }
    things.push(pool);
    things
}
