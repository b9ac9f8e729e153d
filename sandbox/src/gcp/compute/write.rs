//! An instance as Compute Engine lists it, as long as it makes it.
//! <https://cloud.google.com/compute/docs/reference/rest/v1/instances>

use std::fmt::Write as _;

use super::instance::Instance;
use super::parts;
use super::state::Purchase;
use crate::gcp::fields::{Field, Wanted, quoted, written};
use crate::gcp::json::{self, Fingerprint};
use crate::gcp::place::HOST;
use crate::gcp::times::Moment;

/// What a machine's startup script may look like: most of an instance's length is such things.
const SCRIPT: &str = "#!/bin/bash\\nset -euo pipefail\\napt-get update\\napt-get install -y \
    google-cloud-ops-agent unattended-upgrades\\nsystemctl enable --now google-cloud-ops-agent\\n\
    gcloud artifacts docker images list --limit=1 >/var/log/warm-up.log 2>&1 || true\\n\
    for unit in ledger web worker; do systemctl restart \\\"$unit\\\" || true; done\\n";

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
    ("networkInterfaces", parts::interfaces),
    ("disks", parts::disks),
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
