//! What goes to standard error of an agent that runs for months.

use crate::healthy;
use crate::support::openfinops::OpenFinOps;
use crate::support::running::{log_lines, message_of};

#[test]
fn logs_are_json_and_a_cycle_is_one_line() {
    let (agent, _aws) = healthy();
    let server = OpenFinOps::healthy();
    let running = agent.serve(&server.url(), &[]);
    running.wait_for_cycles(2);
    let ran = running.terminate();
    assert_eq!(ran.stdout, "");
    let lines = log_lines(&ran.stderr);
    for line in &lines {
        assert!(line["timestamp"].is_string() && line["target"].is_string(), "{line}");
    }
    // What an operator should look at is louder, and is not about the agent.
    let told = lines.iter().filter(|line| line["level"] == "INFO");
    let messages: Vec<&str> = told.map(message_of).collect();
    // Registering and the first cycle go side by side.
    let count = |message: &str| messages.iter().filter(|it| **it == message).count();
    assert_eq!(count("registered"), 1);
    let others: Vec<&str> = messages.iter().copied().filter(|it| *it != "registered").collect();
    let expected = [
        "running a cycle every interval",
        "cycle done",
        "cycle done",
        "stopping within the grace period",
    ];
    assert_eq!(others, expected);
    for line in lines.iter().filter(|line| message_of(line) == "cycle done") {
        assert_eq!(line["fields"]["resources"], 8, "{line}");
        assert_eq!(line["fields"]["failed_services"], 0, "{line}");
    }
}
