//! The scripted Azure itself: it refuses what Azure refuses, so that the other tests mean something.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};

use support::azure::Azure;
use support::azure::authority::{ARM, METRICS};
use support::identity::{CLIENT, SECRET, TENANT};
use support::tenant::{LAB, SHOP, Tenant};

/// Somebody who asks it.
struct Client {
    azure: Azure,
    http: reqwest::Client,
}

impl Client {
    fn new() -> Self {
        let azure = Azure::of(Tenant::small().shared());
        let pem = azure.certificates();
        let root = reqwest::Certificate::from_pem(pem.as_bytes()).unwrap();
        let http = reqwest::Client::builder().tls_certs_merge([root]).build().unwrap();
        Self { azure, http }
    }

    /// The status and the body of an answer to a call with a token for `audience`.
    async fn call(&self, audience: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let url = format!("{}{path}", self.azure.url());
        let request = match body {
            None => self.http.get(url),
            Some(body) => self.http.post(url).body(body.to_string()),
        };
        let request = request.bearer_auth(self.azure.authority().token(audience));
        let reply = request.send().await.unwrap();
        let status = reply.status().as_u16();
        (status, serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap())
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.call(ARM, path, None).await
    }

    /// Asks for the processor time of machines.
    async fn batch(&self, audience: &str, region: &str, ids: &[String]) -> (u16, Value) {
        let path = format!(
            "/{region}/subscriptions/{SHOP}/metrics:getBatch?starttime=2026-11-20T10:00:00.000Z\
             &endtime=2026-11-20T10:20:00.000Z&interval=PT5M&metricnames=Percentage%20CPU\
             &metricnamespace=microsoft.compute/virtualmachines&aggregation=average\
             &api-version=2024-02-01"
        );
        self.call(audience, &path, Some(json!({ "resourceids": ids }))).await
    }
}

fn machine(number: usize) -> String {
    format!(
        "/subscriptions/{SHOP}/resourceGroups/WEB/providers/Microsoft.Compute/virtualMachines/web-{number:04}"
    )
}

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["error"]["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn only_the_application_gets_tokens() {
    let client = Client::new();
    let url = format!("{}/{TENANT}/oauth2/v2.0/token", client.azure.url());
    for (secret, scope, status) in [
        (SECRET, "https://management.azure.com/.default", 200),
        ("wrong", "https://management.azure.com/.default", 401),
        (SECRET, "https://elsewhere.example/.default", 400),
    ] {
        let form = format!(
            "grant_type=client_credentials&client_id={CLIENT}&client_secret={secret}&scope={scope}"
        );
        let reply = client.http.post(&url).body(form).send().await.unwrap();
        assert_eq!(reply.status().as_u16(), status, "{secret} {scope}");
    }
}

#[tokio::test]
async fn a_token_is_for_one_audience() {
    let client = Client::new();
    let path = "/subscriptions?api-version=2022-12-01";
    assert_eq!(code(&client.get(path).await).0, 200);
    let refused = client.call(METRICS, path, None).await;
    assert_eq!(code(&refused), (401, "InvalidAuthenticationTokenAudience"));
    let refused = client.batch(ARM, "westeurope", &[machine(0)]).await;
    assert_eq!(code(&refused), (401, "InvalidAuthenticationTokenAudience"));
}

#[tokio::test]
async fn every_call_names_a_version() {
    let client = Client::new();
    assert_eq!(code(&client.get("/subscriptions").await), (400, "MissingApiVersionParameter"));
    let wrong = client.get("/subscriptions?api-version=2099-01-01").await;
    assert_eq!(code(&wrong), (400, "InvalidApiVersionParameter"));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let client = Client::new();
    let version = "api-version=2024-07-01";
    let provider = "providers/Microsoft.Compute/virtualMachines";
    for (path, expected) in [
        (format!("/subscriptions/{TENANT}/{provider}?{version}"), "SubscriptionNotFound"),
        (
            format!("/subscriptions/{LAB}/resourceGroups/web/{provider}?{version}"),
            "ResourceGroupNotFound",
        ),
        (
            format!("/subscriptions/{SHOP}/resourceGroups/web/{provider}/nobody?{version}"),
            "ResourceNotFound",
        ),
    ] {
        assert_eq!(code(&client.get(&path).await), (404, expected), "{path}");
    }
}

#[tokio::test]
async fn a_batch_is_of_one_region_and_subscription_and_at_most_fifty() {
    let client = Client::new();
    let (status, body) = client.batch(METRICS, "westeurope", &[machine(0), machine(1)]).await;
    assert_eq!((status, body["values"].as_array().unwrap().len()), (200, 2));
    let series = &body["values"][1]["value"][0]["timeseries"];
    assert_eq!(series.as_array().unwrap().len(), 1);
    let points = series[0]["data"].as_array().unwrap();
    // The newest of four has no value yet.
    assert_eq!(points.len(), 4);
    assert_eq!((&points[2]["average"], &points[3]["average"]), (&json!(1.5), &Value::Null));

    assert_eq!(client.batch(METRICS, "eastus", &[machine(0)]).await.0, 400);
    assert_eq!(client.batch(METRICS, "westeurope", &[]).await.0, 400);
    let foreign = machine(0).replace(SHOP, LAB);
    assert_eq!(client.batch(METRICS, "westeurope", &[foreign]).await.0, 400);
    let many: Vec<String> = (0..51).map(|_| machine(0)).collect();
    assert_eq!(client.batch(METRICS, "westeurope", &many).await.0, 400);
}

#[tokio::test]
async fn resource_graph_has_pages_and_a_table_of_its_own_for_instances() {
    let client = Client::new();
    let path = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";
    let ask = |query: &str, options: Value| {
        let body = json!({ "subscriptions": [SHOP, LAB], "query": query, "options": options });
        client.call(ARM, path, Some(body))
    };
    let machines = "Resources | where type in~ ('microsoft.compute/virtualmachines')";
    let (_, first) = ask(machines, json!({ "$top": 7 })).await;
    assert_eq!((&first["count"], &first["totalRecords"]), (&json!(7), &json!(11)));
    let (_, second) = ask(machines, json!({ "$top": 7, "$skipToken": first["$skipToken"] })).await;
    assert_eq!(second["count"], 4);
    assert!(second["$skipToken"].is_null());
    let instances = "microsoft.compute/virtualmachinescalesets/virtualmachines";
    let (_, none) = ask(&format!("resources | where type =~ '{instances}'"), json!({})).await;
    assert_eq!(none["count"], 0);
    let (_, some) =
        ask(&format!("ComputeResources | where type =~ '{instances}'"), json!({})).await;
    assert_eq!(some["count"], 3);
    let (_, group) =
        ask(&format!("{machines} | where resourceGroup in~ ('Data', 'nowhere')"), json!({})).await;
    assert_eq!(group["count"], 2);
}
