//! Replies that others recorded go through Google's clients and the services, where a folder of them
//! is at hand: `OPENFINOPS_GCP_REPLIES` names it, else `shared/fixtures/gcp` beside the checkout.

use std::path::{Path, PathBuf};

use google_cloud_container_v1::model::ListNodePoolsResponse;
use serde_json::Value;

use finops_core::model::{Resource, ServiceOutcome};

use crate::google::scripted::{Reply, Script};
use crate::google::{Meter, Trouble};
use crate::metrics::{self, Answers};
use crate::projects;
use crate::scope::GcpScope;
use crate::services::{GcpService, SERVICES, sample};

/// What a file holds, by its name, and how many of them.
struct Recorded {
    name: String,
    status: u16,
    body: Value,
}

fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("OPENFINOPS_GCP_REPLIES").map(PathBuf::from);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3);
    named.or_else(|| Some(root?.join("shared/fixtures/gcp"))).filter(|folder| folder.is_dir())
}

/// Every recorded reply, in the order of their files.
fn recorded() -> Vec<Recorded> {
    let Some(folder) = folder() else {
        return Vec::new();
    };
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_stem().unwrap().display().to_string();
    let mut files: Vec<PathBuf> = files.filter(|path| name(path).starts_with("rec_")).collect();
    files.sort();
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let mut whole: Value = serde_json::from_str(&text).unwrap();
        let status = whole["headers"]["status"].as_str().and_then(|status| status.parse().ok());
        Recorded { name: name(path), status: status.unwrap_or(200), body: whole["body"].take() }
    };
    files.iter().map(read).collect()
}

fn service(name: &str) -> &'static dyn GcpService {
    *SERVICES.iter().find(|service| service.view().service == name).unwrap()
}

/// A project whose every question the reply answers.
async fn scope_of(reply: &Recorded) -> (Script, GcpScope) {
    let (status, body) = (reply.status, reply.body.to_string());
    let script = Script::new(move |_, _| Reply::new(status, &[], &body));
    let mut scope = sample::scope().await;
    scope.google = script.google().await;
    (script, scope)
}

/// What the service makes of the reply, without any figures.
async fn listed(name: &str, reply: &Recorded) -> ServiceOutcome {
    let (_script, scope) = scope_of(reply).await;
    let mut outcome = service(name).collect(&scope).await;
    service(name).settle(&scope, outcome.resources_mut(), &Answers::default());
    outcome
}

/// How many a list in parts has.
fn aggregated(body: &Value, key: &str) -> usize {
    let parts = body["items"].as_object().unwrap().values();
    parts.map(|part| part[key].as_array().map_or(0, Vec::len)).sum()
}

fn length(list: &Value) -> usize {
    list.as_array().map_or(0, Vec::len)
}

/// The service that asks for such a list, and how many resources it should have.
fn expected(reply: &Recorded) -> Option<(&'static str, usize)> {
    let body = &reply.body;
    Some(match reply.name.as_str() {
        name if name.starts_with("rec_compute_instances") => {
            ("compute", aggregated(body, "instances"))
        }
        name if name.starts_with("rec_compute_disks") => ("disks", aggregated(body, "disks")),
        "rec_container_clusters_list" => ("gke", length(&body["clusters"])),
        "rec_cloudfunctions_v1_list" => ("functions", length(&body["functions"])),
        "rec_run_v1_services_list" => ("cloud_run", length(&body["items"])),
        "rec_sqladmin_instances_list" => ("sql", length(&body["items"])),
        "rec_storage_buckets_list" => ("storage", length(&body["items"])),
        _ => return None,
    })
}

/// Every resource says what it is, where it is, and what it costs or why that is not known.
fn is_whole(resource: &Resource) -> bool {
    let priced = resource.costs.known().is_some() || resource.costs.is_unpriced();
    !resource.id.is_empty() && !resource.region.is_empty() && priced
}

#[tokio::test]
async fn recorded_lists_are_read_in_full() {
    for reply in recorded() {
        let Some((service, count)) = expected(&reply) else {
            continue;
        };
        let outcome = listed(service, &reply).await;
        assert!(count > 0, "{}", reply.name);
        assert_eq!(outcome.failure(), None, "{}", reply.name);
        assert_eq!(outcome.resources().len(), count, "{}", reply.name);
        for resource in outcome.resources() {
            assert!(is_whole(resource), "{}: {resource:?}", reply.name);
        }
    }
}

#[tokio::test]
async fn what_else_was_recorded_is_read_too() {
    for reply in recorded() {
        let (_script, scope) = scope_of(&reply).await;
        match reply.name.as_str() {
            "rec_sqladmin_api_disabled_403" => {
                let error = service("sql").attempt(&scope).await.unwrap_err();
                assert_eq!(error.trouble, Trouble::Disabled);
                let hint = error.failure.hint.unwrap();
                assert!(
                    hint.starts_with("gcloud services enable sqladmin.googleapis.com --project ")
                );
            }
            name if name.starts_with("rec_monitoring") => {
                metrics::attempt(&scope).await.unwrap();
            }
            // It is of machines, and the search is for projects: it has none.
            "rec_asset_search_all" => {
                let found = projects::search(&scope.google, &Meter::default(), "folders/1").await;
                assert_eq!(found.unwrap(), ["instance-1"], "the last part of what was found");
            }
            "rec_container_node_pools_list" => {
                let read: ListNodePoolsResponse =
                    serde_json::from_value(reply.body.clone()).unwrap();
                assert_eq!(read.node_pools.len(), length(&reply.body["nodePools"]));
            }
            name => assert!(expected(&reply).is_some(), "nobody reads {name}"),
        }
    }
}
