//! A file on the local disk: one document a line, for whoever reads it there.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures::future::BoxFuture;

use super::{SendError, Sink, Tries};

/// Appends each document to a file and waits until the disk has it.
pub struct FileSink {
    name: String,
    path: PathBuf,
}

impl FileSink {
    /// The sink `name` that appends to `path`.
    #[must_use]
    pub fn new(name: String, path: PathBuf) -> Self {
        Self { name, path }
    }
}

impl Sink for FileSink {
    fn name(&self) -> &str {
        &self.name
    }

    fn address(&self) -> String {
        self.path.display().to_string()
    }

    fn send<'a>(
        &'a self,
        document: Bytes,
        _key: &'a str,
        _tries: Tries,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        let path = self.path.clone();
        Box::pin(super::write(self.address(), move || append(&path, &document)))
    }
}

/// Opened anew for each document, so that a file that was rotated away is left alone.
fn append(path: &Path, document: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    let before = file.metadata()?.len();
    let line = [document, b"\n"].concat();
    let written = file.write_all(&line).and_then(|()| file.sync_data());
    if written.is_err() {
        // Half a line would spoil the one that comes when there is room again.
        let _ = file.set_len(before);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn documents_are_lines_and_a_folder_that_is_missing_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("snapshots.jsonl");
        let sink = FileSink::new("archive".to_owned(), path.clone());
        for document in ["{\"part\":1}", "{\"part\":2}"] {
            sink.send(Bytes::from(document), "key", Tries::One).await.unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), "{\"part\":1}\n{\"part\":2}\n");

        let nowhere = FileSink::new("lost".to_owned(), folder.path().join("missing/file"));
        let error = nowhere.send(Bytes::new(), "key", Tries::One).await.unwrap_err();
        assert!(!error.is_final() && error.to_string().contains("missing/file"), "{error}");
    }
}
