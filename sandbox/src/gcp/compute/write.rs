//! An instance as Compute Engine lists it, as long as it makes it.
//! <https://cloud.google.com/compute/docs/reference/rest/v1/instances>

use std::fmt::Write as _;

use super::instance::Instance;
use super::state::Purchase;
use crate::gcp::fields::{Chosen, Field, Wanted};
use crate::gcp::json::{self, Fingerprint};
use crate::gcp::times::Moment;

/// Where resources are, in their own words.
const HOST: &str = "https://www.googleapis.com/compute/v1/";

/// What a machine's startup script may look like: most of an instance's length is such things.
const SCRIPT: &str = "#!/bin/bash\\nset -euo pipefail\\napt-get update\\napt-get install -y \
    google-cloud-ops-agent unattended-upgrades\\nsystemctl enable --now google-cloud-ops-agent\\n\
    gcloud artifacts docker images list --limit=1 >/var/log/warm-up.log 2>&1 || true\\n\
    for unit in ledger web worker; do systemctl restart \\\"$unit\\\" || true; done\\n";

/// Writes a value that needs no escaping as a text.
fn quoted(into: &mut String, value: std::fmt::Arguments<'_>) -> bool {
    // Writing to a string does not fail.
    let _ = write!(into, "\"{value}\"");
    true
}

fn written(into: &mut String, value: std::fmt::Arguments<'_>) -> bool {
    let _ = into.write_fmt(value);
    true
}

/// Every field that is written.
pub(super) const FIELDS: &[Field<Instance>] = &[
    ("kind", |into, _, _, _| quoted(into, format_args!("compute#instance"))),
    ("id", |into, _, it, _| quoted(into, format_args!("{}", it.id))),
    ("creationTimestamp", |into, _, it, _| quoted(into, format_args!("{}", Moment(it.created)))),
    ("name", |into, _, it, _| quoted(into, format_args!("{}", it.name))),
    ("description", |into, _, _, _| quoted(into, format_args!(""))),
    ("tags", |into, _, it, _| {
        written(
            into,
            format_args!(
                "{{\"items\":[\"https-server\"],\"fingerprint\":\"{}\"}}",
                Fingerprint(it.bits)
            ),
        )
    }),
    ("machineType", |into, project, it, _| {
        let kind = it.machine_type().name;
        quoted(into, format_args!("{HOST}projects/{project}/zones/{}/machineTypes/{kind}", it.zone))
    }),
    ("status", |into, _, it, _| quoted(into, format_args!("{}", it.state.name))),
    ("zone", |into, project, it, _| {
        quoted(into, format_args!("{HOST}projects/{project}/zones/{}", it.zone))
    }),
    ("canIpForward", |into, _, _, _| written(into, format_args!("false"))),
    ("networkInterfaces", interfaces),
    ("disks", disks),
    ("metadata", |into, _, it, _| {
        written(
            into,
            format_args!(
                "{{\"kind\":\"compute#metadata\",\"fingerprint\":\"{}\",\"items\":[\
                 {{\"key\":\"enable-oslogin\",\"value\":\"TRUE\"}},\
                 {{\"key\":\"startup-script\",\"value\":\"{SCRIPT}\"}}]}}",
                Fingerprint(it.bits.rotate_left(5))
            ),
        )
    }),
    ("serviceAccounts", |into, project, _, _| {
        written(
            into,
            format_args!(
                "[{{\"email\":\"workload@{project}.iam.gserviceaccount.com\",\
                 \"scopes\":[\"https://www.googleapis.com/auth/cloud-platform\"]}}]"
            ),
        )
    }),
    ("selfLink", |into, project, it, _| {
        quoted(
            into,
            format_args!("{HOST}projects/{project}/zones/{}/instances/{}", it.zone, it.name),
        )
    }),
    ("scheduling", scheduling),
    ("cpuPlatform", |into, _, it, _| {
        let runs = it.state.name == "RUNNING";
        let platform = if runs { "Intel Broadwell" } else { "Unknown CPU Platform" };
        quoted(into, format_args!("{platform}"))
    }),
    ("labels", labels),
    ("labelFingerprint", |into, _, it, _| {
        quoted(into, format_args!("{}", Fingerprint(it.bits % 997)))
    }),
    ("startRestricted", |into, _, _, _| written(into, format_args!("false"))),
    ("deletionProtection", |into, _, _, _| written(into, format_args!("false"))),
    ("shieldedInstanceConfig", |into, _, _, _| {
        written(
            into,
            format_args!(
                "{{\"enableSecureBoot\":false,\"enableVtpm\":true,\
                 \"enableIntegrityMonitoring\":true}}"
            ),
        )
    }),
    ("shieldedInstanceIntegrityPolicy", |into, _, _, _| {
        written(into, format_args!("{{\"updateAutoLearnPolicy\":true}}"))
    }),
    ("fingerprint", |into, _, it, _| quoted(into, format_args!("{}", Fingerprint(it.bits)))),
    ("lastStartTimestamp", |into, _, it, _| {
        quoted(into, format_args!("{}", Moment(it.created + 12)))
    }),
    ("guestAccelerators", |into, project, it, _| {
        let Some((kind, count)) = it.gpus else { return false };
        written(
            into,
            format_args!(
                "[{{\"acceleratorType\":\"{HOST}projects/{project}/zones/{}/acceleratorTypes/{kind}\",\
                 \"acceleratorCount\":{count}}}]",
                it.zone
            ),
        )
    }),
    ("advancedMachineFeatures", |into, _, it, _| {
        it.halved && written(into, format_args!("{{\"threadsPerCore\":1}}"))
    }),
    ("confidentialInstanceConfig", |into, _, it, _| {
        it.confidential
            && written(
                into,
                format_args!(
                    "{{\"enableConfidentialCompute\":true,\"confidentialInstanceType\":\"SEV\"}}"
                ),
            )
    }),
    ("networkPerformanceConfig", |into, _, it, _| {
        it.fast_network
            && written(into, format_args!("{{\"totalEgressBandwidthTier\":\"TIER_1\"}}"))
    }),
];

