//! Function apps as they are listed.

use serde::Deserialize;

use finops_core::model::{Costs, Resource};

use super::APP;
use super::plan::{PlanType, Plans};
use crate::inventory::{Row, part};
use crate::scope::AzureScope;
use crate::services::record;

/// The attribute with the identifier of an app's plan, in small letters.
pub(super) const PLAN_ID: &str = "plan_id";
/// The attribute with the instances of a Flex Consumption app that are always ready.
pub(super) const ALWAYS_READY: &str = "always_ready_instances";

/// What a site tells of itself.
/// <https://learn.microsoft.com/rest/api/appservice/web-apps/list>
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    state: Option<String>,
    default_host_name: Option<String>,
    host_names: Option<Vec<String>>,
    server_farm_id: Option<String>,
    /// The tier of its plan: `Dynamic`.
    sku: Option<String>,
    /// The Container Apps environment that it runs in, in place of a plan.
    managed_environment_id: Option<String>,
    function_app_config: Option<FunctionAppConfig>,
}

/// How a Flex Consumption app is set up.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct FunctionAppConfig {
    runtime: Option<Runtime>,
    scale_and_concurrency: Option<Scale>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Runtime {
    name: Option<String>,
    version: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Scale {
    always_ready: Option<Vec<AlwaysReady>>,
    #[serde(rename = "instanceMemoryMB")]
    instance_memory_mb: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AlwaysReady {
    instance_count: Option<i64>,
}

/// Whether a site is a function app: `functionapp,linux`, and not a Logic App
/// (`functionapp,workflowapp`).
/// <https://learn.microsoft.com/azure/app-service/reference-app-service-kind>
pub(super) fn is_function_app(row: &Row) -> bool {
    let kind = row.kind.as_deref().unwrap_or_default().to_ascii_lowercase();
    kind.contains("functionapp") && !kind.contains("workflowapp")
}

/// An app; its costs follow once its use is known, where they depend on it.
pub(super) fn resource(scope: &AzureScope, row: &Row, plans: &Plans<'_>) -> Resource {
    let mut resource = record::resource(scope, APP, row);
    let shared = |text: Option<&str>| text.map(|text| scope.share(text));
    resource.attributes.set_known("kind", shared(row.kind.as_deref()));
    let properties: Properties = match row.properties() {
        Ok(properties) => properties,
        Err(reason) => {
            resource.costs = Costs::unpriced("app", reason);
            return resource;
        }
    };
    resource.state = shared(properties.state.as_deref());
    let host_names = properties.host_names.as_deref().unwrap_or_default();
    let host_name = properties.default_host_name.as_ref().or(host_names.first());
    resource.attributes.set_known("host_name", host_name.map(String::as_str));
    configure(&mut resource, properties.function_app_config.as_ref());
    if properties.managed_environment_id.as_deref().is_some_and(|id| !id.is_empty()) {
        let reason = "it runs in Azure Container Apps, which bill it";
        resource.costs = Costs::unpriced("app", reason);
        return resource;
    }
    run_on(scope, &mut resource, &properties, plans);
    resource
}

fn configure(resource: &mut Resource, config: Option<&FunctionAppConfig>) {
    let Some(config) = config else { return };
    if let Some(Runtime { name: Some(name), version }) = &config.runtime {
        let version = version.as_deref().unwrap_or_default();
        resource.attributes.set("runtime", format!("{name} {version}").trim_end());
    }
    if let Some(scale) = &config.scale_and_concurrency {
        resource.attributes.set_known("instance_memory_mb", scale.instance_memory_mb);
        let ready = scale.always_ready.as_deref().unwrap_or_default();
        let instances =
            ready.iter().filter_map(|one| one.instance_count).fold(0, i64::saturating_add);
        resource.attributes.set(ALWAYS_READY, instances);
    }
}

/// Notes the plan; what it is decides who pays.
fn run_on(scope: &AzureScope, resource: &mut Resource, properties: &Properties, plans: &Plans<'_>) {
    let id = properties.server_farm_id.as_deref().unwrap_or_default();
    let row = plans.find(id);
    // A plan that was not read (it is in another resource group) is known by the app's own word.
    let plan = row.map(PlanType::of).filter(|plan| *plan != PlanType::Unknown);
    let own_word = properties.sku.as_deref().unwrap_or_default();
    let plan = plan.unwrap_or_else(|| PlanType::of_tier(own_word));
    let sku = row.and_then(|row| row.sku.as_ref()).and_then(|sku| sku.name.as_deref());
    let attributes = &mut resource.attributes;
    attributes.set_known("plan", part(id, "serverfarms").map(|name| scope.share(name)));
    attributes.set("plan_type", scope.share(plan.name()));
    attributes.set_known("plan_sku", sku.map(|sku| scope.share(sku)));
    if !id.is_empty() {
        attributes.set(PLAN_ID, scope.share(&id.to_ascii_lowercase()));
    }
    resource.costs = match plan {
        PlanType::Unknown => {
            Costs::unpriced("app", "its plan is not known, and so is not what it is billed by")
        }
        // Until it is known.
        PlanType::Consumption | PlanType::Flex => {
            Costs::unpriced("executions", "its use is not known: it was not asked for")
        }
        PlanType::Premium | PlanType::Dedicated | PlanType::Free => Costs::free(),
    };
}
