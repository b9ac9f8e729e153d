//! The parts of an instance that are lists: its network interface, its disks.

use std::fmt::Write as _;

use super::instance::Instance;
use crate::gcp::fields::{Chosen, Field, Wanted, quoted, written};
use crate::gcp::json::{self, Fingerprint};
use crate::gcp::place::HOST;

/// Its one network interface.
pub(super) fn interfaces(into: &mut String, project: &str, it: &Instance, wanted: &Wanted) -> bool {
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

/// Its boot disk and its local disks.
pub(super) fn disks(into: &mut String, project: &str, it: &Instance, wanted: &Wanted) -> bool {
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
