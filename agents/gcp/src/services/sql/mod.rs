//! Instances of Cloud SQL.

mod cost;
mod described;
mod figures;

use futures::future::BoxFuture;
use google_cloud_sql_v1::model::InstancesListResponse;
use google_cloud_sql_v1::model::api_warning::SqlApiWarningCode;

use finops_core::model::{Resource, ServiceOutcome};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};

use super::GcpService;
use super::listing::Listing;
use crate::endpoints::Api;
use crate::google::{Attempts, GoogleError, Operation};
use crate::metrics::{Answers, Query};
use crate::scope::GcpScope;

/// The kind of resource.
const INSTANCE: &str = "instance";

/// Listing instances.
/// <https://cloud.google.com/sql/docs/mysql/admin-api/rest/v1/instances/list>
const LIST: Operation = Operation {
    api: Api::Sql,
    method: "sql.instances.list",
    permission: "cloudsql.instances.list",
};

/// The most that a page has.
const PAGE_SIZE: u32 = 1_000;

static VIEW: ServiceView = ServiceView {
    service: "sql",
    lists: &[ListView {
        kind: INSTANCE,
        list: "instances",
        fields: &[
            Field::new("instance_name", Source::Name),
            Field::new("instance_id", Source::Id),
            Field::attribute("instance_type"),
            Field::attribute("database_version"),
            Field::attribute("tier"),
            Field::attribute("vcpus"),
            Field::attribute("memory_gb"),
            Field::attribute("edition"),
            Field::attribute("availability_type"),
            Field::new("zone", Source::Zone),
            Field::attribute("storage_gb"),
            Field::attribute("storage_type"),
            Field::attribute("public_address"),
            Field::attribute("backups"),
            Field::attribute("point_in_time_recovery"),
            Field::attribute("extended_support_since"),
            Field::usage("cpu_utilization"),
            Field::usage("connections"),
            Field::usage("storage_used_bytes"),
            Field::new("state", Source::State),
            Field::attribute("activation_policy"),
            Field::attribute("primary_instance"),
            Field::attribute("created_at"),
        ],
    }],
    counts: &[CountView::new("total_instances", |instances| Some(instances.len() as u64))],
    summary_count: Some("total_sql_instances"),
};

/// Instances of Cloud SQL.
pub(super) struct Sql;

impl Service<GcpScope> for Sql {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["gcp/cloudsql"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &[LIST.permission, crate::metrics::LIST.permission]
    }

    fn collect<'a>(&'a self, scope: &'a GcpScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(list(scope))
    }
}

impl GcpService for Sql {
    fn attempt<'a>(&'a self, scope: &'a GcpScope) -> BoxFuture<'a, Result<(), GoogleError>> {
        Box::pin(attempt(scope))
    }

    fn queries(&self, _scope: &GcpScope, resources: &[Resource]) -> Vec<&'static Query> {
        figures::queries(resources)
    }

    fn settle(&self, _scope: &GcpScope, resources: &mut [Resource], answers: &Answers) {
        let figures = figures::Figures::of(answers);
        resources.iter_mut().for_each(|instance| figures.note(instance));
    }
}

async fn list(scope: &GcpScope) -> ServiceOutcome {
    let client = scope.google.databases();
    let mut found = Listing::default();
    let ask = |token: String, attempts: Attempts| {
        let request = client
            .list()
            .set_project(scope.project())
            .set_max_results(PAGE_SIZE)
            .set_page_token(token);
        attempts.of(request).send()
    };
    let asked = scope.call(LIST).pages(ask, |page| take(&mut found, scope, &page)).await;
    found.outcome(asked)
}

/// Whether listing is allowed.
async fn attempt(scope: &GcpScope) -> Result<(), GoogleError> {
    let ask = |attempts: Attempts| {
        let request =
            scope.google.databases().list().set_project(scope.project()).set_max_results(1u32);
        attempts.of(request).send()
    };
    scope.call(LIST).once(ask).await.map(drop)
}

/// Takes a page in, as far as it is of regions that are wanted.
fn take(found: &mut Listing, scope: &GcpScope, page: &InstancesListResponse) {
    let instances = page.items.iter().filter(|instance| scope.wants(&instance.region));
    found.resources.extend(instances.map(|instance| described::resource(scope, instance)));
    let warnings = page.warnings.iter();
    let silent = warnings.filter(|warning| warning.code == SqlApiWarningCode::RegionUnreachable);
    for region in silent.map(|warning| warning.region.as_str()) {
        match region {
            // It may be any.
            "" => found.warned("a region", Some("UNREACHABLE")),
            region => found.did_not_answer(scope, region),
        }
    }
}

#[cfg(test)]
mod tests;
