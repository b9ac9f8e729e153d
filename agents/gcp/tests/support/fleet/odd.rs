//! Machines of every sort, in us-central1.

use serde_json::json;

use super::expected::Cost;
use super::machines::{DEBIAN, Machine, WINDOWS, gpus, with_disk};
use super::thing::{Thing, link};
use super::{ATTIC, disks};
use crate::support::facts::{
    ADDRESS, CUSTOM, K80, LOCAL_SSD, N1_CUSTOM_1, N1_CUSTOM_2, N2_CORE, N2_RAM, RED_HAT_4, SUSE,
    WINDOWS_4, WINDOWS_8, decimal, machine, monthly, times,
};

const ZONE: &str = "us-central1-a";

/// Machines of every sort, each with its disk.
pub(super) fn every_sort() -> Vec<Thing> {
    let all = [custom(), shared_core(), graphics(), purchases(), licences(), states(), others()];
    let all = all.into_iter().flatten();
    let mut things: Vec<Thing> =
        all.flat_map(|(made, zone, cost)| with_disk(&made, ATTIC, zone, cost)).collect();
    // In a place that no table knows.
    let (made, zone) = (Machine::new("far-away", "n2-standard-4"), "atlantis-north1-a");
    let unknown = Cost::Unpriced("atlantis-north1");
    things.push(made.at(ATTIC, zone, unknown.clone()));
    things.push(disks::boot(ATTIC, zone, &made.name).costs(unknown));
    things
}

