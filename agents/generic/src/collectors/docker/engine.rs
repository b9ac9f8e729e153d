//! Asks the Docker Engine over its socket.

use std::fmt::Display;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Duration;

use reqwest::{Client, Response, redirect};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use tokio::time::{Instant, timeout_at};

use super::answers::{Container, Stats};

/// The longest list of containers that is read, in bytes.
const LIST_LIMIT: usize = 4 << 20;
/// The longest figures of one container that are read, in bytes.
const STATS_LIMIT: usize = 256 << 10;

/// An engine, good for one collection.
///
/// Requests name no version of the API: an engine answers them with its own, while each version
/// that could be named is refused by some engine (1.41, the first with `one-shot`, by Docker 29;
/// later ones by those of before). What is read here is the same in all of them:
/// <https://docs.docker.com/reference/api/engine/#versioned-api-and-sdk>
#[derive(Debug)]
pub(super) struct Engine {
    client: Client,
    until: Instant,
    wait: Duration,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// Nobody listens: there is no engine here, or it does not run.
    #[error("no Docker Engine listens: {0}")]
    Absent(String),
    /// The socket may not be opened.
    #[error("the socket may not be opened: {0}")]
    Denied(String),
    /// The connection broke, or could not be made for another reason.
    #[error("the connection failed: {0}")]
    Broken(String),
    #[error("no answer within {0:?}")]
    Silent(Duration),
    #[error("the answer is status {0}")]
    Status(u16),
    #[error("the answer is longer than {} KiB", .0 >> 10)]
    TooLong(usize),
    #[error("the answer is not what Docker documents: {0}")]
    Strange(String),
}

impl Engine {
    /// An engine whose answers are all there, or given up, once `wait` has passed.
    pub(super) fn new(socket: &Path, wait: Duration) -> Result<Self, Fault> {
        let client = Client::builder()
            .unix_socket(socket)
            .user_agent(concat!("openfinops-agent/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            // The socket speaks plain HTTP; reading the system's certificates takes milliseconds.
            .tls_certs_only([])
            .build()
            .map_err(|error| Fault::Broken(error.to_string()))?;
        Ok(Self { client, until: Instant::now() + wait, wait })
    }

    /// All containers, stopped ones too, without the sizes of their file systems, which take an
    /// engine long to find out.
    pub(super) async fn containers(&self) -> Result<Vec<Container>, Fault> {
        self.get("containers/json?all=true", LIST_LIMIT).await
    }

    /// A running container's figures, of one moment: without `one-shot` an engine waits a second
    /// for a second reading.
    pub(super) async fn stats(&self, id: &str) -> Result<Stats, Fault> {
        if !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Fault::Strange("an id of other letters and digits".to_owned()));
        }
        self.get(&format!("containers/{id}/stats?stream=false&one-shot=true"), STATS_LIMIT).await
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, limit: usize) -> Result<T, Fault> {
        let asking = timeout_at(self.until, self.exchange(path, limit));
        let bytes = asking.await.unwrap_or(Err(Fault::Silent(self.wait)))?;
        serde_json::from_slice(&bytes).map_err(|error| Fault::Strange(describe(&error)))
    }

    async fn exchange(&self, path: &str, limit: usize) -> Result<Vec<u8>, Fault> {
        // The socket is the host; HTTP wants a name for it.
        let request = self.client.get(format!("http://docker/{path}"));
        let answer = request.send().await.map_err(|error| fault(&error))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(Fault::Status(status.as_u16()));
        }
        read(answer, limit).await
    }
}

async fn read(mut answer: Response, limit: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| fault(&error))? {
        if bytes.len() + chunk.len() > limit {
            return Err(Fault::TooLong(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// What is wrong with an answer, and where; without its words, which may be secret or long.
fn describe(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Eof => "it is cut short".to_owned(),
        Category::Data => format!("its JSON has another form, at {line}:{column}"),
        Category::Syntax | Category::Io => format!("it is no JSON, at {line}:{column}"),
    }
}

fn fault(error: &reqwest::Error) -> Fault {
    let mut innermost: &(dyn std::error::Error + 'static) = error;
    let mut kind = None;
    while let Some(source) = innermost.source() {
        innermost = source;
        kind = innermost.downcast_ref::<io::Error>().map(io::Error::kind).or(kind);
    }
    match kind.filter(|_| error.is_connect()) {
        Some(kind) => unconnected(kind, innermost),
        None => Fault::Broken(innermost.to_string()),
    }
}

/// What it means that the socket cannot be connected to.
fn unconnected(kind: ErrorKind, error: impl Display) -> Fault {
    match kind {
        ErrorKind::NotFound | ErrorKind::ConnectionRefused => Fault::Absent(error.to_string()),
        ErrorKind::PermissionDenied => Fault::Denied(error.to_string()),
        _ => Fault::Broken(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_socket_where_nobody_listens_means_that_there_is_no_engine() {
        let fault = |kind| unconnected(kind, io::Error::from(kind));
        assert!(matches!(fault(ErrorKind::NotFound), Fault::Absent(_)));
        assert!(matches!(fault(ErrorKind::ConnectionRefused), Fault::Absent(_)));
        assert!(matches!(fault(ErrorKind::PermissionDenied), Fault::Denied(_)));
        assert!(matches!(fault(ErrorKind::WouldBlock), Fault::Broken(_)));
    }
}
