//! What the authority answers, read before the identity library does: that one cannot read an error
//! whose text has an escaped character in it, and takes a proxy's page for one.

use std::sync::Arc;

use azure_core::http::{AsyncRawResponse, HttpClient, Request};
use serde_json::Value;

use super::reason::refusal;
use crate::arm::{Lost, Trouble, quote};

/// A transport to the authority whose refusals are what the authority says.
#[derive(Debug)]
pub(super) struct Authority(pub(super) Arc<dyn HttpClient>);

#[async_trait::async_trait]
impl HttpClient for Authority {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let (status, headers, body) = self.0.execute_request(request).await?.deconstruct();
        let body = body.collect().await?;
        let number = u16::from(status);
        // The library asks again.
        if matches!(number, 408 | 429 | 500..) {
            return Ok(AsyncRawResponse::from_bytes(status, headers, body));
        }
        let value: Option<Value> = serde_json::from_slice(&body).ok();
        let Some(value @ Value::Object(_)) = value else {
            let host = request.url().host_str().unwrap_or("the authority");
            let cause = format!("{host} answered {number} with something that is not its own");
            let remedy = "check proxies and endpoints.authority".to_owned();
            return Err(Lost { trouble: Trouble::BadReply, cause, remedy }.lasting());
        };
        if status.is_success() {
            return Ok(AsyncRawResponse::from_bytes(status, headers, body));
        }
        let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
        let said = match (text("error_description"), text("error")) {
            ("", "") => format!("it answered {number}"),
            ("", code) => quote(code),
            (description, _) => description.to_owned(),
        };
        Err(refusal(&said).lasting())
    }
}
