//! AKS clusters: what managing them costs. Nodes are virtual machines and cost there.

mod described;
mod nodes;
#[cfg(test)]
mod tests;

use futures::future::BoxFuture;

use finops_core::model::{Attributes, Costs, Resource, ServiceFailure, ServiceOutcome, Value};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};
use finops_pricing::azure::aks::{Tier, control_plane};

use self::described::{Described, Pool};
use self::nodes::Nodes;
use super::{AzureService, record};
use crate::inventory::{Kind, Row};
use crate::scope::AzureScope;

static VIEW: ServiceView = ServiceView {
    service: "aks",
    lists: &[ListView {
        kind: "cluster",
        list: "clusters",
        fields: &[
            Field::new("cluster_name", Source::Name),
            Field::new("cluster_id", Source::Id),
            Field::attribute("location"),
            Field::attribute("kubernetes_version"),
            Field::attribute("provisioning_state"),
            Field::new("power_state", Source::State),
            Field::attribute("sku_name"),
            Field::attribute("sku_tier"),
            Field::attribute("node_pools"),
            Field::attribute("total_nodes"),
            Field::attribute("node_resource_group"),
            Field::attribute("nodes_hourly_cost"),
            Field::attribute("resource_group"),
        ],
    }],
    counts: &[
        CountView::new("total_clusters", |clusters| Some(clusters.len() as u64)),
        CountView::new("total_nodes", |clusters| {
            let nodes = clusters.iter().map(|cluster| cluster.attributes.integer("total_nodes"));
            u64::try_from(sum(nodes)?).ok()
        }),
    ],
    summary_count: Some("total_aks_clusters"),
};

/// AKS.
pub(super) struct Aks;

impl Service<AzureScope> for Aks {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["azure/aks"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        const PERMISSIONS: &[&str] = &[
            Kind::Cluster.permission(),
            Kind::VirtualMachine.permission(),
            Kind::ScaleSet.permission(),
            Kind::ScaleSetInstance.permission(),
        ];
        PERMISSIONS
    }

    fn collect<'a>(&'a self, scope: &'a AzureScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async { clusters(scope).into() })
    }
}

impl AzureService for Aks {}

fn clusters(scope: &AzureScope) -> Result<Vec<Resource>, ServiceFailure> {
    Ok(scope.rows(Kind::Cluster)?.iter().map(|row| resource(scope, row)).collect())
}

fn resource(scope: &AzureScope, row: &Row) -> Resource {
    let mut resource = record::resource(scope, "cluster", row);
    let described = match row.properties::<Described>() {
        Ok(described) => described,
        Err(reason) => {
            resource.costs = Costs::unpriced("control_plane", reason);
            return resource;
        }
    };
    resource.state = described.power_state().map(|state| scope.share(state));
    set_attributes(scope, &mut resource.attributes, row, &described);
    let nodes = Nodes::of(scope, row, &described);
    let total = match &nodes {
        // An Automatic cluster makes nodes that are in no pool.
        Some(Ok(nodes)) => i64::try_from(nodes.len()).ok(),
        Some(Err(_)) => None,
        None => sum(described.pools().map(|pool| pool.count)),
    };
    resource.attributes.set_known("total_nodes", total);
    resource.costs = costs(scope, &resource, row, &described, nodes);
    resource
}

/// The sum of what is known in full.
fn sum(mut counts: impl Iterator<Item = Option<i64>>) -> Option<i64> {
    counts.try_fold(0_i64, |sum, count| sum.checked_add(count?))
}

fn set_attributes(
    scope: &AzureScope,
    attributes: &mut Attributes,
    row: &Row,
    described: &Described,
) {
    let share = |text: &Option<String>| text.as_deref().map(|text| scope.share(text));
    let version = described.current_kubernetes_version.as_ref();
    let version = version.or(described.kubernetes_version.as_ref());
    attributes.set_known("kubernetes_version", version.map(|version| scope.share(version)));
    attributes.set_known("provisioning_state", share(&described.provisioning_state));
    attributes.set_known("sku_name", row.sku.as_ref().and_then(|sku| share(&sku.name)));
    attributes.set_known("sku_tier", row.sku.as_ref().and_then(|sku| share(&sku.tier)));
    attributes.set_known("node_resource_group", share(&described.node_resource_group));
    let pools = described.pools().map(|pool| Value::Record(node_pool(scope, pool))).collect();
    attributes.set("node_pools", Value::List(pools));
}

fn node_pool(scope: &AzureScope, pool: &Pool) -> Attributes {
    let share = |text: &Option<String>| text.as_deref().map(|text| scope.share(text));
    let mut record = Attributes::default();
    record.set_known("pool_name", pool.name.as_deref());
    record.set_known("node_count", pool.count);
    record.set_known("vm_size", share(&pool.vm_size));
    record.set_known("os_type", share(&pool.os_type));
    record.set_known("mode", share(&pool.mode));
    record.set("auto_scaling", pool.enable_auto_scaling == Some(true));
    record.set_known("min_count", pool.min_count);
    record.set_known("max_count", pool.max_count);
    record.set("spot", pool.is_spot());
    record
}

fn costs(
    scope: &AzureScope,
    resource: &Resource,
    row: &Row,
    described: &Described,
    nodes: Option<Result<Nodes, String>>,
) -> Costs {
    let (name, tier) = described::sku(row);
    let Some(tier) = Tier::of(name, tier) else {
        let reason = format!("the price of tier {} is not known", tier.unwrap_or_default());
        return Costs::unpriced("control_plane", reason);
    };
    // Stopping takes the control plane away and saves "all the compute costs"; whether the fee of
    // the tier is one of them is not written.
    // <https://learn.microsoft.com/azure/aks/start-stop-cluster>
    if described.is_stopped() && tier != Tier::Free {
        let reason = "it is stopped: Microsoft does not document whether the fee of its tier is \
                      billed meanwhile";
        return Costs::unpriced("control_plane", reason);
    }
    let mut costs = control_plane(scope.prices(), &resource.region, tier);
    match nodes {
        None => {}
        Some(Ok(nodes)) => costs.merge(nodes.management(scope.prices(), &resource.region)),
        Some(Err(reason)) => costs.miss("node_management", reason),
    }
    costs
}
