//! Plugins: commands whose output is measured.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use finops_core::config::{Branch, Checker};

use super::rates::Rates;
use super::resources::{self, ResourceRule};
use super::rules;
use crate::command::{Command, Program, User};
use crate::parse::{Format, Rules};

/// The shortest interval and timeout of a plugin.
const SHORTEST: Duration = Duration::from_secs(1);
/// The most output that a plugin may be allowed, in bytes.
const MOST_OUTPUT: u64 = 16 * 1024 * 1024;
/// The most output that a pattern reads, in bytes: one that looks far ahead takes time by the square
/// of it.
const MOST_FOR_PATTERN: usize = 128 * 1024;
/// Names that are taken: those of the built-in collectors, and of the services.
const TAKEN: &[&str] = &[
    "system_metrics",
    "gpu_metrics",
    "docker_metrics",
    "process_metrics",
    "custom_commands",
    "collectors",
    "machine",
];

/// A plugin.
#[derive(Debug, Clone)]
pub struct PluginConfig {
    /// Its name, which is its collector's and its service's.
    pub name: String,
    /// What it runs.
    pub command: Command,
    /// How the output is read.
    pub rules: Rules,
    /// Time between two runs; `None` runs it with every cycle.
    pub interval: Option<Duration>,
    /// The exit statuses that mean success; none of them means any.
    pub success: Vec<i32>,
    /// What its records are as resources, where they are.
    pub resources: Option<ResourceRule>,
}

impl PluginConfig {
    /// A plugin that prints JSON and runs with every cycle.
    #[must_use]
    pub fn new(name: impl Into<String>, command: Command) -> Self {
        let (rules, success) = (rules::default(), vec![0]);
        Self { name: name.into(), command, rules, interval: None, success, resources: None }
    }
}

/// The plugins of the list `plugins`.
pub(super) fn check(check: &mut Checker, rates: &Rates) -> Vec<PluginConfig> {
    let mut plugins: Vec<PluginConfig> = Vec::new();
    for mut branch in check.branches("plugins") {
        let name = name(&mut branch, &plugins);
        let enabled = branch.flag("enabled").unwrap_or(true);
        let plugin = plugin(branch, name, rates);
        plugins.extend(plugin.filter(|_| enabled));
    }
    plugins
}

fn plugin(mut branch: Branch, name: Option<String>, rates: &Rates) -> Option<PluginConfig> {
    branch.text("description");
    let command = command(&mut branch);
    let rules = match branch.branch("parse") {
        Some(below) => rules::check(below),
        None => Some(rules::default()),
    };
    let mut command = command;
    if let (Some(command), Some(Rules { format: Format::Regex(_), .. })) = (&mut command, &rules) {
        command.max_output = command.max_output.min(MOST_FOR_PATTERN);
    }
    let interval = branch.duration("interval", SHORTEST);
    let success = success(&mut branch);
    let resources = branch.branch("resources").map(|below| resources::check(below, rates));
    branch.finish();
    let resources = match resources {
        Some(rule) => Some(rule?),
        None => None,
    };
    Some(PluginConfig {
        name: name?,
        command: command?,
        rules: rules?,
        interval,
        success,
        resources,
    })
}

fn name(branch: &mut Branch, before: &[PluginConfig]) -> Option<String> {
    let written = branch.required("name", "give the plugin a name: gpu_cluster")?;
    let name = written.text.trim();
    if TAKEN.contains(&name) || before.iter().any(|plugin| plugin.name == name) {
        branch.wrong(&written, format!("is \"{name}\", which is taken"), "give it another name");
    } else if is_plugin_name(name) {
        return Some(name.to_owned());
    } else {
        let remedy = "use at most 64 letters, digits and _ - .";
        branch.wrong(&written, format!("is \"{}\"", name.escape_debug()), remedy);
    }
    None
}

/// Whether a plugin may be called that: letters that need no quotes anywhere, and none of the
/// agent's own names.
pub(crate) fn is_plugin_name(name: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
    (1..=64).contains(&name.len()) && name.chars().all(plain) && !TAKEN.contains(&name)
}

fn command(branch: &mut Branch) -> Option<Command> {
    let program = program(branch);
    // Every key is read, whatever is wrong with another.
    let known = program.is_some();
    let mut command = Command::new(program.unwrap_or(Program::Arguments(Vec::new())));
    if let Some(timeout) = branch.duration("timeout", SHORTEST) {
        command.timeout = timeout;
    }
    if let Some(size) = branch.size("max_output", 1, MOST_OUTPUT) {
        command.max_output = usize::try_from(size).unwrap_or(usize::MAX);
    }
    command.directory = branch.text("directory").map(PathBuf::from);
    command.environment = environment(branch);
    if let Some(written) = branch.written("user") {
        match User::find(written.text.trim()) {
            Ok(user) => command.user = Some(user),
            Err(problem) => branch.wrong(&written, problem, "name a user of this machine"),
        }
    }
    known.then_some(command)
}

fn program(branch: &mut Branch) -> Option<Program> {
    let shell = branch.flag("shell").unwrap_or(false);
    let is_list = branch.is_list("command");
    let words = branch.texts("command");
    let remedy = "write a list, [\"df\", \"-P\"], or one text and `shell: true`";
    match (shell, is_list, words.as_slice()) {
        (_, _, []) => branch.mistake("has no `command`", remedy),
        (_, _, [first, ..]) if first.text.trim().is_empty() => {
            branch.wrong(first, "is empty", remedy);
        }
        (_, _, words) if words.iter().any(|word| word.text.contains('\0')) => {
            branch.mistake("has a command with a NUL in it", "take it out");
        }
        (false, true, words) => {
            return Some(Program::Arguments(words.iter().map(|it| it.text.clone()).collect()));
        }
        (true, false, [script]) => return Some(Program::Shell(script.text.clone())),
        (true, _, _) => branch.mistake("gives a list to a shell", remedy),
        (false, false, _) => branch.mistake("has a command that is no list", remedy),
    }
    None
}

/// What `env` gives, and what `pass_env` takes over from the agent's own environment.
fn environment(branch: &mut Branch) -> BTreeMap<String, SecretString> {
    let mut environment = BTreeMap::new();
    for written in branch.texts("pass_env") {
        if let Ok(value) = std::env::var(written.text.trim()) {
            environment.insert(written.text.trim().to_owned(), SecretString::from(value));
        }
    }
    for (name, value) in branch.pairs("env") {
        if name.is_empty() || name.contains(['=', '\0']) || value.text.contains('\0') {
            branch.wrong(&value, "cannot be in an environment", "use letters, digits and _");
            continue;
        }
        environment.insert(name, SecretString::from(value.text));
    }
    environment
}

fn success(branch: &mut Branch) -> Vec<i32> {
    if !branch.has("success_exit") {
        return vec![0];
    }
    let mut statuses = Vec::new();
    for written in branch.texts("success_exit") {
        match written.text.trim() {
            "any" => return Vec::new(),
            text => match text.parse() {
                Ok(status @ 0..=255) => statuses.push(status),
                _ => {
                    let problem = format!("is \"{text}\"");
                    branch.wrong(&written, problem, "write exit statuses, [0, 2], or any");
                }
            },
        }
    }
    statuses
}
