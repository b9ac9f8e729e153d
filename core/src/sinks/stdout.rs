//! Standard output: one document a line.

use std::io::{self, ErrorKind, Write};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::future::BoxFuture;

use super::{SendError, Sink, Tries};

/// Writes each document on a line of its own.
pub struct StandardOutput {
    writer: Arc<Mutex<Box<dyn Write + Send>>>,
}

impl StandardOutput {
    /// Documents go to `writer`.
    #[must_use]
    pub fn new(writer: Box<dyn Write + Send>) -> Self {
        Self { writer: Arc::new(Mutex::new(writer)) }
    }
}

impl Sink for StandardOutput {
    fn name(&self) -> &'static str {
        "stdout"
    }

    fn address(&self) -> String {
        "standard output".to_owned()
    }

    fn send<'a>(
        &'a self,
        document: Bytes,
        _key: &'a str,
        _tries: Tries,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        let writer = Arc::clone(&self.writer);
        Box::pin(super::write(self.address(), move || print(&writer, &document)))
    }
}

fn print(writer: &Mutex<Box<dyn Write + Send>>, document: &[u8]) -> io::Result<()> {
    // A panic while printing poisons nothing that matters: lines are written whole.
    let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
    let printed = writer
        .write_all(document)
        .and_then(|()| writer.write_all(b"\n"))
        .and_then(|()| writer.flush());
    match printed {
        // The reader went away (`| head`): it has what it wanted.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}
