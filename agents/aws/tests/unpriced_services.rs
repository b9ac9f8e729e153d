//! Volumes, databases, clusters, functions and buckets with a price, without one, and with half of one.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod support;

use rust_decimal::Decimal;
use serde_json::json;

use support::documents::record;
use support::facts::{self, decimal, times};
use support::fleet::{Database, Fleet, Function, GIB, REGION, Volume};
use support::priced::{
    assert_partly, assert_priced, assert_sums, assert_unpriced, document_of, month_of,
};

#[test]
fn volumes_of_every_state() {
    let gp3 = |id, size| Volume::gp3(id, size, "i-1");
    let volumes = vec![
        Volume { state: "error", ..gp3("vol-error", 100) },
        Volume { state: "deleting", ..gp3("vol-deleting", 100) },
        Volume { state: "available", attached_to: None, ..gp3("vol-free", 100) },
        Volume { iops: Some(4_000), throughput: Some(250), ..gp3("vol-fast", 100) },
        Volume { kind: "gp9", ..gp3("vol-new", 100) },
        Volume { kind: "standard", iops: None, throughput: None, ..gp3("vol-magnetic", 100) },
    ];
    let document = document_of(Fleet { volumes, ..Fleet::default() });
    let volume = |id| record(&document, "ebs", id);
    let plain = times(&["100", facts::GP3]);
    assert_unpriced(volume("vol-error"), "state error");
    assert_priced(volume("vol-deleting"), Decimal::ZERO);
    assert_priced(volume("vol-free"), plain);
    // 1,000 IOPS at 0.005 and 125 MiB/s at 40.96/1,024 beyond what is included (ec2s, 2024-07-18).
    let fast = plain + decimal("5") + decimal("5");
    assert_priced(volume("vol-fast"), fast);
    assert_unpriced(volume("vol-new"), "gp9");
    // 100 GiB at 0.05 (ec2s, 2024-07-18); its requests are not known.
    assert_partly(volume("vol-magnetic"), decimal("5"), &["io_requests"], "not known");
    assert_sums(&document, "ebs", plain + fast + decimal("5"), 2, 1);
    assert_eq!(document["services"]["ebs"]["unattached_volumes"], 1);
    let events = document["events"].as_array().unwrap();
    let unattached = events.iter().find(|event| event["type"] == "unattached_volumes").unwrap();
    assert!(unattached["message"].as_str().unwrap().contains("vol-free"));
}

#[test]
fn databases_by_engine_and_licence() {
    let database = |id, engine, license| Database {
        id,
        class: "db.m5.large",
        engine,
        license,
        storage_type: "gp2",
        storage: 100,
        multi_az: false,
        status: "available",
        version: "1.0",
    };
    let mysql = |id| database(id, "mysql", "general-public-license");
    let databases = vec![
        mysql("plain"),
        Database { multi_az: true, ..mysql("standby") },
        database("db2", "db2-se", "bring-your-own-license"),
        Database { storage_type: "gp3", ..database("oracle", "oracle-ee", "license-included") },
        Database { class: "db.x9.large", storage_type: "io2", ..mysql("new") },
    ];
    let document = document_of(Fleet { databases, ..Fleet::default() });
    let database = |id| record(&document, "rds", id);
    let plain = month_of(facts::DB_M5_LARGE) + times(&["100", facts::DB_GP2]);
    assert_priced(database("plain"), plain);
    // db.m5.large, MySQL, two zones: 0.342 (ec2s, 2025-04-04). No price of its storage is known.
    let standby = month_of("0.342");
    assert_partly(database("standby"), standby, &["storage"], "RDS:Multi-AZ-GP2-Storage");
    assert_unpriced(database("db2"), "db2-se (bring-your-own-license)");
    assert_unpriced(database("oracle"), "oracle-ee (license-included)");
    assert_unpriced(database("new"), "db.x9.large");
    assert_sums(&document, "rds", plain + standby, 3, 1);
}

#[test]
fn databases_of_every_state() {
    let mysql = |id, status, version| Database {
        id,
        class: "db.m5.large",
        engine: "mysql",
        license: "general-public-license",
        storage_type: "gp2",
        storage: 100,
        multi_az: false,
        status,
        version,
    };
    let databases = vec![
        mysql("running", "configuring-enhanced-monitoring", "8.4.3"),
        mysql("stopped", "stopped", "8.4.3"),
        mysql("creating", "creating", "8.4.3"),
        mysql("strange", "hibernating", "8.4.3"),
        // Past its standard support since 2024-02-29: charged for, at a price that is not known.
        mysql("old", "available", "5.7.44"),
    ];
    let document = document_of(Fleet { databases, ..Fleet::default() });
    let database = |id| record(&document, "rds", id);
    let storage = times(&["100", facts::DB_GP2]);
    let running = month_of(facts::DB_M5_LARGE) + storage;
    assert_priced(database("running"), running);
    assert_priced(database("stopped"), storage);
    assert_priced(database("creating"), Decimal::ZERO);
    assert_unpriced(database("strange"), "hibernating");
    assert_partly(database("old"), running, &["extended_support"], "since 2024-03-01");
    assert_sums(&document, "rds", running + storage + running, 1, 1);
}

