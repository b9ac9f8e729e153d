//! JSON Lines, in a file or on standard error.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::health::Health;
use super::queue::Queue;
use super::{Way, serve as serve_way};
use crate::telemetry::metrics::Reason;
use crate::telemetry::settings::Destination;
use crate::telemetry::shared::Shared;
use crate::telemetry::start::StartError;

/// How long an event waits to be written.
const PACE: Duration = Duration::from_millis(200);

/// Where lines go.
pub(super) struct Output {
    to: To,
    /// Whether the last write ended within a line.
    torn: bool,
}

enum To {
    StandardError,
    File(PathBuf, File),
}

impl Output {
    pub(super) fn open(destination: &Destination) -> Result<Self, StartError> {
        let to = match destination {
            Destination::StandardError => To::StandardError,
            Destination::File(path) => {
                let file =
                    open(path).map_err(|source| StartError::File { path: path.clone(), source })?;
                To::File(path.clone(), file)
            }
        };
        Ok(Self { to, torn: false })
    }

    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        let torn = std::mem::replace(&mut self.torn, true);
        let broken: &[u8] = if torn { b"\n" } else { b"" };
        match &mut self.to {
            To::StandardError => {
                let mut error = io::stderr().lock();
                error.write_all(broken)?;
                error.write_all(lines)?;
            }
            To::File(path, file) => {
                let moved = was_moved(path, file);
                if moved {
                    *file = open(path)?;
                }
                if !moved {
                    file.write_all(broken)?;
                }
                file.write_all(lines)?;
            }
        }
        self.torn = false;
        Ok(())
    }

    fn name(&self) -> String {
        match &self.to {
            To::StandardError => "standard error".to_owned(),
            To::File(path, _) => format!("'{}'", path.display()),
        }
    }
}

/// Opens a file to append to, for the owner alone where it is new.
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

/// Whether another file, or none, now has the name: a log rotation.
fn was_moved(path: &Path, file: &File) -> bool {
    match (std::fs::metadata(path), file.metadata()) {
        (Ok(named), Ok(open)) => (named.dev(), named.ino()) != (open.dev(), open.ino()),
        (Err(error), _) => error.kind() == io::ErrorKind::NotFound,
        (Ok(_), Err(_)) => false,
    }
}

/// Writes what waits until telemetry is shut down.
pub(super) async fn serve(mut output: Output, queue: &Queue<Vec<u8>>, shared: &Shared) {
    let mut health = Health::default();
    let name = output.name();
    let mut lines = Vec::new();
    serve_way(Way::File, queue, PACE, shared, async || {
        lines.clear();
        let mut held = queue.locked();
        std::mem::swap(&mut held.buffer, &mut lines);
        held.size = 0;
        let count = std::mem::take(&mut held.things);
        drop(held);
        if lines.is_empty() {
            return;
        }
        match output.write(&lines) {
            Ok(()) => health.worked(shared, &name),
            Err(error) => {
                shared.metrics.drop_events(Reason::File, count as u64);
                health.failed(shared, &name, &error.to_string());
            }
        }
    })
    .await;
}
