//! Services of Cloud Run as Google describes them.

use serde_json::json;

use finops_core::model::Value;

use super::*;
use crate::metrics::Answer;
use crate::services::answers::{failed, one, settle};
use crate::services::sample;

fn service(name: &str) -> Json {
    json!({
        "apiVersion": "serving.knative.dev/v1", "kind": "Service",
        "metadata": {
            "name": name, "namespace": "123456789012",
            "labels": {"cloud.googleapis.com/location": "us-central1", "team": "shop"},
            "annotations": {"run.googleapis.com/ingress": "internal"},
            "creationTimestamp": "2026-01-02T03:04:05.678Z"
        },
        "spec": {"template": {
            "metadata": {"annotations": {
                "autoscaling.knative.dev/minScale": "1",
                "autoscaling.knative.dev/maxScale": "5",
                "run.googleapis.com/cpu-throttling": "false"
            }},
            "spec": {
                "containerConcurrency": 80, "timeoutSeconds": 300,
                "containers": [
                    {"resources": {"limits": {"cpu": "1500m", "memory": "512Mi"}}},
                    {"resources": {"limits": {"cpu": "1", "memory": "1Gi"}}},
                    {}
                ]
            }
        }},
        "status": {
            "conditions": [{"type": "RoutesReady", "status": "True"}, {"type": "Ready", "status": "False"}],
            "url": "https://web.example.run.app"
        }
    })
}

/// What lists of these services come to.
async fn collected(services: Vec<Json>, answer: impl Fn(&str) -> Answer) -> Vec<Resource> {
    let scope = sample::scope().await;
    let mut found = Listing::default();
    take(&mut found, &scope, serde_json::from_value(json!({ "items": services })).unwrap());
    settle(&CloudRun, &scope, &mut found.resources, answer);
    found.resources
}

fn called(_: &str) -> Answer {
    Answer::Figures(vec![one(&["web-1", "us-central1", "web"], "120")])
}

#[tokio::test]
async fn a_service_says_what_it_is_made_of() {
    let services = collected(vec![service("web")], called).await;
    let web = &services[0];
    assert_eq!(&*web.id, "projects/web-1/locations/us-central1/services/web");
    assert_eq!(&*web.region, "us-central1");
    assert_eq!(web.state.as_deref(), Some("NotReady"));
    assert_eq!(web.tags.get("team"), Some("shop"));
    assert_eq!(web.attributes.get("cpu"), Some(&Value::Number(2.5)));
    assert_eq!(web.attributes.integer("memory_mb"), Some(1_536)); // 512 + 1,024
    assert_eq!(web.attributes.integer("containers"), Some(3));
    assert_eq!(web.attributes.get("gpus"), None);
    assert_eq!(web.attributes.integer("min_instances"), Some(1));
    assert_eq!(web.attributes.integer("max_instances"), Some(5));
    assert_eq!(web.attributes.get("cpu_always_allocated"), Some(&Value::Flag(true)));
    assert_eq!(web.attributes.text("created_at"), Some("2026-01-02T03:04:05Z"));
    assert_eq!(web.measured("requests"), Some(&Value::Integer(120)));
    assert!(web.costs.unpriced[0].reason.contains("no prices of Cloud Run"));
}

#[tokio::test]
async fn a_service_that_is_a_function_is_listed_as_a_function_only() {
    let mut function = service("upload");
    function["metadata"]["labels"]["goog-managed-by"] = json!("cloudfunctions");
    let mut other = service("web");
    other["metadata"]["labels"]["goog-managed-by"] = json!("someone");
    let services = collected(vec![function, other], called).await;
    assert_eq!(services.len(), 1);
    assert_eq!(services[0].name.as_deref(), Some("web"));
}

#[tokio::test]
async fn a_service_that_was_not_called_has_no_requests_and_one_that_is_not_known_no_count() {
    let services = collected(vec![service("idle")], called).await;
    assert_eq!(services[0].measured("requests"), Some(&Value::Integer(0)));
    let services = collected(vec![service("web")], |_| failed()).await;
    assert_eq!(services[0].measured("requests"), None);
}

#[tokio::test]
async fn odd_services_are_listed_without_a_price() {
    let mut broken = service("broken");
    broken["spec"]["template"]["spec"]["containers"] = json!("none");
    let mut strange = service("strange");
    strange["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]["cpu"] = json!("x");
    let services = collected(vec![broken, strange, json!({}), json!(7)], called).await;
    assert_eq!(services.len(), 4);
    assert_eq!(services[0].name.as_deref(), Some("broken"));
    assert!(services[0].costs.unpriced[0].reason.contains("cannot be read"));
    assert_eq!(services[1].attributes.get("cpu"), None);
    assert!(services.iter().all(|service| service.costs.is_unpriced()));
    assert_eq!(&*services[2].region, "global");
}

#[tokio::test]
async fn a_page_says_what_comes_next_and_what_did_not_answer() {
    let page =
        json!({"metadata": {"continue": "more"}, "unreachable": ["asia-east1"], "items": null});
    let page: Services = serde_json::from_value(page).unwrap();
    assert_eq!(page.next_page_token(), Some("more"));
    let last: Services = serde_json::from_value(json!({})).unwrap();
    assert_eq!(last.next_page_token(), None);
    let mut found = Listing::default();
    take(&mut found, &sample::scope().await, page);
    let outcome = found.outcome(Ok(()));
    assert_eq!(outcome.failure().unwrap().error, "Unreachable: asia-east1 did not answer");
}
