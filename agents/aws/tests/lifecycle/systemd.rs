//! What systemd is told.

use std::process::Stdio;

use crate::healthy;
use crate::support::agent::Agent;
use crate::support::documents::hourly;
use crate::support::facts;
use crate::support::http::closed_port;
use crate::support::openfinops::OpenFinOps;
use crate::support::running::Running;
use crate::support::systemd::Systemd;

/// The same agent with a notification socket.
fn notifying(agent: Agent) -> (Agent, Systemd) {
    let systemd = Systemd::of(&agent);
    let agent = agent.variable("NOTIFY_SOCKET", systemd.path());
    (agent, systemd)
}

/// The time that a message of a reload carries.
fn monotonic(message: &str) -> u64 {
    let time = message.lines().find_map(|line| line.strip_prefix("MONOTONIC_USEC="));
    time.unwrap_or_else(|| panic!("no time: {message:?}")).parse().unwrap()
}

#[test]
fn systemd_follows_the_agent_from_its_start_to_its_end() {
    let (agent, _aws) = healthy();
    let (agent, systemd) = notifying(agent);
    let server = OpenFinOps::healthy();
    let running = agent.serve(&server.url(), &[]);
    systemd.wait_for("READY=1", 1);
    let status = systemd.wait_for("STATUS=", 1);
    let cost: rust_decimal::Decimal = facts::healthy().iter().map(|(_, monthly)| *monthly).sum();
    let figures =
        format!("8 resources, {} USD/hour, 0 unpriced, 0 services failed; ", hourly(cost));
    assert!(status.contains(&figures), "{status} has not {figures}");

    running.signal("HUP");
    let first = monotonic(&systemd.wait_for("RELOADING=1", 1));
    systemd.wait_for("READY=1", 2);
    running.signal("HUP");
    let second = monotonic(&systemd.wait_for("RELOADING=1", 2));
    systemd.wait_for("READY=1", 3);
    assert!(first > 0 && second > first, "{first} then {second}");

    running.terminate();
    systemd.wait_for("STOPPING=1", 1);
    let kinds: Vec<String> = systemd
        .messages()
        .iter()
        .filter(|message| !message.starts_with("STATUS="))
        .map(|message| message.lines().next().unwrap().to_owned())
        .collect();
    let reload = ["RELOADING=1", "READY=1"];
    assert_eq!(kinds, [&["READY=1"], &reload[..], &reload, &["STOPPING=1"]].concat());
}

#[test]
fn an_agent_is_ready_although_its_server_is_down() {
    let (agent, _aws) = healthy();
    let (agent, systemd) = notifying(agent);
    let running = agent.serve(&closed_port(), &[]);
    systemd.wait_for("READY=1", 1);
    let status = systemd.wait_for("STATUS=", 1);
    assert!(status.contains("; documents waiting: 1"), "{status}");
    running.terminate();
}

#[test]
fn a_watchdog_is_fed() {
    let (agent, _aws) = healthy();
    let (agent, systemd) = notifying(agent.variable("WATCHDOG_USEC", "400000"));
    let running = agent.serve("none", &[]);
    systemd.wait_for("WATCHDOG=1", 6);
    // Twice within the limit: six in much less than a cycle's interval.
    assert!(running.logged("cycle done") <= 1);
    running.terminate();
}

/// Starts the agent with a shell's word for `WATCHDOG_PID`.
fn watched(agent: &Agent, process: &str) -> Running {
    let command = agent.command(&["--server", "none", "--interval", "10"]);
    let mut shell = std::process::Command::new("/bin/sh");
    shell.arg("-c").arg(format!("WATCHDOG_PID={process} exec \"$0\" \"$@\""));
    shell.arg(command.get_program()).args(command.get_args()).env_clear();
    let variables = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    shell.envs(variables).current_dir(agent.folder());
    let child = shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    Running::watch(child.unwrap())
}

#[test]
fn a_watchdog_of_another_process_is_left_alone() {
    for (process, fed) in [("$$", true), ("1", false)] {
        let (agent, _aws) = healthy();
        let (agent, systemd) = notifying(agent.variable("WATCHDOG_USEC", "200000"));
        let running = watched(&agent, process);
        systemd.wait_for("STATUS=", 1);
        if fed {
            systemd.wait_for("WATCHDOG=1", 2);
        }
        running.terminate();
        assert_eq!(systemd.count("WATCHDOG=1") > 0, fed, "WATCHDOG_PID={process}");
    }
}
