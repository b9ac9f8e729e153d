//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::aws;
use crate::faults::Rule;
use crate::machine::Station;
use crate::running::Running;
use crate::show::{self, Error, Stop, Wanted};
use crate::size::{Mix, Size};

/// Clouds in a box: AWS, Azure and Google Cloud on this machine, with a fleet of any size and its
/// true cost beside.
///
/// Runs each agent once over its cloud, shows what it delivered beside what is true, and stays until
/// Ctrl-C.
#[derive(Debug, Parser)]
#[command(version, about, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
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
    /// *:latency=80ms, receiver:errors=5%; also throttled, expired, truncate, hang, close. May be
    /// given several times.
    #[arg(long, value_name = "RULE")]
    pub fault: Vec<Rule>,
    /// The sandbox's own port: the status page, /truth, /counts, /faults and /agents; 0 takes any
    /// that is free.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub port: u16,
    /// Run only the agents of these, with commas between them.
    #[arg(long, value_name = "CLOUD", value_delimiter = ',', value_parser = ["aws", "azure", "gcp", "generic"])]
    pub cloud: Vec<String>,
    /// The folder of the agents' programs. Without it cargo builds them where cargo runs this
    /// program; else they are beside it.
    #[arg(long, value_name = "DIR")]
    pub agents: Option<PathBuf>,
    /// End after the tables, with status 0 only where every figure is true.
    #[arg(long, conflicts_with = "serve")]
    pub exit: bool,
    /// Serve only: run no agents. The first line on standard output is the sandbox's own address.
    #[arg(long, conflicts_with_all = ["cloud", "agents"])]
    pub serve: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Station(Station),
}

/// Runs the program; gives its exit status.
#[must_use]
pub fn run(arguments: Arguments) -> ExitCode {
    if let Some(Command::Station(station)) = arguments.command {
        return ended(station.print().map(|()| true).map_err(Error::from));
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return ended(Err(error.into())),
    };
    ended(runtime.block_on(serve(arguments)))
}

#[expect(clippy::print_stderr, reason = "where a person looks for what went wrong")]
fn ended(ended: Result<bool, Error>) -> ExitCode {
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // As a shell says of a program that Ctrl-C ended.
        Err(Error::Stopped) => ExitCode::from(130),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "what a script waits for")]
async fn serve(arguments: Arguments) -> Result<bool, Error> {
    let Arguments { resources, seed, accounts, regions, mix, exit, .. } = arguments;
    let size = Size { seed, resources, accounts, regions, mix };
    let folder = tempfile::tempdir()?;
    // Before anything runs that a signal would have to end.
    let mut stop = Stop::new()?;
    let mut running = Running::start(&size, arguments.fault, arguments.port, folder.path()).await?;
    if arguments.serve {
        println!("http://{}", running.control.address());
        tokio::select! {
            () = running.control.ended() => {}
            () = stop.asked() => {}
        }
        return Ok(true);
    }
    let wanted = Wanted { programs: arguments.agents, clouds: arguments.cloud, exit };
    let equal = show::show(&running, &size, &wanted, folder.path(), &mut stop).await?;
    Ok(equal || !exit)
}
