//! The scripted OpenFinOps server.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::http::{Reply, Request, Server};

/// The path of a registration.
pub(crate) const REGISTER: &str = "/api/v1/agents/register";
/// The path of a document.
pub(crate) const INGEST: &str = "/api/v1/telemetry/ingest";

/// An OpenFinOps server that keeps every request.
pub(crate) struct OpenFinOps {
    server: Server,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl OpenFinOps {
    /// A server that takes everything.
    pub(crate) fn healthy() -> Self {
        Self::scripted(|_, _| None)
    }

    /// A server that answers as `script` says of a path and how many requests of it came before;
    /// where it says nothing, all is well.
    pub(crate) fn scripted(
        script: impl Fn(&str, usize) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        Self::listen(listener, move |request, before| script(&request.path, before))
    }

    /// The same of a whole request, behind a listener that is there already.
    pub(crate) fn listen(
        listener: TcpListener,
        script: impl Fn(&Request, usize) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        let requests = Arc::new(Mutex::new(Vec::<Request>::new()));
        let seen = Arc::clone(&requests);
        let server = Server::listen(listener, move |request| {
            let mut seen = seen.lock().unwrap();
            let before = seen.iter().filter(|earlier| earlier.path == request.path).count();
            seen.push(request.clone());
            drop(seen);
            script(request, before)
                .unwrap_or_else(|| Reply::of(200, "application/json", "{\"status\": \"success\"}"))
        });
        Self { server, requests }
    }

    /// A server that answers documents, and nothing else, as `script` says.
    pub(crate) fn ingesting(
        script: impl Fn(usize) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        Self::scripted(move |path, before| if path == INGEST { script(before) } else { None })
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// The requests to one path.
    pub(crate) fn requests(&self, path: &str) -> Vec<Request> {
        let requests = self.requests.lock().unwrap();
        requests.iter().filter(|request| request.path == path).cloned().collect()
    }

    /// The documents that came.
    pub(crate) fn documents(&self) -> Vec<Value> {
        let documents = self.requests(INGEST);
        documents.iter().map(|it| serde_json::from_slice(&it.body).unwrap()).collect()
    }
}

/// An error in the server's shape.
pub(crate) fn refusal(status: u16, error: &str) -> Reply {
    Reply::of(status, "application/json", serde_json::json!({ "error": error }).to_string())
}
