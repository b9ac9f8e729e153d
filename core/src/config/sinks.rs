//! Sinks beside the server: each a name and a place.

use std::collections::HashSet;
use std::path::PathBuf;

use secrecy::SecretString;
use url::Url;

use super::agent_settings::{is_open, one_word, read_token, server_url};
use super::check::{Checker, Table};
use super::setting::{Kind, Setting};

/// Names that are taken: the server's queue and standard output's.
const TAKEN: [&str; 2] = ["server", "stdout"];

/// The settings of one sink.
pub(super) const SINK_SETTINGS: &[Setting] = &[
    column("name", "Its queue's name. A sink that changes its name starts anew.", "mirror"),
    column(
        "server",
        "An OpenFinOps server: http://host:port or https://host.",
        "https://finops.example",
    ),
    column(
        "token_file",
        "A file that holds the token for that server.",
        "/run/secrets/mirror-token",
    ),
    // Without an example: a sink has one of the two.
    column("file", "Instead of a server: a file that documents are appended to.", ""),
];

const fn column(key: &'static str, help: &'static str, example: &'static str) -> Setting {
    Setting { key, aliases: &[], environment: &[], kind: Kind::Text, default: None, help, example }
}

/// A sink beside the server.
#[derive(Debug, Clone)]
pub struct SinkConfig {
    /// Its queue's name.
    pub name: String,
    /// Where it is.
    pub target: SinkTarget,
}

/// Where a sink is.
#[derive(Debug, Clone)]
pub enum SinkTarget {
    /// An OpenFinOps server.
    Server {
        /// Its address.
        url: Url,
        /// The token for it.
        token: Option<SecretString>,
    },
    /// A file of documents, one a line.
    File(PathBuf),
}

/// The sinks of the list, each checked.
pub(super) fn sinks(check: &mut Checker) -> Vec<SinkConfig> {
    let mut names = HashSet::new();
    let mut sinks = Vec::new();
    for table in check.tables("sinks") {
        match sink(&table) {
            Ok(sink) if names.insert(sink.name.clone()) => sinks.push(sink),
            Ok(sink) => check.mistake(
                "sinks",
                format!("has two sinks \"{}\"", sink.name),
                "give each its own name",
            ),
            Err((problem, remedy)) => check.mistake("sinks", problem, remedy),
        }
    }
    sinks
}

fn sink(table: &Table) -> Result<SinkConfig, (String, &'static str)> {
    let name = table.get("name").cloned().unwrap_or_default();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if name.is_empty() || !name.chars().all(plain) || TAKEN.contains(&name.as_str()) {
        let problem = format!("has a sink with the name \"{name}\"");
        return Err((
            problem,
            "give it a name of letters, digits, - _ . other than server and stdout",
        ));
    }
    let of = |(problem, remedy): (String, &'static str)| (format!("{name}: {problem}"), remedy);
    let target = match (table.get("server"), table.get("file"), table.get("token_file")) {
        (Some(server), None, token_file) => {
            let url = server_url(server).map_err(of)?;
            let token = match token_file {
                Some(path) => read_token(path).and_then(|text| one_word(&text)).map_err(of)?,
                None => None,
            };
            if token.is_some() && is_open(&url) {
                let problem = format!("{name}: a token would travel in clear text to {url}");
                return Err((problem, "use https with a token"));
            }
            SinkTarget::Server { url, token }
        }
        (None, Some(file), None) => SinkTarget::File(PathBuf::from(file)),
        (None, Some(_), Some(_)) => {
            return Err((format!("{name}: a file needs no token"), "remove token_file"));
        }
        _ => {
            let problem = format!("{name}: has neither a server nor a file, or both");
            return Err((problem, "give it one of server and file"));
        }
    };
    Ok(SinkConfig { name, target })
}
