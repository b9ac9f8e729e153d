//! Database clusters: Aurora bills its storage by cluster, not by instance.

use aws_sdk_rds::types::DbCluster;

use finops_core::model::{Costs, Resource, Value};
use finops_pricing::aws::rds::{AuroraCluster, aurora_cluster};

use super::{CLUSTER, USED_BYTES};
use crate::scope::AwsScope;

/// The cluster as the API describes it; its costs follow once its size is known.
pub(super) fn resource(scope: &AwsScope, cluster: &DbCluster) -> Resource {
    let id = cluster.db_cluster_identifier().unwrap_or_default();
    let mut resource = Resource::new(CLUSTER, id, scope.region());
    resource.state = cluster.status().map(|state| scope.share(state));
    resource.tags = scope.tags(
        cluster
            .tag_list()
            .iter()
            .filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))),
    );
    let attributes = &mut resource.attributes;
    let shared = |text: Option<&str>| text.map(|text| scope.share(text));
    attributes.set_known("engine", shared(cluster.engine()));
    attributes.set_known("engine_version", shared(cluster.engine_version()));
    attributes.set_known("storage_type", shared(cluster.storage_type()));
    attributes.set_known("multi_az", cluster.multi_az());
    resource
}

/// Whether the cluster is Aurora's.
pub(super) fn is_aurora(cluster: &Resource) -> bool {
    cluster.attributes.text("engine").is_some_and(|engine| engine.starts_with("aurora"))
}

/// What the cluster costs beside its instances.
pub(super) fn costs(scope: &AwsScope, cluster: &Resource) -> Costs {
    let engine = cluster.attributes.text("engine").unwrap_or_default();
    if !is_aurora(cluster) {
        return Costs::unpriced(
            "storage",
            format!("no list price for the storage of a {engine} Multi-AZ DB cluster"),
        );
    }
    let described = AuroraCluster {
        engine: engine.to_owned(),
        // The API leaves the type out where it is the standard one.
        storage_type: cluster.attributes.text("storage_type").unwrap_or("aurora").to_owned(),
        used_bytes: match cluster.measured(USED_BYTES) {
            Some(Value::Integer(bytes)) => u64::try_from(*bytes).ok(),
            _ => None,
        },
    };
    aurora_cluster(scope.prices(), scope.region(), &described)
}
