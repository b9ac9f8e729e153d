//! `aws-agent`: parse, build, run, drain.

use std::process::ExitCode;

/// One thread: an agent waits for answers nearly all of its time, and a second thread would cost
/// more memory (an allocator's arena) than it saves time.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    aws_agent::cli::run().await.into()
}
