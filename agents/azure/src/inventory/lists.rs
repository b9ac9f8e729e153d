//! The lists of Azure Resource Manager, type by type and subscription by subscription: where
//! Resource Graph is denied or not there.

use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use finops_core::model::ServiceFailure;

use super::{Inventory, Kind, Row};
use crate::arm::{ArmError, Azure, Meter, Operation, Trouble};

/// How many lists of one subscription are read side by side.
const SIDE_BY_SIDE: usize = 4;

/// The version of the API that `kind` is read with: the newest stable one that the fields come from.
/// <https://learn.microsoft.com/azure/templates/>
const fn api_version(kind: Kind) -> &'static str {
    match kind {
        Kind::VirtualMachine | Kind::ScaleSet | Kind::ScaleSetInstance => "2024-07-01",
        Kind::Disk => "2024-03-02",
        Kind::Cluster => "2024-09-01",
        Kind::Site | Kind::Plan => "2023-12-01",
        Kind::SqlServer | Kind::SqlDatabase | Kind::ElasticPool => "2021-11-01",
        Kind::StorageAccount => "2023-05-01",
    }
}

pub(super) fn operation(kind: Kind) -> Operation {
    Operation { permission: kind.permission(), api_version: api_version(kind) }
}

/// What is in one subscription, or in some of its resource groups. A type that cannot be listed
/// fails for itself.
pub(super) async fn list(
    azure: &Azure,
    meter: &Meter,
    subscription: &str,
    groups: &[String],
) -> Inventory {
    let lists = Lists { azure, meter, subscription, groups };
    let simple = [
        Kind::VirtualMachine,
        Kind::ScaleSet,
        Kind::Disk,
        Kind::Cluster,
        Kind::Site,
        Kind::Plan,
        Kind::SqlServer,
        Kind::StorageAccount,
    ];
    let mut inventory = Inventory::default();
    let read = stream::iter(simple)
        .map(|kind| async move { (kind, lists.of(kind).await) })
        .buffer_unordered(SIDE_BY_SIDE);
    for (kind, listed) in read.collect::<Vec<_>>().await {
        inventory.set(kind, listed);
    }
    for (child, parent, name, query) in [
        (
            Kind::ScaleSetInstance,
            Kind::ScaleSet,
            "virtualMachines",
            &[("$expand", "instanceView")][..],
        ),
        (Kind::SqlDatabase, Kind::SqlServer, "databases", &[]),
        (Kind::ElasticPool, Kind::SqlServer, "elasticPools", &[]),
    ] {
        let parents = inventory.rows(parent);
        let listed = match parents {
            Ok(parents) => lists.below(child, parents, name, query).await.map_err(Into::into),
            Err(failure) => Err(failure),
        };
        inventory.set(child, listed);
    }
    inventory
}

#[derive(Clone, Copy)]
struct Lists<'a> {
    azure: &'a Azure,
    meter: &'a Meter,
    subscription: &'a str,
    groups: &'a [String],
}

impl Lists<'_> {
    async fn of(self, kind: Kind) -> Result<Vec<Row>, ServiceFailure> {
        let listed = match kind {
            Kind::VirtualMachine => self.machines().await,
            kind => self.everywhere(kind).await,
        };
        Ok(listed?)
    }

    /// The rows of `kind` in the subscription, or in each of the groups.
    async fn everywhere(self, kind: Kind) -> Result<Vec<Row>, ArmError> {
        let Self { subscription, groups, .. } = self;
        if groups.is_empty() {
            let path = format!("/subscriptions/{subscription}/providers/{}", kind.type_name());
            return self.rows(kind, &path, &[]).await;
        }
        let name = kind.type_name();
        let path = |group| {
            format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{name}")
        };
        // Not every subscription has every group.
        self.wherever_there_is_one(kind, groups.iter().map(path).collect(), &[]).await
    }

    async fn rows<T: DeserializeOwned>(
        self,
        kind: Kind,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Vec<T>, ArmError> {
        self.azure.list(self.meter, operation(kind), path, query).await
    }

    /// Virtual machines and their states, which are a list of their own for a subscription. For
    /// resource groups there is none: each machine is asked.
    /// <https://learn.microsoft.com/rest/api/compute/virtual-machines/list-all>
    async fn machines(self) -> Result<Vec<Row>, ArmError> {
        let kind = Kind::VirtualMachine;
        let machines = self.everywhere(kind).await?;
        if machines.is_empty() {
            return Ok(machines);
        }
        if self.groups.is_empty() {
            let path =
                format!("/subscriptions/{}/providers/{}", self.subscription, kind.type_name());
            let states = self.rows::<State>(kind, &path, &[("statusOnly", "true")]).await?;
            return Ok(with_states(machines, states));
        }
        let azure = self.azure;
        let expanded: Vec<Option<Row>> = stream::iter(machines)
            .map(|machine| async move {
                let query = [("$expand", "instanceView")];
                match azure.get::<Row>(self.meter, operation(kind), &machine.id, &query).await {
                    // It was deleted since it was listed.
                    Err(error) if is_only_this_missing(&error) => Ok(None),
                    got => got.map(Some),
                }
            })
            .buffered(SIDE_BY_SIDE)
            .try_collect()
            .await?;
        Ok(expanded.into_iter().flatten().collect())
    }

    /// What is below each of `parents`.
    async fn below(
        self,
        kind: Kind,
        parents: &[Row],
        name: &str,
        query: &[(&str, &str)],
    ) -> Result<Vec<Row>, ArmError> {
        let with_instances = |row: &&Row| kind != Kind::ScaleSetInstance || is_uniform(row);
        let parents: Vec<&Row> = parents.iter().filter(with_instances).collect();
        let paths = parents.iter().map(|parent| format!("{}/{name}", parent.id)).collect();
        self.wherever_there_is_one(kind, paths, query).await
    }

    /// The rows at all of `paths`; one that is not there, or not there any more, has none.
    async fn wherever_there_is_one(
        self,
        kind: Kind,
        paths: Vec<String>,
        query: &[(&str, &str)],
    ) -> Result<Vec<Row>, ArmError> {
        let lists: Vec<Vec<Row>> = stream::iter(paths)
            .map(|path| async move {
                match self.rows(kind, &path, query).await {
                    Err(error) if is_only_this_missing(&error) => Ok(Vec::new()),
                    listed => listed,
                }
            })
            .buffered(SIDE_BY_SIDE)
            .try_collect()
            .await?;
        Ok(lists.into_iter().flatten().collect())
    }
}

