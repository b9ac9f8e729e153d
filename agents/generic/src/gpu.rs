//! `gpu_metrics`: nvidia-smi is run and read.

use futures::FutureExt as _;
use futures::future::BoxFuture;

use crate::collectors::{CollectError, Collected, Collector, gpu};
use crate::command::{Command, Program};

/// `gpu_metrics`.
pub(crate) struct Gpu;

impl Gpu {
    /// Whether this machine has the program.
    pub(crate) fn is_there() -> bool {
        gpu::program().is_some()
    }

    async fn ask() -> Result<Collected, CollectError> {
        let Some(program) = gpu::program() else {
            return Ok(gpu::absent("nvidia-smi is not installed"));
        };
        let mut arguments = vec![program.to_string_lossy().into_owned()];
        arguments.extend(gpu::query());
        let run = Command::new(Program::Arguments(arguments)).run().await;
        if let Some(failure) = &run.failure {
            let error = CollectError::new(format!("nvidia-smi: {failure}"));
            return Err(CollectError { hint: failure.hint(), ..error });
        }
        // Without a device it says so on standard output, with a status of its own.
        if run.exit_status != Some(0) && run.stdout.trim_ascii().is_empty() {
            let said = run.stderr.lines().next().unwrap_or("it printed nothing");
            return Err(CollectError::new(format!("nvidia-smi failed: {said}"))
                .hint("run nvidia-smi by hand; the driver may not be loaded"));
        }
        gpu::read(&run.stdout)
    }
}

impl Collector for Gpu {
    fn name(&self) -> &'static str {
        "gpu_metrics"
    }

    fn collect(&self) -> BoxFuture<'_, Result<Collected, CollectError>> {
        Self::ask().boxed()
    }
}
