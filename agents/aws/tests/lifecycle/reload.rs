//! SIGHUP: a new configuration without a restart, and a wrong one without harm.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use serde_json::Value;

use crate::support::agent::Agent;
use crate::support::aws::Aws;
use crate::support::fleet::Fleet;
use crate::support::http::closed_port;
use crate::support::openfinops::{OpenFinOps, REGISTER};
use crate::support::running::{Running, message_of, wait_until};
use crate::{gated, healthy};

/// Starts the agent with a file of this text.
fn serve(agent: &Agent, text: &str) -> Running {
    let path = agent.file("agent.yaml", text);
    let running = agent.start(&["--config", &path]);
    running.wait_for_log("running a cycle every interval");
    running
}

/// Gives the running agent a file of this text; the answer is what it logged of it.
fn reload(agent: &Agent, running: &Running, text: &str, answer: &str) -> String {
    let before = running.logged(answer);
    agent.file("agent.yaml", text);
    running.signal("HUP");
    running.wait_for(answer, || {
        let log = running.log();
        let fitting = log.iter().map(message_of).filter(|message| message.contains(answer));
        fitting.map(str::to_owned).nth(before)
    })
}

const TAKEN: &str = "the new configuration is valid";
const REFUSED: &str = "the old configuration stays";

/// The documents' ids, in the order in which they came.
fn snapshots(server: &OpenFinOps) -> Vec<String> {
    let documents = server.documents();
    documents.iter().map(|it| it["snapshot_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_new_server_gets_what_waited_for_the_old_one_and_all_that_follows() {
    let (agent, _aws) = healthy();
    let running = serve(&agent, &format!("server: {}\ninterval: 10\n", closed_port()));
    wait_until("a document waits", || agent.waiting().len() == 1);
    let waited: Value = serde_json::from_str(&agent.document(&agent.waiting()[0])).unwrap();

    let server = OpenFinOps::healthy();
    let file = format!("server: {}\ninterval: 20\ngroup_by: [\"tag:team\"]\n", server.url());
    reload(&agent, &running, &file, TAKEN);
    wait_until("both documents came", || server.documents().len() >= 2);
    let documents = server.documents();
    assert_eq!(documents[0]["snapshot_id"], waited["snapshot_id"], "the oldest first");
    assert_ne!(documents[1]["snapshot_id"], waited["snapshot_id"]);
    assert_eq!(documents[1]["agent_id"], waited["agent_id"], "the agent stays itself");
    let registered: Value = serde_json::from_slice(&server.requests(REGISTER)[0].body).unwrap();
    assert_eq!(registered["config"]["collection_interval"], 20);
    wait_until("nothing waits", || agent.waiting().is_empty());
    running.terminate();
}

#[test]
fn a_wrong_file_is_told_in_full_and_the_old_configuration_goes_on() {
    let (agent, _aws) = healthy();
    let server = OpenFinOps::healthy();
    let right = format!("server: {}\ninterval: 10\n", server.url());
    let running = serve(&agent, &right);
    let message = reload(&agent, &running, "servr: http://a\noutput: xml\n", REFUSED);
    for mistake in [
        "agent.yaml:1:1: `servr` is not a setting; did you mean `server`?",
        "agent.yaml:2:9: `output` is \"xml\"",
    ] {
        assert!(message.contains(mistake), "no {mistake:?} in: {message}");
    }
    let message = reload(&agent, &running, "server: [http://a\n", REFUSED);
    assert!(message.contains("not valid YAML"), "{message}");
    let message = reload(&agent, &running, &format!("{right}data_dir: elsewhere\n"), REFUSED);
    assert!(message.contains("data_dir changed, which takes a restart"), "{message}");
    assert!(!agent.folder().join("elsewhere").exists(), "a refused folder was made");
    let message = reload(&agent, &running, &format!("{right}listen: 127.0.0.1:9464\n"), REFUSED);
    assert!(message.contains("listen changed, which takes a restart"), "{message}");
    std::fs::remove_file(agent.folder().join("agent.yaml")).unwrap();
    running.signal("HUP");
    running.wait_for("the missing file", || {
        running.log().iter().find(|it| message_of(it).contains("cannot be read")).cloned()
    });
    // What is configured in no file any more still runs: the next cycle is due and delivered.
    wait_until("the second cycle's document", || server.documents().len() >= 2);
    assert_eq!(running.logged(TAKEN), 0);
    assert_eq!(server.requests(REGISTER).len(), 1, "the same agent all the time");
    running.terminate();
}

#[test]
fn a_cycle_that_runs_is_not_cut_by_a_reload() {
    let (rule, gate) = gated("DescribeInstances");
    let aws = Aws::scripted(Fleet::healthy(), vec![rule]);
    let agent = Agent::of(&aws).variable("OPENFINOPS_API_TIMEOUT", "60");
    let (old, new) = (OpenFinOps::healthy(), OpenFinOps::healthy());
    let file = |server: &OpenFinOps| format!("server: {}\ninterval: 10\n", server.url());
    let running = serve(&agent, &file(&old));
    wait_until("a cycle runs", || !aws.calls("DescribeInstances").is_empty());
    reload(&agent, &running, &file(&new), TAKEN);
    // The broken file is refused, and the one that was accepted still follows.
    reload(&agent, &running, "servr: http://a\n", REFUSED);
    assert_eq!(running.logged("cycle done"), 0, "the cycle still runs");
    assert!(new.requests(REGISTER).is_empty());
    gate.store(true, Ordering::Relaxed);

    wait_until("the new server is used", || !snapshots(&new).is_empty());
    running.wait_for_cycles(2);
    let both = || snapshots(&old).into_iter().chain(snapshots(&new)).collect::<HashSet<_>>();
    wait_until("both documents", || both().len() == 2 && agent.waiting().is_empty());
    for document in old.documents().iter().chain(&new.documents()) {
        assert_eq!(document["summary"]["failed_services"], serde_json::json!([]));
        assert_eq!(document["summary"]["total_ec2_instances"], 2);
    }
    assert_eq!(running.logged("cut off"), 0);
    running.terminate();
}

#[test]
fn a_stop_comes_before_a_reload_that_waits() {
    let (rule, gate) = gated("DescribeInstances");
    let aws = Aws::scripted(Fleet::healthy(), vec![rule]);
    let agent =
        Agent::of(&aws).variable("OPENFINOPS_API_TIMEOUT", "60").variable("OPENFINOPS_GRACE", "2");
    let file = format!("server: {}\ninterval: 10\n", closed_port());
    let running = serve(&agent, &file);
    wait_until("a cycle runs", || !aws.calls("DescribeInstances").is_empty());
    reload(&agent, &running, &file, TAKEN);
    let ran = running.terminate();
    assert_eq!(ran.stderr.matches("running a cycle every interval").count(), 1, "{ran:?}");
    gate.store(true, Ordering::Relaxed);
}
