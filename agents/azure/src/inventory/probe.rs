//! The smallest calls that show whether a type can be read.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::discovery::ANYTHING;
use super::{Kind, lists};
use crate::arm::{ArmError, Azure, Meter};

/// A name that no resource group and no resource has: authorization is looked at before existence,
/// so that asking for it shows whether asking is allowed.
pub(crate) const NOBODY: &str = "openfinops-permission-check";

#[derive(Debug, Deserialize)]
struct FirstPage {
    #[serde(rename = "value")]
    _value: IgnoredAny,
}

/// Asks Resource Graph for one row.
pub(crate) async fn graph(
    azure: &Azure,
    meter: &Meter,
    subscription: &str,
) -> Result<(), ArmError> {
    super::graph::one_row(azure, meter, subscription).await
}

/// Asks whether there is anything in the subscription, or in its first group.
pub(crate) async fn anything(
    azure: &Azure,
    meter: &Meter,
    subscription: &str,
    groups: &[String],
) -> Result<(), ArmError> {
    let path = format!("{}/resources", place(subscription, groups));
    azure.get::<FirstPage>(meter, ANYTHING, &path, &[("$top", "1")]).await.map(|_| ())
}

/// Asks for the first page of `kind`; of what is below another resource, for that of a resource that
/// does not exist.
pub(crate) async fn kind(
    azure: &Azure,
    meter: &Meter,
    subscription: &str,
    groups: &[String],
    kind: Kind,
) -> Result<(), ArmError> {
    let place = place(subscription, groups);
    let below = |parent: Kind, name: &str| {
        let group = format!("/subscriptions/{subscription}/resourceGroups/{}", first(groups));
        format!("{group}/providers/{}/{NOBODY}/{name}", parent.type_name())
    };
    let path = match kind {
        Kind::ScaleSetInstance => below(Kind::ScaleSet, "virtualMachines"),
        Kind::SqlDatabase => below(Kind::SqlServer, "databases"),
        Kind::ElasticPool => below(Kind::SqlServer, "elasticPools"),
        kind => format!("{place}/providers/{}", kind.type_name()),
    };
    azure.get::<FirstPage>(meter, lists::operation(kind), &path, &[]).await.map(|_| ())
}

fn place(subscription: &str, groups: &[String]) -> String {
    match groups.first() {
        None => format!("/subscriptions/{subscription}"),
        Some(group) => format!("/subscriptions/{subscription}/resourceGroups/{group}"),
    }
}

fn first(groups: &[String]) -> &str {
    groups.first().map_or(NOBODY, String::as_str)
}
