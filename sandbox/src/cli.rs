//! The command line.

use std::io;
use std::process::ExitCode;

use clap::Parser;

use crate::aws;
use crate::faults::Rule;
use crate::running::Running;
use crate::size::{Mix, Size};

/// Clouds in a box: AWS, Azure and Google Cloud on this machine, with a fleet of any size and its
/// true cost beside.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Arguments {
    /// Resources of each cloud.
    #[arg(long, value_name = "N", default_value_t = 300)]
    pub resources: u64,
    /// What makes this fleet another than the next: the same seed and sizes give the same fleet.
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub seed: u64,
    /// Accounts of AWS, subscriptions of Azure, projects of Google Cloud.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=aws::ACCOUNTS))]
    pub accounts: u64,
    /// Regions of each cloud.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=aws::REGIONS.len() as u64))]
    pub regions: u64,
    /// What the fleets are made of.
    #[arg(long, value_enum, default_value_t = Mix::All)]
    pub mix: Mix,
    /// Something that goes wrong, as aws/ec2@eu-west-1:throttle=20/40 (20 a second, 40 at once),
    /// *:latency=80ms, gcp:errors=5%; also throttled, expired, truncate, hang, close. May be given
    /// several times.
    #[arg(long, value_name = "RULE")]
    pub fault: Vec<Rule>,
    /// The port of /truth, /counts, /faults and /agents; 0 takes any that is free.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub port: u16,
    /// Serve only: run no agents.
    #[arg(long)]
    pub serve: bool,
}

/// Runs the program; gives its exit status.
#[must_use]
pub fn run(arguments: Arguments) -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(serve(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

#[expect(clippy::print_stderr, reason = "where a person looks for what went wrong")]
fn fail(error: &io::Error) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

#[expect(clippy::print_stdout, reason = "what a script waits for")]
async fn serve(arguments: Arguments) -> io::Result<()> {
    let Arguments { resources, seed, accounts, regions, mix, .. } = arguments;
    let size = Size { seed, resources, accounts, regions, mix };
    let folder = tempfile::tempdir()?;
    let mut running = Running::start(&size, arguments.fault, arguments.port, folder.path()).await?;
    println!("http://{}", running.control.address());
    tokio::select! {
        () = running.control.ended() => {}
        ended = tokio::signal::ctrl_c() => ended?,
    }
    Ok(())
}
