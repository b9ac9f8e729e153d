//! What the agent tells of its own work.

use crate::events::{assert_nested, assert_valid, named, path, read, spans};
use crate::support::agent::Agent;
use crate::support::fleet::Fleet;
use crate::support::google::Google;

#[test]
fn every_request_is_a_try_of_a_call_within_its_service() {
    let google = Google::of(Fleet::small().shared());
    let agent = Agent::of(&google);
    let file = agent.folder().join("events.jsonl");
    let agent = agent.variable("TELEMETRY_FILE", file.to_str().unwrap());
    agent.collect().assert_well();

    let events = read(&file);
    assert_valid(&events);
    let spans = spans(&events);
    assert_nested(&spans);
    let calls = named(&spans, "api_call");
    let attempts: u64 =
        calls.iter().map(|call| call.attribute("rpc.attempts").as_u64().unwrap()).sum();
    assert_eq!(attempts, google.work().len() as u64);
    for call in calls {
        assert_eq!(call.attribute("http.response.status_code"), 200);
        let method = call.attribute("rpc.method");
        if method == "cloudasset.searchAllResources" {
            assert_eq!(path(&spans, call), ["api_call", "cycle"]);
        } else {
            assert_eq!(path(&spans, call), ["api_call", "service", "scope", "cycle"], "{method}");
        }
    }
}