#[test]
fn clusters_by_the_support_of_their_version() {
    let versions = ["1.34", "1.33", "1.30"];
    let clusters = versions.iter().map(|version| (*version, *version)).collect();
    let document = document_of(Fleet { clusters, ..Fleet::default() });
    let (mut sum, mut partly) = (Decimal::ZERO, 0);
    for version in versions {
        let (monthly, tier) = facts::control_plane(version);
        let cluster = record(&document, "eks", version);
        assert_eq!(cluster["support_tier"], json!(tier), "{cluster}");
        match tier {
            Some(_) => assert_priced(cluster, monthly),
            None => {
                assert_partly(cluster, monthly, &["extended_support"], "is not known");
                partly += 1;
            }
        }
        sum += monthly;
    }
    assert_sums(&document, "eks", sum, 0, partly);
}

#[test]
fn functions_to_the_last_gigabyte_second() {
    let function = |name, architecture| Function { name, memory: 1_536, architecture };
    let functions = vec![
        function("arm", "arm64"),
        function("idle", "x86_64"),
        function("quantum", "quantum64"),
    ];
    let metrics = [
        ("Invocations/arm", 12_345.0),
        ("Duration/arm", 987_654.321),
        ("Invocations/quantum", 1.0),
        ("Duration/quantum", 1.0),
    ];
    let document = document_of(Fleet { functions, metrics: metrics.into(), ..Fleet::default() });
    // 1.5 GB for 987.654321 s are 1,481.4814815 GB-s in the hour.
    let arm = times(&["12345", facts::REQUEST, facts::MONTH])
        + times(&["1.5", "987.654321", facts::GB_SECOND_ARM, facts::MONTH]);
    let busy = record(&document, "lambda", "arm");
    assert_priced(busy, arm);
    assert_eq!(busy["avg_duration_ms"], 80.004); // 987,654.321 / 12,345
    assert_eq!(busy["estimated_hourly_cost"], busy["hourly_cost"]);
    // CloudWatch has no value for a function that was not called: that zero is known.
    assert_priced(record(&document, "lambda", "idle"), Decimal::ZERO);
    assert_eq!(record(&document, "lambda", "idle")["invocations_last_hour"], 0);
    assert_unpriced(record(&document, "lambda", "quantum"), "architecture quantum64");
    assert_eq!(document["services"]["lambda"]["total_invocations_last_hour"], 12_346);
    assert_sums(&document, "lambda", arm, 1, 0);
}

#[test]
fn buckets_by_storage_type() {
    let gib = f64::from(GIB);
    let metrics = [
        ("BucketSizeBytes/mixed/StandardStorage", 100.0 * gib),
        ("BucketSizeBytes/mixed/StandardIAStorage", 40.0 * gib),
        ("BucketSizeBytes/mixed/GlacierStorage", 1_000.0 * gib),
        ("NumberOfObjects/mixed/AllStorageTypes", 321.0),
        ("BucketSizeBytes/odd/QuantumStorage", 7.0 * gib),
        ("BucketSizeBytes/partly/StandardStorage", 10.0 * gib),
        ("BucketSizeBytes/partly/QuantumStorage", 7.0 * gib),
        ("BucketSizeBytes/abroad/StandardStorage", 10.0 * gib),
    ];
    let buckets = vec![
        ("mixed", REGION),
        ("odd", REGION),
        ("partly", REGION),
        ("new", REGION),
        ("abroad", "eu-west-1"),
    ];
    let document = document_of(Fleet { buckets, metrics: metrics.into(), ..Fleet::default() });
    let bucket = |name| record(&document, "s3", name);
    let mixed = times(&["100", facts::S3_STANDARD])
        + times(&["40", facts::S3_STANDARD_IA])
        + times(&["1000", facts::S3_GLACIER]);
    assert_priced(bucket("mixed"), mixed);
    let class = |size: u64| size * u64::from(GIB);
    let classes =
        json!({ "STANDARD": class(100), "STANDARD_IA": class(40), "GLACIER": class(1_000) });
    assert_eq!(bucket("mixed")["storage_classes"], classes);
    assert_eq!(bucket("mixed")["size_bytes"], class(1_140));
    assert_eq!(bucket("mixed")["object_count"], 321);
    assert_unpriced(bucket("odd"), "QuantumStorage");
    let ten = times(&["10", facts::S3_STANDARD]); // the same in eu-west-1 (awsp, 2025-10-22)
    assert_partly(bucket("partly"), ten, &["storage_other"], "QuantumStorage");
    assert_unpriced(bucket("new"), "no size in CloudWatch");
    assert_priced(bucket("abroad"), ten);
    assert_eq!(bucket("abroad")["region"], "eu-west-1");
    assert_sums(&document, "s3", mixed + ten + ten, 2, 1);
}
