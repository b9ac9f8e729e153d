//! The receiver beside the real OpenFinOps server: the same requests get the same answers. And what
//! it does beyond that one: totals, gzip, repeats, faults.

#![allow(clippy::unwrap_used)]

use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

#[allow(dead_code, reason = "shared with other packages' tests")]
#[path = "../../lab/server.rs"]
mod server;
mod support;

use support::Sandbox;

const INGEST: &str = "/api/v1/telemetry/ingest";
const REGISTER: &str = "/api/v1/agents/register";

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64().floor()
}

async fn receiver(sandbox: &Sandbox) -> String {
    let agents = sandbox.ask("GET", "/agents", "").await;
    agents["aws"]["environment"]["OPENFINOPS_ENDPOINT"].as_str().unwrap().to_owned()
}

fn post(url: &str, path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    let post = Client::new().post(format!("{url}{path}"));
    post.header("content-type", "application/json").body(body)
}

async fn get(url: &str, path: &str) -> (StatusCode, Value) {
    let answer = reqwest::get(format!("{url}{path}")).await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    (status, serde_json::from_str(&text).unwrap_or_default())
}

/// A document of one instance.
fn document(snapshot: &str, part: u64, monthly: &str) -> String {
    let services = json!({ "ec2": {
        "service": "ec2", "instances": [{ "instance_id": "i-1" }], "total_instances": 1,
        "monthly_cost_exact": monthly, "unpriced": 0, "partly_priced": 1,
    }});
    json!({
        "agent_id": "one", "timestamp": now(), "hostname": "h", "cloud_provider": "aws",
        "account_id": "1", "region": "eu-west-1", "snapshot_id": snapshot, "part": part,
        "services": services, "metrics": { "services": services, "größe": "平均" },
        "events": [{ "type": "x" }], "traces": [],
    })
    .to_string()
}

/// What is posted, in order: paths, types and bodies that a server may be sent.
fn requests() -> Vec<(&'static str, &'static str, String)> {
    let json = "application/json";
    let (now, whole) = (now(), document("1", 1, "1.5"));
    let registration = json!({
        "agent_id": "one", "hostname": "h", "cloud_provider": "aws", "region": "eu-west-1",
        "config": { "services": ["ec2"], "collection_interval": 300 },
    })
    .to_string();
    let mut requests = vec![
        (REGISTER, json, registration),
        (REGISTER, json, json!({ "agent_id": "one", "hostname": "h" }).to_string()),
        (REGISTER, "text/plain", "{}".to_owned()),
        (INGEST, json, whole.clone()),
        // Kept twice by the real one, and by ours where no key says that it is a repeat.
        (INGEST, json, whole.clone()),
        (INGEST, "text/plain", whole.clone()),
        (INGEST, "application/json; charset=utf-8", whole),
        (INGEST, json, json!({ "hostname": "h" }).to_string()),
        (INGEST, json, json!({ "agent_id": "two", "timestamp": now - 1.0 }).to_string()),
        (INGEST, json, json!({ "agent_id": null, "timestamp": now - 2.0 }).to_string()),
        (
            INGEST,
            json,
            json!({ "agent_id": 5, "timestamp": now - 3.0, "metrics": null }).to_string(),
        ),
        (INGEST, json, json!({ "agent_id": ["x"], "timestamp": now }).to_string()),
        // Older than what is asked for below.
        (INGEST, json, json!({ "agent_id": "old", "timestamp": now - 90_000.0 }).to_string()),
    ];
    for body in
        ["", "null", "[]", "{}", "0", "5", "\"\"", "\"text\"", "{\"agent_id\"", "true", "false"]
    {
        requests.push((INGEST, json, body.to_owned()));
        requests.push((REGISTER, json, body.to_owned()));
    }
    requests
}

#[tokio::test]
async fn it_answers_and_keeps_what_the_real_server_does() {
    let real = server::Server::start();
    let sandbox = Sandbox::start(&["--resources", "6"]);
    let ours = receiver(&sandbox).await;
    for (path, kind, body) in requests() {
        let mut answers = Vec::new();
        for url in [real.url(), &ours] {
            let request = Client::new().post(format!("{url}{path}")).header("content-type", kind);
            let answer = request.body(body.clone()).send().await.unwrap();
            let status = answer.status();
            let document: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
            answers.push((status, document));
        }
        assert_eq!(answers[0], answers[1], "{path} {kind} {body}");
    }
    let paths = ["/health", "/api/v1/agents", "/nothing", "/api/v1/telemetry/ingest"];
    let asked = ["?hours=1", "", "?hours=0", "?hours=-1", "?hours=48", "?hours=many", "?hours=1.5"];
    let asked = asked.map(|hours| format!("/api/v1/telemetry/recent{hours}"));
    for path in paths.map(str::to_owned).iter().chain(&asked) {
        let (theirs, mine) = (get(real.url(), path).await, get(&ours, path).await);
        let plain = theirs.0.is_success();
        assert_eq!(mine.0, theirs.0, "{path}");
        if plain {
            assert_eq!(settled(mine.1), settled(theirs.1), "{path}");
        }
    }
}

