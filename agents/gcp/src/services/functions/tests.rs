//! Functions as Google describes them, and their costs by the list prices of us-central1.

use google_cloud_functions_v2::model::Function;
use serde_json::{Value as Json, json};

use super::*;
use crate::metrics::Answer;
use crate::services::answers::{distribution, failed, missing, month, one, settle};
use crate::services::sample;

/// A function of the first generation with 256 MB.
fn first(name: &str) -> Json {
    json!({
        "name": format!("projects/web-1/locations/us-central1/functions/{name}"),
        "environment": 1,
        "state": "ACTIVE",
        "labels": {"team": "shop"},
        "updateTime": "2026-03-01T10:20:30.456789Z",
        "buildConfig": {"runtime": "nodejs20", "entryPoint": "main"},
        "serviceConfig": {
            "availableMemory": "256M", "timeoutSeconds": 60, "maxInstanceCount": 3
        },
        "eventTrigger": {"eventType": "google.pubsub.topic.publish"}
    })
}

/// A function of the second generation.
fn second(name: &str) -> Json {
    json!({
        "name": format!("projects/web-1/locations/europe-west1/functions/{name}"),
        "environment": "GEN_2",
        "state": "DEPLOYING",
        "serviceConfig": {
            "service": "projects/web-1/locations/europe-west1/services/upload-pictures",
            "availableMemory": "512Mi", "availableCpu": "0.5", "minInstanceCount": 1
        }
    })
}

fn page(functions: &[Json], unreachable: &[&str]) -> ListFunctionsResponse {
    serde_json::from_value(json!({"functions": functions, "unreachable": unreachable})).unwrap()
}

async fn collected(functions: &[Json], answer: impl Fn(&str) -> Answer) -> Vec<Resource> {
    let scope = sample::scope().await;
    let mut found = Listing::default();
    take(&mut found, &scope, &page(functions, &[]));
    settle(&Functions, &scope, &mut found.resources, answer);
    found.resources
}

/// 1,000 executions of `orders`, which took 250 milliseconds in the mean.
fn busy(query: &str) -> Answer {
    let labels = ["web-1", "us-central1", "orders"];
    Answer::Figures(match query {
        "function_executions" => vec![one(&labels, "1000")],
        "function_durations" => vec![distribution(&labels, 250_000_000, 1_000)],
        "run_requests" => vec![one(&["web-1", "europe-west1", "upload-pictures"], "42")],
        _ => Vec::new(),
    })
}

#[tokio::test]
async fn a_function_of_the_first_generation_pays_for_what_it_used() {
    let functions = collected(&[first("orders")], busy).await;
    let orders = &functions[0];
    assert_eq!(&*orders.id, "projects/web-1/locations/us-central1/functions/orders");
    assert_eq!(orders.name.as_deref(), Some("orders"));
    assert_eq!(orders.state.as_deref(), Some("ACTIVE"));
    assert_eq!(orders.tags.get("team"), Some("shop"));
    assert_eq!(orders.attributes.text("generation"), Some("GEN_1"));
    assert_eq!(orders.attributes.text("trigger"), Some("google.pubsub.topic.publish"));
    assert_eq!(orders.attributes.text("updated_at"), Some("2026-03-01T10:20:30Z"));
    assert_eq!(orders.attributes.integer("memory_mb"), Some(256));
    assert_eq!(orders.attributes.integer("max_instances"), Some(3));
    assert_eq!(orders.measured("invocations"), Some(&Value::Integer(1_000)));
    assert_eq!(orders.measured("avg_duration_ms"), Some(&Value::Integer(250)));
    // 1,000 × 730 × 0.0000004 = 0.292; 250 s × 256/1,024 GB = 62.5 GB-seconds, × 730 × 0.0000025 =
    // 0.1140625; 250 s × 0.4 GHz = 100 GHz-seconds, × 730 × 0.00001 = 0.73.
    assert_eq!(month(orders), "1.1360625");
    assert!(orders.costs.unpriced.is_empty());
}

#[tokio::test]
async fn short_executions_are_billed_as_a_hundred_milliseconds() {
    let labels = ["web-1", "us-central1", "orders"];
    let short = |query: &str| match query {
        "function_durations" => Answer::Figures(vec![distribution(&labels, 8_000_000, 1_000)]),
        _ => busy(query),
    };
    let functions = collected(&[first("orders")], short).await;
    // 0.292; 100 s × 256/1,024 GB = 25 GB-seconds, × 730 × 0.0000025 = 0.045625; 100 s × 0.4 GHz =
    // 40 GHz-seconds, × 730 × 0.00001 = 0.292.
    assert_eq!(month(&functions[0]), "0.629625");
}

#[tokio::test]
async fn a_function_without_figures_was_not_called() {
    let functions = collected(&[first("idle")], busy).await;
    assert_eq!(month(&functions[0]), "0");
    assert!(functions[0].costs.unpriced.is_empty());
    assert_eq!(functions[0].measured("invocations"), Some(&Value::Integer(0)));
    assert_eq!(functions[0].measured("avg_duration_ms"), None);
}

