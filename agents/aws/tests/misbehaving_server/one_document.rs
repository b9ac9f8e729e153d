//! A server that fails on one document only.

use std::collections::BTreeMap;
use std::net::TcpListener;

use serde_json::Value;

use crate::support::http::Request;
use crate::support::openfinops::{INGEST, OpenFinOps, refusal};
use crate::{hasty, once};

/// The region and id of a document.
fn named(request: &Request) -> (String, String) {
    let document: Value = serde_json::from_slice(&request.body).unwrap();
    let text = |key: &str| document[key].as_str().unwrap().to_owned();
    (text("region"), text("snapshot_id"))
}

/// A server that answers 500 to the first document of `us-east-1` that it sees, for ever.
fn choking() -> OpenFinOps {
    let first = std::sync::Mutex::new(None);
    OpenFinOps::listen(TcpListener::bind("127.0.0.1:0").unwrap(), move |request, _| {
        if request.path != INGEST {
            return None;
        }
        let (region, id) = named(request);
        let mut first = first.lock().unwrap();
        let poison = first.get_or_insert_with(|| id.clone());
        (region == "us-east-1" && *poison == id).then(|| refusal(500, "KeyError: 'metrics'"))
    })
}

#[test]
fn it_becomes_a_dead_letter_after_twelve_failures_and_holds_up_only_its_scope() {
    let (agent, _aws) = hasty();
    let server = choking();
    // Alone at first, so that it is the one that the server chokes on.
    let ran = once(&agent, &server.url());
    ran.assert_one_sentence(4, &["it answered 500: ", "KeyError", "1 document is kept"]);
    let agent = agent.variable("AWS_REGION", "us-east-1,eu-west-1");
    let mut runs = 1;
    while agent.outbox().iter().all(|line| !line.contains("refused: ")) {
        let lines = agent.outbox();
        assert!(lines[0].contains(", failed "), "{lines:?}");
        runs += 1;
        assert!(runs <= 13, "never given up: {lines:?}");
        assert_eq!(once(&agent, &server.url()).status, Some(4));
    }
    let lines = agent.outbox();
    assert!(
        lines[0].contains("KeyError: 'metrics'") && lines[0].contains("(12 times)"),
        "{lines:?}"
    );
    // Whatever waited behind it goes out, and the letter is still there to be looked at.
    let ran = once(&agent, &server.url());
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(agent.waiting().is_empty());
    assert_eq!(agent.outbox().len(), 1);
    assert!(agent.document("1").contains("us-east-1"));

    let mut sent: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (region, id) in server.requests(INGEST).iter().map(named) {
        sent.entry(region).or_default().push(id);
    }
    // Ids grow with time: each scope's documents came in order, and none was left out.
    for (region, ids) in &mut sent {
        assert!(ids.is_sorted(), "{region}: {ids:?}");
        ids.dedup();
    }
    assert_eq!(sent["us-east-1"].len(), runs + 1, "all of them, the letter included");
    assert_eq!(sent["eu-west-1"].len(), runs, "a document a run");
}
