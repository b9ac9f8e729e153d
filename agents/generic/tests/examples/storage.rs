//! What the examples for disks and databases read, and what that costs a month. A GiB is 2^30 bytes;
//! quantities have nine places.

use serde_json::json;

use super::{judge, months, priced, records, resources};

#[test]
fn each_file_system_costs_its_size() {
    let disks = resources("df", "file_systems", "df.txt");
    // 270,553,174,016 / 2^30 = 251.972278595 GiB × 0.045 = 11.338752536775;
    // 14,410,752 / 2^30 = 0.013421059 × 0.045 = 0.000603947655.
    assert_eq!(
        months(&disks),
        priced(&[("/", "11.338752536775"), ("/mnt/two words", "0.000603947655")])
    );
    assert_eq!(disks[1].tags.get("type"), Some("ext4"));
    assert_eq!(records("df", "file_systems", "df.txt")[1]["used_bytes"], 14_336);
}

#[test]
fn each_postgresql_database_costs_its_size() {
    let databases = resources("postgresql", "postgresql", "postgresql.txt");
    // 7,471,619 / 2^30 = 0.006958487 GiB × 0.12 = 0.00083501844, and so on:
    // 7,634,279 are 0.007109976; 48,651,623 are 0.045310355.
    assert_eq!(
        months(&databases),
        priced(&[
            ("postgresql-billing", "0.00083501844"),
            ("postgresql-odd, \"name\"", "0.00083501844"),
            ("postgresql-postgres", "0.00085319712"),
            ("postgresql-shop", "0.0054372426"),
        ])
    );
    assert_eq!(databases[1].name.as_deref(), Some("odd, \"name\""));
}

#[test]
fn each_mysql_database_costs_its_size() {
    let databases = resources("mysql", "mysql", "mysql.txt");
    // 16,384 / 2^30 = 0.000015259 GiB × 0.12; 6,832,128 / 2^30 = 0.006362915 × 0.12. The client
    // writes a tab in a name as a backslash and a t.
    assert_eq!(
        months(&databases),
        priced(&[("mysql-odd\\tdb", "0.00000183108"), ("mysql-shop", "0.0007635498")])
    );
}

#[test]
fn a_data_set_costs_its_data_and_its_snapshots() {
    let datasets = resources("zfs", "zfs_datasets", "zfs-datasets.txt");
    // tank: 196,608 / 2^30 = 0.000183105 GiB × 0.02. tank/db: 100 GiB and 50 GiB × 0.02 = 3.
    // 1 GiB and 32 GiB × 0.02 are 0.02 and 0.64.
    assert_eq!(
        months(&datasets),
        priced(&[
            ("tank", "0.0000036621"),
            ("tank/db", "3"),
            ("tank/my files", "0.02"),
            ("tank/vm-1", "0.64"),
        ])
    );
    assert_eq!(records("zfs", "zfs_pools", "zfs-pools.txt")[1]["health"], "DEGRADED");
}

#[test]
fn each_ceph_pool_costs_what_is_stored() {
    let pools = resources("ceph", "ceph_pools", "ceph.json");
    // 590,368 / 2^30 = 0.000549823 GiB × 0.06; 512 GiB × 0.06 = 30.72.
    assert_eq!(months(&pools), priced(&[("ceph-.mgr", "0.00003298938"), ("ceph-rbd", "30.72")]));
}

#[test]
fn a_disk_that_is_worn_is_measured_and_no_failure() {
    let nvme = &records("smartctl", "disk_nvme0", "smartctl-nvme.json")[0];
    assert_eq!((&nvme["percentage_used"], &nvme["media_errors"]), (&json!(3), &json!(0)));
    // 16: an attribute was below its threshold at some time. 216 adds that it is failing (8), and
    // that its logs have errors (64, 128).
    for status in [0, 4, 16, 8 + 16 + 64 + 128, 252] {
        let read = judge("smartctl", "disk_sda", "smartctl-sata.json", status).unwrap();
        assert_eq!(read.data["records"][0]["when_failed"], "past");
        assert_eq!(read.data["records"][0]["raw"], json!({ "value": 12, "string": "12" }));
    }
    for status in [1, 2, 3, 17, 255] {
        assert!(judge("smartctl", "disk_sda", "smartctl-sata.json", status).is_err(), "{status}");
    }
}
