//! `aws-agent`: parse, build, run, drain.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    aws_agent::cli::run().await.into()
}
