//! The servers: HTTP/1.1 on loopback, with or without TLS.

mod body;
mod serve;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

pub use body::ReplyBody;
pub use serve::{Answering, Server};

/// What was asked, read whole.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path as it was sent: still percent-encoded.
    pub path: String,
    /// What stands behind `?`, as it was sent.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Request {
    /// A header's text, or "".
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A parameter of the query, decoded.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        find(self.query.as_bytes(), name)
    }

    /// A field of a body of form fields, decoded.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<String> {
        find(&self.body, name)
    }
}

fn find(encoded: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(encoded)
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// Headers beside the length.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// 200 with a body of this type.
    #[must_use]
    pub fn of(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            status: StatusCode::OK,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
        }
    }

    /// 200 with a JSON document.
    #[must_use]
    pub fn json(document: &serde_json::Value) -> Self {
        Self::of("application/json", document.to_string())
    }

    /// The same with another status.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
