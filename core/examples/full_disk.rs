//! What an agent does on a disk that fills up and on one that is read-only, a real file system
//! of one megabyte. As root, since it mounts that file system:
//!
//! `cargo run -p finops-core --example full_disk`
//!
//! It prints what an operator would see and ends with an error where something is not as it must
//! be: collecting goes on, the operator is told, and nothing is lost while the process lives.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a check by hand stops and prints")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use finops_core::agent::Agent as _;
use finops_core::delivery::Pacing;
use finops_core::sinks::{SendError, Sink, Tries};
use futures::future::BoxFuture;

use support::agent::{REGIONS, Running, Synthetic};
use support::until;

/// A server that is there or not, and keeps what it took.
#[derive(Default)]
struct Switched {
    up: AtomicBool,
    taken: Mutex<Vec<String>>,
    tries: AtomicU64,
}

struct Shared(Arc<Switched>);

impl Sink for Shared {
    fn name(&self) -> &'static str {
        "switched"
    }

    fn address(&self) -> String {
        "switched".to_owned()
    }

    fn send<'a>(
        &'a self,
        _document: Bytes,
        key: &'a str,
        _tries: Tries,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        self.0.tries.fetch_add(1, Ordering::Relaxed);
        let answer = if self.0.up.load(Ordering::Relaxed) {
            self.0.taken.lock().unwrap().push(key.to_owned());
            Ok(())
        } else {
            let (url, reason) = ("switched".to_owned(), "it is switched off".to_owned());
            Err(SendError::Unreachable { url, reason, retry_after: None, failing: false })
        };
        Box::pin(std::future::ready(answer))
    }
}

/// A file system of its own, until it is dropped.
struct Mount(PathBuf);

impl Mount {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("full-disk-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        run("mount", &["-t", "tmpfs", "-o", "size=1m", "full-disk"], &folder);
        Self(folder)
    }

    fn remount(&self, options: &str) {
        run("mount", &["-o", &format!("remount,{options}")], &self.0);
        println!("-- the disk is now: {options}");
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}

fn run(program: &str, arguments: &[&str], folder: &Path) {
    let status = Command::new(program).args(arguments).arg(folder).status().unwrap();
    assert!(status.success(), "{program} {arguments:?}: is this root?");
}

struct Check {
    running: Running,
    server: Arc<Switched>,
    ordered: u64,
}

impl Check {
    fn switch(&self, up: bool) {
        self.server.up.store(up, Ordering::Relaxed);
        println!("-- the server is now {}", if up { "there" } else { "away" });
    }

    fn trouble(&self) -> Option<String> {
        self.running.agent.delivery().outbox().trouble()
    }

    /// Lets `cycles` more cycles find something, and waits until they have.
    async fn collect(&mut self, cycles: u64) {
        self.ordered += cycles;
        self.running.agent.order(cycles);
        let after = self.running.monitor.record().cycles + cycles + 1;
        let over = || async { (self.running.monitor.record().cycles >= after).then_some(()) };
        until("the cycles are over", over).await;
        self.show().await;
    }

    async fn show(&self) {
        let outbox = self.running.agent.delivery().outbox();
        println!(
            "{} cycles, {} documents wait, {} taken in {} tries, trouble: {:?}",
            self.ordered,
            outbox.depth("switched").unwrap().documents,
            self.server.taken.lock().unwrap().len(),
            self.server.tries.load(Ordering::Relaxed),
            outbox.trouble(),
        );
    }

    async fn all_taken(&self) {
        let all = self.ordered * REGIONS.len() as u64;
        let taken =
            || async { (self.server.taken.lock().unwrap().len() as u64 >= all).then_some(()) };
        until("everything is taken", taken).await;
        self.show().await;
        // Identifiers are in the order of collection.
        let taken = self.server.taken.lock().unwrap();
        assert_eq!(taken.len() as u64, all, "something was sent twice");
        assert!(taken.is_sorted(), "not in order");
    }
}

fn start(disk: &Mount, server: &Arc<Switched>) -> Running {
    let pacing = Pacing { interval: Duration::from_secs(1), rate: 100_000 };
    let agent = Synthetic::new(&disk.0, Box::new(Shared(Arc::clone(server))), pacing);
    Running::start(agent, Duration::from_millis(5))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let disk = Mount::new();
    let server = Arc::new(Switched::default());
    let mut check = Check { running: start(&disk, &server), server, ordered: 0 };

    println!("a disk that fills up while the server is away");
    while check.trouble().is_none() {
        check.collect(50).await;
        assert!(check.ordered < 5_000, "the disk does not fill");
    }
    check.collect(100).await;
    check.switch(true);
    check.all_taken().await;

    println!("one that gets room again");
    check.switch(false);
    check.collect(5).await;
    while check.trouble().is_none() {
        check.collect(50).await;
    }
    disk.remount("size=16m");
    check.collect(5).await;
    assert_eq!(check.trouble(), None);
    check.switch(true);
    check.all_taken().await;

    println!("one that is read-only when the agent starts, with documents of the last run");
    check.switch(false);
    check.collect(20).await;
    check.running.end().await;
    // A file that is open keeps its file system from being made read-only under it.
    disk.remount("ro");
    check.running = start(&disk, &check.server);
    check.collect(20).await;
    assert!(check.trouble().is_some());
    disk.remount("rw");
    check.collect(5).await;
    assert_eq!(check.trouble(), None);
    check.switch(true);
    check.all_taken().await;
    check.running.end().await;
    println!("all as it must be");
}
