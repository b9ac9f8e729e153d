//! The command line of `aws-agent`.

use std::sync::Arc;
use std::time::Duration;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use finops_core::admin::{self, Live};
use finops_core::agent::Agent as _;
use finops_core::cli::{
    self, Admin, CommonArgs, IdentifyCommand, OutboxCommand, ProgressLine, ReportCommand, complain,
    environment_help, print,
};
use finops_core::config::{
    AgentConfig, Checker, ConfigErrors, Flag, Layers, Output, Setting, agent_settings, example,
};
use finops_core::data_dir::DataDir;
use finops_core::progress::Progress;
use finops_core::run::{ExitStatus, Monitor, Plan};
use finops_core::telemetry::{Telemetry, TraceContext};

use crate::agent::{AwsAgent, NAME, VERSION};
use crate::builder::AwsAgentBuilder;
use crate::check::{self, Finding, Line};
use crate::config::{AWS_SETTINGS, AwsConfig};

/// Discovers what runs on AWS, prices it from list prices and pushes it to an OpenFinOps server.
///
/// Credentials come from the AWS SDK's own chain: environment, profile, SSO, IRSA, container,
/// instance metadata.
#[derive(Debug, Parser)]
#[command(name = NAME, version)]
struct Arguments {
    #[command(flatten)]
    common: CommonArgs,
    /// A region to collect; several times, comma-separated, or `all` [default: the profile's, else
    /// us-east-1].
    #[arg(long, value_name = "REGION", global = true)]
    region: Vec<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try each permission and the server, and name what is missing.
    Check,
    /// Work with the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// See and mend what waits for the server or was refused by it.
    #[command(subcommand)]
    Outbox(OutboxCommand),
    Report(ReportCommand),
    Identify(IdentifyCommand),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print a commented configuration file with every setting.
    Example,
    /// Check the configuration and report every mistake.
    Validate,
}

/// Parses the arguments, runs what they ask for and says how it went.
pub async fn run() -> ExitStatus {
    let settings: Vec<&'static Setting> = agent_settings().chain(AWS_SETTINGS).collect();
    let command = Arguments::command().after_help(environment_help(&settings));
    let parsed =
        command.try_get_matches().and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            // --help and --version are no mistakes; clap prints each where it belongs.
            let status = if error.use_stderr() { ExitStatus::Usage } else { ExitStatus::Success };
            let _ = error.print();
            return status;
        }
    };
    if let Some(Command::Config(ConfigCommand::Example)) = arguments.command {
        print(&example(NAME, &settings));
        return ExitStatus::Success;
    }
    match configure(&arguments) {
        Ok((common, aws)) => execute(arguments, common, aws).await,
        Err(errors) => {
            complain(NAME, errors);
            ExitStatus::Usage
        }
    }
}

fn configure(arguments: &Arguments) -> Result<(AgentConfig, AwsConfig), ConfigErrors> {
    let mut layers = Layers::new(agent_settings().chain(AWS_SETTINGS));
    if let Some(file) = &arguments.common.config {
        layers.file(file);
    }
    let variable = |name: &str| std::env::var(name).ok();
    layers.environment(variable);
    let mut flags = arguments.common.flags();
    for region in &arguments.region {
        flags.push(Flag { key: "region", name: "--region", value: region.clone() });
    }
    layers.flags(flags);
    let mut check = Checker::new(layers);
    let common = AgentConfig::check(&mut check, variable("OPENFINOPS_TOKEN"));
    let aws = AwsConfig::check(&mut check);
    check.finish().map(|()| (common, aws))
}

async fn execute(arguments: Arguments, common: AgentConfig, aws: AwsConfig) -> ExitStatus {
    if arguments.command.is_some() {
        cli::start_logging_once(common.log_level.as_deref(), None);
    }
    match &arguments.command {
        Some(Command::Config(_)) => {
            print("the configuration is valid\n");
            ExitStatus::Success
        }
        Some(Command::Outbox(command)) => {
            command.run(NAME, &DataDir::locate(common.data_dir.as_deref(), NAME))
        }
        Some(Command::Report(command)) => {
            command.run(NAME, &DataDir::locate(common.data_dir.as_deref(), NAME))
        }
        Some(Command::Check) => match build(common, aws, Output::None).build() {
            Ok(agent) => check(&agent).await,
            Err(error) => failed(error),
        },
        Some(Command::Identify(command)) => {
            command.run(NAME, &cli::collector(NAME, VERSION, &common)).await
        }
        None => Box::pin(run_agent(arguments, common, aws)).await,
    }
}

