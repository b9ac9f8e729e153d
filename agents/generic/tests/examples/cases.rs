//! Every example has an output that it reads, and every output is one that an example is given.

use std::collections::BTreeSet;
use std::path::Path;

use super::{config, files, judge, records, repository, text};

/// An example, its plugin, an output, and how many records there are in it.
const READ: &[(&str, &str, &str, usize)] = &[
    ("ceph", "ceph_pools", "ceph.json", 2),
    ("ceph", "ceph_pools", "ceph-none.json", 0),
    ("df", "file_systems", "df.txt", 2),
    ("ipmi-power", "ipmi_power", "ipmi-power.txt", 1),
    ("ipmi-power", "ipmi_power", "ipmi-power-newer.txt", 1),
    ("kubernetes", "kubernetes_nodes", "kubernetes.txt", 3),
    ("kubernetes", "kubernetes_nodes", "empty.txt", 0),
    ("libvirt", "virtual_machines", "libvirt.txt", 3),
    ("libvirt", "virtual_machines", "libvirt-test-driver.txt", 1),
    ("mysql", "mysql", "mysql.txt", 2),
    ("mysql", "mysql", "empty.txt", 0),
    ("node-exporter", "node_exporter", "node-exporter.txt", 18),
    ("nvidia-smi", "gpus", "nvidia-smi.csv", 2),
    ("nvidia-smi", "gpus", "nvidia-smi-old.csv", 1),
    ("postgresql", "postgresql", "postgresql.txt", 4),
    ("postgresql", "postgresql", "postgresql-none.txt", 0),
    ("slurm", "slurm_jobs", "slurm-jobs.txt", 3),
    ("slurm", "slurm_jobs", "empty.txt", 0),
    ("slurm", "slurm_nodes", "slurm-nodes.txt", 4),
    ("smartctl", "disk_nvme0", "smartctl-nvme.json", 1),
    ("smartctl", "disk_sda", "smartctl-sata.json", 3),
    ("systemd", "failed_units", "systemd-failed.json", 2),
    ("systemd", "failed_units", "systemd-none.json", 0),
    ("systemd", "nginx", "systemd-service.txt", 1),
    ("systemd", "nginx", "systemd-stopped.txt", 1),
    ("systemd", "nginx", "systemd-old.txt", 1),
    ("zfs", "zfs_datasets", "zfs-datasets.txt", 4),
    ("zfs", "zfs_datasets", "empty.txt", 0),
    ("zfs", "zfs_pools", "zfs-pools.txt", 2),
    ("zfs", "zfs_pools", "empty.txt", 0),
];

/// An example, its plugin, an output with the exit status it comes with, and what the failure says.
const REFUSED: &[(&str, &str, &str, i32, &str)] = &[
    // df found nothing to report, systemctl is without systemd, psql without its database: all
    // say so on standard error alone.
    ("df", "file_systems", "empty.txt", 1, "exited with status 1"),
    ("systemd", "failed_units", "empty.txt", 1, "exited with status 1"),
    ("postgresql", "postgresql", "empty.txt", 2, "exited with status 2"),
    ("nvidia-smi", "gpus", "nvidia-smi-none.txt", 6, "exited with status 6"),
    ("nvidia-smi", "gpus", "nvidia-smi-driver.txt", 9, "exited with status 9"),
    // The same words with the status 0 are no GPU either.
    ("nvidia-smi", "gpus", "nvidia-smi-none.txt", 0, "fewer fields than columns: 1 for 8"),
    ("nvidia-smi", "gpus", "nvidia-smi-driver.txt", 0, "fewer fields than columns"),
    // Bit 2: the disk could not be opened.
    ("smartctl", "disk_sda", "smartctl-refused.json", 2, "exited with status 2"),
    ("smartctl", "disk_nvme0", "smartctl-refused.json", 6, "exited with status 6"),
    // The one kind of disk has not what the other has.
    ("smartctl", "disk_sda", "smartctl-nvme.json", 0, "nothing is at"),
    ("ipmi-power", "ipmi_power", "ipmi-power-zero.txt", 0, "the pattern matches nothing"),
    ("ipmi-power", "ipmi_power", "empty.txt", 1, "exited with status 1"),
    ("libvirt", "virtual_machines", "libvirt-none.txt", 0, "the pattern matches nothing"),
    ("node-exporter", "node_exporter", "empty.txt", 7, "exited with status 7"),
];

#[test]
fn every_output_is_read_whole() {
    for (example, plugin, file, expected) in READ {
        let records = records(example, plugin, file);
        assert_eq!(records.len(), *expected, "{example} {plugin} {file}: {records:?}");
    }
}

#[test]
fn what_is_no_answer_is_a_failure_that_says_so() {
    for (example, plugin, file, status, expected) in REFUSED {
        let error = judge(example, plugin, file, *status).unwrap_err();
        assert!(error.error.contains(expected), "{example} {plugin} {file}: {error}");
    }
}

#[test]
fn every_plugin_of_every_example_is_tried() {
    let tried: BTreeSet<(String, String)> = READ
        .iter()
        .map(|(example, plugin, ..)| (format!("{example}.yaml"), (*plugin).into()))
        .collect();
    let mut written = BTreeSet::new();
    for file in files(&repository().join("deploy/examples")) {
        let example = file.strip_suffix(".yaml").unwrap_or_else(|| panic!("{file} is no example"));
        written.extend(config(example).plugins.into_iter().map(|it| (file.clone(), it.name)));
    }
    assert_eq!(written, tried);
}

#[test]
fn every_example_says_how_to_try_it() {
    for file in files(&repository().join("deploy/examples")) {
        let example = file.strip_suffix(".yaml").unwrap();
        let text = text(example);
        let top: Vec<&str> = text.lines().take_while(|line| line.starts_with('#')).collect();
        let top = top.join("\n");
        for plugin in config(example).plugins {
            let command = format!("generic-agent plugins test {} --config {file}", plugin.name);
            assert!(top.contains(&command), "{file} does not say: {command}");
        }
        assert!(top.contains("# Manual: https://"), "{file} does not name the tool's manual");
    }
}

#[test]
fn no_example_has_a_shell_or_a_password() {
    for file in files(&repository().join("deploy/examples")) {
        let text = text(file.strip_suffix(".yaml").unwrap()).to_lowercase();
        let settings = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        for line in settings {
            let plain = line.replace("--no-password", "");
            assert!(!plain.contains("shell:") && !plain.contains("password"), "{file}: {line}");
        }
    }
}

#[test]
fn every_output_is_tried_and_has_a_source() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples/outputs");
    let sources = std::fs::read_to_string(folder.join("SOURCES.md")).unwrap();
    let read = READ.iter().map(|(_, _, file, _)| *file);
    let tried: BTreeSet<&str> = read.chain(REFUSED.iter().map(|(_, _, file, ..)| *file)).collect();
    for file in files(&folder).iter().filter(|file| *file != "SOURCES.md") {
        assert!(tried.contains(file.as_str()), "no case is given {file}");
        assert!(
            sources.contains(&format!("`{file}`")),
            "SOURCES.md does not say where {file} is from"
        );
    }
}
