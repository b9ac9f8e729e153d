//! What an instance costs by the list.

use google_cloud_sql_v1::model::database_instance::SqlInstanceState;
use google_cloud_sql_v1::model::settings::{Edition, SqlActivationPolicy};
use google_cloud_sql_v1::model::{DatabaseInstance, Settings, SqlInstanceType};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use finops_core::model::Costs;
use finops_pricing::gcp::Measured;
use finops_pricing::gcp::sql::{Instance, extended_support_since, instance as price};

use super::described::{public_address, version};
use crate::scope::GcpScope;

/// The costs of an instance in a region.
pub(super) fn of(scope: &GcpScope, region: &str, instance: &DatabaseInstance) -> Costs {
    if instance.instance_type == SqlInstanceType::OnPremisesInstance {
        return Costs::free();
    }
    let Some(settings) = &instance.settings else {
        return Costs::unpriced("instance", "Google does not say how it is set up");
    };
    let described = describe(instance, settings);
    let mut costs = price(scope.prices(), region, &described);
    if disk_size(settings).is_none() {
        costs.lines.retain(|line| line.component != "storage");
        costs.unpriced.retain(|part| part.component != "storage");
        costs.miss("storage", "Google does not say how large its disk is");
    }
    let today = scope.now.to_zoned(TimeZone::UTC).date();
    let since = extended_support_since(&described.database_version, today);
    // It is charged by the processor and hour.
    if let Some(since) = since.filter(|_| described.running) {
        let reason = format!(
            "extended support of {} is charged for since {since}: the price book has no price of it",
            described.database_version
        );
        costs.miss("extended_support", reason);
    }
    costs
}

fn describe(instance: &DatabaseInstance, settings: &Settings) -> Instance {
    Instance {
        instance_type: instance.instance_type.to_string(),
        database_version: version(instance),
        tier: settings.tier.clone(),
        edition: match &settings.edition {
            Edition::Unspecified => String::new(),
            edition => edition.to_string(),
        },
        availability_type: settings.availability_type.to_string(),
        running: is_running(instance, settings),
        data_disk_type: settings.data_disk_type.to_string(),
        data_disk_gib: disk_size(settings).unwrap_or_default(),
        has_public_address: has_public_address(instance, settings),
        backup_bytes: backup_bytes(instance),
    }
}

/// Whether its processors and memory are charged for. `RUNNABLE` is said of a stopped instance too:
/// its activation policy tells.
/// <https://cloud.google.com/sql/docs/mysql/start-stop-restart-instance>
fn is_running(instance: &DatabaseInstance, settings: &Settings) -> bool {
    let state = instance.state.name().unwrap_or_default();
    settings.activation_policy != SqlActivationPolicy::Never
        && instance.state != SqlInstanceState::Suspended
        && state != "STOPPED"
}

/// The provisioned storage in GiB.
fn disk_size(settings: &Settings) -> Option<u64> {
    settings.data_disk_size_gb.and_then(|size| u64::try_from(size).ok())
}

/// By its addresses, or by its settings where it has none yet.
fn has_public_address(instance: &DatabaseInstance, settings: &Settings) -> bool {
    if !instance.ip_addresses.is_empty() {
        return public_address(instance).is_some();
    }
    let configuration = settings.ip_configuration.as_ref();
    configuration.and_then(|configuration| configuration.ipv4_enabled).unwrap_or_default()
}

/// Backups are charged for by what they hold. Cloud Monitoring has no metric of it, and the API only
/// tells the most that each backup may be charged for; those that were made on demand may be there
/// whatever the settings say. A read replica has none.
/// <https://cloud.google.com/monitoring/api/metrics_gcp_c#gcp-cloudsql>,
/// <https://cloud.google.com/sql/docs/mysql/replication#read-replicas>
fn backup_bytes(instance: &DatabaseInstance) -> Measured {
    match instance.instance_type {
        SqlInstanceType::ReadReplicaInstance | SqlInstanceType::ReadPoolInstance => {
            Ok(Decimal::ZERO)
        }
        _ => Err("how much its backups hold is not known: Google has no figure of it"),
    }
}
