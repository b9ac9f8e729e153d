//! What all agents' programs do: read the settings, run a subcommand, collect once or for months.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Subcommand;

use super::{
    Admin, IdentifyCommand, OutboxCommand, ProgressLine, ReportCommand, collector, complain,
    continuous, finish_telemetry, introduce, once, print, start_logging, start_logging_once,
    start_telemetry,
};
use crate::admin::{self, Live, Watched};
use crate::agent::Agent;
use crate::assembly::{Assembly, BuildError};
use crate::config::{
    AgentConfig, Checker, ConfigErrors, Flag, Layers, Output, ReplicaConfig, Setting, example,
};
use crate::data_dir::DataDir;
use crate::identity::{Identity, Surroundings};
use crate::outbox::Outbox;
use crate::progress::{Progress, Silent};
use crate::replicas::{Replica, ReplicaError};
use crate::run::{ExitStatus, Monitor, Plan};
use crate::telemetry::{Telemetry, TraceContext};

/// What makes one agent's program different from another's.
pub trait Program {
    /// The agent.
    type Agent: Agent;
    /// The settings that only this agent has, checked.
    type Config;

    /// The name of the program, of its data directory, in its id.
    const NAME: &'static str;
    /// The program's version.
    const VERSION: &'static str;
    /// The shortest time between two cycles that makes sense.
    const SHORTEST_INTERVAL: Duration = Duration::from_secs(10);

    /// Every setting, in the order of the example file.
    fn settings() -> Vec<&'static Setting>;

    /// Reads the settings that only this agent has, and changes what they change in the common
    /// ones; mistakes go to `check`.
    fn check(check: &mut Checker, common: &mut AgentConfig) -> Self::Config;

    /// The agent, as configured.
    ///
    /// # Errors
    /// The data directory cannot be used, or what else the agent needs is not there.
    fn build(own: Self::Config, launch: Launch) -> Result<Self::Agent, BuildError>;
}

/// What an agent is started with, besides its own settings.
pub struct Launch {
    /// The settings that every agent has.
    pub common: AgentConfig,
    /// What it is put together from, as these say.
    pub assembly: Assembly,
    /// Who is told how far a cycle is.
    pub progress: Arc<dyn Progress>,
    /// With whom it shares its work.
    pub replica: Replica,
    /// One cycle and no more.
    pub once: bool,
}

impl Launch {
    /// A launch of the program `P`.
    #[must_use]
    pub fn of<P: Program>(common: AgentConfig, output: Output) -> Self {
        let assembly = Assembly::new(P::NAME, P::VERSION).configured(&common, output);
        let (progress, replica) = (Arc::new(Silent), Replica::default());
        Self { common, assembly, progress, replica, once: false }
    }

    pub(super) fn identity(mut self, identity: &Arc<Identity>) -> Self {
        self.assembly = self.assembly.identity(Some(Arc::clone(identity)));
        self
    }

    fn replica(mut self, replica: Replica) -> Self {
        self.replica = replica;
        self
    }

    fn outbox(mut self, outbox: &Arc<Outbox>) -> Self {
        self.assembly = self.assembly.outbox(Some(Arc::clone(outbox)));
        self
    }

    fn by_hand(mut self, progress: Arc<dyn Progress>) -> Self {
        self.assembly = self.assembly.started_by_hand();
        self.progress = progress;
        self.once = true;
        self
    }
}

/// Where settings come from: a file and flags; the environment is always asked.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file.
    pub file: Option<PathBuf>,
    /// The flags.
    pub flags: Vec<Flag>,
}

impl Sources {
    /// Reads and checks every setting.
    ///
    /// # Errors
    /// All mistakes that were found.
    pub fn read<P: Program>(&self) -> Result<(AgentConfig, P::Config), ConfigErrors> {
        let variable = |name: &str| std::env::var(name).ok();
        let mut layers = Layers::new(P::settings());
        if let Some(file) = &self.file {
            layers.file(file);
        }
        layers.environment(variable);
        layers.flags(self.flags.clone());
        let mut check = Checker::new(layers);
        let token = variable("OPENFINOPS_TOKEN");
        let mut common = AgentConfig::check(&mut check, token, P::SHORTEST_INTERVAL);
        let own = P::check(&mut check, &mut common);
        check.finish().map(|()| (common, own))
    }
}

/// The subcommands that all agents have.
#[derive(Debug, Subcommand)]
pub enum SharedCommand {
    /// Work with the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// See and mend what waits for the server or was refused by it.
    #[command(subcommand)]
    Outbox(OutboxCommand),
    #[expect(
        missing_docs,
        reason = "a comment here would take the place of the command's own help"
    )]
    Report(ReportCommand),
    #[expect(
        missing_docs,
        reason = "a comment here would take the place of the command's own help"
    )]
    Identify(IdentifyCommand),
}

/// What can be done with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print a commented configuration file with every setting.
    Example,
    /// Check the configuration and report every mistake.
    Validate,
}

impl SharedCommand {
    /// Does what the program `P` is asked for.
    pub async fn run<P: Program>(&self, sources: &Sources) -> ExitStatus {
        if let Self::Config(ConfigCommand::Example) = self {
            print(&example(P::NAME, &P::settings()));
            return ExitStatus::Success;
        }
        let common = match sources.read::<P>() {
            Ok((common, _)) => common,
            Err(errors) => return failed::<P>(errors),
        };
        start_logging_once(common.log_level.as_deref(), None);
        let folder = || DataDir::locate(common.data_dir.as_deref(), P::NAME);
        match self {
            Self::Config(_) => {
                print("the configuration is valid\n");
                ExitStatus::Success
            }
            Self::Outbox(command) => command.run(P::NAME, &folder()),
            Self::Report(command) => command.run(P::NAME, &folder()),
            Self::Identify(command) => {
                command.run(P::NAME, &collector(P::NAME, P::VERSION, &common)).await
            }
        }
    }
}

