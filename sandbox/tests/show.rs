//! The first five minutes, as a person has them: agents run, tables, everything staying, Ctrl-C.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

mod support;

/// The program without what cargo says to those it runs: the agents are there.
fn sandbox(flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sandbox"));
    command.env_remove("CARGO").args(flags);
    command
}

fn shown(flags: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = sandbox(flags).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn a_script_gets_the_table_and_a_status() {
    support::program("generic-agent");
    let (status, text, errors) = shown(&["--exit", "--cloud", "generic"]);
    assert_eq!(status, Some(0), "{text}{errors}");
    assert!(text.contains("\ngeneric-agent\n"), "{text}");
    assert!(text.contains("  racks      299 "), "{text}");
    assert!(text.contains("1 document, status 0"), "{text}");
    assert!(text.contains("\nThe agent equals its truth."), "{text}");
    let widest = text.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(100), "{text}");
}

#[test]
fn every_agent_equals_its_truth() {
    for agent in ["aws-agent", "azure-agent", "gcp-agent", "generic-agent"] {
        support::program(agent);
    }
    let (status, text, errors) = shown(&["--exit", "--resources", "700", "--seed", "12"]);
    assert_eq!(status, Some(0), "{text}{errors}");
    assert!(text.contains(" equal their truths. ("), "{text}");
}

#[test]
fn an_agent_whose_documents_do_not_arrive_is_not_equal() {
    support::program("generic-agent");
    let flags = ["--exit", "--cloud", "generic", "--fault", "receiver/ingest:expired=100%"];
    let (status, text, errors) = shown(&flags);
    assert_eq!(status, Some(1), "{text}{errors}");
    assert!(text.contains("status 4"), "{text}");
    assert!(text.contains("racks: count 0, and 299 is true"), "{text}");
    assert!(text.contains("\nNot equal to the truth: generic-agent."), "{text}");
}

#[test]
fn what_a_person_did_wrong_is_said() {
    let nowhere = tempfile::tempdir().unwrap();
    let folder = nowhere.path().to_str().unwrap();
    let (status, _, errors) = shown(&["--exit", "--agents", folder]);
    assert_eq!(status, Some(1));
    assert!(errors.contains("there is no agent at") && errors.contains("--agents DIR"), "{errors}");

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (status, _, errors) = shown(&["--serve", "--port", &port]);
    assert_eq!(status, Some(1));
    assert!(errors.contains(&port) && errors.contains("--port"), "{errors}");
}

#[test]
fn cargo_builds_the_agents_first_where_it_runs_the_sandbox() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (cargo, said) = (folder.path().join("cargo"), folder.path().join("said"));
    let script = format!("#!/bin/sh\necho \"$@\" > '{}'\nexit 101\n", said.display());
    std::fs::write(&cargo, script).unwrap();
    std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = sandbox(&["--exit"]).env("CARGO", &cargo).output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(errors.contains("could not be built"), "{errors}");
    let said = std::fs::read_to_string(said).unwrap();
    assert!(said.starts_with("build --locked --profile"), "{said}");
    assert!(
        said.contains("--package aws-agent") && said.contains("--package generic-agent"),
        "{said}"
    );
}

/// A sandbox that stays; it is killed where a test fails.
struct Staying {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Staying {
    fn start(flags: &[&str]) -> Self {
        let mut child = sandbox(flags).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            output.lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
        });
        Self { child, lines }
    }

    /// The next line that begins so, without that and what is blank around.
    fn line(&self, start: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(60)).expect(start);
            if let Some(rest) = line.trim().strip_prefix(start) {
                return rest.trim().to_owned();
            }
        }
    }
}

impl Drop for Staying {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether any process has this port's listener: a connection tells.
fn answers(url: &str) -> bool {
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    std::net::TcpStream::connect(address).is_ok()
}

async fn text(url: &str) -> String {
    reqwest::get(url).await.unwrap().text().await.unwrap()
}

async fn stays_and_ends(signal: Signal) {
    support::program("generic-agent");
    let mut staying = Staying::start(&["--cloud", "generic"]);
    let own = staying.line("sandbox ");
    let receiver = staying.line("receiver ");
    let agent = staying.line("generic-agent ");
    staying.line("curl -X DELETE");
    let page = text(&own).await;
    for expected in ["<h1>Sandbox</h1>", agent.as_str(), "generic-agent", "1,699,877.13"] {
        assert!(page.contains(expected), "{expected} is not in {page}");
    }
    assert!(!page.contains("<script"), "{page}");
    assert!(text(&receiver).await.contains("\"generic-agent\""));
    assert!(text(&agent).await.contains("<html"));

    let pid = Pid::from_raw(staying.child.id().cast_signed()).unwrap();
    kill_process(pid, signal).unwrap();
    staying.line("Stopping.");
    assert_eq!(staying.child.wait().unwrap().code(), Some(0));
    assert!(!answers(&agent) && !answers(&own), "something runs on");
}

#[tokio::test]
async fn everything_stays_until_ctrl_c() {
    stays_and_ends(Signal::INT).await;
}

#[tokio::test]
async fn everything_stays_until_it_is_told_to_end() {
    stays_and_ends(Signal::TERM).await;
}

#[tokio::test]
async fn faults_in_force_stand_on_the_page_escaped() {
    let sandbox = support::Sandbox::start(&["--resources", "6"]);
    sandbox.ask("PUT", "/faults", "aws/<b>:errors=5%").await;
    let page = text(&format!("{}/", sandbox.url())).await;
    assert!(page.contains("<code>aws/&lt;b&gt;:errors=5%</code>"), "{page}");
}

#[test]
fn nothing_is_left_in_the_folder_for_temporary_files() {
    let folder = tempfile::tempdir().unwrap();
    support::program("generic-agent");
    let mut command = sandbox(&["--exit", "--cloud", "generic"]);
    assert!(command.env("TMPDIR", folder.path()).output().unwrap().status.success());
    let left = |folder: &Path| std::fs::read_dir(folder).unwrap().count();
    assert_eq!(left(folder.path()), 0);
}
