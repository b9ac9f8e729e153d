//! Machines of Compute Engine.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::expected::Cost;
use super::thing::{Kind, Thing, empty, exactly, id, link, whole};
use super::{disks, thing};
use crate::support::facts::{ADDRESS, WINDOWS_4, decimal, machine};

/// What Debian's images carry, and Windows'.
pub(super) const DEBIAN: &str = "projects/debian-cloud/global/licenses/debian-12-bookworm";
pub(super) const WINDOWS: &str = "projects/windows-cloud/global/licenses/windows-server-2022-dc";

/// A machine to be.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    pub(super) name: String,
    pub(super) machine_type: String,
    pub(super) status: &'static str,
    pub(super) license: &'static str,
    pub(super) scheduling: Value,
    pub(super) labels: Value,
    /// How many external addresses it has.
    pub(super) addresses: usize,
    /// How many local disks of 375 GiB.
    pub(super) local_disks: usize,
    /// Any other keys.
    pub(super) more: Value,
}

impl Machine {
    /// A machine that runs, with Debian.
    pub(super) fn new(name: &str, machine_type: &str) -> Self {
        Self {
            name: name.to_owned(),
            machine_type: machine_type.to_owned(),
            status: "RUNNING",
            license: DEBIAN,
            scheduling: json!({ "onHostMaintenance": "MIGRATE", "automaticRestart": true,
                                "preemptible": false, "provisioningModel": "STANDARD" }),
            labels: empty(),
            addresses: 0,
            local_disks: 0,
            more: empty(),
        }
    }

    /// As Google lists it, with a boot disk of its own name.
    pub(super) fn at(&self, project: &'static str, zone: &str, cost: Cost) -> Thing {
        let place = format!("zones/{zone}");
        let numeric = id(project, &self.name);
        let interface = json!({ "network": link(project, "global/networks/default"),
            "networkIP": "10.132.0.7", "name": "nic0", "kind": "compute#networkInterface" });
        let mut body = json!({
            "kind": "compute#instance", "id": numeric, "name": self.name,
            "creationTimestamp": "2025-03-04T05:06:07.890-08:00", "status": self.status,
            "zone": link(project, &place),
            "machineType": link(project, &format!("{place}/machineTypes/{}", self.machine_type)),
            "selfLink": link(project, &format!("{place}/instances/{}", self.name)),
            "scheduling": self.scheduling, "labels": self.labels, "cpuPlatform": "Intel Broadwell",
            "disks": self.disks(project, &place), "networkInterfaces": [interface],
        });
        if self.addresses > 0 {
            let one = |number| {
                json!({ "type": "ONE_TO_ONE_NAT", "name": "External NAT",
                        "kind": "compute#accessConfig", "networkTier": "PREMIUM",
                        "natIP": format!("192.0.2.{number}") })
            };
            body["networkInterfaces"][0]["accessConfigs"] = (1..=self.addresses).map(one).collect();
        }
        for (key, value) in self.more.as_object().unwrap() {
            body[key] = value.clone();
        }
        let thing = Thing::new(project, Kind::Instance, &place, &self.name, body);
        let thing = thing.costs(cost).says("status", self.status).says("zone", zone);
        let thing = thing.says("instance_id", numeric.clone());
        if self.status == "RUNNING" { busy(thing, zone, &numeric) } else { thing }
    }

    fn disks(&self, project: &str, place: &str) -> Vec<Value> {
        let boot = json!({
            "kind": "compute#attachedDisk", "type": "PERSISTENT", "mode": "READ_WRITE",
            "source": link(project, &format!("{place}/disks/{}", self.name)),
            "deviceName": self.name, "index": 0, "boot": true, "autoDelete": true,
            "diskSizeGb": "20", "interface": "SCSI", "licenses": [
                format!("https://www.googleapis.com/compute/v1/{}", self.license)] });
        let scratch = |index| {
            json!({ "kind": "compute#attachedDisk", "type": "SCRATCH", "mode": "READ_WRITE",
                    "deviceName": format!("local-ssd-{index}"), "index": index, "boot": false,
                    "interface": "NVME", "diskSizeGb": "375" })
        };
        [boot].into_iter().chain((1..=self.local_disks).map(scratch)).collect()
    }
}

