//! Plans: what they are, and what those cost that cost by themselves.

use std::collections::HashMap;

use serde::Deserialize;

use finops_core::model::{Costs, Resource};
use finops_pricing::azure::functions::premium_plan;

use super::PLAN;
use crate::inventory::Row;
use crate::scope::AzureScope;
use crate::services::record;

/// How a plan is billed.
/// <https://learn.microsoft.com/azure/azure-functions/functions-scale>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlanType {
    /// `Y1`: by what its apps use.
    Consumption,
    /// `FC1`: by what its apps use and keep ready.
    Flex,
    /// `EP1`, `EP2`, `EP3`: by its instances.
    Premium,
    /// `B1`, `S1`, `P1v3`, …: as an App Service plan.
    Dedicated,
    /// `F1`: not at all.
    Free,
    /// Azure does not say.
    Unknown,
}

impl PlanType {
    /// The type by the sku of a plan.
    pub(super) fn of(row: &Row) -> Self {
        let sku = row.sku.as_ref();
        let name = sku.and_then(|sku| sku.name.as_deref()).unwrap_or_default();
        match sku.and_then(|sku| sku.tier.as_deref()) {
            Some(tier) if !tier.is_empty() => Self::of_tier(tier),
            _ => Self::of_name(name),
        }
    }

    /// The type by a tier's name, which sites carry too.
    pub(super) fn of_tier(tier: &str) -> Self {
        match tier.to_ascii_lowercase().as_str() {
            "" => Self::Unknown,
            "dynamic" => Self::Consumption,
            "flexconsumption" => Self::Flex,
            "elasticpremium" => Self::Premium,
            "free" => Self::Free,
            _ => Self::Dedicated,
        }
    }

    fn of_name(name: &str) -> Self {
        match name.to_ascii_uppercase().as_str() {
            "" => Self::Unknown,
            "Y1" => Self::Consumption,
            "FC1" => Self::Flex,
            "F1" => Self::Free,
            premium if premium.starts_with("EP") => Self::Premium,
            _ => Self::Dedicated,
        }
    }

    pub(super) fn is_premium(self) -> bool {
        self == Self::Premium
    }

    /// The word in documents.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Consumption => "consumption",
            Self::Flex => "flex_consumption",
            Self::Premium => "premium",
            Self::Dedicated => "dedicated",
            Self::Free => "free",
            Self::Unknown => "unknown",
        }
    }

    /// The type that [`Self::name`] names.
    pub(super) fn named(name: &str) -> Self {
        [Self::Consumption, Self::Flex, Self::Premium, Self::Dedicated, Self::Free]
            .into_iter()
            .find(|plan| plan.name() == name)
            .unwrap_or(Self::Unknown)
    }
}

/// All plans of the subscription by their identifiers in small letters.
pub(super) struct Plans<'a>(HashMap<String, &'a Row>);

impl<'a> Plans<'a> {
    pub(super) fn of(rows: &'a [Row]) -> Self {
        Self(rows.iter().map(|row| (row.id.to_ascii_lowercase(), row)).collect())
    }

    pub(super) fn find(&self, id: &str) -> Option<&'a Row> {
        self.0.get(&id.to_ascii_lowercase()).copied()
    }
}

/// What a plan tells of itself.
/// <https://learn.microsoft.com/rest/api/appservice/app-service-plans/list>
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    status: Option<String>,
    number_of_workers: Option<i64>,
}

/// A plan with its own cost. `apps` is how many function apps run on it.
pub(super) fn resource(scope: &AzureScope, row: &Row, apps: usize) -> Resource {
    let mut resource = record::resource(scope, PLAN, row);
    let plan = PlanType::of(row);
    let sku = row.sku.clone().unwrap_or_default();
    let properties = row.properties::<Properties>();
    let shared = |text: Option<&str>| text.map(|text| scope.share(text));
    // 'Current number of instances assigned to the resource'; the other is an older form of it.
    let workers = properties.as_ref().ok().and_then(|properties| properties.number_of_workers);
    let instances = sku.capacity.or(workers);
    let attributes = &mut resource.attributes;
    attributes.set_known("kind", shared(row.kind.as_deref()));
    attributes.set("plan_type", scope.share(plan.name()));
    attributes.set_known("sku", shared(sku.name.as_deref()));
    attributes.set_known("tier", shared(sku.tier.as_deref()));
    attributes.set_known("instances", instances);
    attributes.set("function_apps", i64::try_from(apps).unwrap_or(i64::MAX));
    match properties {
        Ok(properties) => resource.state = shared(properties.status.as_deref()),
        Err(reason) => {
            resource.costs = Costs::unpriced("plan", reason);
            return resource;
        }
    }
    let name = sku.name.as_deref().unwrap_or("unknown");
    resource.costs = costs(scope, &resource.region, plan, name, instances);
    resource
}

fn costs(
    scope: &AzureScope,
    region: &str,
    plan: PlanType,
    size: &str,
    instances: Option<i64>,
) -> Costs {
    match plan {
        // Their apps are billed.
        PlanType::Consumption | PlanType::Flex | PlanType::Free => Costs::free(),
        PlanType::Premium | PlanType::Dedicated => {
            // Every Premium plan has at least one instance: none is an odd answer.
            let instances = instances.and_then(|count| u64::try_from(count).ok());
            match instances.filter(|count| (1..=10_000).contains(count)) {
                Some(instances) => premium_plan(scope.prices(), region, size, instances),
                None => Costs::unpriced("plan", "Azure does not say how many instances it has"),
            }
        }
        PlanType::Unknown => Costs::unpriced("plan", "Azure does not say what plan it is"),
    }
}
