//! systemd's side of its notification protocol: a socket that takes messages.

use std::os::unix::net::UnixDatagram;
use std::sync::{Arc, Mutex};

use super::agent::Agent;
use super::running::wait_until;

/// What an agent told systemd.
pub(crate) struct Systemd {
    path: String,
    messages: Arc<Mutex<Vec<String>>>,
}

impl Systemd {
    /// A socket in the agent's folder.
    pub(crate) fn of(agent: &Agent) -> Self {
        let path = agent.folder().join("notify").to_str().unwrap().to_owned();
        let socket = UnixDatagram::bind(&path).unwrap();
        let messages = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&messages);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(length) = socket.recv(&mut bytes) {
                let text = String::from_utf8(bytes[..length].to_vec()).unwrap();
                into.lock().unwrap().push(text.trim_end().to_owned());
            }
        });
        Self { path, messages }
    }

    /// Where it listens.
    pub(crate) fn path(&self) -> String {
        self.path.clone()
    }

    /// The messages so far.
    pub(crate) fn messages(&self) -> Vec<String> {
        self.messages.lock().unwrap().clone()
    }

    /// How many messages began so.
    pub(crate) fn count(&self, beginning: &str) -> usize {
        self.messages().iter().filter(|message| message.starts_with(beginning)).count()
    }

    /// Waits until so many messages began so; the answer is the last of them.
    pub(crate) fn wait_for(&self, beginning: &str, count: usize) -> String {
        wait_until(beginning, || self.count(beginning) >= count);
        let messages = self.messages();
        let mut fitting = messages.into_iter().filter(|message| message.starts_with(beginning));
        fitting.nth(count - 1).unwrap()
    }
}
