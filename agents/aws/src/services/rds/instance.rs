//! Database instances.

use aws_sdk_rds::types::DbInstance;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use finops_core::model::{Costs, Resource, Value};
use finops_pricing::aws::rds::{Database, Deployment, Storage, database, extended_support_since};
use jiff::tz::TimeZone;

use super::{CAPACITY, INSTANCE};
use crate::scope::AwsScope;

/// States in which AWS bills nothing
/// (<https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html>).
const NOT_BILLED: &[&str] = &[
    "creating",
    "deleting",
    "failed",
    "inaccessible-encryption-credentials",
    "incompatible-create",
    "incompatible-network",
    "incompatible-restore",
    "insufficient-capacity",
];
/// States in which AWS bills the storage only (the same page).
const STORAGE_BILLED: &[&str] =
    &["inaccessible-encryption-credentials-recoverable", "starting", "stopped", "stopping"];

/// States in which AWS bills the instance (the same page); so it does in every state that begins
/// with `configuring-`.
const BILLED: &[&str] = &[
    "available",
    "backing-up",
    "converting-to-vpc",
    "delete-precheck",
    "incompatible-credentials",
    "incompatible-option-group",
    "incompatible-parameters",
    "maintenance",
    "modifying",
    "moving-to-vpc",
    "rebooting",
    "renaming",
    "resetting-master-credentials",
    "restore-error",
    "storage-config-upgrade",
    "storage-full",
    "storage-initialization",
    "storage-optimization",
    "upgrading",
];

/// The instance as the API describes it; its costs follow once its use is known.
pub(super) fn resource(scope: &AwsScope, instance: &DbInstance) -> Resource {
    let id = instance.db_instance_identifier().unwrap_or_default();
    let mut resource = Resource::new(INSTANCE, id, scope.region());
    resource.state = instance.db_instance_status().map(|state| scope.share(state));
    resource.zone = instance.availability_zone().map(|zone| scope.share(zone));
    resource.tags = scope.tags(
        instance
            .tag_list()
            .iter()
            .filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))),
    );
    let attributes = &mut resource.attributes;
    let shared = |text: Option<&str>| text.map(|text| scope.share(text));
    attributes.set_known("db_instance_class", shared(instance.db_instance_class()));
    attributes.set_known("engine", shared(instance.engine()));
    attributes.set_known("engine_version", shared(instance.engine_version()));
    attributes.set_known("license_model", shared(instance.license_model()));
    attributes.set_known("allocated_storage", instance.allocated_storage());
    attributes.set_known("storage_type", shared(instance.storage_type()));
    attributes.set_known("iops", instance.iops());
    attributes.set_known("storage_throughput", instance.storage_throughput());
    attributes.set_known("backup_retention_period", instance.backup_retention_period());
    attributes.set_known("multi_az", instance.multi_az());
    attributes.set_known("engine_lifecycle_support", shared(instance.engine_lifecycle_support()));
    attributes.set_known("cluster_identifier", instance.db_cluster_identifier());
    resource
}

/// What the instance costs in its present state.
pub(super) fn costs(scope: &AwsScope, resource: &Resource) -> Costs {
    let state = resource.state.as_deref().unwrap_or_default();
    if NOT_BILLED.contains(&state) {
        return Costs::free();
    }
    let known = BILLED.contains(&state) || STORAGE_BILLED.contains(&state);
    if !known && !state.starts_with("configuring-") {
        let reason = format!("AWS does not say whether a database in state \"{state}\" is billed");
        return Costs::unpriced("instance", reason);
    }
    let mut costs = database(scope.prices(), scope.region(), &describe(resource));
    if resource.attributes.get("allocated_storage").is_none() {
        costs.lines.retain(|line| line.component != "storage");
        costs.miss("storage", "AWS does not say how much storage is allocated");
    }
    if STORAGE_BILLED.contains(&state) {
        costs.lines.retain(|line| line.component != "instance");
        costs.unpriced.retain(|missing| missing.component != "instance");
    } else {
        extended_support(scope, resource, &mut costs);
    }
    costs
}

/// A charge that the price book has no price for must not go unsaid.
fn extended_support(scope: &AwsScope, resource: &Resource, costs: &mut Costs) {
    let text = |key| resource.attributes.text(key).unwrap_or_default();
    if text("engine_lifecycle_support") == "open-source-rds-extended-support-disabled" {
        return;
    }
    let (engine, version) = (text("engine"), text("engine_version"));
    let today = scope.now.to_zoned(TimeZone::UTC).date();
    if let Some(since) = extended_support_since(engine, version, today) {
        let reason = format!(
            "no list price for RDS Extended Support, charged for {engine} {version} since {since}"
        );
        costs.miss("extended_support", reason);
    }
}

fn describe(resource: &Resource) -> Database {
    let attributes = &resource.attributes;
    let text = |key| attributes.text(key).unwrap_or_default().to_owned();
    let count = |key| attributes.integer(key).and_then(|count| u64::try_from(count).ok());
    let engine = text("engine");
    let multi_az = attributes.get("multi_az") == Some(&Value::Flag(true));
    // An instance of a cluster that is not Aurora's is one of a Multi-AZ DB cluster.
    let in_cluster =
        attributes.get("cluster_identifier").is_some() && !engine.starts_with("aurora");
    Database {
        class: text("db_instance_class"),
        license_model: text("license_model"),
        deployment: match (in_cluster, multi_az) {
            (true, _) => Deployment::MultiAzCluster,
            (false, true) => Deployment::MultiAz,
            (false, false) => Deployment::SingleAz,
        },
        storage: Storage {
            storage_type: text("storage_type"),
            size_gib: count("allocated_storage").unwrap_or_default(),
            iops: count("iops"),
            throughput_mibps: count("storage_throughput"),
        },
        capacity_units: match resource.measured(CAPACITY) {
            Some(Value::Integer(units)) => Some(Decimal::from(*units)),
            Some(Value::Number(units)) => Decimal::from_f64(*units),
            _ => None,
        },
        engine,
    }
}
