//! The real OpenFinOps server.

#[path = "../../../../lab/server.rs"]
mod server;

pub(super) use server::python;

use serde_json::Value;

use crate::support::agent::Agent;
use crate::support::expectations::assert_project;
use crate::support::fleet::Fleet;
use crate::support::google::Google;

/// The server lists the agent and gives back every figure that was sent.
#[tokio::test]
async fn the_real_server_lists_the_agent_and_returns_its_costs() {
    let server = server::Server::start();
    let fleet = Fleet::small().shared();
    let google = Google::of(fleet.clone());
    let arguments = ["--once", "--server", server.url(), "--output", "json"];
    let printed = Agent::of(&google).run(&arguments).assert_well().documents();

    let agents = server.get("/api/v1/agents").await;
    let agents = agents["agents"].as_array().unwrap();
    assert_eq!(agents.len(), 1, "{agents:?}");
    assert_eq!(agents[0]["cloud_provider"], "gcp");
    assert_eq!(agents[0]["agent_id"], printed[0]["agent_id"]);

    let kept = server.get("/api/v1/telemetry/recent?hours=24").await;
    let kept: &Vec<Value> = kept["telemetry"].as_array().unwrap();
    assert_eq!(kept.len(), printed.len());
    for document in &printed {
        let project = document["account_id"].as_str().unwrap();
        // The server keeps only `metrics`, `events` and `traces`: the costs are there too.
        let found = kept.iter().find(|it| it["metrics"] == document["metrics"]);
        let found = found.unwrap_or_else(|| panic!("{project} is not kept"));
        let mut whole = document.clone();
        whole["services"] = found["metrics"]["services"].clone();
        whole["summary"] = found["metrics"]["summary"].clone();
        assert_project(&fleet, &whole, project);
    }
}
