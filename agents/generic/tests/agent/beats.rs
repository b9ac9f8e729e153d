//! The agent that runs on: plugins with a beat of their own, signals, memory of the beats.

use std::io::{BufRead as _, BufReader};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::plugins::alive;
use crate::support::{Agent, finish, until};

/// Starts the agent with `yaml`, and reads `count` documents; then it is told to stop.
fn documents(agent: &Agent, yaml: &str, count: usize) -> Vec<Value> {
    let file = agent.file("agent.yaml", yaml);
    let arguments = ["--server", "none", "--output", "json", "--interval", "1", "--config", &file];
    let mut child = agent.command(&arguments).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let documents: Vec<Value> =
        lines.take(count).map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(documents.len(), count);
    let status = until("the agent's end", || child.try_wait().unwrap());
    assert_eq!(status.code(), Some(0));
    documents
}

#[test]
fn a_plugin_runs_on_its_own_beat_and_each_document_has_its_last_figures() {
    let agent = Agent::new();
    let runs = agent.folder().join("runs");
    let yaml = format!(
        "plugins:
  - name: often
    command: 'echo run >> {runs}; wc -l < {runs}'
    shell: true
    parse: {{ format: key_value, separator: ':' }}
    interval: 1s
  - name: seldom
    command: [echo, '{{\"a\": 1}}']
    interval: 1h
",
        runs = runs.display()
    );
    // `wc` prints a number alone, which is no pair: a failure, and yet every run is counted.
    let documents = documents(&agent, &yaml, 4);
    let of = |name: &str, key: &str| -> Vec<u64> {
        let value = |document: &Value| document["metrics"]["collectors"][name][key].as_u64();
        documents.iter().map(|document| value(document).unwrap_or_default()).collect()
    };
    let seldom = of("seldom", "runs");
    assert_eq!(seldom, [1, 0, 0, 0], "once, and its figures stay");
    for document in &documents {
        assert_eq!(document["metrics"]["collectors"]["seldom"]["data"]["a"], 1);
        assert_eq!(document["metrics"]["collectors"]["often"]["healthy"], false);
    }
    let (runs_told, failed) = (of("often", "runs"), of("often", "failed_runs"));
    assert!(runs_told.iter().sum::<u64>() >= 3, "{runs_told:?}");
    assert_eq!(runs_told, failed);
    let run = std::fs::read_to_string(&runs).unwrap().lines().count() as u64;
    assert!(run >= runs_told.iter().sum(), "{run} runs, {runs_told:?} told");
}

#[test]
fn a_plugin_that_takes_longer_than_a_cycle_holds_up_no_document() {
    let agent = Agent::new();
    let mark = format!("MARK={}", uuid::Uuid::now_v7());
    let yaml = format!(
        "plugins:
  - name: slow
    command: [sleep, '600']
    timeout: 600s
    env: {{ MARK: {value} }}
  - name: slow_beat
    command: [sleep, '600']
    timeout: 600s
    interval: 600s
    env: {{ MARK: {value} }}
  - name: quick
    command: [echo, '{{\"a\": 1}}']
",
        value = mark.trim_start_matches("MARK=")
    );
    for document in documents(&agent, &yaml, 2) {
        let collectors = &document["metrics"]["collectors"];
        assert_eq!(collectors["quick"]["data"]["a"], 1);
        for name in ["slow", "slow_beat"] {
            assert_eq!(collectors[name]["healthy"], false);
            let error = collectors[name]["error"].as_str().unwrap();
            assert!(error.contains("within 1 s"), "{error}");
        }
    }
    until("the plugins' end", || alive(&mark).is_empty().then_some(()));
}

#[test]
fn stopping_ends_the_plugins_that_run() {
    let agent = Agent::new();
    let mark = format!("MARK={}", uuid::Uuid::now_v7());
    let yaml = format!(
        "plugins:\n  - name: slow\n    command: [sleep, '600']\n    timeout: 600s\n    \
         env: {{ MARK: {} }}\ngrace: 1\n",
        mark.trim_start_matches("MARK=")
    );
    let file = agent.file("agent.yaml", &yaml);
    let child = agent.command(&["--server", "none", "--config", &file]).spawn().unwrap();
    until("the plugin's start", || (!alive(&mark).is_empty()).then_some(()));
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(finish(child).status, Some(0));
    until("the plugin's end", || alive(&mark).is_empty().then_some(()));
}
