//! An OpenFinOps server that fails a third of the time, in every way, and keeps what it took.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use serde_json::Value;

use crate::support::http::{Reply, Request, Server};
use crate::support::openfinops::{INGEST, refusal};

/// The longest that an answer takes.
const SLOWEST: Duration = Duration::from_millis(100);

/// The server. A document that it took may well be one that it did not acknowledge.
pub(crate) struct Troubled {
    server: Server,
    state: Arc<Mutex<State>>,
}

struct State {
    random: Rng,
    healthy: bool,
    /// The documents that were taken, in order, repeats included.
    taken: Vec<(String, Vec<u8>)>,
    /// Every document that came, taken or not.
    seen: BTreeMap<String, Vec<u8>>,
    /// Keys that came with other bytes than before.
    changed: Vec<String>,
}

impl Troubled {
    pub(crate) fn start(seed: u64) -> Self {
        let state = Arc::new(Mutex::new(State {
            random: Rng::with_seed(seed),
            healthy: false,
            taken: Vec::new(),
            seen: BTreeMap::new(),
            changed: Vec::new(),
        }));
        let shared = Arc::clone(&state);
        let server = Server::start(move |request| {
            let (wait, reply) = {
                let mut state = shared.lock().unwrap();
                (SLOWEST.mul_f64(state.random.f64()), state.answer(request))
            };
            // Between taking a document and saying so there is time to be killed in.
            std::thread::sleep(wait);
            reply
        });
        Self { server, state }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// Whether all goes well from now on.
    pub(crate) fn heal(&self, healthy: bool) {
        self.state.lock().unwrap().healthy = healthy;
    }

    /// What was taken, by its key.
    pub(crate) fn received(&self) -> BTreeMap<String, Vec<u8>> {
        self.state.lock().unwrap().taken.iter().cloned().collect()
    }

    /// A key stands for the same bytes whenever it comes, and each region's documents came first
    /// in the order in which they were collected, which is that of their identifiers.
    pub(crate) fn assert_orderly(&self) {
        let state = self.state.lock().unwrap();
        assert!(state.changed.is_empty(), "came again with other bytes: {:?}", state.changed);
        let mut latest: BTreeMap<String, String> = BTreeMap::new();
        let mut known = BTreeMap::new();
        for (key, body) in &state.taken {
            if known.insert(key, ()).is_some() {
                continue;
            }
            let document: Value = serde_json::from_slice(body).unwrap();
            let region = document["region"].as_str().unwrap().to_owned();
            if let Some(before) = latest.insert(region, key.clone()) {
                assert!(before < *key, "{key} came after {before}");
            }
        }
    }
}

impl State {
    fn answer(&mut self, request: &Request) -> Reply {
        let document = request.path == INGEST;
        if document {
            let key = request.header("idempotency-key").unwrap().to_owned();
            let before = self.seen.entry(key.clone()).or_insert_with(|| request.body.clone());
            if *before != request.body {
                self.changed.push(key);
            }
        }
        let trouble =
            if self.healthy || self.random.u8(..3) > 0 { 0 } else { self.random.u8(1..=7) };
        let success = Reply::of(200, "application/json", "{\"status\": \"success\"}");
        let (taken, reply) = match (trouble, success) {
            (1, _) => (false, refusal(500, "Internal server error")),
            (2, _) => (false, refusal(503, "not now")),
            (3, _) => (false, refusal(429, "slower")),
            (4, _) => (false, Reply::Reset),
            // It was recorded, and the agent is not told.
            (5, _) => (true, Reply::Reset),
            (6, Reply::Whole(answer)) => (true, Reply::Truncated(answer)),
            (7, _) => (false, truncated(refusal(503, "half of this is missing"))),
            (_, success) => (true, success),
        };
        if taken && document {
            let key = request.header("idempotency-key").unwrap().to_owned();
            self.taken.push((key, request.body.clone()));
        }
        reply
    }
}

fn truncated(reply: Reply) -> Reply {
    match reply {
        Reply::Whole(answer) => Reply::Truncated(answer),
        other => other,
    }
}
