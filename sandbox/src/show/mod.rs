//! The first five minutes: every agent over its fleet, what it delivered beside what is true, and
//! all of it running until Ctrl-C.

mod agent;
mod compare;
mod figures;
mod page;
mod process;
mod programs;
mod stay;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::counts::Counts;
use crate::running::Running;
use crate::size::Size;
use agent::Agent;
use compare::Comparison;
pub use page::Page;
pub use process::Stop;

/// Seconds between two cycles of agents that stay.
const INTERVAL: u64 = 60;

/// What is shown, and how.
#[derive(Debug)]
pub struct Wanted {
    /// Where the agents' programs are; built or looked for where it is missing.
    pub programs: Option<PathBuf>,
    /// The clouds whose agents run; all where there is none.
    pub clouds: Vec<String>,
    /// Whether to end after the tables.
    pub exit: bool,
}

/// Why nothing more is shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An agent's program is not where it was looked for.
    #[error(
        "there is no agent at {}; build the agents with `cargo build -p aws-agent -p azure-agent \
         -p gcp-agent -p generic-agent`, or say where they are with --agents DIR", .0.display()
    )]
    Missing(PathBuf),
    /// There is no such cloud here.
    #[error("the sandbox has no {0} yet")]
    Unknown(String),
    /// Cargo has said why.
    #[error("the agents could not be built: cargo says above why")]
    Build,
    /// An agent that should stay did not.
    #[error("{name} did not start:\n{log}")]
    Silent {
        /// The agent.
        name: String,
        /// The end of its log.
        log: String,
    },
    /// A signal came.
    #[error("stopped")]
    Stopped,
    /// The system refused something.
    #[error(transparent)]
    System(#[from] io::Error),
}

/// Says it to the person. Whoever reads no more, as `head`, does not end the run.
fn say(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Runs the agents and shows what they delivered; gives whether all of it is true.
///
/// # Errors
/// An agent could not be built, found or started.
pub async fn show(
    running: &Running,
    size: &Size,
    wanted: &Wanted,
    folder: &Path,
    stop: &mut Stop,
) -> Result<bool, Error> {
    say(&format!(
        "AWS, Azure, Google Cloud and racks of GPUs on this machine: {} resources each,\n\
         {} accounts, {} regions, seed {}.",
        figures::count(size.resources),
        size.accounts,
        size.regions,
        size.seed
    ));
    let is_wanted = |cloud: &&str| {
        wanted.clouds.is_empty() || wanted.clouds.iter().any(|wanted| wanted == cloud)
    };
    let clouds: Vec<&'static str> = running.agents.keys().copied().filter(is_wanted).collect();
    if let Some(unknown) = wanted.clouds.iter().find(|cloud| !clouds.contains(&cloud.as_str())) {
        return Err(Error::Unknown(unknown.clone()));
    }
    let programs = programs::folder(wanted.programs.as_deref(), &clouds, stop).await?;
    let mut agents = Vec::new();
    for cloud in clouds {
        agents.push(Agent::new(cloud, &programs, folder, running.agents[cloud].clone())?);
    }
    say(
        "\nEach agent runs once over its fleet. Left is what it delivered, right what is true, in USD at\n\
         list prices; '=' stands where both are equal to the last digit.",
    );
    let started = Instant::now();
    let mut differing = Vec::new();
    for agent in &agents {
        if !one(running, agent, stop).await? {
            differing.push(agent.name());
        }
    }
    let verdict = verdict(agents.len(), &differing);
    say(&format!("\n{verdict} ({:.1} s)", started.elapsed().as_secs_f64()));
    if !wanted.exit {
        stay::stay(running, &agents, folder, stop).await?;
    }
    Ok(differing.is_empty())
}

fn verdict(agents: usize, differing: &[String]) -> String {
    let all = match agents {
        1 => "The agent equals its truth.",
        2 => "Both equal their truths.",
        3 => "All three equal their truths.",
        _ => "All four equal their truths.",
    };
    match differing {
        [] => all.to_owned(),
        names => format!("Not equal to the truth: {}.", names.join(", ")),
    }
}

/// Runs an agent once and shows its table; gives whether it is the truth.
async fn one(running: &Running, agent: &Agent, stop: &mut Stop) -> Result<bool, Error> {
    let before = requests(&running.counts, agent.cloud);
    let ran = agent.once(stop).await?;
    let requests = requests(&running.counts, agent.cloud) - before;
    let report = running.receiver.0.totals().agents.remove(&agent.name()).unwrap_or_default();
    // A million resources take seconds to add up.
    let truth = tokio::task::block_in_place(|| running.truths[agent.cloud]().by_service());
    let comparison = Comparison::of(&report.services, &truth, &report.failed_services);
    let status =
        ran.status.map_or("ended by a signal".to_owned(), |status| format!("status {status}"));
    let documents = match report.documents {
        1 => "1 document".to_owned(),
        number => format!("{} documents", figures::count(number)),
    };
    say(&format!("\n{}\n{}", agent.name(), comparison.text().trim_end()));
    let asked = match agent.cloud {
        "generic" => String::new(),
        _ => format!("{} requests, ", figures::count(requests)),
    };
    say(&format!("  {:.1} s, {asked}{documents}, {status}", ran.took.as_secs_f64()));
    let log = agent.last_lines();
    if ran.status != Some(0) && !log.is_empty() {
        say(log.trim_end());
    }
    agent.clear_log()?;
    Ok(comparison.equal() && ran.status == Some(0))
}

/// How many requests a cloud was asked.
fn requests(counts: &Counts, cloud: &str) -> u64 {
    counts.of(cloud).values().map(|count| count.requests).sum()
}