/// <https://cloud.google.com/compute/docs/nodes/provisioning-sole-tenant-vms>
fn scheduling(into: &mut String, _: &str, it: &Instance, _: &Wanted) -> bool {
    let model = it.purchase.model();
    let preemptible = matches!(it.purchase, Purchase::Spot | Purchase::Preemptible);
    let maintenance = if preemptible || it.gpus.is_some() { "TERMINATE" } else { "MIGRATE" };
    let _ = write!(
        into,
        "{{\"onHostMaintenance\":\"{maintenance}\",\"automaticRestart\":{},\
         \"preemptible\":{preemptible},\"provisioningModel\":\"{model}\"",
        !preemptible
    );
    if it.purchase == Purchase::SoleTenant {
        into.push_str(
            ",\"nodeAffinities\":[{\"key\":\"compute.googleapis.com/node-group-name\",\
             \"operator\":\"IN\",\"values\":[\"licensed\"]}]",
        );
    }
    into.push('}');
    true
}

/// <https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels>
fn labels(into: &mut String, _: &str, it: &Instance, _: &Wanted) -> bool {
    if let Some((name, location)) = &it.cluster {
        let labels = [
            ("goog-k8s-cluster-name", name.as_str()),
            ("goog-k8s-cluster-location", location.as_str()),
            ("goog-k8s-node-pool-name", "pool-1"),
            ("goog-gke-node", ""),
        ];
        json::labels(into, &labels);
    } else if it.labels.is_empty() {
        return false;
    } else {
        json::labels(into, &it.labels);
    }
    true
}

fn interfaces(into: &mut String, project: &str, it: &Instance, wanted: &Wanted) -> bool {
    let [a, b, c, ..] = it.bits.to_le_bytes();
    let region = it.zone.region();
    let _ = write!(into, "[{{\"name\":\"nic0\"");
    if wanted.part("network").is_some() {
        let _ = write!(
            into,
            ",\"kind\":\"compute#networkInterface\",\"network\":\"{HOST}projects/{project}/global/networks/default\",\
             \"subnetwork\":\"{HOST}projects/{project}/regions/{region}/subnetworks/default\",\
             \"networkIP\":\"10.{a}.{b}.{c}\",\"fingerprint\":\"{}\",\"stackType\":\"IPV4_ONLY\"",
            Fingerprint(it.bits)
        );
    }
    if it.addresses > 0 {
        into.push_str(",\"accessConfigs\":[");
        for number in 0..it.addresses {
            json::comma(into);
            into.push('{');
            if wanted.part("network").is_some() {
                into.push_str(
                    "\"kind\":\"compute#accessConfig\",\"type\":\"ONE_TO_ONE_NAT\",\
                     \"name\":\"External NAT\",\"networkTier\":\"PREMIUM\",",
                );
            }
            let _ = write!(into, "\"natIP\":\"34.{b}.{c}.{}\"}}", (u64::from(a) + number) % 256);
        }
        into.push(']');
    }
    into.push_str("}]");
    true
}

/// A disk of an instance: its number, 0 for the boot disk.
type Attached<'a> = (&'a Instance, u64);

fn disks(into: &mut String, project: &str, it: &Instance, wanted: &Wanted) -> bool {
    let fields: &[Field<Attached<'_>>] = &[
        ("kind", |into, _, _, _| quoted(into, format_args!("compute#attachedDisk"))),
        ("type", |into, _, (_, number), _| {
            let kind = if *number == 0 { "PERSISTENT" } else { "SCRATCH" };
            quoted(into, format_args!("{kind}"))
        }),
        ("mode", |into, _, _, _| quoted(into, format_args!("READ_WRITE"))),
        ("source", |into, project, (it, number), _| {
            *number == 0
                && quoted(
                    into,
                    format_args!("{HOST}projects/{project}/zones/{}/disks/{}", it.zone, it.name),
                )
        }),
        ("deviceName", |into, _, (it, number), _| match number {
            0 => quoted(into, format_args!("{}", it.name)),
            number => quoted(into, format_args!("local-ssd-{}", number - 1)),
        }),
        ("index", |into, _, (_, number), _| written(into, format_args!("{number}"))),
        ("boot", |into, _, (_, number), _| written(into, format_args!("{}", *number == 0))),
        ("autoDelete", |into, _, _, _| written(into, format_args!("true"))),
        ("licenses", |into, _, (it, number), _| *number == 0 && licences(into, it)),
        ("interface", |into, _, (_, number), _| {
            quoted(into, format_args!("{}", if *number == 0 { "SCSI" } else { "NVME" }))
        }),
        ("diskSizeGb", |into, _, (it, number), _| {
            quoted(into, format_args!("{}", if *number == 0 { it.boot_gib } else { 375 }))
        }),
        ("savedState", |into, _, (it, number), _| {
            *number > 0 && it.preserved && quoted(into, format_args!("PRESERVED"))
        }),
    ];
    let chosen = Chosen::of(fields, wanted);
    into.push('[');
    for number in 0..=it.local_disks {
        json::comma(into);
        chosen.write(into, project, &(it, number));
    }
    into.push(']');
    true
}

fn licences(into: &mut String, it: &Instance) -> bool {
    into.push('[');
    for path in it.licence.paths() {
        json::comma(into);
        let _ = write!(into, "\"{HOST}{path}\"");
    }
    into.push(']');
    true
}