type Priced = (Machine, &'static str, Cost);

fn listed(name: &str, machine_type: &str) -> Priced {
    let cost = Cost::hourly(machine("us-central1", machine_type));
    (Machine::new(name, machine_type), ZONE, cost)
}

/// A custom type of N2: processors and memory at 1.05 times what they cost in listed types.
fn n2(vcpus: &str, gib: &str) -> rust_decimal::Decimal {
    (times(&[vcpus, N2_CORE]) + times(&[gib, N2_RAM])) * decimal(CUSTOM) * decimal("730")
}

fn custom() -> Vec<Priced> {
    // N1, from two listed types: a GiB is (2 × first − second) / 5, a processor 1.5 × second − 2 ×
    // first: 0.00444600 and 0.03319155.
    let (one, two) = (decimal(N1_CUSTOM_1), decimal(N1_CUSTOM_2));
    let gib = (decimal("2") * one - two) * decimal("0.2");
    let core = decimal("1.5") * two - decimal("2") * one;
    let n1 = Cost::hourly(decimal("4") * core + decimal("15") * gib);
    vec![
        (Machine::new("custom-n2", "n2-custom-4-16384"), ZONE, Cost::Priced(n2("4", "16"))),
        (Machine::new("custom-n1", "custom-4-15360"), ZONE, n1),
        // Two processors come with 16 GiB; 16 more are extended memory.
        (
            Machine::new("custom-extended", "n2-custom-2-32768-ext"),
            ZONE,
            Cost::Partly(n2("2", "16"), &["extended_memory"], "16 GiB extended memory"),
        ),
    ]
}

fn shared_core() -> Vec<Priced> {
    ["e2-micro", "e2-small", "e2-medium"].map(|name| listed(name, name)).to_vec()
}

fn graphics() -> Vec<Priced> {
    let (mut k80, _, _) = listed("gpu-k80", "n1-standard-4");
    k80.more = json!({ "guestAccelerators": gpus(ATTIC, ZONE, "nvidia-tesla-k80", 2) });
    let (mut t4, _, alone) = listed("gpu-t4", "n1-standard-4");
    t4.more = json!({ "guestAccelerators": gpus(ATTIC, ZONE, "nvidia-tesla-t4", 1) });
    // Those that are built in are in the type's price.
    let (mut a100, _, whole) = listed("gpu-a100", "a2-highgpu-1g");
    a100.more = json!({ "guestAccelerators": gpus(ATTIC, ZONE, "nvidia-tesla-a100", 1) });
    let (mut l4, _, with_l4) = listed("gpu-l4", "g2-standard-4");
    l4.more = json!({ "guestAccelerators": gpus(ATTIC, ZONE, "nvidia-l4", 1) });
    let machine = machine("us-central1", "n1-standard-4");
    vec![
        (k80, ZONE, Cost::hourly(machine + times(&["2", K80]))),
        (t4, ZONE, Cost::Partly(alone.known(), &["gpu"], "nvidia-tesla-t4")),
        (a100, ZONE, whole),
        (l4, ZONE, with_l4),
    ]
}

fn purchases() -> Vec<Priced> {
    let bought = |name: &str, scheduling, word| {
        let mut made = Machine::new(name, "n2-standard-4");
        made.scheduling = scheduling;
        (made, ZONE, Cost::Unpriced(word))
    };
    let mut addressed = bought(
        "spot-addressed",
        json!({ "provisioningModel": "SPOT", "preemptible": true }),
        "spot",
    );
    addressed.0.addresses = 1;
    let sole = json!({ "provisioningModel": "STANDARD", "nodeAffinities": [
        { "key": "compute.googleapis.com/node-group-name", "operator": "IN", "values": ["g-1"] }] });
    vec![
        bought("spot", json!({ "provisioningModel": "SPOT", "preemptible": true }), "spot"),
        bought("preemptible", json!({ "preemptible": true }), "spot"),
        bought("flexible", json!({ "provisioningModel": "FLEX_START" }), "flexible start"),
        bought("bound", json!({ "provisioningModel": "RESERVATION_BOUND" }), "reservation"),
        bought("sole-tenant", sole, "sole-tenant"),
        addressed,
    ]
}

fn licences() -> Vec<Priced> {
    let licensed = |name: &str, machine_type: &str, license, hour: &str| {
        let (mut made, zone, cost) = listed(name, machine_type);
        made.license = license;
        (made, zone, cost.and(monthly(hour)))
    };
    let sql = "projects/windows-sql-cloud/global/licenses/sql-server-2022-standard";
    let (mut sql_server, zone, cost) = listed("sql-server", "n2-standard-4");
    sql_server.license = sql;
    let known = cost.and(monthly(WINDOWS_4)).known();
    // Images with SQL Server carry Windows, too.
    let both = [sql, WINDOWS].map(|it| format!("https://www.googleapis.com/compute/v1/{it}"));
    let source = link(ATTIC, &format!("zones/{ZONE}/disks/sql-server"));
    sql_server.more = json!({ "disks": [{ "type": "PERSISTENT", "boot": true, "diskSizeGb": "20",
                                          "source": source, "licenses": both }] });
    vec![
        licensed("windows-8", "n2-standard-8", WINDOWS, WINDOWS_8),
        licensed(
            "red-hat",
            "n2-standard-4",
            "projects/rhel-cloud/global/licenses/rhel-9-server",
            RED_HAT_4,
        ),
        licensed("suse", "e2-standard-2", "projects/suse-cloud/global/licenses/sles-15", SUSE),
        licensed("debian", "e2-standard-2", DEBIAN, "0"),
        (sql_server, zone, Cost::Partly(known, &["license"], "SQL Server")),
    ]
}

fn states() -> Vec<Priced> {
    let state = |name: &str, status, cost| {
        let mut made = Machine::new(name, "n2-standard-4");
        made.status = status;
        (made, ZONE, cost)
    };
    // Its addresses are in use as long as they are its own.
    let mut addressed =
        state("stopped-addressed", "TERMINATED", Cost::Priced(times(&["2", ADDRESS, "730"])));
    addressed.0.addresses = 2;
    vec![
        addressed,
        state("stopped", "TERMINATED", Cost::nothing()),
        state("suspended", "SUSPENDED", Cost::Unpriced("suspend")),
        state("dreaming", "DREAMING", Cost::Unpriced("DREAMING")),
    ]
}

fn others() -> Vec<Priced> {
    // 750 GiB of local disks by the month, the machine by the hour.
    let (mut scratch, _, cost) = listed("local-disks", "n2-standard-4");
    scratch.local_disks = 2;
    let scratch_cost = cost.and(times(&["750", LOCAL_SSD]));
    let (mut built_in, _, whole) = listed("local-disks-built-in", "c3-standard-4-lssd");
    built_in.local_disks = 1;
    let (mut confidential, _, known) = listed("confidential", "n2d-standard-4");
    confidential.more =
        json!({ "confidentialInstanceConfig": { "enableConfidentialCompute": true } });
    let (mut fast, _, machine) = listed("tier-1", "n2-standard-8");
    fast.more = json!({ "networkPerformanceConfig": { "totalEgressBandwidthTier": "TIER_1" } });
    let mut autopilot = Machine::new("gk3-pilot-pool-1-1a2b3c4d-0000", "e2-standard-4");
    autopilot.labels = json!({ "goog-k8s-cluster-name": "pilot" });
    let (mut addressed, _, bare) = listed("addressed", "e2-standard-2");
    addressed.addresses = 2;
    vec![
        (scratch, ZONE, scratch_cost),
        (built_in, ZONE, whole),
        (
            confidential,
            ZONE,
            Cost::Partly(known.known(), &["confidential_computing"], "Confidential VM"),
        ),
        (fast, ZONE, Cost::Partly(machine.known(), &["network_tier"], "Tier_1")),
        (addressed, ZONE, bare.and(times(&["2", ADDRESS, "730"]))),
        // Google does not list those nodes; where it does, the pods are what is billed.
        (autopilot, ZONE, Cost::Unpriced("Autopilot")),
        (Machine::new("unknown-type", "z9-standard-4"), ZONE, Cost::Unpriced("z9-standard-4")),
    ]
}
