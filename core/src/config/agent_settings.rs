//! The settings that every agent has.

use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::check::Checker;
use super::replica_settings::{REPLICA_SETTINGS, ReplicaConfig};
use super::run_settings::{RUN_SETTINGS, RunConfig};
use super::setting::{Kind, Place, Setting};
use super::telemetry_settings::{TELEMETRY_SETTINGS, TelemetryConfig};

/// The most of a token's file that is read, in bytes: a device would never end.
const LONGEST_TOKEN: u64 = 64 * 1024;

/// The settings of every agent that say what it is and does.
pub const AGENT_SETTINGS: &[Setting] = &[
    Setting {
        key: "server",
        aliases: &["openfinops_endpoint", "server_url"],
        environment: &["OPENFINOPS_ENDPOINT"],
        kind: Kind::Text,
        default: Some("http://localhost:8080"),
        help: "The OpenFinOps server, or `none` to send nothing (with `output: json`, say).",
        example: "",
    },
    Setting {
        key: "token_file",
        aliases: &[],
        environment: &["OPENFINOPS_TOKEN_FILE"],
        kind: Kind::Text,
        default: None,
        help: "A file that holds the token sent to the server as `Authorization: Bearer`. \
               The environment variable OPENFINOPS_TOKEN gives the token itself; it has no key \
               here, so that no configuration file holds a secret.",
        example: "/run/secrets/openfinops-token",
    },
    Setting {
        key: "interval",
        aliases: &["interval_seconds", "collection_interval"],
        environment: &["COLLECTION_INTERVAL"],
        kind: Kind::Duration,
        default: Some("300"),
        help: "Time between the starts of two cycles: seconds, or 5m, 1h. At least 10 seconds.",
        example: "",
    },
    Setting {
        key: "agent_id",
        aliases: &[],
        environment: &["OPENFINOPS_AGENT_ID"],
        kind: Kind::Text,
        default: None,
        help: "The agent's name at the server. By default one is made from the host's name at \
               the first run and kept in the data directory.",
        example: "aws-agent-production",
    },
    Setting {
        key: "data_dir",
        aliases: &[],
        environment: &["OPENFINOPS_DATA_DIR", "STATE_DIRECTORY"],
        kind: Kind::Text,
        default: None,
        help: "Where the agent keeps its id and what it could not deliver yet. By default \
               $XDG_STATE_HOME/openfinops/<agent> or ~/.local/state/openfinops/<agent>.",
        example: "/var/lib/openfinops/aws-agent",
    },
    Setting {
        key: "output",
        aliases: &[],
        environment: &["OPENFINOPS_OUTPUT"],
        kind: Kind::Choice(&["table", "json", "none"]),
        default: None,
        help: "What goes to standard output: a table for people, the snapshot documents (one a \
               line, and nothing else), or nothing. Default: table with --once, else none.",
        example: "table",
    },
    Setting {
        key: "group_by",
        aliases: &[],
        environment: &["OPENFINOPS_GROUP_BY"],
        kind: Kind::Texts,
        default: None,
        help: "Tags to add up costs by in the table: tag:team, tag:env.",
        example: "[tag:team]",
    },
    Setting {
        key: "concurrency",
        aliases: &[],
        environment: &["OPENFINOPS_CONCURRENCY"],
        kind: Kind::Whole,
        default: Some("4"),
        help: "How many scopes are collected side by side. Memory grows with it.",
        example: "",
    },
    Setting {
        key: "environment",
        aliases: &[],
        environment: &["ENVIRONMENT"],
        kind: Kind::Text,
        default: None,
        help: "The name of this environment (prod, staging) in the identity that documents carry.",
        example: "prod",
    },
    Setting {
        key: "log_level",
        aliases: &[],
        environment: &["OPENFINOPS_LOG_LEVEL"],
        kind: Kind::Choice(&["error", "warn", "info", "debug", "trace"]),
        default: None,
        help: "How much goes to standard error. Default: warn with --once, else info.",
        example: "info",
    },
];

/// Every setting that every agent has, in the order of the example file.
pub fn agent_settings() -> impl Iterator<Item = &'static Setting> {
    AGENT_SETTINGS.iter().chain(REPLICA_SETTINGS).chain(RUN_SETTINGS).chain(TELEMETRY_SETTINGS)
}

/// What goes to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// A table for people.
    Table,
    /// Snapshot documents, one a line.
    Json,
    /// Nothing.
    None,
}

/// The checked settings that every agent has.
#[derive(Debug, Clone)]
pub struct AgentConfig {
    /// The server, or `None` to send nothing.
    pub server: Option<Url>,
    /// The token for the server.
    pub token: Option<SecretString>,
    /// Time between the starts of two cycles.
    pub interval: Duration,
    /// The agent's name, where one was given.
    pub agent_id: Option<String>,
    /// The data directory, where one was given.
    pub data_dir: Option<PathBuf>,
    /// What goes to standard output, where it was said.
    pub output: Option<Output>,
    /// Tag keys to add up costs by.
    pub group_by: Vec<String>,
    /// Scopes collected side by side.
    pub concurrency: usize,
    /// The name of this environment, where one was given.
    pub environment: Option<String>,
    /// The log level, where it was said.
    pub log_level: Option<String>,
    /// With whom it shares its work.
    pub replicas: ReplicaConfig,
    /// How it runs and delivers.
    pub run: RunConfig,
    /// What it tells of itself.
    pub telemetry: TelemetryConfig,
}

