//! A disk as Compute Engine lists it.

use std::fmt::Write as _;

use super::{Disk, Home};
use crate::gcp::fields::{Field, quoted};
use crate::gcp::json::{self, Fingerprint};
use crate::gcp::place::{self, HOST};
use crate::gcp::times::Moment;

/// `zones/us-central1-a`, `regions/us-central1`
struct At(Home);

impl std::fmt::Display for At {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Home::Zone(zone) => write!(formatter, "zones/{zone}"),
            Home::Region(number) => write!(formatter, "regions/{}", place::region(number)),
        }
    }
}

/// Every field that is written.
pub(super) const FIELDS: &[Field<Disk>] = &[
    ("kind", |into, _, _, _| quoted(into, format_args!("compute#disk"))),
    ("id", |into, _, it, _| quoted(into, format_args!("{}", it.id))),
    ("creationTimestamp", |into, _, it, _| quoted(into, format_args!("{}", Moment(it.created)))),
    ("name", |into, _, it, _| quoted(into, format_args!("{}", it.name))),
    ("sizeGb", |into, _, it, _| quoted(into, format_args!("{}", it.gib))),
    ("zone", |into, project, it, _| {
        matches!(it.home, Home::Zone(_))
            && quoted(into, format_args!("{HOST}projects/{project}/{}", At(it.home)))
    }),
    ("region", |into, project, it, _| {
        matches!(it.home, Home::Region(_))
            && quoted(into, format_args!("{HOST}projects/{project}/{}", At(it.home)))
    }),
    ("replicaZones", |into, project, it, _| {
        let Home::Region(number) = it.home else { return false };
        let (first, second) = (number * place::ZONES, number * place::ZONES + 1);
        let (first, second) = (place::Zone(first), place::Zone(second));
        let _ = write!(
            into,
            "[\"{HOST}projects/{project}/zones/{first}\",\"{HOST}projects/{project}/zones/{second}\"]"
        );
        true
    }),
    ("status", |into, _, it, _| quoted(into, format_args!("{}", it.status))),
    ("sourceImage", |into, _, it, _| {
        it.user.is_some()
            && quoted(
                into,
                format_args!(
                    "{HOST}projects/debian-cloud/global/images/debian-12-bookworm-v20260310"
                ),
            )
    }),
    ("selfLink", |into, project, it, _| {
        quoted(into, format_args!("{HOST}projects/{project}/{}/disks/{}", At(it.home), it.name))
    }),
    ("type", |into, project, it, _| {
        quoted(into, format_args!("{HOST}projects/{project}/{}/diskTypes/{}", At(it.home), it.kind))
    }),
    ("labels", |into, _, it, _| {
        json::labels(into, &it.labels);
        !it.labels.is_empty()
    }),
    ("labelFingerprint", |into, _, it, _| {
        quoted(into, format_args!("{}", Fingerprint(it.id % 997)))
    }),
    ("lastAttachTimestamp", |into, _, it, _| {
        it.user.is_some() && quoted(into, format_args!("{}", Moment(it.created + 2)))
    }),
    ("users", |into, project, it, _| {
        let Some(user) = &it.user else { return false };
        let _ = write!(into, "[\"{HOST}projects/{project}/{}/instances/{user}\"]", At(it.home));
        true
    }),
    ("storagePool", |into, project, it, _| {
        it.pooled
            && quoted(
                into,
                format_args!("{HOST}projects/{project}/{}/storagePools/pool-1", At(it.home)),
            )
    }),
    ("provisionedIops", |into, _, it, _| {
        it.iops.is_some_and(|iops| quoted(into, format_args!("{iops}")))
    }),
    ("provisionedThroughput", |into, _, it, _| {
        it.throughput.is_some_and(|throughput| quoted(into, format_args!("{throughput}")))
    }),
    ("physicalBlockSizeBytes", |into, _, _, _| quoted(into, format_args!("4096"))),
    ("enableConfidentialCompute", |into, _, _, _| {
        into.push_str("false");
        true
    }),
    ("satisfiesPzs", |into, _, _, _| {
        into.push_str("false");
        true
    }),
];
