//! Cloud Run functions of both generations.
//!
//! One of the first generation pays for what it used in the last hour. One of the second generation
//! is a service of Cloud Run too: it is listed here and not there, and runs at the prices of Cloud
//! Run. Builds, stored images and transfer are not included.

mod described;
mod hour;

use futures::future::BoxFuture;
use google_cloud_functions_v2::model::ListFunctionsResponse;

use finops_core::model::{Resource, ServiceOutcome, Value};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};

use super::GcpService;
use super::listing::Listing;
use crate::endpoints::Api;
use crate::google::{Attempts, GoogleError, Operation};
use crate::metrics::{Answers, Query};
use crate::scope::GcpScope;

/// The kind of resource.
const FUNCTION: &str = "function";

const INVOCATIONS: &str = "invocations";

/// Listing functions.
/// <https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions/list>
const LIST: Operation = Operation {
    api: Api::Functions,
    method: "cloudfunctions.projects.locations.functions.list",
    permission: "cloudfunctions.functions.list",
};

/// The most that a page has.
const PAGE_SIZE: i32 = 1_000;

static VIEW: ServiceView = ServiceView {
    service: "functions",
    lists: &[ListView {
        kind: FUNCTION,
        list: "functions",
        fields: &[
            Field::new("function_name", Source::Name),
            Field::new("function_id", Source::Id),
            Field::attribute("runtime"),
            Field::attribute("generation"),
            Field::attribute("memory_mb"),
            Field::attribute("cpu"),
            Field::attribute("trigger"),
            Field::attribute("min_instances"),
            Field::attribute("max_instances"),
            Field::attribute("timeout_seconds"),
            Field::usage(INVOCATIONS),
            Field::usage("avg_duration_ms"),
            Field::new("state", Source::State),
            Field::attribute("cloud_run_service"),
            Field::attribute("updated_at"),
        ],
    }],
    counts: &[
        CountView::new("total_functions", |functions| Some(functions.len() as u64)),
        CountView::new("total_invocations", |functions| functions.iter().map(invocations).sum()),
    ],
    summary_count: Some("total_functions"),
};

fn invocations(function: &Resource) -> Option<u64> {
    match function.measured(INVOCATIONS)? {
        Value::Integer(count) => u64::try_from(*count).ok(),
        _ => None,
    }
}

/// Functions.
pub(super) struct Functions;

impl Service<GcpScope> for Functions {
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

impl GcpService for Functions {
    fn attempt<'a>(&'a self, scope: &'a GcpScope) -> BoxFuture<'a, Result<(), GoogleError>> {
        Box::pin(attempt(scope))
    }

    fn queries(&self, _scope: &GcpScope, resources: &[Resource]) -> Vec<&'static Query> {
        hour::queries(resources)
    }

    fn settle(&self, scope: &GcpScope, resources: &mut [Resource], answers: &Answers) {
        let hour = hour::Hour::of(answers);
        resources.iter_mut().for_each(|function| hour.settle(scope, function));
    }
}

async fn list(scope: &GcpScope) -> ServiceOutcome {
    let client = scope.google.functions();
    let parent = format!("projects/{}/locations/-", scope.project());
    let mut found = Listing::default();
    let ask = |token: String, attempts: Attempts| {
        let request = client
            .list_functions()
            .set_parent(&parent)
            .set_page_size(PAGE_SIZE)
            .set_page_token(token);
        attempts.of(request).send()
    };
    let asked = scope.call(LIST).pages(ask, |page| take(&mut found, scope, &page)).await;
    found.outcome(asked)
}

/// Whether listing is allowed.
async fn attempt(scope: &GcpScope) -> Result<(), GoogleError> {
    let ask = |attempts: Attempts| {
        let parent = format!("projects/{}/locations/-", scope.project());
        let request = scope.google.functions().list_functions().set_parent(parent).set_page_size(1);
        attempts.of(request).send()
    };
    scope.call(LIST).once(ask).await.map(drop)
}

/// Takes a page in, as far as it is of places that are wanted.
fn take(found: &mut Listing, scope: &GcpScope, page: &ListFunctionsResponse) {
    let functions = page.functions.iter();
    let functions = functions.filter(|function| scope.wants(described::region(function)));
    found.resources.extend(functions.map(|function| described::resource(scope, function)));
    page.unreachable.iter().for_each(|place| found.did_not_answer(scope, place));
}

#[cfg(test)]
mod tests;
