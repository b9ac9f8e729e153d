//! The same for databases: for every key that the rules ask for, an item as Microsoft writes it.

use super::keys::{each, none};
use super::*;

const SQL: Sample = Sample { service: "SQL Database", arm_sku: "", price: "0.5", ..MACHINE };

#[test]
fn vcores() {
    for (product, family) in [
        ("SQL Database Single/Elastic Pool General Purpose - Compute Gen5", "GP_Gen5"),
        ("SQL Database Single/Elastic Pool General Purpose - Compute FSv2 Series", "GP_Fsv2"),
        ("SQL Database Single/Elastic Pool Business Critical - Compute M Series", "BC_M"),
        ("SQL Database SingleDB/Elastic Pool Hyperscale - Compute Gen5", "HS_Gen5"),
        ("SQL Database Single/Elastic Pool Hyperscale - Premium Series Compute", "HS_PRMS"),
    ] {
        let of = Sample { product, sku: "8 vCore", meter: "vCore", ..SQL };
        let zones = Sample { sku: "8 vCore Zone Redundancy", meter: "Zone Redundancy vCore", ..of };
        let row = |sku: &str, unit: &str| {
            format!("azure/sql {family}/{sku} [license-excluded] eastus: 0.5 {unit}")
        };
        each(&[
            (of, &row("8-vcore", "hour")),
            (Sample { sku: "vCore", ..of }, &row("vcore", "vCore-hour")),
            (zones, &row("zone-redundancy-8-vcore", "hour")),
            (
                Sample { sku: "vCore ZR Zone Redundancy", ..zones },
                &row("zone-redundancy-vcore", "vCore-hour"),
            ),
        ]);
        none(&[
            Sample { sku: "some vCore", ..of },
            Sample { meter: "Reads", ..of },
            Sample { tier: "8.0", ..of },
        ]);
    }
    let serverless = Sample {
        product: "SQL Database General Purpose - Serverless - Compute Gen5",
        sku: "1 vCore",
        meter: "vCore",
        ..SQL
    };
    let hyperscale =
        Sample { product: "SQL Database Hyperscale - Serverless - Compute Gen5", ..serverless };
    each(&[
        (serverless, "azure/sql GP_S_Gen5/vcore eastus: 0.5 vCore-hour"),
        (
            Sample { meter: "1 vCore", ..hyperscale },
            "azure/sql HS_S_Gen5/vcore eastus: 0.5 vCore-hour",
        ),
    ]);
    // Hyperscale's prices of before December 2023, and a replica's.
    none(&[
        Sample {
            product: "SQL Database SingleDB Hyperscale - Serverless - Compute Gen5",
            ..serverless
        },
        Sample {
            product: "SQL Database SingleDB Hyperscale - Serverless - Read Repl - Compute Gen5",
            ..serverless
        },
        Sample {
            product: "SQL Database SingleDB Hyperscale - Storage",
            sku: "Hyperscale",
            meter: "Hyperscale Data Stored",
            unit: "1 GB/Month",
            ..SQL
        },
    ]);
    let free = harvest(&[Sample { meter: "1 vCore - Free", price: "0.0", ..serverless }]);
    assert_eq!(dropped(&free), [(Dropped::ZeroPrice, 1)]);
}

