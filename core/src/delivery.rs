//! The way out: outbox first, then standard output and the server.

use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::agent::AgentError;
use crate::model::Snapshot;
use crate::outbox::{EntryKey, Outbox};
use crate::server::{SendError, ServerClient};
use crate::wire::{Document, RESOURCES_PER_PART, Registration, Sender};

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
#[derive(Debug, Default)]
pub struct Receipt {
    /// Acknowledged by the server, or printed where there is no server.
    pub delivered: usize,
    /// Still in the outbox.
    pub kept: usize,
    /// Refused for good by the server and kept aside.
    pub refused: usize,
    /// Why the last document that was not delivered was not.
    pub problem: Option<AgentError>,
}

impl Receipt {
    /// Adds a later receipt of the same outbox.
    pub fn add(&mut self, later: Self) {
        self.delivered += later.delivered;
        self.refused += later.refused;
        self.kept = later.kept;
        self.problem = later.problem.or(self.problem.take());
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

    /// Stores a snapshot's documents durably, and prints them where that was asked for. The
    /// snapshot is not needed any more once this returns.
    ///
    /// # Errors
    /// The outbox cannot be written. What was stored until then is sent with the next drain.
    pub fn store(&self, snapshot: &Snapshot) -> Result<Receipt, AgentError> {
        let mut receipt = Receipt::default();
        if self.server.is_none() && self.printer.is_none() {
            return Ok(receipt);
        }
        let document = Document { sender: &self.sender, snapshot };
        for part in document.parts(RESOURCES_PER_PART) {
            let key = EntryKey::new(snapshot.id, part.number);
            // Written as it is serialised, a document never stands in memory as a whole.
            self.outbox
                .put(&key, |writer| Ok(serde_json::to_writer(writer, &part)?))
                .map_err(AgentError::Outbox)?;
            match self.print(&key) {
                Ok(()) if self.server.is_none() => {
                    self.outbox.acknowledge(&key).map_err(AgentError::Outbox)?;
                    receipt.delivered += 1;
                }
                Ok(()) => {}
                // It stays in the outbox.
                Err(error) => receipt.problem = Some(AgentError::Output(error)),
            }
        }
        Ok(receipt)
    }

    /// A document is printed only once it is safely in the outbox, and from there.
    fn print(&self, key: &EntryKey) -> std::io::Result<()> {
        let Some(printer) = &self.printer else { return Ok(()) };
        // A panic while printing poisons nothing that matters: lines are written whole.
        let mut printer = printer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let printed = self
            .outbox
            .open_document(key)
            .and_then(|mut document| std::io::copy(&mut document, &mut *printer))
            .and_then(|_| printer.write_all(b"\n"))
            .and_then(|()| printer.flush());
        match printed {
            // The reader went away (`| head`): it has what it wanted.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            printed => printed,
        }
    }

    /// Sends everything that waits, oldest first, until the server cannot be reached or the outbox
    /// fails; either is the receipt's problem.
    pub async fn drain(&self) -> Receipt {
        let mut receipt = Receipt::default();
        let Some(server) = &self.server else { return receipt };
        let outbox = self.outbox.clone();
        let waiting = match blocking(move || outbox.waiting()).await {
            Ok(waiting) => waiting,
            Err(error) => return Receipt { problem: Some(error), ..receipt },
        };
        receipt.kept = waiting.len();
        for key in waiting {
            if self.down.load(Ordering::Relaxed) {
                break;
            }
            match self.deliver(server, &key).await {
                Ok(()) => receipt.delivered += 1,
                Err(error @ AgentError::Server(SendError::Refused { .. })) => {
                    receipt.refused += 1;
                    receipt.problem = Some(error);
                }
                Err(error) => {
                    receipt.problem = Some(error);
                    break;
                }
            }
            receipt.kept -= 1;
        }
        receipt
    }

    /// Sends one waiting document and takes it out of the queue, or aside where it was refused.
    async fn deliver(&self, server: &ServerClient, key: &EntryKey) -> Result<(), AgentError> {
        let (outbox, entry) = (self.outbox.clone(), key.clone());
        let document = blocking(move || outbox.read(&entry)).await?;
        let sent = server.ingest(document, key.as_str()).await;
        let (outbox, entry) = (self.outbox.clone(), key.clone());
        match &sent {
            Ok(()) => blocking(move || outbox.acknowledge(&entry)).await?,
            Err(error @ SendError::Refused { .. }) => {
                let reason = error.to_string();
                blocking(move || outbox.refuse(&entry, &reason)).await?;
            }
            Err(SendError::Unreachable { .. }) => self.down.store(true, Ordering::Relaxed),
        }
        sent.map_err(AgentError::Server)
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
