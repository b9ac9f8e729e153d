//! The way out: outbox first, then standard output and the server.

use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::agent::AgentError;
use crate::model::Snapshot;
use crate::outbox::{EntryKey, Outbox};
use crate::server::{SendError, ServerClient};
use crate::wire::{Document, Part, RESOURCES_PER_PART, Registration, Sender};

/// Where an agent's documents go.
pub struct Delivery {
    sender: Sender,
    outbox: Outbox,
    server: Option<ServerClient>,
    printer: Option<Mutex<Box<dyn Write + Send>>>,
    /// The server could not be reached in this cycle: documents are kept without trying each.
    down: AtomicBool,
}

/// What became of the documents that were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Acknowledged by the server, or printed where there is no server.
    pub delivered: usize,
    /// Still in the outbox.
    pub kept: usize,
    /// Refused for good by the server and kept aside.
    pub refused: usize,
    /// Why the last document that was not delivered was not.
    pub problem: Option<SendError>,
    /// Why a document that was to be printed was not.
    pub unprinted: Option<String>,
}

impl Receipt {
    /// Adds a later receipt of the same outbox.
    pub fn add(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.refused += other.refused;
        self.kept = other.kept;
        self.problem = other.problem.or(self.problem.take());
        self.unprinted = other.unprinted.or(self.unprinted.take());
    }
}

impl Delivery {
    /// A delivery of `sender`'s documents through `outbox` to `server`.
    #[must_use]
    pub fn new(sender: Sender, outbox: Outbox, server: Option<ServerClient>) -> Self {
        Self { sender, outbox, server, printer: None, down: AtomicBool::new(false) }
    }

    /// Also writes each document on a line of its own to `printer`.
    #[must_use]
    pub fn printing_to(mut self, printer: Box<dyn Write + Send>) -> Self {
        self.printer = Some(Mutex::new(printer));
        self
    }

    /// Who sends.
    #[must_use]
    pub fn sender(&self) -> &Sender {
        &self.sender
    }

    /// The server, where there is one.
    #[must_use]
    pub fn server(&self) -> Option<&ServerClient> {
        self.server.as_ref()
    }

    /// Registers with the server. Without a server there is nothing to do.
    ///
    /// # Errors
    /// The server refused or could not be reached; in the latter case the rest of the cycle only
    /// fills the outbox.
    pub async fn register(&self, registration: &Registration) -> Result<(), AgentError> {
        self.down.store(false, Ordering::Relaxed);
        let Some(server) = &self.server else {
            return Ok(());
        };
        server.register(registration).await.map_err(|error| {
            if matches!(error, SendError::Unreachable { .. }) {
                self.down.store(true, Ordering::Relaxed);
            }
            AgentError::Server(error)
        })
    }

    /// Stores a snapshot's documents, prints them where that was asked for, and sends what waits.
    ///
    /// # Errors
    /// The outbox cannot be written. Nothing was sent or printed then.
    pub async fn send(&self, snapshot: &Snapshot) -> Result<Receipt, AgentError> {
        let document = Document { sender: &self.sender, snapshot };
        let mut receipt = Receipt::default();
        for part in document.parts(RESOURCES_PER_PART) {
            let bytes = serde_json::to_vec(&part)
                .map_err(|error| AgentError::Outbox(std::io::Error::other(error)))?;
            self.store(snapshot, &part, &bytes).await?;
            match self.print(&bytes) {
                Ok(()) if self.server.is_none() => receipt.delivered += 1,
                Ok(()) => {}
                Err(error) => receipt.unprinted = Some(error.to_string()),
            }
        }
        receipt.add(self.drain().await?);
        Ok(receipt)
    }

    async fn store(
        &self,
        snapshot: &Snapshot,
        part: &Part<'_>,
        bytes: &[u8],
    ) -> Result<(), AgentError> {
        if self.server.is_none() {
            return Ok(());
        }
        let (outbox, key) = (self.outbox.clone(), EntryKey::new(snapshot.id, part.number));
        let bytes = bytes.to_vec();
        blocking(move || outbox.put(&key, &bytes)).await
    }

    fn print(&self, bytes: &[u8]) -> std::io::Result<()> {
        let Some(printer) = &self.printer else { return Ok(()) };
        // A panic while printing poisons nothing that matters: lines are written whole.
        let mut printer = printer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let printed = printer
            .write_all(bytes)
            .and_then(|()| printer.write_all(b"\n"))
            .and_then(|()| printer.flush());
        match printed {
            // The reader went away (`| head`): it has what it wanted.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            printed => printed,
        }
    }

    /// Sends everything that waits, oldest first, until the server cannot be reached.
    ///
    /// # Errors
    /// The outbox cannot be read or changed.
    pub async fn drain(&self) -> Result<Receipt, AgentError> {
        let Some(server) = &self.server else {
            return Ok(Receipt::default());
        };
        let outbox = self.outbox.clone();
        let waiting = blocking(move || outbox.waiting()).await?;
        let mut receipt = Receipt { kept: waiting.len(), ..Receipt::default() };
        for key in waiting {
            if self.down.load(Ordering::Relaxed) {
                break;
            }
            let (outbox, entry) = (self.outbox.clone(), key.clone());
            let document = blocking(move || outbox.read(&entry)).await?;
            match server.ingest(document, key.as_str()).await {
                Ok(()) => {
                    let (outbox, entry) = (self.outbox.clone(), key.clone());
                    blocking(move || outbox.acknowledge(&entry)).await?;
                    receipt.delivered += 1;
                }
                Err(error @ SendError::Refused { .. }) => {
                    let (outbox, entry) = (self.outbox.clone(), key.clone());
                    let reason = error.to_string();
                    blocking(move || outbox.refuse(&entry, &reason)).await?;
                    receipt.refused += 1;
                    receipt.problem = Some(error);
                }
                Err(error @ SendError::Unreachable { .. }) => {
                    self.down.store(true, Ordering::Relaxed);
                    receipt.problem = Some(error);
                    break;
                }
            }
            receipt.kept -= 1;
        }
        Ok(receipt)
    }
}

/// Runs file work where it cannot hold up the network.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, AgentError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result.map_err(AgentError::Outbox),
        Err(error) => Err(AgentError::Outbox(std::io::Error::other(error))),
    }
}
