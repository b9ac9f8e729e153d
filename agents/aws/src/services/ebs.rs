//! EBS volumes of every state.

use aws_sdk_ec2::types::{Volume, VolumeState};
use futures::future::BoxFuture;

use finops_core::model::{Costs, Resource, ServiceFailure, ServiceOutcome, Value, unattached};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};
use finops_pricing::aws::ebs;

use super::{AwsService, time};
use crate::failure::failure;
use crate::pages;
use crate::scope::AwsScope;

const ACTION: &str = "ec2:DescribeVolumes";

static VIEW: ServiceView = ServiceView {
    service: "ebs",
    lists: &[ListView {
        kind: "volume",
        list: "volumes",
        fields: &[
            Field::new("volume_id", Source::Id),
            Field::attribute("volume_type"),
            Field::attribute("size_gb"),
            Field::attribute("iops"),
            Field::attribute("throughput"),
            Field::new("state", Source::State),
            Field::attribute("attached_to"),
            Field::new("availability_zone", Source::Zone),
            Field::attribute("created_at"),
        ],
    }],
    counts: &[
        CountView::new("total_volumes", |volumes| Some(volumes.len() as u64)),
        CountView::new("unattached_volumes", |volumes| {
            Some(volumes.iter().filter(|volume| is_unattached(volume)).count() as u64)
        }),
    ],
    summary_count: Some("total_ebs_volumes"),
};

/// EBS.
pub(super) struct Ebs;

impl Service<AwsScope> for Ebs {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["aws/ebs"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &[ACTION]
    }

    fn collect<'a>(&'a self, scope: &'a AwsScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async {
            let listed = volumes(scope).await;
            if let Ok(volumes) = &listed {
                let loose = volumes.iter().filter(|volume| is_unattached(volume));
                let event = unattached("unattached_volumes", "ebs", "volume", loose);
                event.into_iter().for_each(|event| scope.note(event));
            }
            listed.into()
        })
    }
}

impl AwsService for Ebs {}

async fn volumes(scope: &AwsScope) -> Result<Vec<Resource>, ServiceFailure> {
    let client = scope.ec2_sieved(is_read);
    let mut pages = client.describe_volumes().into_paginator().page_size(1_000).send();
    let mut count = pages::Count::default();
    let mut volumes = Vec::new();
    loop {
        let _room = scope.room_for_a_page().await;
        let Some(page) = pages.next().await else { break };
        let page = page.map_err(|error| failure(ACTION, &error))?;
        count.next(ACTION, page.next_token())?;
        volumes.extend(page.volumes().iter().map(|volume| resource(scope, volume)));
    }
    Ok(volumes)
}

/// The elements of `DescribeVolumes` that [`resource`] reads, and those around them.
fn is_read(element: &[u8]) -> bool {
    matches!(
        element,
        b"DescribeVolumesResponse"
            | b"nextToken"
            | b"volumeSet"
            | b"item"
            | b"volumeId"
            | b"size"
            | b"availabilityZone"
            | b"status"
            | b"createTime"
            | b"attachmentSet"
            | b"instanceId"
            | b"tagSet"
            | b"key"
            | b"value"
            | b"volumeType"
            | b"iops"
            | b"throughput"
    )
}

fn resource(scope: &AwsScope, volume: &Volume) -> Resource {
    let id = volume.volume_id().unwrap_or_default();
    let mut resource = Resource::new("volume", id, scope.region());
    resource.zone = volume.availability_zone().map(|zone| scope.share(zone));
    resource.state = volume.state().map(|state| scope.share(state.as_str()));
    resource.tags = scope.tags(
        volume.tags().iter().filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))),
    );
    let kind = volume.volume_type().map_or("", |kind| kind.as_str());
    let attributes = &mut resource.attributes;
    attributes.set("volume_type", scope.share(kind));
    attributes.set_known("size_gb", volume.size());
    attributes.set_known("iops", volume.iops());
    attributes.set_known("throughput", volume.throughput());
    attributes.set_known("created_at", time(volume.create_time()));
    let mut attached = volume.attachments().iter().filter_map(|it| it.instance_id());
    if let Some(first) = attached.next() {
        attributes.set("attached_to", first);
    }
    let others: Vec<Value> = attached.map(Value::from).collect();
    if !others.is_empty() {
        attributes.set("also_attached_to", Value::List(others));
    }
    resource.costs = costs(scope, volume, kind);
    resource
}

fn costs(scope: &AwsScope, volume: &Volume, kind: &str) -> Costs {
    match volume.state() {
        // Provisioned storage is billed from its creation until it is deleted, attached or not.
        Some(VolumeState::Available | VolumeState::InUse | VolumeState::Creating) => {}
        Some(VolumeState::Deleting | VolumeState::Deleted) => return Costs::free(),
        other => {
            let state = other.map_or("unknown", |state| state.as_str());
            let reason = format!("AWS does not say whether a volume in state {state} is billed");
            return Costs::unpriced("storage", reason);
        }
    }
    let positive = |number: Option<i32>| number.and_then(|number| u64::try_from(number).ok());
    let Some(size_gib) = positive(volume.size()) else {
        return Costs::unpriced("storage", "AWS does not say how large the volume is");
    };
    let described = ebs::Volume {
        volume_type: kind.to_owned(),
        size_gib,
        iops: positive(volume.iops()),
        throughput_mibps: positive(volume.throughput()),
    };
    ebs::volume(scope.prices(), scope.region(), &described)
}

fn is_unattached(volume: &Resource) -> bool {
    volume.state.as_deref() == Some("available")
}
