//! The command line of `aws-agent`.

use std::sync::Arc;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use finops_core::cli::{self, CommonArgs, ProgressLine, complain, environment_help, print};
use finops_core::config::{
    AGENT_SETTINGS, AgentConfig, Checker, ConfigErrors, Flag, Layers, Output, Setting, example,
};
use finops_core::run::ExitStatus;

use crate::agent::{AwsAgent, NAME};
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
    let settings: Vec<&'static Setting> = AGENT_SETTINGS.iter().chain(AWS_SETTINGS).collect();
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
    match configure(&arguments, settings) {
        Ok((common, aws)) => execute(arguments, common, aws).await,
        Err(errors) => {
            complain(NAME, errors);
            ExitStatus::Usage
        }
    }
}

fn configure(
    arguments: &Arguments,
    settings: Vec<&'static Setting>,
) -> Result<(AgentConfig, AwsConfig), ConfigErrors> {
    let mut layers = Layers::new(settings);
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
    let once = arguments.common.once || arguments.command.is_some();
    let level = common.log_level.as_deref().unwrap_or(if once { "warn" } else { "info" });
    cli::start_logging(level);
    if let Some(Command::Config(_)) = arguments.command {
        print("the configuration is valid\n");
        return ExitStatus::Success;
    }
    let default = if once { Output::Table } else { Output::None };
    let output = common.output.unwrap_or(default);
    let interval = common.interval;
    let progress = Arc::new(ProgressLine::default());
    let watching = once && arguments.command.is_none();
    let built = build(common, aws, output, watching.then(|| Arc::clone(&progress)));
    let agent = match built {
        Ok(agent) => agent,
        Err(error) => {
            complain(NAME, error);
            return ExitStatus::Usage;
        }
    };
    match arguments.command {
        Some(Command::Check) => check(&agent).await,
        _ if once => cli::once(NAME, &agent, output, &progress, agent.data_dir()).await,
        _ => cli::continuous(NAME, &agent, interval).await,
    }
}

fn build(
    common: AgentConfig,
    aws: AwsConfig,
    output: Output,
    progress: Option<Arc<ProgressLine>>,
) -> Result<AwsAgent, crate::BuildError> {
    let mut builder = AwsAgent::builder()
        .config(aws)
        .token(common.token)
        .interval(common.interval)
        .group_by(common.group_by)
        .concurrency(common.concurrency);
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
    if let Some(progress) = progress {
        builder = builder.progress(progress);
    }
    builder.build()
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

    #[test]
    fn the_documents_name_every_setting_and_no_flag_that_is_not_there() {
        let reference = include_str!("../../../docs/configuration.md");
        for setting in AGENT_SETTINGS.iter().chain(AWS_SETTINGS) {
            let names = [setting.key].into_iter().chain(setting.aliases.iter().copied());
            for name in names.chain(setting.environment.iter().copied()) {
                assert!(reference.contains(&format!("`{name}`")), "{name} is not described");
            }
        }
        let mut command = Arguments::command();
        command.build(); // adds --help and --version
        let flags: Vec<String> =
            command.get_arguments().filter_map(|it| it.get_long().map(str::to_owned)).collect();
        let readme = include_str!("../../../README.md");
        let words =
            readme.lines().filter(|line| line.contains("aws-agent") || line.contains("`--"));
        for word in words.flat_map(|line| line.split([' ', '`', ',', '.', ')', '('])) {
            // cargo's own flags stand on cargo's lines.
            let Some(flag) = word.strip_prefix("--").filter(|flag| *flag != "release") else {
                continue;
            };
            assert!(flags.iter().any(|known| known == flag), "README names --{flag}");
        }
    }
}
