//! Plugins that misbehave: each is contained and reported, and leaves no process behind.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::support::{Agent, Ran, until};

/// What plugin `broken` came to, beside one that works.
fn broken(agent: &Agent, plugin: &str) -> (Value, Ran) {
    let yaml = format!(
        "plugins:\n  - name: good\n    command: [echo, '{{\"a\": 1}}']\n  - name: broken\n{plugin}"
    );
    let (document, ran) = agent.once(&yaml);
    let collectors = &document["metrics"]["collectors"];
    assert_eq!(collectors["good"]["data"]["a"], 1, "the others go on");
    assert_eq!(collectors["system_metrics"]["healthy"], true);
    let broken = collectors["broken"].clone();
    if broken["healthy"] == false {
        assert_eq!(ran.status, Some(3), "{ran:?}");
        assert_eq!(document["summary"]["failed_services"], serde_json::json!(["broken"]));
        assert_eq!(document["events"][0]["type"], "service_failed");
        assert_eq!(document["events"][0]["service"], "broken");
    }
    (broken, ran)
}

/// The error of a plugin that has to fail.
fn error(plugin: &str) -> String {
    let (broken, _) = broken(&Agent::new(), plugin);
    assert_eq!(broken["healthy"], false, "{broken}");
    assert!(broken.get("data").is_none());
    broken["error"].as_str().unwrap().to_owned()
}

/// No process has `mark` in its environment any more.
fn gone(mark: &str) {
    until("the end of what a plugin started", || alive(mark).is_empty().then_some(()));
}

pub(crate) fn alive(mark: &str) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let marked = processes.filter(|entry| {
        let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
    });
    marked.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// A mark that no other test has.
fn mark() -> String {
    format!("MARK={}", uuid::Uuid::now_v7())
}

fn shell(script: &str, mark: &str) -> String {
    let value = mark.trim_start_matches("MARK=");
    format!(
        "    command: '{script}'\n    shell: true\n    timeout: 1s\n    env: {{ MARK: {value} }}\n"
    )
}

#[test]
fn what_hangs_forks_or_hides_is_ended_and_leaves_nothing() {
    for script in [
        "sleep 600",
        "sleep 600 & sleep 600",
        "setsid sleep 600 & sleep 600",
        "trap \"\" TERM HUP INT; sleep 600 & wait; sleep 600",
    ] {
        let mark = mark();
        let error = error(&shell(script, &mark));
        assert!(error.contains("its timeout"), "{script}: {error}");
        gone(&mark);
    }
    // It ends by itself, and leaves a daemon that let go of everything.
    let mark = mark();
    let daemon = "(setsid sleep 600 </dev/null >/dev/null 2>&1 &) ; echo {}";
    let (broken, _) = broken(&Agent::new(), &shell(daemon, &mark));
    assert_eq!(broken["healthy"], true, "{broken}");
    gone(&mark);
}

#[test]
fn a_gigabyte_of_output_is_cut_off() {
    let mark = mark();
    let error = error(&shell("yes | head -c 1000000000", &mark));
    assert!(error.contains("1048576 bytes") || error.contains("1 MiB"), "{error}");
    gone(&mark);
}

#[test]
fn output_that_cannot_be_read_is_an_error_with_its_place() {
    let half = error("    command: [printf, '{\"a\": 1,\\n \"b\": [2,\\n']\n");
    assert!(half.contains("line 3, column 0") || half.contains("line 2, column"), "{half}");
    let bytes = error("    command: [printf, 'ok\\nab\\377c\\n']\n    parse: { format: text }\n");
    assert!(bytes.contains("line 2, column 3"), "{bytes}");
    let short = error("    command: [printf, 'a,b\\n1,2\\n3\\n']\n    parse: { format: csv }\n");
    assert!(short.contains("line 3"), "{short}");
}

#[test]
fn a_failing_command_is_told_with_its_status_and_its_standard_error() {
    let (broken, ran) = broken(
        &Agent::new(),
        "    command: [sh, -c, 'echo password=hunter2 is wrong >&2; exit 1']\n",
    );
    assert_eq!((&broken["healthy"], &broken["exit_status"]), (&false.into(), &1.into()));
    let text = format!("{broken}{}{}", ran.stdout, ran.stderr);
    assert!(broken["error"].as_str().unwrap().contains("status 1"), "{broken}");
    assert!(!text.contains("hunter2"), "a secret is told: {text}");
}

#[test]
fn what_cannot_be_started_is_told_apart() {
    let missing = error("    command: [no-such-program]\n");
    assert!(missing.contains("no-such-program"), "{missing}");
    let agent = Agent::new();
    let plain = agent.file("plain", "#!/bin/sh\necho '{}'\n");
    let not_executable = error(&format!("    command: ['{plain}']\n"));
    assert!(not_executable.contains("execut"), "{not_executable}");
    let folder = error("    command: [true]\n    directory: /no/such/folder\n");
    assert!(folder.contains("/no/such/folder"), "{folder}");
}

#[test]
fn no_shell_reads_a_command_unless_it_is_asked_for() {
    let plain = "    command: [echo, '$HOME; ls | wc']\n    parse: { format: text }\n";
    let (broken, _) = broken(&Agent::new(), plain);
    assert_eq!(broken["data"]["text"], "$HOME; ls | wc");
}

#[test]
fn every_executable_of_the_folder_is_a_plugin() {
    let agent = Agent::new();
    let folder = agent.folder().join("plugins");
    std::fs::create_dir(&folder).unwrap();
    let put = |name: &str, mode: u32| {
        let path = folder.join(name);
        std::fs::write(&path, "#!/bin/sh\necho '{\"answer\": 42}'\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    put("answer.sh", 0o755);
    put("notes.txt", 0o644);
    put("open.sh", 0o777);
    let (document, ran) = agent.once("plugins_directory: plugins\n");
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let collectors = &document["metrics"]["collectors"];
    assert_eq!(collectors["answer"]["data"]["answer"], 42);
    assert!(collectors.get("notes").is_none() && collectors.get("open").is_none());
    let events = document["events"].as_array().unwrap();
    let left: Vec<&str> = events.iter().map(|event| event["message"].as_str().unwrap()).collect();
    assert!(left.iter().any(|text| text.contains("notes.txt: is not executable")), "{left:?}");
    assert!(left.iter().any(|text| text.contains("open.sh: is writable by everyone")), "{left:?}");
}
