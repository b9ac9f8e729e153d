//! Buckets of Cloud Storage: what they hold, by the daily figures of Cloud Monitoring.
//!
//! Operations, retrieval and transfer are not included, nor what is left of buckets that are
//! deleted and may still be restored.

mod described;
mod sizes;

use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::Value as Json;

use finops_core::model::{Resource, ServiceOutcome};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};
use finops_pricing::gcp::storage::bucket;

use super::GcpService;
use super::listing::Listing;
use crate::endpoints::Api;
use crate::google::{GoogleError, Operation, Page};
use crate::metrics::{Answers, Query};
use crate::scope::GcpScope;

/// The kind of resource.
const BUCKET: &str = "bucket";

/// Listing buckets.
/// <https://cloud.google.com/storage/docs/json_api/v1/buckets/list>
const LIST: Operation = Operation {
    api: Api::Storage,
    method: "storage.buckets.list",
    permission: "storage.buckets.list",
};

static VIEW: ServiceView = ServiceView {
    service: "storage",
    lists: &[ListView {
        kind: BUCKET,
        list: "buckets",
        fields: &[
            Field::new("bucket_name", Source::Name),
            Field::attribute("location"),
            Field::attribute("location_type"),
            Field::attribute("data_locations"),
            Field::attribute("storage_class"),
            Field::usage("size_bytes"),
            Field::usage("object_count"),
            Field::usage("storage_classes"),
            Field::usage("noncurrent_bytes"),
            Field::usage("soft_deleted_bytes"),
            Field::attribute("versioning"),
            Field::attribute("autoclass"),
            Field::attribute("soft_delete_days"),
            Field::attribute("lifecycle_rules"),
            Field::attribute("public_access_prevention"),
            Field::attribute("created_at"),
        ],
    }],
    counts: &[CountView::new("total_buckets", |buckets| Some(buckets.len() as u64))],
    summary_count: Some("total_buckets"),
};

/// Buckets.
pub(super) struct Storage;

impl Service<GcpScope> for Storage {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["gcp/storage"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &[LIST.permission, crate::metrics::LIST.permission]
    }

    fn collect<'a>(&'a self, scope: &'a GcpScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(list(scope))
    }
}

impl GcpService for Storage {
    fn attempt<'a>(&'a self, scope: &'a GcpScope) -> BoxFuture<'a, Result<(), GoogleError>> {
        Box::pin(attempt(scope))
    }

    fn queries(&self, _scope: &GcpScope, resources: &[Resource]) -> Vec<&'static Query> {
        if resources.is_empty() { Vec::new() } else { vec![&sizes::BYTES, &sizes::OBJECTS] }
    }

    fn settle(&self, scope: &GcpScope, resources: &mut [Resource], answers: &Answers) {
        let sizes = sizes::Sizes::of(answers);
        for resource in resources {
            let held = sizes.of_bucket(scope.now, resource);
            held.note(resource);
            // What could not be read has its reason already.
            if described::is_readable(resource) {
                let described = described::describe(resource, held.bytes);
                resource.costs = bucket(scope.prices(), &described);
            }
        }
    }
}

async fn list(scope: &GcpScope) -> ServiceOutcome {
    let query = [
        ("project", scope.project()),
        ("maxResults", "1000"),
        ("projection", "noAcl"),
        // Without this one place that does not answer fails the whole list.
        ("returnPartialSuccess", "true"),
    ];
    let mut found = Listing::default();
    let take = |page: Buckets| take(&mut found, scope, page);
    let asked = scope.call(LIST).rest_pages("/storage/v1/b", &query, "pageToken", take).await;
    found.outcome(asked)
}

/// Whether listing is allowed.
async fn attempt(scope: &GcpScope) -> Result<(), GoogleError> {
    let query = [("project", scope.project()), ("maxResults", "1"), ("projection", "noAcl")];
    scope.call(LIST).rest_once::<Buckets>("/storage/v1/b", &query).await.map(drop)
}

/// A page of buckets.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Buckets {
    items: Option<Vec<Json>>,
    next_page_token: Option<String>,
    /// The names of buckets in places that did not answer: `projects/_/buckets/b`.
    unreachable: Option<Vec<String>>,
}

impl Page for Buckets {
    fn next_page_token(&self) -> Option<&str> {
        self.next_page_token.as_deref()
    }
}

/// Takes a page in, as far as it is of places that are wanted. Where the buckets are that could not
/// be reached is not said: they may be wanted.
fn take(found: &mut Listing, scope: &GcpScope, page: Buckets) {
    let buckets = page.items.into_iter().flatten();
    let buckets = buckets.filter(|bucket| scope.wants(described::location(bucket)));
    found.resources.extend(buckets.map(|bucket| described::resource(scope, &bucket)));
    let silent = page.unreachable.iter().flatten();
    silent.for_each(|bucket| found.warned(bucket, Some("UNREACHABLE")));
}

#[cfg(test)]
mod tests;