fn failed(error: impl std::fmt::Display) -> ExitStatus {
    complain(NAME, error);
    ExitStatus::Usage
}

/// Collects, once or until it is told to stop, with the data directory to itself.
async fn run_agent(arguments: Arguments, common: AgentConfig, aws: AwsConfig) -> ExitStatus {
    let locked = DataDir::open(common.data_dir.as_deref(), NAME).and_then(|folder| folder.lock());
    let _lock = match locked {
        Ok(lock) => lock,
        Err(error) => return failed(error),
    };
    // Months of cycles in one caller's trace would be of no use to anyone.
    let caller = if arguments.common.once { TraceContext::of_the_environment() } else { None };
    let telemetry = match cli::start_telemetry(&common.telemetry, caller) {
        Ok(telemetry) => telemetry,
        Err(error) => return failed(error),
    };
    let level = common.log_level.as_deref();
    let status = if arguments.common.once {
        cli::start_logging_once(level, Some(&telemetry));
        once(common, aws, &telemetry).await
    } else {
        cli::start_logging(level.unwrap_or("info"), Some(&telemetry));
        serve(arguments, common, aws, &telemetry).await
    };
    cli::finish_telemetry(telemetry).await;
    status
}

async fn once(common: AgentConfig, aws: AwsConfig, telemetry: &Telemetry) -> ExitStatus {
    let output = common.output.unwrap_or(Output::Table);
    let progress = Arc::new(ProgressLine::default());
    let identity = cli::introduce(&cli::collector(NAME, VERSION, &common), telemetry).await;
    let builder = build(common, aws, output).identity(identity).started_by_hand();
    match builder.progress(Arc::clone(&progress) as Arc<dyn Progress>).build() {
        Ok(agent) => cli::once(NAME, &agent, output, &progress, agent.data_dir()).await,
        Err(error) => failed(error),
    }
}

async fn serve(
    arguments: Arguments,
    common: AgentConfig,
    aws: AwsConfig,
    telemetry: &Telemetry,
) -> ExitStatus {
    let monitor = Arc::new(Monitor::default());
    let output = common.output.unwrap_or(Output::None);
    let plan = Plan::of(common.interval, &common.run, Arc::clone(&monitor));
    let (data_dir, listen) = (common.data_dir.clone(), common.run.listen);
    let identity = cli::introduce(&cli::collector(NAME, VERSION, &common), telemetry).await;
    let agent = match build(common, aws, output).identity(Arc::clone(&identity)).build() {
        Ok(agent) => agent,
        Err(error) => return failed(error),
    };
    let live = live(&agent, &monitor, plan.interval).telemetry(telemetry.clone());
    let admin = match listen {
        None => None,
        Some(address) => match Admin::bind(address, live).await {
            Ok(admin) => Some(admin),
            Err(error) => return failed(error),
        },
    };
    let outbox = Arc::clone(agent.delivery().outbox());
    let reload = move || {
        let (common, aws) = configure(&arguments).map_err(|errors| errors.to_string())?;
        if common.data_dir != data_dir {
            return Err("data_dir changed, which takes a restart".to_owned());
        }
        if common.run.listen != listen {
            return Err("listen changed, which takes a restart".to_owned());
        }
        let output = common.output.unwrap_or(Output::None);
        let mut plan = Plan::of(common.interval, &common.run, Arc::clone(&monitor));
        plan.jittered_start = false;
        let builder = build(common, aws, output).identity(Arc::clone(&identity));
        let builder = builder.outbox(Arc::clone(&outbox));
        Ok((builder.build().map_err(|error| error.to_string())?, plan))
    };
    cli::continuous(NAME, agent, plan, admin, reload).await
}

