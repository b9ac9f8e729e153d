//! EKS clusters: the control plane. Nodes are EC2 instances and cost there.

use std::collections::HashMap;

use aws_sdk_eks::types::{Cluster, Nodegroup};
use futures::future::BoxFuture;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::tz::TimeZone;

use finops_core::model::{
    Attributes, Costs, Resource, ServiceFailure, ServiceOutcome, Tags, Value,
};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};
use finops_pricing::aws::eks;

use super::{AwsService, time};
use crate::failure::failure;
use crate::pages;
use crate::scope::AwsScope;

const LIST: &str = "eks:ListClusters";
const DESCRIBE: &str = "eks:DescribeCluster";
const LIST_GROUPS: &str = "eks:ListNodegroups";
const DESCRIBE_GROUP: &str = "eks:DescribeNodegroup";
/// How many clusters are described side by side, each with its node groups one after the other: EKS
/// has no batch call, and more at once only run into its limit.
const SIDE_BY_SIDE: usize = 4;

static VIEW: ServiceView = ServiceView {
    service: "eks",
    lists: &[ListView {
        kind: "cluster",
        list: "clusters",
        fields: &[
            Field::new("cluster_name", Source::Id),
            Field::new("status", Source::State),
            Field::attribute("version"),
            Field::attribute("platform_version"),
            Field::attribute("endpoint"),
            Field::attribute("created_at"),
            Field::attribute("support_tier"),
            Field::attribute("nodegroups"),
            Field::attribute("nodes_hourly_cost"),
        ],
    }],
    counts: &[CountView::new("total_clusters", |clusters| Some(clusters.len() as u64))],
    summary_count: Some("total_eks_clusters"),
};

/// EKS.
pub(super) struct Eks;

impl Service<AwsScope> for Eks {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["aws/eks"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &[LIST, DESCRIBE, LIST_GROUPS, DESCRIBE_GROUP]
    }

    fn collect<'a>(&'a self, scope: &'a AwsScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async { clusters(scope).await.into() })
    }
}

impl AwsService for Eks {}

async fn clusters(scope: &AwsScope) -> Result<Vec<Resource>, ServiceFailure> {
    let client = scope.eks();
    let mut pages = client.list_clusters().into_paginator().page_size(100).send();
    let mut count = pages::Count::default();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| failure(LIST, &error))?;
        count.next(LIST, page.next_token())?;
        names.extend(page.clusters().iter().cloned());
    }
    stream::iter(names)
        .map(|name| cluster(scope, &client, name))
        .buffered(SIDE_BY_SIDE)
        .try_filter_map(|found| async { Ok(found) })
        .try_collect()
        .await
}

/// One cluster with its node groups; `None` where it was deleted since it was listed.
async fn cluster(
    scope: &AwsScope,
    client: &aws_sdk_eks::Client,
    name: String,
) -> Result<Option<Resource>, ServiceFailure> {
    let described = client.describe_cluster().name(&name).send().await;
    let described = match described {
        Ok(described) => described,
        Err(error)
            if gone(error.as_service_error().map(|it| it.is_resource_not_found_exception())) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(failure(DESCRIBE, &error)),
    };
    let Some(cluster) = described.cluster() else {
        return Err(ServiceFailure {
            error: format!("BadReply: {DESCRIBE} gave no cluster for {name}"),
            hint: None,
        });
    };
    let groups = node_groups(client, &name).await?;
    Ok(Some(resource(scope, &name, cluster, &groups)))
}

fn gone(not_found: Option<bool>) -> bool {
    not_found == Some(true)
}

