//! Lists of what all zones and regions of a project have, of one page after the other.
//!
//! They are asked for by REST: Google's client cannot say that the answer may lack a zone that does
//! not answer (`returnPartialSuccess`), without which one zone's trouble is the whole list's, nor
//! which fields are wanted (`fields`), without which every node of a cluster brings along its start
//! scripts.
//! <https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList>

use google_cloud_compute_v1::model::{Disk, DiskAggregatedList, Instance, InstanceAggregatedList};
use serde::de::DeserializeOwned;

use finops_core::model::{Resource, ServiceOutcome};

use super::listing::Listing;
use crate::google::{GoogleError, Operation, Page};
use crate::scope::{GcpScope, last_part};

/// The most that a page may have.
const PAGE: &str = "500";

/// A page of such a list.
pub(super) trait Aggregated: Page + DeserializeOwned {
    /// What is listed.
    type Item;

    /// What it is called in addresses and in the answer: `instances`.
    const NAME: &'static str;

    /// The zones and regions that did not answer.
    fn silent(&self) -> &[String];

    /// The code of the warning about the page.
    fn warning(&self) -> Option<&str>;

    /// What each zone and region has, and the code of its warning.
    fn places(self) -> Vec<(String, Option<String>, Vec<Self::Item>)>;
}

macro_rules! aggregated {
    ($($page:ty, $item:ty, $name:ident;)*) => {
        $(impl Aggregated for $page {
            type Item = $item;

            const NAME: &'static str = stringify!($name);

            fn silent(&self) -> &[String] {
                &self.unreachables
            }

            fn warning(&self) -> Option<&str> {
                self.warning.as_ref()?.code.as_ref()?.name()
            }

            fn places(self) -> Vec<(String, Option<String>, Vec<$item>)> {
                let places = self.items.into_iter().map(|(place, found)| {
                    let code = found.warning.as_ref().and_then(|it| it.code.as_ref()?.name());
                    (place, code.map(str::to_owned), found.$name)
                });
                places.collect()
            }
        })*
    };
}

aggregated! {
    InstanceAggregatedList, Instance, instances;
    DiskAggregatedList, Disk, disks;
}

/// Lists everything of a kind, each as the resource that `resource` makes of it and of the zone or
/// region that it was found in. A page is dropped before the next is asked for. `fields` are the
/// fields of one item that are wanted.
pub(super) async fn aggregated<P: Aggregated>(
    scope: &GcpScope,
    operation: Operation,
    fields: &str,
    resource: impl Fn(&GcpScope, &str, &P::Item) -> Resource,
) -> ServiceOutcome {
    let fields = format!(
        "nextPageToken,unreachables,warning/code,items/*/warning/code,items/*/{}({fields})",
        P::NAME
    );
    let query = [("maxResults", PAGE), ("returnPartialSuccess", "true"), ("fields", &fields)];
    let mut listing = Listing::default();
    let take = |page: P| take(scope, page, &mut listing, &resource);
    let asked =
        scope.call(operation).rest_pages(&path::<P>(scope), &query, "pageToken", take).await;
    listing.outcome(asked)
}

/// Whether such a list is allowed: asks for one item and no field of it.
pub(super) async fn attempt<P: Aggregated>(
    scope: &GcpScope,
    operation: Operation,
) -> Result<(), GoogleError> {
    let query = [("maxResults", "1"), ("fields", "nextPageToken")];
    scope.call(operation).rest_once::<P>(&path::<P>(scope), &query).await.map(drop)
}

fn path<P: Aggregated>(scope: &GcpScope) -> String {
    format!("/compute/v1/projects/{}/aggregated/{}", scope.project(), P::NAME)
}

