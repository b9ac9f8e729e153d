//! Finds what a command has left of itself: by a variable that all its processes inherit.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use secrecy::SecretString;

/// What is left must be gone by then.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);

/// The mark of one test's commands.
pub(crate) struct Mark(String);

impl Mark {
    /// A mark that nothing else has.
    pub(crate) fn new() -> Self {
        Self(uuid::Uuid::now_v7().to_string())
    }

    /// The variable that carries it.
    pub(crate) fn environment(&self) -> BTreeMap<String, SecretString> {
        BTreeMap::from([("MARK".to_owned(), self.0.clone().into())])
    }

    /// The command lines of the processes that carry it.
    pub(crate) fn processes(&self) -> Vec<String> {
        let variable = format!("MARK={}", self.0);
        let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        let marked = processes.filter(|process| {
            let environment = std::fs::read(process.path().join("environ")).unwrap_or_default();
            environment.split(|&byte| byte == 0).any(|entry| entry == variable.as_bytes())
        });
        marked.map(|process| command_line(&process.path())).collect()
    }

    /// Waits until `count` processes carry it.
    pub(crate) async fn wait_for(&self, count: usize) {
        let begun = Instant::now();
        while self.processes().len() < count {
            assert!(begun.elapsed() < PATIENCE, "only {:?} started", self.processes());
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until no process carries it.
    pub(crate) async fn wait_until_gone(&self) {
        let begun = Instant::now();
        while !self.processes().is_empty() {
            assert!(begun.elapsed() < PATIENCE, "left behind: {:?}", self.processes());
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn command_line(process: &Path) -> String {
    let line = std::fs::read(process.join("cmdline")).unwrap_or_default();
    let line = String::from_utf8_lossy(&line).replace('\0', " ");
    format!("{} {line}", process.display())
}
