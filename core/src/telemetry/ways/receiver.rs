//! Events posted to an address, as JSON arrays.

use std::collections::VecDeque;
use std::error::Error as _;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use url::Url;

use super::health::Health;
use super::queue::Queue;
use super::{BATCH, Way, serve as serve_way};
use crate::telemetry::metrics::Reason;
use crate::telemetry::shared::Shared;
use crate::telemetry::start::StartError;

/// How long an event waits for others to go along with.
const PACE: Duration = Duration::from_secs(1);
/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How often a batch is sent before it is given up.
const TRIES: u32 = 3;
/// The wait before the second try; it doubles for each further one.
const WAIT: Duration = Duration::from_millis(250);

type Events = VecDeque<Box<str>>;

/// Where events are posted to.
pub(super) struct Receiver {
    client: Client,
    url: Url,
}

/// Why a batch was not taken.
struct Refusal {
    why: String,
    /// Whether it may be taken another time.
    passing: bool,
}

impl Receiver {
    pub(super) fn new(url: &Url) -> Result<Self, StartError> {
        let client = Client::builder().redirect(Policy::none()).timeout(TIMEOUT).build();
        let client = client.map_err(|error| StartError::Client(plain(error)))?;
        Ok(Self { client, url: url.clone() })
    }

    /// The address without what may be secret: user, password and query.
    fn name(&self) -> String {
        let url = &self.url;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
    }

    async fn deliver(&self, batch: &[Box<str>], shared: &Shared) -> Result<(), String> {
        let body = Bytes::from(format!("[{}]", batch.join(",")));
        let mut waits = (0..TRIES - 1).map(|attempt| WAIT * 2u32.pow(attempt));
        loop {
            let refusal = match self.post(body.clone()).await {
                Ok(()) => return Ok(()),
                Err(refusal) => refusal,
            };
            // Whoever shuts down waits for this: there is no time for another try.
            let again = refusal.passing && !shared.rounds.is_stopping();
            match waits.next().filter(|_| again) {
                Some(wait) => tokio::time::sleep(wait.mul_f64(1.0 + fastrand::f64() / 4.0)).await,
                None => return Err(refusal.why),
            }
        }
    }

    async fn post(&self, body: Bytes) -> Result<(), Refusal> {
        let request = self.client.post(self.url.clone()).header(CONTENT_TYPE, "application/json");
        let answer = request.body(body).send().await;
        let status = match answer {
            Ok(answer) => answer.status(),
            Err(error) => return Err(Refusal { why: plain(error), passing: true }),
        };
        if status.is_success() {
            return Ok(());
        }
        let passing = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
        Err(Refusal { why: format!("it answered {status}"), passing })
    }
}

/// An error with its innermost reason and without the address, which may hold a password.
fn plain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut reason: &dyn std::error::Error = &error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    if error.source().is_none() { error.to_string() } else { format!("{error}: {reason}") }
}

/// Posts what waits until telemetry is shut down.
pub(super) async fn serve(receiver: Receiver, queue: &Queue<Events>, shared: &Shared) {
    let mut health = Health::default();
    let name = receiver.name();
    serve_way(Way::Receiver, queue, PACE, shared, async || {
        loop {
            let batch = take(queue);
            if batch.is_empty() {
                return;
            }
            match receiver.deliver(&batch, shared).await {
                Ok(()) => health.worked(shared, &name),
                Err(why) => {
                    shared.metrics.drop_events(Reason::Receiver, batch.len() as u64);
                    health.failed(shared, &name, &why);
                }
            }
        }
    })
    .await;
}

fn take(queue: &Queue<Events>) -> Vec<Box<str>> {
    let mut held = queue.locked();
    let count = held.buffer.len().min(BATCH);
    let batch: Vec<_> = held.buffer.drain(..count).collect();
    held.size -= batch.iter().map(|event| event.len()).sum::<usize>();
    held.things -= batch.len();
    batch
}
