//! Sinks that do as they are told, and a delivery to them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use jiff::Timestamp;
use tokio::time::Instant;
use uuid::Uuid;

use super::INTERVAL;
use crate::config::Limits;
use crate::delivery::{Delivery, Pacing};
use crate::model::{
    CollectionStats, Readings, Scope, ServiceOutcome, ServiceSnapshot, Snapshot, Traces,
};
use crate::outbox::{Outbox, listing};
use crate::sinks::{SendError, Sink, Tries};
use crate::wire::{Registration, RegistrationConfig, Sender};

/// What a sink says to one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Taken,
    /// Status 500.
    Fails,
    /// Status 400.
    Refused,
    /// Nothing is there, or it wants to be left alone for so long.
    Down(Option<Duration>),
    Hangs,
}

impl Answer {
    async fn give(self) -> Result<(), SendError> {
        let url = "http://scripted".to_owned();
        let unreachable = |retry_after, failing| {
            let reason = "scripted".to_owned();
            Err(SendError::Unreachable { url: url.clone(), reason, retry_after, failing })
        };
        match self {
            Self::Taken => Ok(()),
            Self::Fails => unreachable(None, true),
            Self::Refused => Err(SendError::Refused { url, status: 400, answer: String::new() }),
            Self::Down(asked) => unreachable(asked, false),
            Self::Hangs => std::future::pending().await,
        }
    }
}

type OfDocument = Box<dyn Fn(&str, usize) -> Answer + Send + Sync>;
type OfRegistration = Box<dyn Fn(usize) -> Answer + Send + Sync>;

/// A sink that answers as scripted and keeps what came.
pub(super) struct Scripted {
    name: &'static str,
    of_document: OfDocument,
    of_registration: Option<OfRegistration>,
    record: Mutex<Record>,
}

#[derive(Debug, Default)]
struct Record {
    tries_of: HashMap<String, usize>,
    times: Vec<Instant>,
    taken: Vec<String>,
    registrations: usize,
}

impl Scripted {
    /// A sink that answers by a document's region and how many tries of that region came before.
    pub(super) fn new(
        name: &'static str,
        script: impl Fn(&str, usize) -> Answer + Send + Sync + 'static,
    ) -> Arc<Self> {
        let of_document = Box::new(script);
        Arc::new(Self { name, of_document, of_registration: None, record: Mutex::default() })
    }

    /// The same that wants to be told of the agent, and answers by how often it was before.
    pub(super) fn registering(
        name: &'static str,
        of_document: impl Fn(&str, usize) -> Answer + Send + Sync + 'static,
        of_registration: impl Fn(usize) -> Answer + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            name,
            of_document: Box::new(of_document),
            of_registration: Some(Box::new(of_registration)),
            record: Mutex::default(),
        })
    }

    /// The keys of what it took, in order.
    pub(super) fn taken(&self) -> Vec<String> {
        self.record.lock().unwrap().taken.clone()
    }

    /// When each document came, taken or not.
    pub(super) fn times(&self) -> Vec<Instant> {
        self.record.lock().unwrap().times.clone()
    }

    /// How often it got a document.
    pub(super) fn tries(&self) -> usize {
        self.times().len()
    }

    /// How often it got one of a region.
    pub(super) fn tries_of(&self, region: &str) -> usize {
        self.record.lock().unwrap().tries_of.get(region).copied().unwrap_or_default()
    }

    pub(super) fn registrations(&self) -> usize {
        self.record.lock().unwrap().registrations
    }

    fn answer(&self, document: &[u8]) -> Answer {
        let document: serde_json::Value = serde_json::from_slice(document).unwrap();
        let region = document["region"].as_str().unwrap();
        let key = format!("{}-{:05}", document["snapshot_id"].as_str().unwrap(), 1);
        let mut record = self.record.lock().unwrap();
        record.times.push(Instant::now());
        let tries = record.tries_of.entry(region.to_owned()).or_default();
        let answer = (self.of_document)(region, *tries);
        *tries += 1;
        if answer == Answer::Taken {
            record.taken.push(key);
        }
        answer
    }
}