/// Takes a page in. Its zones and regions come in no order.
pub(super) fn take<P: Aggregated>(
    scope: &GcpScope,
    page: P,
    listing: &mut Listing,
    resource: impl Fn(&GcpScope, &str, &P::Item) -> Resource,
) {
    page.silent().iter().for_each(|place| listing.did_not_answer(scope, place));
    if page.silent().is_empty() {
        listing.warned("a part of the project", page.warning());
    }
    let mut places = page.places();
    places.sort_unstable_by(|(one, ..), (other, ..)| one.cmp(other));
    for (place, warning, items) in places {
        if scope.wants(last_part(&place)) {
            listing.warned(&place, warning.as_deref());
            listing.resources.extend(items.iter().map(|item| resource(scope, &place, item)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::endpoints::Api;
    use crate::google::scripted::{Reply, Script};
    use crate::services::sample;

    const LIST: Operation = Operation {
        api: Api::Compute,
        method: "compute.disks.aggregatedList",
        permission: "compute.disks.list",
    };

    fn named(_: &GcpScope, place: &str, disk: &Disk) -> Resource {
        let region: Arc<str> = last_part(place).into();
        Resource::new("disk", disk.name.as_deref().unwrap_or_default(), &region)
    }

    async fn listed(scope: &GcpScope) -> ServiceOutcome {
        aggregated::<DiskAggregatedList>(scope, LIST, "name,sizeGb", named).await
    }

    async fn taken(regions: &[&str], page: Value) -> ServiceOutcome {
        let scope = sample::scope_in(regions).await;
        let page: DiskAggregatedList = serde_json::from_value(page).unwrap();
        let mut listing = Listing::default();
        take(&scope, page, &mut listing, named);
        listing.outcome(Ok(()))
    }

    fn names(outcome: &ServiceOutcome) -> Vec<&str> {
        outcome.resources().iter().map(|disk| &*disk.id).collect()
    }

    #[tokio::test]
    async fn pages_are_asked_for_with_their_tokens_and_put_together() {
        let page = |place: &str, name: &str, token: Option<&str>| {
            let mut page = json!({"items": {
                place: {"disks": [{"name": name, "sizeGb": "10"}]},
                "zones/us-west1-a": {"warning": {"code": "NO_RESULTS_ON_PAGE"}},
            }});
            page["nextPageToken"] = token.into();
            Reply::json(&page)
        };
        let server = Script::of(&[
            page("zones/us-east1-b", "a", Some("two")),
            page("regions/us-east1", "b", None),
        ]);
        let mut scope = sample::scope().await;
        scope.google = server.google().await;
        let outcome = listed(&scope).await;
        assert!(matches!(outcome, ServiceOutcome::Found(_)), "{outcome:?}");
        assert_eq!(names(&outcome), ["a", "b"]);
        let seen = server.seen();
        assert_eq!(seen.len(), 2);
        for request in &seen {
            assert_eq!(request.url.path(), "/compute/v1/projects/web-1/aggregated/disks");
            assert_eq!(request.query("maxResults"), "500");
            assert_eq!(request.query("returnPartialSuccess"), "true");
            assert!(request.query("fields").ends_with("items/*/disks(name,sizeGb)"));
        }
        assert_eq!(
            (seen[0].query("pageToken"), seen[1].query("pageToken")),
            ("".into(), "two".into())
        );
        assert_eq!(scope.meter.stats().api_calls, 2);
    }

    #[tokio::test]
    async fn a_refusal_of_a_later_page_fails_the_list() {
        let first = json!({
            "items": {"zones/us-east1-b": {"disks": [{"name": "a"}]}}, "nextPageToken": "two",
        });
        let server = Script::of(&[
            Reply::json(&first),
            Reply::refusal(403, "forbidden", "Required 'compute.disks.list' permission"),
        ]);
        let mut scope = sample::scope().await;
        scope.google = server.google().await;
        let outcome = listed(&scope).await;
        assert!(matches!(outcome, ServiceOutcome::Failed(_)), "{outcome:?}");
        assert!(outcome.resources().is_empty());
    }

    #[tokio::test]
    async fn a_zone_that_does_not_answer_is_named_and_the_others_are_kept() {
        let outcome = taken(
            &[],
            json!({
                "items": {
                    "zones/us-east1-b": {"disks": [{"name": "a"}]},
                    "zones/us-east1-c": {"warning": {"code": "UNREACHABLE"}},
                },
                "unreachables": ["projects/web-1/zones/us-west1-a"],
                "warning": {"code": "PARTIAL_SUCCESS"},
            }),
        );
        let outcome = outcome.await;
        assert_eq!(names(&outcome), ["a"]);
        assert_eq!(
            outcome.failure().unwrap().error,
            "Unreachable: zones/us-east1-c, zones/us-west1-a did not answer"
        );
        let vague = taken(&[], json!({"warning": {"code": "PARTIAL_SUCCESS"}})).await;
        let error = &vague.failure().unwrap().error;
        assert_eq!(error, "Unreachable: a part of the project did not answer");
    }

    #[tokio::test]
    async fn only_the_regions_that_are_wanted_count() {
        let page = json!({
            "items": {
                "zones/us-east1-b": {"disks": [{"name": "zonal"}]},
                "regions/us-east1": {"disks": [{"name": "regional"}]},
                "zones/us-west1-a": {"disks": [{"name": "elsewhere"}]},
                "zones/us-west1-b": {"warning": {"code": "UNREACHABLE"}},
            },
            "unreachables": ["zones/us-west1-c"],
        });
        let outcome = taken(&["us-east1"], page).await;
        assert_eq!(names(&outcome), ["regional", "zonal"]);
        assert_eq!(outcome.failure(), None);
    }

    #[tokio::test]
    async fn a_project_without_any_is_empty() {
        assert_eq!(taken(&[], json!({})).await, ServiceOutcome::Empty);
        let page = json!({"items": {"global": {}, "": {"disks": []}}, "kind": "compute#diskAggregatedList"});
        assert_eq!(taken(&[], page).await, ServiceOutcome::Empty);
    }
}
