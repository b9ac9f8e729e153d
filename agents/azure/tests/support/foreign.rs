//! A server that nobody has any business with.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::http::Server;

/// Counts connections, and says nothing.
pub(crate) struct Foreign {
    server: Server,
    connections: Arc<AtomicUsize>,
}

impl Foreign {
    pub(crate) fn start() -> Self {
        let connections = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&connections);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let server = Server::accept(listener, move |_| {
            seen.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        Self { server, connections }
    }

    /// An address on it, of the name that the scripted Azure has too.
    pub(crate) fn url(&self, rest: &str) -> String {
        format!("https://localhost:{}{rest}", self.server.port())
    }

    /// Nobody ever connected.
    pub(crate) fn assert_unseen(&self) {
        assert_eq!(self.connections.load(Ordering::Relaxed), 0, "connections to a foreign host");
    }
}
