//! Functions of both generations, and services of Cloud Run.

use serde_json::{Value, json};

use super::expected::Cost;
use super::thing::{Kind, Thing, Worth, whole};
use crate::support::facts::{GB_SECOND, GHZ_SECOND, INVOCATION, times};

const COUNT: &str = "cloudfunctions.googleapis.com/function/execution_count";
const TIMES: &str = "cloudfunctions.googleapis.com/function/execution_times";
const REQUESTS: &str = "run.googleapis.com/request_count";

/// A function of the second generation's API, which lists both.
fn function(project: &'static str, name: &str, region: &str, generation: &str) -> Thing {
    let mut body = json!({
        "name": format!("projects/{project}/locations/{region}/functions/{name}"),
        "environment": generation, "state": "ACTIVE", "updateTime": "2025-07-08T09:10:11.1213Z",
        "buildConfig": { "runtime": "nodejs22", "entryPoint": "main" },
        "serviceConfig": { "availableMemory": "256M", "timeoutSeconds": 60,
            "maxInstanceCount": 20, "ingressSettings": "ALLOW_ALL",
            "uri": format!("https://{region}-{project}.cloudfunctions.net/{name}") },
        "labels": { "team": "images" },
    });
    let place = format!("regions/{region}");
    if generation == "GEN_2" {
        // The service of Cloud Run that it is.
        let service = format!("projects/{project}/locations/{region}/services/{name}");
        body["serviceConfig"]["service"] = json!(service);
    }
    Thing::new(project, Kind::Function, &place, name, body)
        .costs(Cost::nothing())
        .says("runtime", "nodejs22")
        .says("memory_mb", 256)
}

/// Called so often in the last hour, so many milliseconds each on average.
fn called(thing: Thing, count: u64, milliseconds: f64) -> Thing {
    let (name, region) = (thing.name.clone(), thing.region().to_owned());
    let labels = |status| {
        [
            ("resource.label.function_name", name.as_str()),
            ("resource.label.region", region.as_str()),
            ("resource.label.project_id", thing.project),
            ("metric.label.status", status),
        ]
    };
    let (ok, error) = (labels("ok"), labels("error"));
    let of = |count| Worth::Distribution { count, mean: milliseconds * 1_000_000.0 };
    let failed = count / 10;
    let kind = "cloud_function";
    thing
        .does(COUNT, kind, &ok, whole(count - failed))
        .does(COUNT, kind, &error, whole(failed))
        .does(TIMES, kind, &ok, of(count - failed))
        .does(TIMES, kind, &error, of(failed))
        .says("invocations", count)
        .says("avg_duration_ms", milliseconds)
}

/// Functions of every kind.
pub(super) fn every_kind(project: &'static str) -> Vec<Thing> {
    let iowa = |name, generation| function(project, name, "us-central1", generation);
    let mut ready = iowa("ready", "GEN_1");
    ready.body["serviceConfig"]["minInstanceCount"] = json!(2);
    let price = |mut thing: Thing, cost| {
        thing.expected.as_mut().unwrap().cost = cost;
        thing
    };
    vec![
        // 1,000 calls of 400 ms: 400 s × 256/1,024 GB = 100 GB-seconds, 400 s × 0.4 GHz = 160
        // GHz-seconds, each hour.
        price(
            called(iowa("resize", "GEN_1"), 1_000, 400.0),
            Cost::Priced(
                times(&["1000", INVOCATION, "730"])
                    + times(&["100", GB_SECOND, "730"])
                    + times(&["160", GHZ_SECOND, "730"]),
            ),
        ),
        // 500 calls of 20 ms are billed as 100 ms each: 50 s; 12.5 GB-seconds, 20 GHz-seconds.
        price(
            called(iowa("short", "GEN_1"), 500, 20.0),
            Cost::Priced(
                times(&["500", INVOCATION, "730"])
                    + times(&["12.5", GB_SECOND, "730"])
                    + times(&["20", GHZ_SECOND, "730"]),
            ),
        ),
        iowa("idle", "GEN_1").says("invocations", 0),
        price(ready, Cost::Unpriced("kept ready")),
        price(
            called(function(project, "abroad", "europe-west1", "GEN_1"), 10, 100.0),
            Cost::Unpriced("europe-west1"),
        ),
        price(
            requested(iowa("thumbs", "GEN_2"), 77).says("invocations", 77),
            Cost::Unpriced("Cloud Run"),
        ),
    ]
}

/// Requests of the last hour to the service of that name.
fn requested(thing: Thing, count: u64) -> Thing {
    let (name, region) = (thing.name.clone(), thing.region().to_owned());
    let labels = |revision| {
        [
            ("resource.label.project_id", thing.project),
            ("resource.label.service_name", name.as_str()),
            ("resource.label.location", region.as_str()),
            ("resource.label.revision_name", revision),
        ]
    };
    let run = "cloud_run_revision";
    let (old, new) = (labels("00001-abc"), labels("00002-def"));
    thing.does(REQUESTS, run, &old, whole(7)).does(REQUESTS, run, &new, whole(count - 7))
}

/// A service of Cloud Run.
fn service(project: &'static str, name: &str, region: &str, labels: &Value) -> Thing {
    let mut all = json!({ "cloud.googleapis.com/location": region });
    for (key, value) in labels.as_object().unwrap() {
        all[key] = value.clone();
    }
    let body = json!({
        "apiVersion": "serving.knative.dev/v1", "kind": "Service",
        "metadata": { "name": name, "namespace": "900000000003", "labels": all,
            "selfLink": format!("/apis/serving.knative.dev/v1/namespaces/900000000003/services/{name}"),
            "uid": format!("uid-{name}"), "generation": 1,
            "annotations": { "run.googleapis.com/ingress": "all" },
            "creationTimestamp": "2025-07-08T09:10:11.121314Z" },
        "spec": { "template": {
            "metadata": { "annotations": { "autoscaling.knative.dev/maxScale": "5" } },
            "spec": { "containerConcurrency": 80, "timeoutSeconds": 300, "containers": [{
                "image": "europe-docker.pkg.dev/shop/api:1",
                "resources": { "limits": { "cpu": "1000m", "memory": "512Mi" } } }] } } },
        "status": { "conditions": [{ "type": "Ready", "status": "True" }],
                    "url": format!("https://{name}-abc-uc.a.run.app") },
    });
    Thing::new(project, Kind::Service, &format!("regions/{region}"), name, body)
}

/// Two services, of which one is a function's.
pub(super) fn services(project: &'static str) -> Vec<Thing> {
    let behind = json!({ "goog-managed-by": "cloudfunctions" });
    vec![
        requested(service(project, "api", "us-central1", &json!({ "team": "shop" })), 120)
            .costs(Cost::Unpriced("Cloud Run")),
        // The function of this name is listed with the functions.
        service(project, "thumbs", "us-central1", &behind),
    ]
}
