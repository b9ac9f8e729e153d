//! What the examples for processors, services and machines read, and what that costs. Months have
//! 730 hours.

use generic_agent::config::Watts;
use serde_json::{Value, json};

use super::{config, judge, month, months, priced, records, resources};

#[test]
fn each_gpu_costs_its_hour_and_what_it_does_not_say_stays_text() {
    let gpus = resources("nvidia-smi", "gpus", "nvidia-smi.csv");
    // 2.10 × 730 = 1,533.
    let first = "GPU-6c2f2a1e-94b1-4f0e-9d3b-0f4f7b5d8a10";
    let second = "GPU-b1d7a6c4-2e53-4c58-8a43-5f2f9c61e7d2";
    assert_eq!(months(&gpus), priced(&[(first, "1533"), (second, "1533")]));
    assert_eq!(gpus[1].name.as_deref(), Some("NVIDIA H100 80GB HBM3 #1"));
    assert_eq!(gpus[1].tags.get("model"), Some("NVIDIA H100 80GB HBM3"));
    let busy = &records("nvidia-smi", "gpus", "nvidia-smi.csv")[0];
    assert_eq!((&busy["utilization_percent"], &busy["power_watts"]), (&json!(97), &json!(648.21)));
    let old = &records("nvidia-smi", "gpus", "nvidia-smi-old.csv")[0];
    assert_eq!(old["utilization_percent"], "[N/A]");
    assert_eq!(old["power_watts"], "[Not Supported]");
    assert_eq!(old["temperature_celsius"], 45);
}

#[test]
fn a_service_costs_the_memory_it_has_and_nothing_is_invented() {
    let state = |file| {
        let service = resources("systemd", "nginx", file);
        (month(&service[0]), service[0].tags.get("state").unwrap().to_owned())
    };
    // 536,870,912 bytes are half a GiB: 0.5 × 0.004 × 730 = 1.46.
    assert_eq!(state("systemd-service.txt"), ("1.46".to_owned(), "active".to_owned()));
    let unknown = "the plugin printed no number as MemoryCurrent";
    assert_eq!(state("systemd-stopped.txt"), (unknown.to_owned(), "inactive".to_owned()));
    // Older versions print 2^64 - 1 where there is nothing to print; 16 Gi of GiB are no memory.
    assert!(state("systemd-old.txt").0.contains("is not between 0 and 1000000000 units"));
}

#[test]
fn failed_units_are_named() {
    let failed = records("systemd", "failed_units", "systemd-failed.json");
    let names: Vec<&Value> = failed.iter().map(|unit| &unit["unit"]).collect();
    assert_eq!(names, ["nginx.service", "run-u42.service"]);
    let none = judge("systemd", "failed_units", "systemd-none.json", 0).unwrap();
    assert_eq!(Value::Object(none.data), json!({ "records": [] }));
    assert_eq!(none.resources, None);
}

#[test]
fn the_watts_of_the_machine_are_those_of_the_controller() {
    let power = config("ipmi-power").machine;
    let expected = Watts { plugin: "ipmi_power".to_owned(), field: "watts".to_owned() };
    assert_eq!(power.watts, Some(expected));
    for (file, watts) in [("ipmi-power.txt", 212), ("ipmi-power-newer.txt", 109)] {
        let read = records("ipmi-power", "ipmi_power", file);
        assert_eq!(Value::from(read[0].clone()), json!({ "watts": watts }));
    }
}

#[test]
fn a_machine_that_runs_costs_its_processors_and_memory() {
    let machines = resources("libvirt", "virtual_machines", "libvirt.txt");
    // web-1: 4 × 0.012 × 730 = 35.04, and 8 GiB × 0.0015 × 730 = 8.76.
    // db: 8 × 0.012 × 730 = 70.08, and 32 GiB × 0.0015 × 730 = 35.04.
    // The old server is shut off: it is a record, but no resource.
    assert_eq!(months(&machines), priced(&[("web-1", "43.8"), ("db", "105.12")]));
    let all = records("libvirt", "virtual_machines", "libvirt.txt");
    let old = json!({ "name": "old server", "state": 5, "memory_kib": 2_097_152, "vcpus": 2 });
    assert_eq!(Value::from(all[1].clone()), old);
    // libvirt's own test driver says the state alone.
    let bare = resources("libvirt", "virtual_machines", "libvirt-test-driver.txt");
    let unknown = "the plugin printed no number as vcpus";
    assert_eq!(months(&bare), priced(&[("test", unknown)]));
}

#[test]
fn each_job_costs_its_processors() {
    let jobs = resources("slurm", "slurm_jobs", "slurm-jobs.txt");
    // 4 × 0.018 × 730 = 52.56; 2 × 13.14 = 26.28; 16 × 13.14 = 210.24.
    assert_eq!(
        months(&jobs),
        priced(&[("job-1", "52.56"), ("job-3_1", "26.28"), ("job-2", "210.24")])
    );
    assert_eq!(jobs[2].tags.get("partition"), Some("gpu"));
    // gpu01 is in two partitions, and there once.
    let nodes = records("slurm", "slurm_nodes", "slurm-nodes.txt");
    let gpu: Vec<_> = nodes.iter().filter(|node| node["node"] == "gpu01").collect();
    assert_eq!(gpu.len(), 1);
    assert_eq!((&gpu[0]["cpus"], &gpu[0]["memory_mib"]), (&json!(32), &json!(256_000)));
    // A node that has not answered has no load.
    assert!(nodes.iter().any(|node| node["state"] == "unknown" && node["load"] == "N/A"));
}

#[test]
fn each_node_costs_its_processors() {
    let nodes = resources("kubernetes", "kubernetes_nodes", "kubernetes.txt");
    // 16 × 0.012 × 730 = 140.16; 32 are twice and 64 four times that.
    assert_eq!(
        months(&nodes),
        priced(&[("worker-1", "140.16"), ("worker-2", "280.32"), ("gpu-1", "560.64")])
    );
    assert_eq!(nodes[1].tags.get("ready"), Some("Unknown"));
    let read = records("kubernetes", "kubernetes_nodes", "kubernetes.txt");
    assert_eq!((&read[0]["gpus"], &read[2]["gpus"]), (&json!("<none>"), &json!(4)));
    assert_eq!(read[0]["memory"], "65807344Ki");
}

#[test]
fn samples_have_their_labels_and_exact_values() {
    let samples = records("node-exporter", "node_exporter", "node-exporter.txt");
    let find = |name: &str| samples.iter().find(|sample| sample["name"] == name).unwrap();
    let labels = json!({ "device": "/dev/vda", "fstype": "ext4", "mountpoint": "/" });
    let size = find("node_filesystem_size_bytes");
    assert_eq!((&size["labels"], &size["value"]), (&labels, &json!(2.705_531_740_16e11)));
    assert_eq!(find("node_load1")["value"], json!(2.07));
}