#[tokio::test]
async fn functions_of_other_projects_are_others() {
    let elsewhere = |query: &str| match query {
        "function_executions" => {
            Answer::Figures(vec![one(&["web-2", "us-central1", "orders"], "1000")])
        }
        _ => Answer::Figures(Vec::new()),
    };
    let functions = collected(&[first("orders")], elsewhere).await;
    assert_eq!(functions[0].measured("invocations"), Some(&Value::Integer(0)));
}

#[tokio::test]
async fn a_function_that_could_not_be_asked_about_is_unpriced_and_not_zero() {
    for (answer, why) in [(Answer::OverCeiling, "ceiling"), (failed(), "did not answer")] {
        let functions = collected(&[first("orders")], |_| answer.clone()).await;
        assert!(functions[0].costs.is_unpriced());
        assert!(functions[0].costs.unpriced[0].reason.contains(why));
        assert_eq!(functions[0].measured("invocations"), None);
        let counts: Vec<_> = VIEW.counts.iter().map(|count| (count.count)(&functions)).collect();
        assert_eq!(counts, [Some(1), None]);
    }
}

#[tokio::test]
async fn what_is_known_of_a_function_is_priced_and_the_rest_named() {
    let no_durations = |query: &str| match query {
        "function_durations" => Answer::OverCeiling,
        _ => busy(query),
    };
    let functions = collected(&[first("orders")], no_durations).await;
    assert_eq!(month(&functions[0]), "0.292"); // 1,000 × 730 × 0.0000004
    assert_eq!(missing(&functions[0]), ["memory", "cpu"]);

    let mut sizeless = first("orders");
    sizeless["serviceConfig"]["availableMemory"] = json!("lots");
    let functions = collected(&[sizeless], busy).await;
    assert_eq!(month(&functions[0]), "0.292");
    assert_eq!(missing(&functions[0]), ["memory", "cpu"]);
    assert!(functions[0].costs.unpriced[0].reason.contains("its memory is not known"));

    let mut ready = first("idle");
    ready["serviceConfig"]["minInstanceCount"] = json!(2);
    let functions = collected(&[ready], busy).await;
    assert_eq!(missing(&functions[0]), ["idle_instances"]);
}

#[tokio::test]
async fn a_function_of_the_second_generation_is_counted_by_the_service_that_it_is() {
    let functions = collected(&[second("Upload_Pictures")], busy).await;
    let upload = &functions[0];
    assert_eq!(&*upload.region, "europe-west1");
    assert_eq!(upload.attributes.text("cloud_run_service"), Some("upload-pictures"));
    assert_eq!(upload.attributes.text("trigger"), Some("http"));
    assert_eq!(upload.attributes.text("cpu"), Some("0.5"));
    assert_eq!(upload.attributes.integer("memory_mb"), Some(512));
    assert_eq!(upload.attributes.integer("min_instances"), Some(1));
    assert_eq!(upload.measured("invocations"), Some(&Value::Integer(42)));
    assert!(upload.costs.unpriced[0].reason.contains("no prices of Cloud Run"));
    let both = collected(&[first("orders"), second("upload")], busy).await;
    let counts: Vec<_> = VIEW.counts.iter().map(|count| (count.count)(&both)).collect();
    assert_eq!(counts, [Some(2), Some(1_042)]);
}

#[tokio::test]
async fn only_what_can_be_known_is_asked() {
    let scope = sample::scope().await;
    let asked = |functions: &[Json]| -> Vec<&str> {
        let mut found = Listing::default();
        take(&mut found, &scope, &page(functions, &[]));
        let queries = Functions.queries(&scope, &found.resources);
        queries.into_iter().map(|query| query.name).collect()
    };
    assert_eq!(asked(&[]), [""; 0]);
    assert_eq!(asked(&[first("a")]), ["function_executions", "function_durations"]);
    assert_eq!(asked(&[second("b")]), ["function_durations", "run_requests"]);
}

#[tokio::test]
async fn odd_functions_are_listed_without_a_price() {
    let mut newer = first("orders");
    newer["environment"] = json!(7);
    let mut nowhere = first("orders");
    nowhere["name"] = json!("projects/web-1/functions/orders");
    let functions = collected(&[newer, nowhere, json!({})], busy).await;
    assert_eq!(functions.len(), 3);
    assert!(functions[0].costs.unpriced[0].reason.contains("generation is not known: 7"));
    assert!(functions[1].costs.unpriced[0].reason.contains("does not say where it is"));
    assert!(functions[2].costs.is_unpriced() && functions[2].name.is_none());
}

#[tokio::test]
async fn places_that_did_not_answer_are_named() {
    let scope = sample::scope().await;
    let mut found = Listing::default();
    take(&mut found, &scope, &page(&[first("a")], &["projects/web-1/locations/us-east1"]));
    take(&mut found, &scope, &page(&[first("b")], &[]));
    let outcome = found.outcome(Ok(()));
    assert_eq!(outcome.resources().len(), 2);
    assert!(outcome.failure().unwrap().error.contains("locations/us-east1"));
}

#[test]
fn any_field_may_be_missing() {
    let _: Function = serde_json::from_value(json!({"serviceConfig": {}, "x": 1})).unwrap();
}
