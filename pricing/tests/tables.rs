//! The text tables and the messages of their reader, which stop the build.

use std::path::Path;

#[path = "../build/tables.rs"]
#[allow(dead_code, unreachable_pub, reason = "the build script uses what this test does not")]
mod tables;

const HEADER: &str = "service\tx/vm\nsku\tvariant\tunit\tdate\tsource\tprices\n";

fn error(line: &str) -> String {
    tables::read_table("vm.tsv", &format!("{HEADER}{line}\n")).expect_err("a bad line")
}

#[test]
fn each_table_has_the_rows_that_were_gathered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tables");
    let mut counted = Vec::new();
    for file in tables::files(&folder).unwrap().into_values().flatten() {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.len() < 2_000_000, "{}", file.display());
        let name = file.strip_prefix(&folder).unwrap().display().to_string();
        counted.push((tables::read_table(&name, &text).unwrap().len(), name));
    }
    let expected = [
        (493, "aws/ebs.tsv"),
        (21_862, "aws/ec2_ondemand.tsv"),
        (1_057, "aws/ec2_os_premium.tsv"),
        (128, "aws/egress.tsv"),
        (140, "aws/eks.tsv"),
        (14, "aws/elb.tsv"),
        (592, "aws/lambda.tsv"),
        (27_345, "aws/rds_ondemand.tsv"),
        (150, "aws/rds_storage.tsv"),
        (3_129, "aws/s3.tsv"),
        (227, "aws/vpc.tsv"),
        (10, "azure/aks.tsv"),
        (940, "azure/disk.tsv"),
        (9, "azure/functions.tsv"),
        (39, "azure/sql.tsv"),
        (1_645, "azure/storage.tsv"),
        (58_921, "azure/vm.tsv"),
        (1_106, "azure/vm_windows_premium.tsv"),
        (46, "gcp/cloudsql.tsv"),
        (18_856, "gcp/compute.tsv"),
        (520, "gcp/disk.tsv"),
        (4, "gcp/functions.tsv"),
        (6, "gcp/gke.tsv"),
        (601, "gcp/network.tsv"),
        (1_593, "gcp/os_license.tsv"),
        (247, "gcp/storage.tsv"),
    ];
    assert_eq!(counted, expected.map(|(count, name)| (count, name.to_owned())));
}

#[test]
fn a_line_becomes_a_row_for_each_region() {
    let text = format!("{HEADER}small\tlinux\thour\t2026-07-20\ts\tnorth=0.0960 south=2\n");
    let rows = tables::read_table("vm.tsv", &text).unwrap();
    let read: Vec<_> =
        rows.iter().map(|row| (row.region.as_str(), row.mantissa, row.scale)).collect();
    // 0.0960 is 96/1000: needless zeros go.
    assert_eq!(read, [("north", 96, 3), ("south", 2, 0)]);
    assert_eq!((rows[0].date, rows[1].place.as_str()), ((2026, 7, 20), "vm.tsv:3"));
}

#[test]
fn bad_lines_are_named_with_file_and_line() {
    for (line, expected) in [
        ("small\tlinux\thour", "vm.tsv:3: 3 columns where there should be 6"),
        ("\t\thour\t2026-07-20\ts\tn=1", "vm.tsv:3: sku, unit and source must not be empty"),
        ("a\t\thour\t2026-02-29\ts\tn=1", "vm.tsv:3: \"2026-02-29\" is no date"),
        ("a\t\thour\t2026-07-20\ts\tn:1", "vm.tsv:3: \"n:1\" is not region=price"),
        ("a\t\thour\t2026-07-20\ts\tn=1 ", "vm.tsv:3: \"\" is not region=price"),
        ("a\t\thour\t2026-07-20\ts\tn=0.00", "vm.tsv:3: \"0.00\" is no price above zero"),
        ("a\t\thour\t2026-07-20\ts\tn=-1", "vm.tsv:3: \"-1\" is no price above zero"),
        ("a\t\thour\t2026-07-20\ts\tn=1e3", "vm.tsv:3: \"1e3\" is no price above zero"),
        ("a\t\thour\t2026-07-20\ts\tn=1.", "vm.tsv:3: \"1.\" is no price above zero"),
    ] {
        assert_eq!(error(line), expected);
    }
}

#[test]
fn a_table_says_what_it_is() {
    let error = tables::read_table("vm.tsv", "sku\tprice\n").unwrap_err();
    assert!(error.starts_with("vm.tsv:1: expected `service<tab>provider/service`"), "{error}");
    let error = tables::read_table("vm.tsv", "service\tx/vm\nsku\n").unwrap_err();
    assert_eq!(error, "vm.tsv:2: unexpected column names \"sku\"");
    let error = tables::read_sources("sources.tsv", "id\twhat\tlicence\na\tb\n").unwrap_err();
    assert_eq!(error, "sources.tsv:2: expected id, what and licence");
}
