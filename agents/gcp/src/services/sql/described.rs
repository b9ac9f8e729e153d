//! Instances as they are listed.

use google_cloud_sql_v1::model::{DatabaseInstance, Settings, SqlInstanceType, SqlIpAddressType};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use finops_core::model::Resource;
use finops_pricing::gcp::sql::{extended_support_since, size};

use super::{INSTANCE, cost};
use crate::scope::GcpScope;
use crate::services::reading::{known, time_of, word};
use crate::services::record::figure;

/// The version of an instance's database: `MYSQL_8_0`, or, of one that is newer than this agent, the
/// installed one (`MYSQL_9_7_1`), which Google always writes out.
pub(super) fn version(instance: &DatabaseInstance) -> String {
    let listed = instance.database_version.name();
    let listed = listed.filter(|name| !name.ends_with("UNSPECIFIED"));
    match (listed, instance.database_installed_version.as_str()) {
        (Some(listed), _) => listed.to_owned(),
        (None, "") => instance.database_version.to_string(),
        (None, installed) => installed.to_owned(),
    }
}

/// The public address of an instance, where it has one.
pub(super) fn public_address(instance: &DatabaseInstance) -> Option<&str> {
    let mut addresses = instance.ip_addresses.iter();
    let public = addresses.find(|address| address.r#type == SqlIpAddressType::Primary)?;
    Some(&public.ip_address)
}

/// An instance with its costs.
/// <https://cloud.google.com/sql/docs/mysql/admin-api/rest/v1/instances>
pub(super) fn resource(scope: &GcpScope, instance: &DatabaseInstance) -> Resource {
    let region = known(scope, &instance.region).unwrap_or_else(|| scope.scope.region.clone());
    let project = known(scope, &instance.project).unwrap_or_else(|| scope.scope.account_id.clone());
    let id = format!("projects/{project}/instances/{}", instance.name);
    let mut resource = Resource::new(INSTANCE, &id, &region);
    resource.name = Some(instance.name.as_str().into()).filter(|_| !instance.name.is_empty());
    resource.zone = known(scope, &instance.gce_zone);
    resource.state = word(scope, &instance.state);
    let version = version(instance);
    let attributes = &mut resource.attributes;
    attributes.set_known("instance_type", instance_type(scope, &instance.instance_type));
    attributes.set("database_version", scope.share(&version));
    attributes.set_known("primary_instance", known(scope, &instance.master_instance_name));
    attributes.set_known("public_address", public_address(instance));
    attributes.set_known("created_at", time_of(instance.create_time.as_ref()));
    let today = scope.now.to_zoned(TimeZone::UTC).date();
    let since = extended_support_since(&version, today);
    attributes.set_known("extended_support_since", since.map(|since| since.to_string()));
    if let Some(settings) = &instance.settings {
        describe_settings(scope, &mut resource, settings);
    }
    resource.costs = cost::of(scope, &resource.region, instance);
    resource
}

fn describe_settings(scope: &GcpScope, resource: &mut Resource, settings: &Settings) {
    resource.tags = scope.tags(&settings.user_labels);
    let attributes = &mut resource.attributes;
    attributes.set_known("tier", known(scope, &settings.tier));
    if let Some(size) = size(&settings.tier) {
        attributes.set("vcpus", i64::from(size.vcpus));
        attributes.set("memory_gb", figure(size.memory_gib().amount()));
    }
    attributes.set_known("edition", word(scope, &settings.edition));
    attributes.set_known("availability_type", word(scope, &settings.availability_type));
    attributes.set_known("activation_policy", word(scope, &settings.activation_policy));
    attributes.set_known("storage_gb", settings.data_disk_size_gb.map(Decimal::from).map(figure));
    attributes.set_known("storage_type", word(scope, &settings.data_disk_type));
    if let Some(backups) = &settings.backup_configuration {
        attributes.set("backups", backups.enabled.unwrap_or_default());
        let recovery = backups.point_in_time_recovery_enabled.unwrap_or_default()
            || backups.binary_log_enabled.unwrap_or_default();
        attributes.set("point_in_time_recovery", recovery);
    }
}

/// What an instance is, in words.
fn instance_type(scope: &GcpScope, of: &SqlInstanceType) -> Option<std::sync::Arc<str>> {
    match of {
        SqlInstanceType::CloudSqlInstance => Some(scope.share("primary")),
        SqlInstanceType::ReadReplicaInstance => Some(scope.share("read replica")),
        SqlInstanceType::ReadPoolInstance => Some(scope.share("read pool")),
        SqlInstanceType::OnPremisesInstance => Some(scope.share("on premises")),
        other => word(scope, other),
    }
}
