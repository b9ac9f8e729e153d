//! The nodes of an Automatic cluster: their management is billed by the processor.

use finops_core::model::Costs;
use finops_pricing::ListPrices;
use finops_pricing::azure::aks::{Tier, node_management};

use super::described::{Described, sku};
use crate::inventory::Row;
use crate::scope::AzureScope;
use crate::services::virtual_machines::{Allocation, in_group};

/// The sizes of the nodes, one for each, that are allocated.
pub(super) struct Nodes {
    sizes: Vec<String>,
    /// How many there are, allocated or not.
    all: usize,
}

impl Nodes {
    /// The nodes of a cluster that is Automatic; else `None`. They are the machines of its node
    /// resource group, or it is not known which they are.
    pub(super) fn of(
        scope: &AzureScope,
        row: &Row,
        described: &Described,
    ) -> Option<Result<Self, String>> {
        let (name, tier) = sku(row);
        (Tier::of(name, tier) == Some(Tier::Automatic)).then(|| Self::find(scope, described))
    }

    fn find(scope: &AzureScope, described: &Described) -> Result<Self, String> {
        let group = described.node_resource_group.as_deref();
        let group = group.ok_or("Azure does not say in which resource group its nodes are")?;
        let machines = in_group(scope, group)
            .map_err(|failure| format!("its nodes are not known: {}", failure.error))?;
        let expected: i64 = described
            .pools()
            .filter(|pool| !pool.is_hosted())
            .filter_map(|pool| pool.count)
            .fold(0, i64::saturating_add);
        if i64::try_from(machines.len()).unwrap_or(i64::MAX) < expected {
            return Err(format!(
                "only {} of its {expected} nodes or more were found in {group}: is that resource \
                 group collected?",
                machines.len()
            ));
        }
        let mut sizes = Vec::new();
        for machine in &machines {
            let size = machine
                .size()
                .ok_or_else(|| format!("the size of its node {} is not known", machine.row.name))?;
            match machine.allocation() {
                Allocation::Allocated => sizes.push(size.to_owned()),
                Allocation::Released => {}
                Allocation::Unknown => {
                    return Err(format!(
                        "whether its node {} is allocated is not known",
                        machine.row.name
                    ));
                }
            }
        }
        Ok(Self { sizes, all: machines.len() })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all
    }

    /// What managing them costs.
    pub(super) fn management(&self, prices: &ListPrices, region: &str) -> Costs {
        node_management(prices, region, self.sizes.iter().map(String::as_str))
    }
}
