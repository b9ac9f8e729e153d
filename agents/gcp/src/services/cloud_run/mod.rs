//! Services of Cloud Run, but for those that are functions of the second generation: they are
//! listed as functions.
//!
//! Jobs and worker pools are not listed.

mod described;
pub(super) mod requests;

use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::Value as Json;

use finops_core::model::{Resource, ServiceOutcome};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};

use super::GcpService;
use super::listing::Listing;
use super::record::figure;
use crate::endpoints::Api;
use crate::google::{GoogleError, Operation, Page};
use crate::metrics::{Answers, Query};
use crate::scope::GcpScope;
use requests::{REQUESTS, Requests};

/// The kind of resource.
const SERVICE: &str = "service";

/// Listing services. The second version of this API takes no `-` for every location.
/// <https://cloud.google.com/run/docs/reference/rest/v1/projects.locations.services/list>
const LIST: Operation = Operation {
    api: Api::Run,
    method: "run.projects.locations.services.list",
    permission: "run.services.list",
};

static VIEW: ServiceView = ServiceView {
    service: "cloud_run",
    lists: &[ListView {
        kind: SERVICE,
        list: "services",
        fields: &[
            Field::new("service_name", Source::Name),
            Field::new("service_id", Source::Id),
            Field::new("state", Source::State),
            Field::attribute("cpu"),
            Field::attribute("memory_mb"),
            Field::attribute("gpus"),
            Field::attribute("containers"),
            Field::attribute("min_instances"),
            Field::attribute("max_instances"),
            Field::attribute("concurrency"),
            Field::attribute("timeout_seconds"),
            Field::attribute("cpu_always_allocated"),
            Field::attribute("ingress"),
            Field::attribute("url"),
            Field::usage("requests"),
            Field::attribute("created_at"),
        ],
    }],
    counts: &[CountView::new("total_services", |services| Some(services.len() as u64))],
    summary_count: Some("total_cloud_run_services"),
};

/// Services of Cloud Run.
pub(super) struct CloudRun;

impl Service<GcpScope> for CloudRun {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["gcp/functions"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &[LIST.permission, crate::metrics::LIST.permission]
    }

    fn collect<'a>(&'a self, scope: &'a GcpScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(list(scope))
    }
}

impl GcpService for CloudRun {
    fn attempt<'a>(&'a self, scope: &'a GcpScope) -> BoxFuture<'a, Result<(), GoogleError>> {
        Box::pin(attempt(scope))
    }

    fn queries(&self, _scope: &GcpScope, resources: &[Resource]) -> Vec<&'static Query> {
        if resources.is_empty() { Vec::new() } else { vec![&REQUESTS] }
    }

    fn settle(&self, scope: &GcpScope, resources: &mut [Resource], answers: &Answers) {
        let requests = Requests::of(answers);
        for service in resources {
            let name = service.name.as_deref().unwrap_or_default();
            let count = requests.of_service(scope.project(), &service.region, name);
            if let Ok(count) = count {
                service.measure("requests", figure(count));
            }
        }
    }
}

async fn list(scope: &GcpScope) -> ServiceOutcome {
    let path = format!("/v1/projects/{}/locations/-/services", scope.project());
    let mut found = Listing::default();
    let take = |page: Services| take(&mut found, scope, page);
    let asked = scope.call(LIST).rest_pages(&path, &[("limit", "1000")], "continue", take).await;
    found.outcome(asked)
}

/// Whether listing is allowed.
async fn attempt(scope: &GcpScope) -> Result<(), GoogleError> {
    let path = format!("/v1/projects/{}/locations/-/services", scope.project());
    scope.call(LIST).rest_once::<Services>(&path, &[("limit", "1")]).await.map(drop)
}

/// A page of services.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Services {
    items: Option<Vec<Json>>,
    metadata: Option<ListMetadata>,
    /// Places that did not answer.
    unreachable: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListMetadata {
    /// What to ask for the next page with.
    #[serde(rename = "continue")]
    next: Option<String>,
}

impl Page for Services {
    fn next_page_token(&self) -> Option<&str> {
        self.metadata.as_ref()?.next.as_deref()
    }
}

/// Takes a page in, as far as it is of places that are wanted.
fn take(found: &mut Listing, scope: &GcpScope, page: Services) {
    let services = page.items.into_iter().flatten().filter(|service| {
        !described::is_function(service) && scope.wants(described::location(service))
    });
    found.resources.extend(services.map(|service| described::resource(scope, &service)));
    let silent = page.unreachable.iter().flatten();
    silent.for_each(|place| found.did_not_answer(scope, place));
}

#[cfg(test)]
mod tests;