impl AgentConfig {
    /// Reads the settings; mistakes go to `check`. `token` is the token from the environment, and
    /// `shortest` the shortest interval that makes sense for the agent.
    pub fn check(check: &mut Checker, token: Option<String>, shortest: Duration) -> Self {
        let server = server(check);
        Self {
            token: self::token(check, token, server.as_ref()),
            server,
            interval: check.duration("interval", shortest).unwrap_or(Duration::from_secs(300)),
            agent_id: agent_id(check),
            data_dir: data_dir(check),
            output: check.choice("output").map(|word| match word.as_str() {
                "json" => Output::Json,
                "none" => Output::None,
                _ => Output::Table,
            }),
            group_by: group_by(check),
            concurrency: check
                .whole("concurrency", 1)
                .and_then(|number| usize::try_from(number).ok())
                .unwrap_or(4)
                .min(64),
            environment: check.text("environment").filter(|name| !name.is_empty()),
            log_level: log_level(check),
            replicas: ReplicaConfig::check(check),
            run: RunConfig::check(check),
            telemetry: TelemetryConfig::check(check),
        }
    }
}

fn server(check: &mut Checker) -> Option<Url> {
    let text = check.text("server")?;
    if text == "none" {
        return None;
    }
    match server_url(&text) {
        Ok(url) => Some(url),
        Err((problem, remedy)) => {
            check.mistake("server", problem, format!("{remedy}, or none"));
            None
        }
    }
}

/// A server's address, or what is wrong with it and what would be right.
pub(super) fn server_url(text: &str) -> Result<Url, (String, &'static str)> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.host().is_some() => {
            if url.username().is_empty() && url.password().is_none() {
                return Ok(url);
            }
            // The text is not repeated: it holds a password.
            Err((
                "holds a user name or password".to_owned(),
                "use OPENFINOPS_TOKEN or a token_file",
            ))
        }
        _ => Err((
            format!("is \"{text}\", not a server's address"),
            "write http://host:port or https://host",
        )),
    }
}

/// The levels of `tracing`, or those of Python's `logging`, which upstream's files have.
fn log_level(check: &mut Checker) -> Option<String> {
    match check.text("log_level")?.to_ascii_lowercase().as_str() {
        "warning" => Some("warn".to_owned()),
        "critical" => Some("error".to_owned()),
        _ => check.choice("log_level"),
    }
}

fn data_dir(check: &mut Checker) -> Option<PathBuf> {
    let text = check.text("data_dir").filter(|text| !text.is_empty())?;
    // systemd's variable may name several folders, separated by colons; the first is the unit's.
    let several = check.place("data_dir") == Some(Place::Environment("STATE_DIRECTORY"));
    let first = if several { text.split(':').next().unwrap_or_default() } else { &text };
    Some(PathBuf::from(first))
}

fn agent_id(check: &mut Checker) -> Option<String> {
    let id = check.text("agent_id").filter(|id| !id.is_empty())?;
    if id.len() <= 128 && id.chars().all(|letter| letter.is_ascii_graphic()) {
        return Some(id);
    }
    check.mistake(
        "agent_id",
        "has a space, a control character or more than 128 letters",
        "use letters, digits and - _ . :",
    );
    None
}

fn group_by(check: &mut Checker) -> Vec<String> {
    let mut keys = Vec::new();
    for text in check.texts("group_by") {
        match text.strip_prefix("tag:") {
            Some(key) if !key.is_empty() => keys.push(key.to_owned()),
            _ => check.mistake(
                "group_by",
                format!("is \"{text}\""),
                "write the word tag, a colon and the tag's key: tag:team",
            ),
        }
    }
    keys
}

fn token(
    check: &mut Checker,
    from_environment: Option<String>,
    server: Option<&Url>,
) -> Option<SecretString> {
    let file = check.text("token_file");
    let token = match (from_environment, file) {
        (Some(token), _) => Ok(Some(token)),
        (None, Some(path)) => read_token(&path).map(Some),
        (None, None) => Ok(None),
    };
    let token = match token.and_then(|token| token.map_or(Ok(None), |text| one_word(&text))) {
        Ok(token) => token?,
        Err((problem, remedy)) => {
            check.mistake("token_file", problem, remedy);
            return None;
        }
    };
    if let Some(url) = server.filter(|url| is_open(url)) {
        check.mistake(
            "server",
            format!("is {url}: a token would travel in clear text"),
            "use https with a token",
        );
    }
    Some(token)
}

/// The text of a token's file.
pub(super) fn read_token(path: &str) -> Result<String, (String, &'static str)> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST_TOKEN).read_to_string(&mut text));
    match read {
        Ok(_) => Ok(text),
        Err(error) => Err((format!("cannot be read: {error}"), "check the path")),
    }
}

/// A token is one visible word, or nothing.
pub(super) fn one_word(text: &str) -> Result<Option<SecretString>, (String, &'static str)> {
    let token = text.trim();
    if token.is_empty() {
        return Ok(None);
    }
    if token.chars().all(|letter| letter.is_ascii_graphic()) {
        return Ok(Some(SecretString::from(token)));
    }
    Err(("holds more than one word".to_owned(), "the file holds only the token"))
}

/// Whether others on the way could read what is sent there: `http` to another machine.
#[must_use]
pub fn is_open(url: &Url) -> bool {
    url.scheme() == "http" && !is_loopback(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
