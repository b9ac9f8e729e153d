//! What was asked, word for word: for who wants to ask the same again without an agent.

use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::http::Request;

/// Headers that an answer depends on.
const HEADERS: &[&str] = &[
    "accept",
    "authorization",
    "content-type",
    "smithy-protocol",
    "x-amz-security-token",
    "x-amz-target",
    "x-goog-user-project",
];

/// The requests since the recorder was switched on.
#[derive(Debug, Default)]
pub struct Recorder(Mutex<Option<Vec<Value>>>);

impl Recorder {
    /// Notes a request of `cloud`, where it is switched on.
    pub fn note(&self, cloud: &str, request: &Request) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(requests) = requests.as_mut() else { return };
        let headers: Vec<(&str, &str)> = HEADERS
            .iter()
            .map(|name| (*name, request.header(name)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let query = if request.query.is_empty() { "" } else { "?" };
        requests.push(json!({
            "cloud": cloud,
            "method": request.method.as_str(),
            "target": format!("{}{query}{}", request.path, request.query),
            "headers": headers,
            "body": STANDARD.encode(&request.body),
        }));
    }

    /// Switches it on, empty.
    pub fn start(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
    }

    /// Switches it off; gives what was noted.
    pub fn take(&self) -> Vec<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }
}