/// A sink that the test keeps looking at.
struct Shared(Arc<Scripted>);

impl Sink for Shared {
    fn name(&self) -> &str {
        self.0.name
    }

    fn address(&self) -> String {
        self.0.name.to_owned()
    }

    fn registers(&self) -> bool {
        self.0.of_registration.is_some()
    }

    fn register<'a>(
        &'a self,
        _registration: &'a Registration,
        _tries: Tries,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        let mut record = self.0.record.lock().unwrap();
        let answer =
            self.0.of_registration.as_ref().map_or(Answer::Taken, |of| of(record.registrations));
        record.registrations += 1;
        Box::pin(answer.give())
    }

    fn send<'a>(
        &'a self,
        document: Bytes,
        _key: &'a str,
        _tries: Tries,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(self.0.answer(&document).give())
    }
}

/// A delivery to scripted sinks.
pub(super) struct Lab {
    pub(super) delivery: Delivery,
    stored: Mutex<Vec<String>>,
    _folder: tempfile::TempDir,
}

impl Lab {
    pub(super) fn new(sinks: &[&Arc<Scripted>], rate: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let names = sinks.iter().map(|sink| sink.name.to_owned()).collect();
        let outbox = Outbox::open(folder.path(), names, Limits::default()).unwrap();
        let sender = Sender {
            agent_id: "scripted-agent".to_owned(),
            hostname: "scripted-host".to_owned(),
            views: Vec::new(),
            other_view: None,
            identity: Arc::default(),
            started: std::time::Instant::now(),
        };
        let shared = |sink: &&Arc<Scripted>| Box::new(Shared(Arc::clone(sink))) as Box<dyn Sink>;
        let sinks = sinks.iter().map(shared).collect();
        let pacing = Pacing { interval: INTERVAL, rate };
        let delivery = Delivery::new(sender, Arc::new(outbox), sinks, pacing);
        Self { delivery, stored: Mutex::default(), _folder: folder }
    }

    /// Stores an empty snapshot of a region.
    pub(super) async fn store(&self, region: &str) {
        let snapshot = Snapshot {
            id: Uuid::now_v7(),
            scope: Scope {
                provider: "generic",
                account_id: "account".into(),
                region: region.into(),
            },
            collected_at: Timestamp::now(),
            services: vec![ServiceSnapshot::now("things", ServiceOutcome::Empty)],
            readings: Readings::default(),
            events: Vec::new(),
            stats: CollectionStats::default(),
            traces: Traces::default(),
        };
        self.stored.lock().unwrap().push(format!("{}-{:05}", snapshot.id, 1));
        self.delivery.store(snapshot).await.unwrap();
    }

    /// The keys of what was stored, in order.
    pub(super) fn stored(&self) -> Vec<String> {
        self.stored.lock().unwrap().clone()
    }

    /// What a disk that became read-only does to every write.
    pub(super) fn read_only(&self, yes: bool) {
        let switched = self.delivery.outbox().read(|it| it.pragma_update(None, "query_only", yes));
        assert_eq!(switched.unwrap(), Some(()));
    }

    /// What `outbox drop` does, to every document.
    pub(super) fn drop_everything(&self) {
        let outbox = self.delivery.outbox();
        let letters = outbox.read(|it| listing::letters(it, 1_000)).unwrap().unwrap();
        for letter in letters {
            outbox.change(|it| listing::drop_document(it, letter.id)).unwrap();
        }
    }
}

pub(super) fn registration() -> Registration {
    Registration {
        agent_id: "scripted-agent".to_owned(),
        hostname: "scripted-host".to_owned(),
        cloud_provider: "generic",
        region: "a".to_owned(),
        agent_type: "generic_telemetry".into(),
        agent_version: "0",
        config: RegistrationConfig {
            services: Vec::new(),
            collection_interval: 300,
            cost_tracking: true,
        },
        more: serde_json::Map::new(),
    }
}
