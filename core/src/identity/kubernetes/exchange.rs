//! One request and its answer.

use std::io;

use axum::http::{Request, Uri};
use futures::StreamExt as _;
use kube::client::{Body, Client};
use serde::de::DeserializeOwned;
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;

use super::failure::Failure;
use crate::in_cluster::innermost;

/// The most that is told of a redirect's target, in characters.
const TARGET_LIMIT: usize = 256;

/// One attempt, with a body of at most `limit` bytes. Of an answer that is no success only the status
/// is read.
///
/// # Errors
/// Every way in which a call fails.
pub(super) async fn send<T: DeserializeOwned>(
    client: &Client,
    uri: &Uri,
    limit: usize,
) -> Result<T, Failure> {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = uri.clone();
    // The crate logs each failure as an error of its own; here it becomes a trouble.
    let answer = client.send(request).with_subscriber(NoSubscriber::new()).await;
    let answer = answer.map_err(|error| unreachable(&error))?;
    let status = answer.status();
    if status.is_redirection() {
        let target = answer.headers().get("location").and_then(|value| value.to_str().ok());
        let target = target.unwrap_or("nowhere").split(['?', '#']).next().unwrap_or_default();
        return Err(Failure::Redirected(target.chars().take(TARGET_LIMIT).collect()));
    }
    match status.as_u16() {
        200 => parse(&read(answer.into_body(), limit).await?),
        401 => Err(Failure::Unauthorized),
        403 => Err(Failure::Forbidden),
        404 => Err(Failure::NotFound),
        other => Err(Failure::Status(other)),
    }
}

/// What ends a call before an answer. The types of TLS are the crate's own business, but their texts
/// are telling.
fn unreachable(error: &kube::Error) -> Failure {
    let bottom = innermost(error);
    let ended = bottom.downcast_ref().map(io::Error::kind) == Some(io::ErrorKind::UnexpectedEof);
    let text = bottom.to_string();
    if ended {
        Failure::Unreachable("the connection ends before there is an answer".to_owned())
    } else if text.contains("certificate") {
        Failure::Untrusted(text)
    } else {
        Failure::Unreachable(text)
    }
}

/// A body of at most `limit` bytes.
async fn read(body: Body, limit: usize) -> Result<Vec<u8>, Failure> {
    let mut pieces = axum::body::Body::new(body).into_data_stream();
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Failure::Cut)?;
        if bytes.len() + piece.len() > limit {
            return Err(Failure::TooLarge(limit));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// The error's own text stays out: it may quote what is in the answer.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => Failure::Cut,
        serde_json::error::Category::Data => Failure::AnotherObject,
        _ => Failure::NotJson,
    })
}