/// What a machine does in five minutes: a quarter of its processors, 1 MB in, 2 MB out; memory is
/// known where the Ops Agent is, which is on the machines whose number is even.
fn busy(thing: Thing, zone: &str, numeric: &str) -> Thing {
    let project = thing.project;
    let labels = [
        ("resource.label.instance_id", numeric),
        ("resource.label.zone", zone),
        ("resource.label.project_id", project),
    ];
    let gce = "gce_instance";
    let thing = thing
        .does("compute.googleapis.com/instance/cpu/utilization", gce, &labels, exactly("0.25"))
        .does(
            "compute.googleapis.com/instance/network/received_bytes_count",
            gce,
            &labels,
            whole(1_000_000),
        )
        .does(
            "compute.googleapis.com/instance/network/sent_bytes_count",
            gce,
            &labels,
            whole(2_000_000),
        )
        .says("cpu_utilization", 25)
        .says("network_ingress", 1_000_000)
        .says("network_egress", 2_000_000);
    if numeric.bytes().last().is_none_or(|digit| digit % 2 == 1) {
        return thing;
    }
    let state = |state| [&labels[..], &[("metric.label.state", state)]].concat();
    let memory = "agent.googleapis.com/memory/percent_used";
    thing
        .does(memory, gce, &state("used"), exactly("62.5"))
        .does(memory, gce, &state("free"), exactly("37.5"))
        .says("memory_usage", 62.5)
}

/// The types of the ordinary machines, in turn.
const TYPES: [&str; 6] = [
    "e2-standard-2",
    "n2-standard-4",
    "n1-standard-1",
    "e2-small",
    "n2d-standard-4",
    "c2-standard-8",
];

/// Their processors and GiB of memory. <https://cloud.google.com/compute/docs/general-purpose-machines>,
/// <https://cloud.google.com/compute/docs/compute-optimized-machines>
const SIZES: [(u32, f64); 6] = [(2, 8.0), (4, 16.0), (1, 3.75), (2, 2.0), (4, 16.0), (8, 32.0)];

/// So many machines of ordinary types in the zones of a region, with their disks. Of twelve, three
/// have an address, one Windows, and one is stopped.
pub(super) fn ordinary(
    project: &'static str,
    region: &str,
    start: &str,
    count: usize,
) -> Vec<Thing> {
    let zones = match region {
        "europe-west1" => ["b", "c", "d"],
        _ => ["a", "b", "c"],
    };
    let one = |number: usize| {
        let mut made = Machine::new(&format!("{start}-{number:04}"), TYPES[number % TYPES.len()]);
        made.labels = json!({ "team": format!("team-{}", number % 3) });
        made.addresses = usize::from(number.is_multiple_of(4));
        let mut price = machine(region, &made.machine_type);
        // Only machines of one type: its number of processors is four.
        if number % 12 == 7 {
            made.license = WINDOWS;
            price += decimal(WINDOWS_4);
        }
        let mut cost = Cost::hourly(price + decimal(ADDRESS) * Decimal::from(made.addresses));
        if number % 12 == 11 {
            made.status = "TERMINATED";
            cost = Cost::nothing();
        }
        let zone = format!("{region}-{}", zones[number % 3]);
        let [machine, disk] = with_disk(&made, project, &zone, cost);
        let (vcpus, gib) = SIZES[number % TYPES.len()];
        [machine.says("vcpus", vcpus).says("memory_gb", gib), disk]
    };
    (0..count).flat_map(one).collect()
}

/// A machine and its boot disk of 20 GiB.
pub(super) fn with_disk(
    made: &Machine,
    project: &'static str,
    zone: &str,
    cost: Cost,
) -> [Thing; 2] {
    let instance = made.at(project, zone, cost);
    let disk = disks::boot(project, zone, &made.name);
    [instance, disk]
}

/// So many nodes of a cluster's pool: 0.13402284 an hour each in us-central1.
pub(super) fn nodes(
    project: &'static str,
    zone: &str,
    cluster: (&str, &str),
    pool: &str,
    count: usize,
) -> Vec<Thing> {
    let (name, location) = cluster;
    let one = |number: usize| {
        let full = format!("gke-{name}-{pool}-1a2b3c4d-{number:04}");
        let mut made = Machine::new(&full, "e2-standard-4");
        made.license = "projects/cos-cloud/global/licenses/cos";
        made.labels = json!({ "goog-k8s-cluster-name": name, "goog-k8s-node-pool-name": pool,
                              "goog-k8s-cluster-location": location, "goog-gke-node": "" });
        let cost = Cost::hourly(machine("us-central1", "e2-standard-4"));
        with_disk(&made, project, zone, cost)
    };
    (0..count).flat_map(one).collect()
}

/// A type and a number of graphics processors.
pub(super) fn gpus(project: &str, zone: &str, kind: &str, count: u32) -> Value {
    let link = thing::link(project, &format!("zones/{zone}/acceleratorTypes/{kind}"));
    json!([{ "acceleratorType": link, "acceleratorCount": count }])
}
