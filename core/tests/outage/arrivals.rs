//! What comes to the server, watched in a process of its own: what is read there does not count as
//! the agent's memory.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::server::{Server, python};

/// What came to the server, being watched. It ends by itself.
pub(crate) struct Arrivals(Child);

impl Arrivals {
    /// Begins to watch for `documents` documents.
    pub(crate) fn await_at(server: &Server, documents: u64) -> Self {
        let child = Command::new(python())
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outage/arrivals.py"))
            .arg(server.url())
            .arg(documents.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// Region and cycle of every document, in the order in which the server got them.
    pub(crate) fn read(self) -> Vec<(String, u64)> {
        let output = self.0.wait_with_output().unwrap();
        assert!(output.status.success(), "the documents did not come");
        let text = String::from_utf8(output.stdout).unwrap();
        let arrival = |line: &str| {
            let (region, cycle) = line.split_once(' ').unwrap();
            (region.to_owned(), cycle.parse().unwrap())
        };
        text.lines().map(arrival).collect()
    }
}
