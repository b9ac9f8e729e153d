//! Where documents go: one file each.
//!
//! A sink takes a document or says whether to try again; queueing, order, pace and patience are
//! the delivery's.

mod build;
mod file;
mod openfinops;
mod retry;
mod stdout;

use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;

use crate::wire::Registration;

pub use build::build;
pub use file::FileSink;
pub use openfinops::OpenFinOps;
pub use retry::RetryPolicy;
pub use stdout::StandardOutput;

/// The name of the sink that `server` configures.
pub const SERVER: &str = "server";

/// Why a document was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The server will never take this document.
    #[error("{url} refused it with status {status}: {answer}")]
    Refused {
        /// Where it was sent.
        url: String,
        /// The HTTP status.
        status: u16,
        /// What the server said.
        answer: String,
    },
    /// The server could not be reached, or asked to come back later.
    #[error("{url} cannot be reached: {reason}")]
    Unreachable {
        /// Where it was sent.
        url: String,
        /// What went wrong at the last try.
        reason: String,
        /// How long the server asked to be left alone.
        retry_after: Option<Duration>,
        /// The server itself answered that it failed (status 500): it may be this document.
        failing: bool,
    },
    /// A file or standard output could not be written.
    #[error("{place}: {reason}")]
    Unwritable {
        /// The file, or `standard output`.
        place: String,
        /// What went wrong.
        reason: String,
    },
}

impl SendError {
    /// What kind of failure this is, as traces name it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "Refused",
            Self::Unreachable { .. } => "Unreachable",
            Self::Unwritable { .. } => "Unwritable",
        }
    }

    /// The sink will never take this document, whatever comes.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

/// How much patience one document gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tries {
    /// A few, with short waits: the sink worked a moment ago.
    Several,
    /// One: the sink was down, this is to see whether it still is.
    One,
}

/// A place that takes documents.
pub trait Sink: Send + Sync {
    /// Its name in the queue: a sink that is configured again under its name goes on where it was.
    fn name(&self) -> &str;

    /// Where it is, for people; never with a secret.
    fn address(&self) -> String;

    /// Whether it wants to be told of the agent before documents come.
    fn registers(&self) -> bool {
        false
    }

    /// Tells it of the agent.
    fn register<'a>(
        &'a self,
        _registration: &'a Registration,
        _tries: Tries,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Gives it a document. `key` names it, so that a receiver can drop a repeat.
    fn send<'a>(
        &'a self,
        document: Bytes,
        key: &'a str,
        tries: Tries,
    ) -> BoxFuture<'a, Result<(), SendError>>;

    /// Asks whether it would take documents.
    fn health(&self) -> BoxFuture<'_, Result<(), SendError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Tries beyond the first, since the process started.
    fn retries(&self) -> u64 {
        0
    }
}

/// Writes where it can hold up nothing else, and says where it failed.
async fn write(
    place: String,
    work: impl FnOnce() -> std::io::Result<()> + Send + 'static,
) -> Result<(), SendError> {
    let written = tokio::task::spawn_blocking(work).await;
    let written = written.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    written.map_err(|error| SendError::Unwritable { place, reason: error.to_string() })
}
