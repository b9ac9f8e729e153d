//! Processes: who runs, how busy, and how much memory they take.

mod name;
mod status;
mod usage;
mod view;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use futures::future::BoxFuture;
use procfs::process::{self, Process};
use tokio::task::spawn_blocking;

use self::usage::{Clock, Clocks};
use super::{CollectError, Collected, Collector};

/// Measures processes: collector `process_metrics`. The keys are those of the upstream Python
/// agent.
#[derive(Debug)]
pub struct ProcessMetrics {
    names: Arc<BTreeSet<String>>,
    /// The processes' clocks at the last collection.
    before: Arc<Mutex<Clocks>>,
}

/// A process at one moment.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    pid: i32,
    name: String,
    /// In percent of one processor.
    usage: Option<f64>,
    /// In bytes.
    resident: u64,
    /// In bytes.
    virtual_size: u64,
    status: Option<&'static str>,
}

impl ProcessMetrics {
    /// Measures the processes that have one of `names`; all, if there are none. A name is the
    /// program's, without its folder: `nginx`.
    #[must_use]
    pub fn new(names: Vec<String>) -> Self {
        Self { names: Arc::new(names.into_iter().collect()), before: Arc::default() }
    }

    async fn measure(&self) -> Result<Collected, CollectError> {
        let (names, before) = (Arc::clone(&self.names), Arc::clone(&self.before));
        let reading = spawn_blocking(move || {
            // Two collections at once would each take the other's clocks.
            let mut before = before.lock().unwrap_or_else(PoisonError::into_inner);
            let (seen, clocks) = look(&names, &before)?;
            *before = clocks;
            Ok(view::collected(&names, seen))
        });
        reading.await.map_err(|error| {
            CollectError::new(format!("reading the processes ended early: {error}"))
        })?
    }
}

impl Collector for ProcessMetrics {
    fn name(&self) -> &str {
        "process_metrics"
    }

    fn collect(&self) -> BoxFuture<'_, Result<Collected, CollectError>> {
        Box::pin(self.measure())
    }
}

/// The processes of these names, and their clocks. One that ends meanwhile is not among them.
fn look(names: &BTreeSet<String>, before: &Clocks) -> Result<(Vec<Seen>, Clocks), CollectError> {
    let processes = process::all_processes().map_err(|error| {
        CollectError::new(format!("the processes cannot be listed: {error}"))
            .hint("see that /proc is mounted and readable where the agent runs")
    })?;
    let mut clocks = Clocks::default();
    let seen = processes.flatten().filter_map(|process| see(&process, names, before, &mut clocks));
    let seen = seen.collect();
    Ok((seen, clocks))
}

fn see(
    process: &Process,
    names: &BTreeSet<String>,
    before: &Clocks,
    clocks: &mut Clocks,
) -> Option<Seen> {
    let stat = process.stat().ok()?;
    let clock = Clock {
        at: Instant::now(),
        started: stat.starttime,
        ticks: stat.utime.saturating_add(stat.stime),
    };
    let name = name::name(&stat.comm, || process.cmdline().ok());
    if !names.is_empty() && !names.contains(&name) {
        return None;
    }
    clocks.add(process.pid, clock);
    Some(Seen {
        pid: process.pid,
        name,
        usage: before.usage(process.pid, &clock, procfs::ticks_per_second()),
        resident: stat.rss.saturating_mul(procfs::page_size()),
        virtual_size: stat.vsize,
        status: status::word(stat.state),
    })
}
