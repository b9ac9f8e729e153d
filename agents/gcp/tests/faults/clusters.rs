//! Autopilot clusters whose pods cannot be read: their fee is known, what runs in them is not, and
//! no token goes to anybody else.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::agent::Agent;
use crate::support::documents::{failed, number, record};
use crate::support::expectations::assert_all;
use crate::support::facts::{CLUSTER, decimal};
use crate::support::fleet::Fleet;
use crate::support::google::errors::json_reply;
use crate::support::google::pods::{PODS, status};
use crate::support::google::rules::{every, first};
use crate::support::google::{Google, call::Call};
use crate::support::http::Reply;
use crate::support::tls;
use crate::{changed, cycle};

fn is_pods(call: &Call) -> bool {
    call.path == PODS
}

fn is_clusters(call: &Call) -> bool {
    call.permission() == Some("container.clusters.list")
}

/// The cluster has its fee and no more, for a reason that has `word`; nothing failed.
fn assert_fee_only(documents: &[Value], word: &str) {
    let [document] = documents else { panic!("{} documents", documents.len()) };
    assert_eq!(failed(document), Vec::<&str>::new(), "{}", document["events"]);
    let cluster = record(document, "gke", "pilot");
    assert_eq!(number(&cluster["hourly_cost"]), decimal(CLUSTER), "{cluster}");
    assert_eq!(cluster["unpriced_components"], json!(["workloads"]), "{cluster}");
    let reason = cluster["unpriced_reason"].as_str().unwrap();
    assert!(reason.contains(word), "no {word} in: {reason}");
    let other = record(document, "gke", "kitchen");
    assert!(other["unpriced_reason"].is_null(), "{other}");
}

#[test]
fn pods_that_may_not_be_read_name_the_permission() {
    let fleet = Fleet::autopilot().shared();
    let (ran, google) = cycle(&fleet, vec![every(is_pods, |_| status(403, "Forbidden"))]);
    assert_fee_only(&ran.assert_well().documents(), "container.pods.list");
    assert_eq!(google.calls_to(PODS).len(), 1);
}

#[test]
fn pods_are_asked_for_again_after_a_refusal_in_passing() {
    let fleet = Fleet::autopilot().shared();
    let (ran, _google) = cycle(&fleet, vec![first(1, is_pods, |_| status(503, "Unavailable"))]);
    assert_all(&fleet, &ran.assert_well().documents());
}

#[test]
fn a_cluster_that_is_silent_holds_nothing_up() {
    let fleet = Fleet::autopilot().shared();
    let (ran, _google) = cycle(&fleet, vec![every(is_pods, |_| Reply::Hang)]);
    assert_fee_only(&ran.assert_well().documents(), "did not answer");
}

#[test]
fn pods_without_an_end_are_not_known() {
    let fleet = Fleet::autopilot().shared();
    let again = |_: &Call| json_reply(200, &json!({ "metadata": { "continue": "again" } }));
    let (ran, google) = cycle(&fleet, vec![every(is_pods, again)]);
    assert_fee_only(&ran.assert_well().documents(), "end");
    assert!(google.calls_to(PODS).len() < 10);
}

#[test]
fn a_server_that_shows_another_certificate_gets_no_token() {
    let fleet = Fleet::autopilot().shared();
    // It shows one that another authority vouches for; the list of clusters still names its own.
    let stranger = tls::Authority::new();
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let requests = Arc::clone(&seen);
    let server = tls::start(stranger.signs("127.0.0.1", 2040), move |request| {
        requests.lock().unwrap().push(request.path.clone());
        status(200, "Everything")
    });
    let endpoint = format!("127.0.0.1:{}", server.port());
    let elsewhere = changed(is_clusters, move |body| {
        for cluster in body["clusters"].as_array_mut().unwrap() {
            cluster["endpoint"] = json!(endpoint);
        }
    });
    let (ran, _google) = cycle(&fleet, vec![elsewhere]);
    assert_fee_only(&ran.assert_well().documents(), "its pods are not known");
    assert_eq!(*seen.lock().unwrap(), Vec::<String>::new());
}

#[test]
fn an_endpoint_that_is_none_gets_no_token() {
    for endpoint in ["", "https://127.0.0.1/", "user@127.0.0.1", "127.0.0.1/x?y", "a b", "[::1"] {
        let fleet = Fleet::autopilot().shared();
        let odd =
            changed(is_clusters, move |body| body["clusters"][0]["endpoint"] = json!(endpoint));
        let (ran, google) = cycle(&fleet, vec![odd]);
        assert_fee_only(&ran.assert_well().documents(), "its pods are not known");
        assert_eq!(google.calls_to(PODS).len(), 0, "{endpoint}");
    }
}

#[test]
fn pods_are_left_alone_where_that_is_set() {
    let google = Google::of(Fleet::autopilot().shared());
    let agent = Agent::of(&google).variable("OPENFINOPS_GCP_AUTOPILOT_PODS", "false");
    assert_fee_only(&agent.collect().assert_well().documents(), "autopilot.pods");
    assert_eq!(google.calls_to(PODS).len(), 0);
}
