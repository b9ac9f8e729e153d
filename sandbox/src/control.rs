//! The sandbox's own port: what is true, what was asked, what goes wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use http::{Method, StatusCode};
use serde_json::json;

use crate::counts::Counts;
use crate::faults::{Fate, Faults, Rule};
use crate::http::{Answering, Reply, Request};
use crate::recorder::Recorder;
use crate::truth::Truth;

/// What works a cloud's truth out.
pub type Truths = BTreeMap<&'static str, Arc<dyn Fn() -> Truth + Send + Sync>>;

/// The port: `GET /truth[/CLOUD]`, `GET|DELETE /counts`, `GET|PUT|DELETE /faults`, a page at `/`, and documents
/// that others add, as what an agent needs to find its cloud (`/agents`).
pub struct Control {
    /// The truth of each cloud.
    pub truths: Truths,
    /// What was asked.
    pub counts: Arc<Counts>,
    /// What goes wrong.
    pub faults: Arc<Faults>,
    /// What was asked word for word, from `PUT /requests` to `DELETE /requests`, which gives it.
    pub recorder: Arc<Recorder>,
    /// Further documents, by path.
    pub documents: BTreeMap<&'static str, serde_json::Value>,
    /// The page for people, at `/`.
    pub page: Box<dyn Fn() -> String + Send + Sync>,
}

impl Answering for Control {
    fn answer(self: Arc<Self>, request: Request) -> BoxFuture<'static, Fate> {
        async move {
            // A million resources take seconds to add up.
            let answered = tokio::task::spawn_blocking(move || self.reply(&request)).await;
            answered.map_or(Fate::Closed, Fate::Answered)
        }
        .boxed()
    }
}

impl Control {
    fn reply(&self, request: &Request) -> Reply {
        match (&request.method, request.path.as_str()) {
            (&Method::GET, "/") => Reply::of("text/html; charset=utf-8", (self.page)()),
            (&Method::GET, "/truth") => {
                let all: BTreeMap<_, _> =
                    self.truths.iter().map(|(cloud, truth)| (*cloud, truth().to_json())).collect();
                Reply::json(&json!(all))
            }
            (&Method::GET, "/counts") => Reply::json(&json!(self.counts.read(false))),
            (&Method::DELETE, "/counts") => Reply::json(&json!(self.counts.read(true))),
            (&Method::PUT, "/requests") => {
                self.recorder.start();
                Reply::json(&json!({ "recording": true }))
            }
            (&Method::DELETE, "/requests") => Reply::json(&json!(self.recorder.take())),
            (&Method::GET, "/faults") => self.faults(),
            (&Method::PUT, "/faults") => self.set_faults(&request.body),
            (&Method::DELETE, "/faults") => {
                self.faults.replace(Vec::new());
                self.faults()
            }
            (&Method::GET, path) => self.document(path),
            _ => refusal(StatusCode::METHOD_NOT_ALLOWED, "this is not asked so"),
        }
    }

    fn document(&self, path: &str) -> Reply {
        let truth = path.strip_prefix("/truth/").and_then(|cloud| self.truths.get(cloud));
        match (truth, self.documents.get(path)) {
            (Some(truth), _) => Reply::json(&truth().to_json()),
            (None, Some(document)) => Reply::json(document),
            (None, None) => refusal(StatusCode::NOT_FOUND, "there is nothing here"),
        }
    }

    fn faults(&self) -> Reply {
        let rules: Vec<String> = self.faults.rules().iter().map(Rule::to_string).collect();
        Reply::json(&json!({ "faults": rules }))
    }

    /// One rule a line, as the flag takes them: all that hold from now on.
    fn set_faults(&self, body: &[u8]) -> Reply {
        let text = String::from_utf8_lossy(body);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        match lines.map(str::parse).collect::<Result<Vec<Rule>, _>>() {
            Ok(rules) => {
                self.faults.replace(rules);
                self.faults()
            }
            Err(error) => refusal(StatusCode::BAD_REQUEST, &error.to_string()),
        }
    }
}

fn refusal(status: StatusCode, error: &str) -> Reply {
    Reply::json(&json!({ "error": error })).status(status)
}