/// An answer without what the clock says.
fn settled(mut answer: Value) -> Value {
    let lists = ["telemetry", "agents"];
    for row in lists.iter().filter_map(|list| answer.get(list)?.as_array().cloned()).flatten() {
        assert!(row["created_at"].is_string() || row["registered_at"].is_string(), "{row}");
    }
    let mut rows: Vec<&mut Value> = vec![&mut answer];
    while let Some(row) = rows.pop() {
        match row {
            Value::Object(fields) => {
                for key in ["created_at", "registered_at", "last_heartbeat", "uptime"] {
                    fields.remove(key);
                }
                if fields.get("status") == Some(&json!("healthy")) && fields.contains_key("version")
                {
                    fields.remove("timestamp");
                }
                rows.extend(fields.values_mut());
            }
            Value::Array(list) => rows.extend(list),
            _ => {}
        }
    }
    answer
}

#[tokio::test]
async fn totals_are_of_the_last_cycle_and_count_a_repeat_once() {
    let sandbox = Sandbox::start(&["--resources", "6"]);
    let ours = receiver(&sandbox).await;
    let send = |key: &'static str, body: String| {
        let ours = ours.clone();
        async move {
            let answer = post(&ours, INGEST, body).header("idempotency-key", key).send().await;
            assert_eq!(answer.unwrap().status(), 200);
        }
    };
    send("1-1", document("1", 1, "1.5")).await;
    send("1-2", document("1", 2, "0.25")).await;
    send("1-2", document("1", 2, "0.25")).await;
    let totals = get(&ours, "/totals").await.1;
    let one = &totals["agents"]["one"];
    assert_eq!((one["documents"].as_u64(), one["repeats"].as_u64()), (Some(2), Some(1)));
    assert_eq!(
        one["services"]["ec2"],
        json!({ "count": 2, "monthly": "1.75", "unpriced": 0, "partly_priced": 2 })
    );
    assert_eq!(get(&ours, "/api/v1/telemetry/recent").await.1["count"], 2);

    send("2-1", document("2", 1, "3")).await;
    let totals = get(&ours, "/totals").await.1;
    assert_eq!(totals["agents"]["one"]["total"]["monthly"], "3");
    assert_eq!(totals["documents"], 3);
}

#[tokio::test]
async fn gzip_is_taken_where_it_is_announced() {
    let sandbox = Sandbox::start(&["--resources", "6"]);
    let ours = receiver(&sandbox).await;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(document("1", 1, "1.5").as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let announced = post(&ours, INGEST, packed.clone()).header("content-encoding", "gzip");
    assert_eq!(announced.send().await.unwrap().status(), 200);
    // As the real one, which takes it for JSON that is broken.
    assert_eq!(post(&ours, INGEST, packed).send().await.unwrap().status(), 500);
    assert_eq!(get(&ours, "/totals").await.1["documents"], 1);
}

#[tokio::test]
async fn what_goes_wrong_is_its_own_and_spares_the_totals() {
    let sandbox = Sandbox::start(&["--resources", "6", "--fault", "receiver/ingest:errors=100%"]);
    let ours = receiver(&sandbox).await;
    assert_eq!(post(&ours, INGEST, document("1", 1, "1")).send().await.unwrap().status(), 500);
    assert_eq!(get(&ours, "/health").await.0, 200);
    sandbox.ask("PUT", "/faults", "receiver:throttled=100%").await;
    assert_eq!(get(&ours, "/health").await.0, 429);
    assert_eq!(get(&ours, "/totals").await.1["documents"], 0);
    sandbox.ask("DELETE", "/faults", "").await;
    assert_eq!(post(&ours, INGEST, document("1", 1, "1")).send().await.unwrap().status(), 200);
    assert_eq!(get(&ours, "/totals").await.1["documents"], 1);
}