#[test]
fn storage_backups_and_licences_of_databases() {
    let stored = Sample { unit: "1 GB/Month", ..SQL };
    let general =
        Sample { product: "SQL Database Single/Elastic Pool General Purpose - Storage", ..stored };
    let critical = Sample {
        product: "SQL Database Single/Elastic Pool Business Critical - Storage",
        ..stored
    };
    let backup =
        Sample { product: "SQL Database Single/Elastic Pool PITR Backup Storage", ..stored };
    let kept = Sample { product: "SQL Database - LTR Backup Storage", sku: "Backup LRS", ..stored };
    let licence = Sample {
        product: "SQL Database Single/Elastic Pool General Purpose - SQL License",
        sku: "vCore",
        meter: "vCore",
        region: "Global",
        price: "0.099966",
        ..SQL
    };
    each(&[
        (
            Sample { sku: "General Purpose", meter: "General Purpose Data Stored", ..general },
            "azure/sql GP/storage eastus: 0.5 GB-Mo",
        ),
        (
            Sample { meter: "General Purpose Zone Redundancy Data Stored", ..general },
            "azure/sql GP/storage-zone-redundant eastus: 0.5 GB-Mo",
        ),
        (
            Sample { meter: "General Purpose IO Rate Operations", unit: "1M", ..general },
            "azure/sql GP/io eastus: 0.5 1M",
        ),
        (
            Sample { meter: "Business Critical Data Stored", ..critical },
            "azure/sql BC/storage eastus: 0.5 GB-Mo",
        ),
        (
            Sample {
                product: "SQL Database Hyperscale - Storage",
                meter: "Hyperscale Data Stored",
                ..stored
            },
            "azure/sql HS/storage eastus: 0.5 GB-Mo",
        ),
        (
            Sample { sku: "Backup LRS", meter: "LRS Data Stored", ..backup },
            "azure/sql backup/pitr-lrs eastus: 0.5 GB-Mo",
        ),
        (
            Sample { sku: "Backup RA-GZRS", meter: "RA-GZRS Data Stored", ..backup },
            "azure/sql backup/pitr-ra-gzrs eastus: 0.5 GB-Mo",
        ),
        (
            Sample { meter: "Backup LRS Data Stored", ..kept },
            "azure/sql backup/ltr-lrs eastus: 0.5 GB-Mo",
        ),
        (licence, "azure/sql license/gp/hs-vcore [sql-server] Global: 0.099966 vCore-hour"),
        (
            Sample {
                product: "SQL Database Single/Elastic Pool Business Critical - SQL License",
                region: "",
                ..licence
            },
            "azure/sql license/bc-vcore [sql-server] Global: 0.099966 vCore-hour",
        ),
    ]);
}

#[test]
fn databases_by_the_dtu_cost_by_the_day() {
    let day = Sample { unit: "1/Day", ..SQL };
    let standard = Sample { product: "SQL Database Single Standard", ..day };
    each(&[
        (
            Sample { product: "SQL Database Single Basic", sku: "B", meter: "B DTU", ..day },
            "azure/sql DTU/Basic eastus: 0.5 1/Day",
        ),
        (Sample { sku: "S0", meter: "S0 DTUs", ..standard }, "azure/sql DTU/S0 eastus: 0.5 1/Day"),
        (
            Sample { product: "SQL Database Single Premium", sku: "P6", meter: "P6 DTU", ..day },
            "azure/sql DTU/P6 eastus: 0.5 1/Day",
        ),
    ]);
    none(&[
        Sample { sku: "S0", meter: "S0 Secondary Active DTUs", ..standard },
        Sample { sku: "S0 Secondary", meter: "S0 DTUs", ..standard },
        Sample { product: "SQL Database Elastic Pool - Standard", sku: "50 DTU Pack", ..day },
    ]);
}

#[test]
fn a_meter_of_ten_dtus_counts_where_its_price_is_that_of_the_size() {
    let three = Sample {
        product: "SQL Database Single Standard",
        sku: "S3",
        meter: "S3 DTUs",
        unit: "1/Day",
        price: "4.8387",
        ..SQL
    };
    let twelve = Sample { sku: "S12", meter: "10 DTUs", price: "145.1613", ..three };
    let both = rows(&harvest(&[twelve, three]));
    assert_eq!(
        both,
        ["azure/sql DTU/S12 eastus: 145.1613 1/Day", "azure/sql DTU/S3 eastus: 4.8387 1/Day"]
    );
    // Of ten DTUs only, and with nothing to compare it with.
    let of_ten = harvest(&[three, Sample { price: "0.48387", ..twelve }]);
    assert_eq!((rows(&of_ten).len(), dropped(&of_ten)), (1, vec![(Dropped::Ambiguous, 1)]));
    assert!(harvest(&[twelve]).is_empty());
}
