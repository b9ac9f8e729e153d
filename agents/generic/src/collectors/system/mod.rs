//! The machine: processors, memory, disks, network.
//!
//! The keys are those of the upstream Python agent, and mean what they mean there (psutil); `disks`,
//! `temperatures` and some others are ours. What the machine does not tell is `null`, never 0.

mod cpu;
mod disks;
mod frequency;
mod machine;
mod memory;
mod network;
mod temperatures;
mod view;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::task::spawn_blocking;

use self::cpu::Reading;
use self::disks::Meter;
use self::machine::{Machine, Remembered};
use super::{CollectError, Collected, Collector};

/// The least time between two readings of the processors, whose clocks tick every 10 ms.
const LEAST_SPAN: Duration = Duration::from_millis(250);
const PROC: &str = "/proc";
const SYS: &str = "/sys";

/// Measures the machine: collector `system_metrics`.
///
/// In a container the figures are the whole machine's where the kernel makes no difference
/// (processors, memory, load), and the container's own where it does (network, processes). The disk
/// below a container's `/` cannot be seen there: if no other can, `/` stands for it, once.
#[derive(Debug, Default)]
pub struct SystemMetrics {
    /// The processors at the last collection.
    before: Mutex<Option<Reading>>,
    remembered: Arc<Remembered>,
    disks: Meter,
}

impl SystemMetrics {
    /// Measures nothing yet. The first collection takes a quarter of a second: a processor's usage
    /// needs two readings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    async fn measure(&self) -> Result<Collected, CollectError> {
        let before = self.before().await?;
        let remembered = Arc::clone(&self.remembered);
        let reading =
            spawn_blocking(move || Machine::read(Path::new(PROC), Path::new(SYS), &remembered));
        let mut machine = reading.await.map_err(|error| {
            CollectError::new(format!("reading the machine's figures ended early: {error}"))
        })??;
        *self.last() = Some(machine.cpu.clone());
        let disks = self.disks.measure(machine.take_disks()).await;
        Ok(machine.collected(&before, &disks))
    }

    /// The reading to compare with: that of the last collection, or one of now, and at least
    /// [`LEAST_SPAN`] ago.
    async fn before(&self) -> Result<Reading, CollectError> {
        let last = self.last().clone();
        let before = match last {
            Some(reading) => reading,
            None => Reading::take(Path::new(PROC))?,
        };
        tokio::time::sleep_until((before.at + LEAST_SPAN).into()).await;
        Ok(before)
    }

    fn last(&self) -> MutexGuard<'_, Option<Reading>> {
        // It is replaced as a whole.
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Collector for SystemMetrics {
    fn name(&self) -> &str {
        "system_metrics"
    }

    fn collect(&self) -> BoxFuture<'_, Result<Collected, CollectError>> {
        Box::pin(self.measure())
    }
}
