//! The real OpenFinOps server.

use serde_json::Value;

use crate::openfinops::Server;
use crate::support::Agent;

#[tokio::test]
async fn the_real_server_registers_the_agent_and_returns_its_metrics() {
    let server = Server::start();
    let agent = Agent::new();
    let file = agent.file("agent.yaml", "hostname: rack7-node3\nregion: frankfurt\n");
    let ran = agent.run(&[
        "--once",
        "--server",
        server.url(),
        "--config",
        &file,
        "--agent-id",
        "generic-1",
        "--output",
        "json",
    ]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();

    let agents = server.get("/api/v1/agents").await;
    let registered = &agents["agents"][0];
    assert_eq!(registered["agent_id"], "generic-1", "{agents}");
    assert_eq!(registered["hostname"], "rack7-node3");
    assert_eq!(registered["cloud_provider"], "generic");
    assert_eq!(registered["region"], "frankfurt");

    let recent = server.get("/api/v1/telemetry/recent?hours=1").await;
    let kept = &recent["telemetry"][0];
    assert_eq!(kept["agent_id"], "generic-1", "{recent}");
    // All of it, as it was printed.
    assert_eq!(kept["metrics"], document["metrics"]);
    let system = &kept["metrics"]["collectors"]["system_metrics"];
    assert_eq!(system["healthy"], true);
    assert!(system["data"]["memory"]["total_bytes"].as_u64().unwrap() > 0);
    assert_eq!(kept["metrics"]["services"]["machine"]["machines"][0]["hostname"], "rack7-node3");
}