/// A subscription that is gone is no group without resources.
fn is_only_this_missing(error: &ArmError) -> bool {
    error.trouble == Trouble::NotFound && !error.failure.error.starts_with("SubscriptionNotFound")
}

/// The instances of a flexible scale set are virtual machines like any other.
/// <https://learn.microsoft.com/azure/virtual-machine-scale-sets/virtual-machine-scale-sets-orchestration-modes>
fn is_uniform(set: &Row) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Mode {
        #[serde(default)]
        orchestration_mode: Option<String>,
    }
    let mode = set.properties::<Mode>().ok().and_then(|mode| mode.orchestration_mode);
    mode.as_deref() != Some("Flexible")
}

/// A virtual machine in the list of states.
#[derive(Debug, Deserialize)]
struct State {
    id: String,
    #[serde(default)]
    properties: Option<StateProperties>,
}

#[derive(Debug, Deserialize, Serialize)]
struct StateProperties {
    #[serde(default, rename = "instanceView")]
    instance_view: Option<Box<RawValue>>,
}

/// Puts each machine's state where a single machine's answer has it. One without a state keeps none:
/// it is not known whether it runs.
fn with_states(mut machines: Vec<Row>, states: Vec<State>) -> Vec<Row> {
    let mut known: std::collections::HashMap<String, Box<RawValue>> = states
        .into_iter()
        .filter_map(|state| Some((state.id.to_ascii_lowercase(), state.properties?.instance_view?)))
        .collect();
    for machine in &mut machines {
        if let Some(view) = known.remove(&machine.id.to_ascii_lowercase()) {
            machine.set_property("instanceView", view);
        }
    }
    machines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> Row {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn states_find_their_machines_in_any_case() {
        let machines = vec![
            row(
                r#"{"id": "/subscriptions/s/resourceGroups/Web/VM1", "properties": {"vmId": "1"}}"#,
            ),
            row(r#"{"id": "/subscriptions/s/resourceGroups/web/vm2"}"#),
        ];
        let states = r#"[{"id": "/subscriptions/s/resourceGroups/WEB/vm1",
            "properties": {"instanceView": {"statuses": [{"code": "PowerState/running"}]}}},
            {"id": "/gone"}]"#;
        let machines = with_states(machines, serde_json::from_str(states).unwrap());
        let properties: serde_json::Value = machines[0].properties().unwrap();
        assert_eq!(properties["vmId"], "1");
        assert_eq!(properties["instanceView"]["statuses"][0]["code"], "PowerState/running");
        let properties: serde_json::Value = machines[1].properties().unwrap();
        assert!(properties["instanceView"].is_null());
    }

    #[test]
    fn only_uniform_sets_have_instances_of_their_own() {
        assert!(is_uniform(&row(
            r#"{"id": "/a", "properties": {"orchestrationMode": "Uniform"}}"#
        )));
        assert!(is_uniform(&row(r#"{"id": "/a"}"#)));
        assert!(!is_uniform(&row(
            r#"{"id": "/a", "properties": {"orchestrationMode": "Flexible"}}"#
        )));
    }
}