async fn node_groups(
    client: &aws_sdk_eks::Client,
    cluster: &str,
) -> Result<Vec<Nodegroup>, ServiceFailure> {
    let mut pages =
        client.list_nodegroups().cluster_name(cluster).into_paginator().page_size(100).send();
    let mut count = pages::Count::default();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => {
                count.next(LIST_GROUPS, page.next_token())?;
                names.extend(page.nodegroups().iter().cloned());
            }
            Err(error)
                if gone(
                    error.as_service_error().map(|it| it.is_resource_not_found_exception()),
                ) =>
            {
                break;
            }
            Err(error) => return Err(failure(LIST_GROUPS, &error)),
        }
    }
    stream::iter(names)
        .map(|name| async move {
            let asked = client.describe_nodegroup().cluster_name(cluster).nodegroup_name(name);
            match asked.send().await {
                Ok(described) => Ok(described.nodegroup),
                Err(error)
                    if gone(
                        error.as_service_error().map(|it| it.is_resource_not_found_exception()),
                    ) =>
                {
                    Ok(None)
                }
                Err(error) => Err(failure(DESCRIBE_GROUP, &error)),
            }
        })
        .buffered(1)
        .try_filter_map(|found| async { Ok(found) })
        .try_collect()
        .await
}

fn resource(scope: &AwsScope, name: &str, cluster: &Cluster, groups: &[Nodegroup]) -> Resource {
    let mut resource = Resource::new("cluster", name, scope.region());
    resource.state = cluster.status().map(|status| scope.share(status.as_str()));
    resource.tags = tags(scope, cluster.tags());
    let attributes = &mut resource.attributes;
    attributes.set_known("version", cluster.version());
    attributes.set_known("platform_version", cluster.platform_version());
    attributes.set_known("endpoint", cluster.endpoint());
    attributes.set_known("created_at", time(cluster.created_at()));
    let today = scope.now.to_zoned(TimeZone::UTC).date();
    let tier = cluster.version().and_then(|version| eks::support_tier(version, today));
    attributes.set_known("support_tier", tier.map(|tier| tier.name()));
    let groups = groups.iter().map(|group| Value::Record(node_group(group))).collect();
    attributes.set("nodegroups", Value::List(groups));
    resource.costs = costs(scope, cluster, today);
    resource
}

fn costs(scope: &AwsScope, cluster: &Cluster, today: jiff::civil::Date) -> Costs {
    // A cluster that only registered itself runs elsewhere; EKS shows it and charges nothing.
    if cluster.connector_config().is_some() {
        return Costs::free();
    }
    let version = cluster.version().unwrap_or("unknown");
    let mut costs = eks::control_plane_of_version(scope.prices(), scope.region(), version, today);
    let scaling = cluster.control_plane_scaling_config().and_then(|config| config.tier());
    if let Some(tier) = scaling.map(|tier| tier.as_str()).filter(|tier| *tier != "standard") {
        costs.miss("control_plane_scaling", format!("no list price for the {tier} scaling tier"));
    }
    if cluster.compute_config().and_then(|config| config.enabled()) == Some(true) {
        costs.miss("auto_mode", "no list price for EKS Auto Mode's share of each node");
    }
    costs
}

fn tags(scope: &AwsScope, tags: Option<&HashMap<String, String>>) -> Tags {
    let mut pairs: Vec<(&str, &str)> =
        tags.into_iter().flatten().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    pairs.sort_unstable();
    scope.tags(pairs)
}

fn node_group(group: &Nodegroup) -> Attributes {
    let mut record = Attributes::default();
    let scaling = group.scaling_config();
    record.set_known("nodegroup_name", group.nodegroup_name());
    let types = group.instance_types().iter().map(|kind| Value::from(kind.as_str())).collect();
    record.set("instance_types", Value::List(types));
    record.set_known("desired_capacity", scaling.and_then(|it| it.desired_size()));
    record.set_known("min_size", scaling.and_then(|it| it.min_size()));
    record.set_known("max_size", scaling.and_then(|it| it.max_size()));
    record.set_known("capacity_type", group.capacity_type().map(|kind| kind.as_str()));
    record.set_known("status", group.status().map(|status| status.as_str()));
    record.set_known("version", group.version());
    record
}