/// Says what is wrong, for a person.
pub fn failed<P: Program>(error: impl std::fmt::Display) -> ExitStatus {
    complain(P::NAME, error);
    ExitStatus::Usage
}

/// Collects, once or until it is told to stop, with the data directory to itself.
pub async fn run_agent<P: Program>(sources: Sources, one: bool) -> ExitStatus {
    let (common, own) = match sources.read::<P>() {
        Ok(read) => read,
        Err(errors) => return failed::<P>(errors),
    };
    let locked =
        DataDir::open(common.data_dir.as_deref(), P::NAME).and_then(|folder| folder.lock());
    let _lock = match locked {
        Ok(lock) => lock,
        Err(error) => return failed::<P>(error),
    };
    // Months of cycles in one caller's trace would be of no use to anyone.
    let caller = if one { TraceContext::of_the_environment() } else { None };
    let telemetry = match start_telemetry(&common.telemetry, caller) {
        Ok(telemetry) => telemetry,
        Err(error) => return failed::<P>(error),
    };
    let level = common.log_level.as_deref();
    let status = if one {
        start_logging_once(level, Some(&telemetry));
        run_once::<P>(common, own, &telemetry).await
    } else {
        start_logging(level.unwrap_or("info"), Some(&telemetry));
        serve::<P>(sources, common, own, &telemetry).await
    };
    finish_telemetry(telemetry).await;
    status
}

async fn run_once<P: Program>(
    common: AgentConfig,
    own: P::Config,
    telemetry: &Telemetry,
) -> ExitStatus {
    let output = common.output.unwrap_or(Output::Table);
    let folder = DataDir::locate(common.data_dir.as_deref(), P::NAME);
    let progress = Arc::new(ProgressLine::default());
    let identity = introduce(&collector(P::NAME, P::VERSION, &common), telemetry).await;
    // A lease is for those that go on: one cycle has nothing to hold it for.
    let part = common.replicas.shard.map(|shard| Replica::part(shard, common.interval));
    let launch =
        Launch::of::<P>(common, output).identity(&identity).replica(part.unwrap_or_default());
    match P::build(own, launch.by_hand(Arc::clone(&progress) as Arc<dyn Progress>)) {
        Ok(agent) => once(P::NAME, &agent, output, &progress, &folder).await,
        Err(error) => failed::<P>(error),
    }
}

async fn serve<P: Program>(
    sources: Sources,
    common: AgentConfig,
    own: P::Config,
    telemetry: &Telemetry,
) -> ExitStatus {
    let monitor = Arc::new(Monitor::default());
    let output = common.output.unwrap_or(Output::None);
    let plan = Plan::of(common.interval, &common.run, Arc::clone(&monitor));
    let (data_dir, listen) = (common.data_dir.clone(), common.run.listen);
    let identity = introduce(&collector(P::NAME, P::VERSION, &common), telemetry).await;
    let replica = match shared_with(&common) {
        Ok(replica) => replica,
        Err(error) => return failed::<P>(error),
    };
    let launch = Launch::of::<P>(common, output).identity(&identity).replica(replica);
    let agent = match P::build(own, launch) {
        Ok(agent) => agent,
        Err(error) => return failed::<P>(error),
    };
    let live = live::<P>(&agent, &monitor, plan.interval).telemetry(telemetry.clone());
    let admin = match listen {
        None => None,
        Some(address) => match Admin::bind(address, live).await {
            Ok(admin) => Some(admin),
            Err(error) => return failed::<P>(error),
        },
    };
    let outbox = Arc::clone(agent.delivery().outbox());
    let reload = move || {
        let (common, own) = sources.read::<P>().map_err(|errors| errors.to_string())?;
        unchanged(common.data_dir.as_deref() == data_dir.as_deref(), "data_dir")?;
        unchanged(common.run.listen == listen, "listen")?;
        let output = common.output.unwrap_or(Output::None);
        let mut plan = Plan::of(common.interval, &common.run, Arc::clone(&monitor));
        plan.jittered_start = false;
        let replica = shared_with(&common).map_err(|error| error.to_string())?;
        let launch = Launch::of::<P>(common, output).identity(&identity).outbox(&outbox);
        let launch = launch.replica(replica);
        Ok::<_, String>((P::build(own, launch).map_err(|error| error.to_string())?, plan))
    };
    continuous(P::NAME, agent, plan, admin, reload).await
}

/// With whom a running agent shares its work, as its settings say.
fn shared_with(common: &AgentConfig) -> Result<Replica, ReplicaError> {
    let ReplicaConfig { shard, lease, lease_duration } = &common.replicas;
    match (lease, *shard) {
        (None, None) => Ok(Replica::default()),
        (None, Some(shard)) => Ok(Replica::part(shard, common.interval)),
        (Some(name), shard) => {
            let around = Surroundings::of_this_process();
            Replica::by_lease(name, *lease_duration, shard, common.interval, &around)
        }
    }
}

fn unchanged(same: bool, setting: &str) -> Result<(), String> {
    if same { Ok(()) } else { Err(format!("{setting} changed, which takes a restart")) }
}

/// The agent as its admin port shows it.
fn live<P: Program>(agent: &P::Agent, monitor: &Arc<Monitor>, interval: Duration) -> Live {
    let sender = agent.delivery().sender();
    let about = admin::Agent {
        name: P::NAME.to_owned(),
        version: P::VERSION.to_owned(),
        agent_id: sender.agent_id.clone(),
        hostname: sender.hostname.clone(),
        place: sender.identity.place(),
    };
    Live::new(about, Arc::clone(monitor), Watched::of(agent, interval))
}