/// The agent as its admin port shows it.
fn live(agent: &AwsAgent, monitor: &Arc<Monitor>, interval: Duration) -> Live {
    let sender = agent.delivery().sender();
    let about = admin::Agent {
        name: NAME.to_owned(),
        version: VERSION.to_owned(),
        agent_id: sender.agent_id.clone(),
        hostname: sender.hostname.clone(),
        place: sender.identity.place(),
    };
    let book = agent.prices.book();
    let price_book =
        book.newest_date().map(|newest| admin::PriceBook { newest, rows: book.len() as u64 });
    let (monitor, delivery) = (Arc::clone(monitor), Arc::clone(agent.delivery()));
    Live::new(about, price_book, monitor, delivery, interval)
}

/// What an agent is built from, as configured.
fn build(common: AgentConfig, aws: AwsConfig, output: Output) -> AwsAgentBuilder {
    let mut builder = AwsAgent::builder()
        .config(aws)
        .token(common.token)
        .interval(common.interval)
        .group_by(common.group_by)
        .concurrency(common.concurrency)
        .traced(common.telemetry.snapshot_events)
        .run(common.run);
    builder = match common.server {
        Some(url) => builder.openfinops_endpoint(url),
        None => builder.without_server(),
    };
    if let Some(id) = common.agent_id {
        builder = builder.agent_id(id);
    }
    if let Some(name) = common.environment {
        builder = builder.environment(name);
    }
    if let Some(path) = common.data_dir {
        builder = builder.data_dir(path);
    }
    if output == Output::Json {
        builder = builder.print_documents_to(Box::new(std::io::stdout()));
    }
    builder
}

async fn check(agent: &AwsAgent) -> ExitStatus {
    let lines = check::check(agent).await;
    print(&table(&lines));
    let bad = lines.iter().filter(|line| line.finding != Finding::Granted).count();
    if bad == 0 {
        print("everything that the agent needs is there\n");
        return ExitStatus::Success;
    }
    let missing = lines.iter().filter(|line| matches!(line.finding, Finding::Missing(_)));
    let missing: Vec<&str> = missing.map(|line| line.subject.as_str()).collect();
    if !missing.is_empty() {
        complain(NAME, format_args!("missing permissions: {}", missing.join(", ")));
    }
    let credentials = lines.iter().any(|line| line.subject == "credentials");
    let server =
        lines.iter().any(|line| line.subject == "server" && line.finding != Finding::Granted);
    match () {
        () if credentials => ExitStatus::Usage,
        () if server => ExitStatus::Kept,
        () => ExitStatus::Partial,
    }
}

fn table(lines: &[Line]) -> String {
    let mut rows = vec![["what", "where", "result", ""].map(str::to_owned)];
    for line in lines {
        let (result, detail) = match &line.finding {
            Finding::Granted => ("ok", ""),
            Finding::Missing(detail) => ("MISSING", detail.as_str()),
            Finding::Failed(detail) => ("failed", detail.as_str()),
        };
        rows.push([&line.subject, &line.place, result, detail].map(str::to_owned));
    }
    cli::columns(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The long flags of `command` and of everything below it.
    fn collect_flags(command: &clap::Command, flags: &mut Vec<String>) {
        flags.extend(command.get_arguments().filter_map(|it| it.get_long().map(str::to_owned)));
        command.get_subcommands().for_each(|below| collect_flags(below, flags));
    }

    #[test]
    fn the_documents_name_every_setting_and_no_flag_that_is_not_there() {
        let reference = include_str!("../../../docs/configuration.md");
        for setting in agent_settings().chain(AWS_SETTINGS) {
            let names = [setting.key].into_iter().chain(setting.aliases.iter().copied());
            for name in names.chain(setting.environment.iter().copied()) {
                assert!(reference.contains(&format!("`{name}`")), "{name} is not described");
            }
        }
        let mut command = Arguments::command();
        command.build(); // adds --help and --version
        let mut flags = Vec::new();
        collect_flags(&command, &mut flags);
        let readme = include_str!("../../../README.md");
        let words =
            readme.lines().filter(|line| line.contains("aws-agent") || line.contains("`--"));
        for word in words.flat_map(|line| line.split([' ', '`', ',', '.', ';', ')', '('])) {
            // cargo's own flags stand on cargo's lines.
            let Some(flag) = word.strip_prefix("--").filter(|flag| *flag != "release") else {
                continue;
            };
            assert!(flags.iter().any(|known| known == flag), "README names --{flag}");
        }
    }
}
