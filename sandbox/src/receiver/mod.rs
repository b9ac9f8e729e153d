//! An OpenFinOps server: the calls and answers of the package `openfinops` 0.3.0, and beside them
//! `GET /totals`, what the documents add up to.
//!
//! Unlike that one it takes gzip where it is announced, and keeps a document once that comes twice
//! with one `Idempotency-Key`.

mod document;
mod store;
mod totals;

use std::io::{self, Read as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::cloud::Call;
use crate::counts::Counts;
use crate::faults::{Fate, Faults, Refusal};
use crate::http::{Answering, Reply, Request};
use document::Document;
use store::{Store, StoreError};
use totals::Totals;
pub use totals::{AgentReport, Report};

/// What rules and counts call it.
pub const NAME: &str = "receiver";

/// The largest document behind gzip, in bytes.
const LARGEST_DOCUMENT: u64 = 256 << 20;

/// The server.
#[derive(Debug)]
pub struct Receiver {
    inner: Mutex<Inner>,
    started: Instant,
    faults: Arc<Faults>,
    counts: Arc<Counts>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    totals: Totals,
}

/// A refusal: the status and what is wrong.
type Refused = (StatusCode, &'static str);

const BROKEN: Refused = (StatusCode::INTERNAL_SERVER_ERROR, "Internal server error");

impl From<StoreError> for Refused {
    fn from(_: StoreError) -> Self {
        BROKEN
    }
}

impl Receiver {
    /// A server that keeps what it gets in a new file in `folder`.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn create(folder: &Path, faults: Arc<Faults>, counts: Arc<Counts>) -> io::Result<Self> {
        let store = Store::create(&folder.join("receiver.db")).map_err(io::Error::other)?;
        let inner = Mutex::new(Inner { store, totals: Totals::default() });
        Ok(Self { inner, started: Instant::now(), faults, counts })
    }

    /// What the documents add up to.
    #[must_use]
    pub fn totals(&self) -> Report {
        self.with(|inner| inner.totals.report())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn reply(&self, request: &Request) -> Reply {
        let answered = match (&request.method, request.path.as_str()) {
            (&Method::GET, "/health") => Ok(self.health()),
            (&Method::GET, "/totals") => Ok(Reply::json(&json!(self.totals()))),
            (&Method::GET, "/api/v1/agents") => self
                .with(|inner| inner.store.agents())
                .map(|agents| Reply::json(&json!({ "agents": agents })))
                .map_err(Refused::from),
            (&Method::GET, "/api/v1/telemetry/recent") => self.recent(request),
            (&Method::POST, "/api/v1/agents/register") => self.register(request),
            (&Method::POST, "/api/v1/telemetry/ingest") => self.ingest(request),
            (_, path) if service(path) == "other" => Err((StatusCode::NOT_FOUND, "Not Found")),
            _ => Err((StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")),
        };
        answered.unwrap_or_else(|(status, error)| {
            Reply::json(&json!({ "error": error })).status(status)
        })
    }

    fn health(&self) -> Reply {
        let now = jiff::Timestamp::now().as_duration().as_secs_f64();
        let uptime = self.started.elapsed().as_secs_f64();
        let health =
            json!({ "status": "healthy", "timestamp": now, "version": "1.0.0", "uptime": uptime });
        Reply::json(&health)
    }

    fn recent(&self, request: &Request) -> Result<Reply, Refused> {
        let hours = request.parameter("hours").unwrap_or_else(|| "24".to_owned());
        let hours: i64 = hours.trim().parse().map_err(|_| BROKEN)?;
        let (list, count) = self.with(|inner| inner.store.recent(hours))?;
        let answer = format!("{{\"telemetry\":{list},\"count\":{count},\"hours\":{hours}}}");
        Ok(Reply::of("application/json", answer))
    }

    fn register(&self, request: &Request) -> Result<Reply, Refused> {
        const MISSING: Refused = (StatusCode::BAD_REQUEST, "Missing required fields");
        let body = json_body(request)?;
        let registration: Value = serde_json::from_slice(&body).map_err(|_| BROKEN)?;
        let needed = ["agent_id", "hostname", "cloud_provider", "region"];
        match &registration {
            Value::Object(fields) if needed.iter().all(|field| fields.contains_key(*field)) => {}
            Value::Object(_) | Value::Array(_) | Value::String(_) => return Err(MISSING),
            Value::Null | Value::Bool(_) | Value::Number(_) => return Err(BROKEN),
        }
        self.with(|inner| inner.store.register(&registration))?;
        Ok(Reply::json(&json!({ "status": "success", "message": "Agent registered" })))
    }

    fn ingest(&self, request: &Request) -> Result<Reply, Refused> {
        let body = json_body(request)?;
        let document: Document<'_> =
            serde_json::from_slice(&body).map_err(|_| no_document(&body))?;
        if document.agent_id.is_none() {
            return Err(NO_AGENT);
        }
        // Packed before the lock is taken: it is most of the work.
        let packed = store::pack(&document)?;
        let key = Some(request.header("idempotency-key")).filter(|key| !key.is_empty());
        self.with(|inner| {
            match inner.store.keep(&document, &packed, key)? {
                true => inner.totals.add(&document),
                false => inner.totals.repeat(&document),
            }
            Ok::<(), StoreError>(())
        })?;
        Ok(Reply::json(&json!({ "status": "success", "message": "Telemetry data received" })))
    }
}

const NO_AGENT: Refused = (StatusCode::BAD_REQUEST, "Invalid telemetry data");

/// What is wrong with a body that is no document: what is empty or has no `agent_id` is the
/// sender's fault, and what the server trips over its own.
fn no_document(body: &[u8]) -> Refused {
    match serde_json::from_slice(body) {
        Ok(Value::Null | Value::Bool(false) | Value::Array(_) | Value::String(_)) => NO_AGENT,
        Ok(Value::Number(number)) if number.as_f64() == Some(0.0) => NO_AGENT,
        _ => BROKEN,
    }
}

/// The body of a request that says it is JSON, unpacked where it says it is packed.
fn json_body(request: &Request) -> Result<Bytes, Refused> {
    let kind = request.header("content-type").split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(BROKEN);
    }
    if !request.header("content-encoding").eq_ignore_ascii_case("gzip") {
        return Ok(request.body.clone());
    }
    let mut unpacked = Vec::new();
    let reader = flate2::read::GzDecoder::new(&*request.body);
    reader.take(LARGEST_DOCUMENT).read_to_end(&mut unpacked).map_err(|_| BROKEN)?;
    Ok(unpacked.into())
}

/// What rules call a path.
fn service(path: &str) -> &'static str {
    match path {
        "/api/v1/telemetry/ingest" => "ingest",
        "/api/v1/agents/register" => "register",
        "/api/v1/agents" => "agents",
        "/api/v1/telemetry/recent" => "recent",
        "/health" => "health",
        "/totals" => "totals",
        _ => "other",
    }
}

fn refuse(refusal: Refusal) -> Reply {
    let (status, error) = match refusal {
        Refusal::Throttled => (StatusCode::TOO_MANY_REQUESTS, "Too Many Requests"),
        Refusal::Internal => BROKEN,
        Refusal::Expired => (StatusCode::UNAUTHORIZED, "Unauthorized"),
    };
    Reply::json(&json!({ "error": error })).status(status)
}

impl Answering for Receiver {
    fn answer(self: Arc<Self>, request: Request) -> BoxFuture<'static, Fate> {
        async move {
            let service = service(&request.path);
            // Reading and keeping a document of megabytes must not hold up the other requests.
            let answer = || tokio::task::block_in_place(|| self.reply(&request));
            if service == "totals" {
                // Who checks the totals wants them whatever goes wrong.
                return Fate::Answered(answer());
            }
            let operation = request.method.to_string();
            let call = Call { service, operation, account: String::new(), region: String::new() };
            let fate = self.faults.fate(NAME, &call, answer, refuse).await;
            self.counts.note(NAME, &call, request.body.len(), &fate);
            fate
        }
        .boxed()
    }
}
