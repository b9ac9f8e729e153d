//! The scripted Google itself: it refuses what Google refuses, so that the other tests mean something.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod support;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use url::form_urlencoded;

use support::fleet::{ATTIC, EDGE, Fleet, MAIN};
use support::google::Google;
use support::key::TOKEN;

/// Somebody who asks it.
struct Client {
    google: Google,
    http: reqwest::Client,
}

impl Client {
    fn of(fleet: Fleet) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { google: Google::of(fleet.shared()), http }
    }

    /// The status and the body of an answer to a call with a token.
    async fn call(&self, token: &str, path: &str) -> (u16, Value) {
        let request = self.http.get(format!("{}{path}", self.google.url())).bearer_auth(token);
        let reply = request.send().await.unwrap();
        let status = reply.status().as_u16();
        (status, serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap())
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.call(&format!("{TOKEN}-metadata"), path).await
    }

    /// Asks for a metric of the last five minutes, put together in that way.
    async fn metric(&self, name: &str, aligner: &str, by: &str, more: &str) -> (u16, Value) {
        let end = Timestamp::new(Timestamp::now().as_second() / 300 * 300 - 300, 0).unwrap();
        let start = end - SignedDuration::from_secs(300);
        self.get(&format!(
            "/v3/projects/{MAIN}/timeSeries?filter=metric.type%20%3D%20%22{name}%22{more}\
             &interval.startTime={start}&interval.endTime={end}\
             &aggregation.alignmentPeriod=300s&aggregation.perSeriesAligner={aligner}\
             &aggregation.crossSeriesReducer=REDUCE_SUM&aggregation.groupByFields={by}"
        ))
        .await
    }
}

#[tokio::test]
async fn it_takes_no_token_that_it_did_not_give_out() {
    let client = Client::of(Fleet::small());
    for token in ["", "nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "scripted-token-stolen"] {
        let (status, body) = client.call(token, "/storage/v1/b?project=shop-main").await;
        assert_eq!((status, &body["error"]["status"]), (401, &"UNAUTHENTICATED".into()), "{token}");
    }
    assert_eq!(client.get("/storage/v1/b?project=shop-main").await.0, 200);
}

#[tokio::test]
async fn it_has_no_other_paths_and_no_other_projects() {
    let client = Client::of(Fleet::small());
    for path in ["/", "/compute/v1/projects/shop-main/zones", "/v1/projects/shop-main/locations"] {
        assert_eq!(client.get(path).await.0, 404, "{path}");
    }
    let (status, body) = client.get("/compute/v1/projects/no-shop/aggregated/disks").await;
    assert_eq!((status, &body["error"]["errors"][0]["reason"]), (403, &"forbidden".into()));
}

#[tokio::test]
async fn an_aggregated_list_counts_items_over_all_zones_and_names_each_zone() {
    let client = Client::of(Fleet::small());
    let path = "/compute/v1/projects/shop-main/aggregated/instances?maxResults=4";
    let (_, first) = client.get(path).await;
    let token = first["nextPageToken"].as_str().unwrap();
    let token: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
    let (_, second) = client.get(&format!("{path}&pageToken={token}")).await;
    assert!(second.get("nextPageToken").is_none());
    let count = |page: &Value| {
        let scopes = page["items"].as_object().unwrap().values();
        scopes.filter_map(|it| it["instances"].as_array()).map(Vec::len).sum::<usize>()
    };
    assert_eq!((count(&first), count(&second)), (4, 2));
    for page in [&first, &second] {
        assert_eq!(page["items"].as_object().unwrap().len(), 14);
        let empty = &page["items"]["zones/africa-south1-a"]["warning"]["code"];
        assert_eq!(*empty, "NO_RESULTS_ON_PAGE");
    }
    assert_eq!(client.get(&format!("{path}&pageToken=nonsense")).await.0, 400);
}

#[tokio::test]
async fn an_answer_has_the_fields_that_are_asked_for_and_no_others() {
    let client = Client::of(Fleet::small());
    let path = "/compute/v1/projects/shop-main/aggregated/disks?fields=\
                items/*/disks(name,users),items/*/warning/code";
    let (_, body) = client.get(path).await;
    assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    let empty = &body["items"]["zones/africa-south1-a"];
    assert_eq!(*empty, serde_json::json!({ "warning": { "code": "NO_RESULTS_ON_PAGE" } }));
    let disk = &body["items"]["zones/us-central1-b"]["disks"][0];
    assert_eq!(disk["name"], "web-0001");
    assert!(disk["users"][0].is_string());
    assert_eq!(disk.as_object().unwrap().len(), 2, "{disk}");
}

#[tokio::test]
async fn enums_are_numbers_where_that_is_asked_for() {
    let client = Client::of(Fleet::small());
    let path = format!("/v2/projects/{EDGE}/locations/-/functions");
    let (_, names) = client.get(&path).await;
    assert_eq!(names["functions"][0]["environment"], "GEN_1");
    let (_, numbers) = client.get(&format!("{path}?%24alt=json%3Benum-encoding%3Dint")).await;
    assert_eq!(numbers["functions"][0]["environment"], 1);
}

#[tokio::test]
async fn time_series_are_grouped_as_asked() {
    let client = Client::of(Fleet::small());
    let cpu = "compute.googleapis.com/instance/cpu/utilization";
    let (_, body) = client.metric(cpu, "ALIGN_MEAN", "resource.label.instance_id", "").await;
    let series = body["timeSeries"].as_array().unwrap();
    assert_eq!(series.len(), 6, "each machine that runs");
    assert_eq!(series[0]["points"][0]["value"]["doubleValue"], 0.25);
    // By project: all together.
    let (_, body) = client.metric(cpu, "ALIGN_MEAN", "resource.label.project_id", "").await;
    assert_eq!(body["timeSeries"].as_array().unwrap().len(), 1);
    assert_eq!(body["timeSeries"][0]["points"][0]["value"]["doubleValue"], 1.5);
    let memory = "agent.googleapis.com/memory/percent_used";
    let used = "%20AND%20metric.labels.state%20%3D%20%22used%22";
    let (_, body) = client.metric(memory, "ALIGN_MEAN", "resource.label.instance_id", used).await;
    for series in body["timeSeries"].as_array().unwrap() {
        assert_eq!(series["points"][0]["value"]["doubleValue"], 62.5);
    }
}

#[tokio::test]
async fn time_series_that_make_no_sense_are_refused() {
    let client = Client::of(Fleet::small());
    let label = "resource.label.instance_id";
    let cpu = "compute.googleapis.com/instance/cpu/utilization";
    assert_eq!(client.metric(cpu, "ALIGN_DELTA", label, "").await.0, 400, "a gauge has no growth");
    let (status, body) = client.metric("custom.example/none", "ALIGN_MEAN", label, "").await;
    assert_eq!(status, 404);
    assert!(body["error"]["message"].as_str().unwrap().starts_with("Cannot find metric(s)"));
    let path = format!("/v3/projects/{MAIN}/timeSeries");
    assert_eq!(client.get(&path).await.0, 400, "no filter");
}

#[test]
fn the_fleet_is_as_large_as_it_should_be() {
    let fleet = Fleet::whole();
    let machines = |project| fleet.of(project, support::fleet::Kind::Instance).len();
    assert_eq!(fleet.projects.iter().map(|project| machines(project)).sum::<usize>(), 2_500);
    assert!(machines(MAIN) > 2_000 && machines(ATTIC) > 25);
    // A document holds at most 5,000 resources, and these tests look at one a project.
    assert!(fleet.projects.iter().all(|project| fleet.expected(project).len() <= 5_000));
}
