//! The lists of the other APIs.

use serde_json::{Value, json};

use super::call::Call;
use super::enums::numbered;
use super::errors::json_reply;
use super::pages::page;
use super::pods::Address;
use crate::support::fleet::{Fleet, Kind};
use crate::support::http::Reply;

/// How an API pages: the parameters of size and token, the most on a page.
type Paging = ((&'static str, &'static str), usize);

/// Answers a list.
pub(super) fn answer(fleet: &Fleet, cluster: &Address, call: &Call) -> Option<Reply> {
    let project = call.project()?;
    let reply = match call.permission()? {
        "container.clusters.list" => clusters(fleet, cluster, call, project),
        // <https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions/list>
        "cloudfunctions.functions.list" => {
            let paging = (("pageSize", "pageToken"), 1_000);
            list(fleet, call, Kind::Function, paging, "functions", json!({}), "nextPageToken")
        }
        "run.services.list" => services(fleet, call, project),
        // <https://cloud.google.com/sql/docs/mysql/admin-api/rest/v1/instances/list>
        "cloudsql.instances.list" => {
            let paging = (("maxResults", "pageToken"), 1_000);
            let body = json!({ "kind": "sql#instancesList" });
            list(fleet, call, Kind::Database, paging, "items", body, "nextPageToken")
        }
        // <https://cloud.google.com/storage/docs/json_api/v1/buckets/list>
        "storage.buckets.list" => {
            let paging = (("maxResults", "pageToken"), 1_000);
            let body = json!({ "kind": "storage#buckets" });
            list(fleet, call, Kind::Bucket, paging, "items", body, "nextPageToken")
        }
        _ => return None,
    };
    Some(reply.unwrap_or_else(|reply| reply))
}

fn list(
    fleet: &Fleet,
    call: &Call,
    kind: Kind,
    (names, most): Paging,
    key: &str,
    mut body: Value,
    next: &str,
) -> Result<Reply, Reply> {
    let all = fleet.of(call.project().unwrap_or_default(), kind);
    let page = page(call, all, names, most)?;
    if !page.items.is_empty() {
        let items = page.items.iter().map(|thing| numbered(call, thing.body.clone()));
        body[key] = items.collect();
    }
    if let Some(token) = page.next {
        body[next] = json!(token);
    }
    Ok(json_reply(200, &body))
}

/// <https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters/list>
fn clusters(fleet: &Fleet, cluster: &Address, call: &Call, project: &str) -> Result<Reply, Reply> {
    let all = fleet.of(project, Kind::Cluster);
    let clusters: Vec<Value> = all
        .iter()
        .map(|thing| {
            let mut body = thing.body.clone();
            if body["endpoint"] == "SCRIPTED" {
                body["endpoint"] = json!(cluster.endpoint);
                body["masterAuth"] = json!({ "clusterCaCertificate": cluster.certificate });
            }
            numbered(call, body)
        })
        .collect();
    let body = if clusters.is_empty() { json!({}) } else { json!({ "clusters": clusters }) };
    Ok(json_reply(200, &body))
}

/// <https://cloud.google.com/run/docs/reference/rest/v1/projects.locations.services/list>
fn services(fleet: &Fleet, call: &Call, project: &str) -> Result<Reply, Reply> {
    let all = fleet.of(project, Kind::Service);
    let page = page(call, all, ("limit", "continue"), 1_000)?;
    let items: Vec<&Value> = page.items.iter().map(|thing| &thing.body).collect();
    let mut body = json!({ "apiVersion": "serving.knative.dev/v1", "kind": "ServiceList",
                           "metadata": {} });
    if !items.is_empty() {
        body["items"] = json!(items);
    }
    if let Some(token) = page.next {
        body["metadata"]["continue"] = json!(token);
    }
    Ok(json_reply(200, &body))
}
