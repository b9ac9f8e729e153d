//! One call to Azure: a span, an attempt or several, one answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use azure_core::http::headers::X_MS_RETRY_AFTER_MS;
use azure_core::http::policies::{Policy, PolicyResult};
use azure_core::http::{
    AsyncRawResponse, Context, Method, Pipeline, PipelineSendOptions, RawResponse, Request,
    StatusCode,
};
use bytes::Bytes;
use finops_core::telemetry;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};
use url::Url;

use super::error::{ArmError, Lost, Trouble};
use super::pace::{Pace, Quota};
use super::{Meter, Operation, refusal};
use crate::credentials::Credential;

/// What a call is about; it goes with the request through the SDK's pipeline.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) meter: Meter,
    pub(super) operation: Operation,
    pub(super) quota: Quota,
    subscription: Option<Arc<str>>,
    attempts: Arc<AtomicU64>,
}

impl Call {
    /// A call to Azure Resource Manager. `path` says whose quota it is taken from.
    pub(super) fn new(meter: &Meter, operation: Operation, path: &str) -> Self {
        let subscription = subscription(path);
        let quota = match &subscription {
            Some(id) => Quota::Subscription(Arc::clone(id)),
            None if is_resource_graph(path) => Quota::Graph,
            None => Quota::Tenant,
        };
        let meter = meter.clone();
        Self { meter, operation, quota, subscription, attempts: Arc::default() }
    }

    /// A call to a host that tells of no quota.
    pub(super) fn elsewhere(meter: &Meter, operation: Operation, path: &str) -> Self {
        Self { quota: Quota::Other, ..Self::new(meter, operation, path) }
    }

    /// Where the permission is needed: `/subscriptions/…`.
    pub(super) fn scope(&self) -> String {
        match &self.subscription {
            Some(id) => format!("/subscriptions/{id}"),
            None => "the subscriptions".to_owned(),
        }
    }

    fn span(&self) -> Span {
        let permission = self.operation.permission;
        let (service, method) = permission.split_once('/').unwrap_or(("Azure", permission));
        tracing::info_span!(
            "api_call",
            otel.kind = "client",
            rpc.system = "azure-api",
            rpc.service = service,
            rpc.method = method,
            http.response.status_code = Empty,
            rpc.attempts = Empty,
        )
    }
}

fn is_resource_graph(path: &str) -> bool {
    path.split('/').any(|part| part.eq_ignore_ascii_case("Microsoft.ResourceGraph"))
}

fn subscription(path: &str) -> Option<Arc<str>> {
    let mut parts = path.trim_start_matches('/').split('/');
    parts.next().filter(|first| first.eq_ignore_ascii_case("subscriptions"))?;
    parts.next().filter(|id| !id.is_empty()).map(|id| id.to_ascii_lowercase().into())
}

/// A host of Azure with the credential for it.
#[derive(Debug)]
pub(super) struct Door {
    /// Retries, tokens, and a transport that reaches this host only.
    pub(super) pipeline: Pipeline,
}

impl Door {
    /// Sends a request, again where that helps, and gives the body of a good answer.
    ///
    /// # Errors
    /// Azure refuses, cannot be reached, or its answer is not one.
    pub(super) async fn ask(
        &self,
        call: &Call,
        method: Method,
        url: &Url,
        body: Option<Bytes>,
    ) -> Result<Bytes, ArmError> {
        let span = call.span();
        let sent = self.send(call, method, url, body).instrument(span.clone()).await;
        span.record("rpc.attempts", call.attempts.load(Ordering::Relaxed));
        let failed = match sent {
            Ok(answer) => {
                span.record("http.response.status_code", u16::from(answer.status()));
                let status = answer.status();
                match refusal::read(call, answer) {
                    Ok(body) => return Ok(body),
                    Err(error) if status.is_success() => {
                        telemetry::fail(&span, "ResponseError", "the answer cannot be read");
                        error
                    }
                    Err(error) => {
                        let said = format!("it answered {}", u16::from(status));
                        telemetry::fail(&span, "ServiceError", &said);
                        error
                    }
                }
            }
            Err(error) => {
                let error = refusal::unanswered(call, &error);
                let (kind, said) = match error.trouble {
                    Trouble::TimedOut => ("TimeoutError", "no answer in time"),
                    Trouble::BadReply => ("ResponseError", "the answer cannot be read"),
                    Trouble::Throttled => ("ServiceError", "it asks to wait for too long"),
                    _ => ("DispatchFailure", "it could not be sent"),
                };
                telemetry::fail(&span, kind, said);
                error
            }
        };
        Err(failed)
    }

    /// Sends, and after a 401 once more: by then the credential is a new one.
    async fn send(
        &self,
        call: &Call,
        method: Method,
        url: &Url,
        body: Option<Bytes>,
    ) -> azure_core::Result<RawResponse> {
        let once = || async {
            let context = Context::new().with_value(call.clone());
            let mut request = Request::new(url.clone(), method);
            request.insert_header("accept", "application/json");
            if let Some(body) = &body {
                request.insert_header("content-type", "application/json");
                request.set_body(body.clone());
            }
            // An error's body is read here, by more forms than the SDK knows.
            let options = PipelineSendOptions { skip_checks: true, ..Default::default() };
            self.pipeline.send(&context, &mut request, Some(options)).await
        };
        let answer = once().await?;
        if answer.status() == StatusCode::Unauthorized {
            return once().await;
        }
        Ok(answer)
    }
}

/// What happens around each try, after it got its token: it waits for its quota, is counted, and
/// what the answer says about quotas and tokens is taken in.
#[derive(Debug)]
pub(super) struct Tries {
    pub(super) pace: Arc<Pace>,
    pub(super) credential: Arc<Credential>,
}

// The trait leaves the context's lifetime out, and the macro wants the same here.
#[allow(elided_lifetimes_in_paths)]
#[async_trait::async_trait]
impl Policy for Tries {
    async fn send(
        &self,
        context: &Context,
        request: &mut Request,
        next: &[Arc<dyn Policy>],
    ) -> PolicyResult {
        let call: &Call = context.value().expect("the door sends every request as a call");
        self.pace.before(&call.quota).await.map_err(Lost::lasting)?;
        let first = call.attempts.fetch_add(1, Ordering::Relaxed) == 0;
        call.meter.attempt(call.operation.permission, first);
        let response = next[0].send(context, request, &next[1..]).await?;
        self.pace.learn(&call.quota, response.headers());
        match response.status() {
            StatusCode::Unauthorized => {
                let sent = request.headers().get_optional_str(&"authorization".into());
                self.credential.refused(sent.unwrap_or_default()).await;
                Ok(response)
            }
            StatusCode::TooManyRequests | StatusCode::ServiceUnavailable => {
                call.meter.throttled();
                let own = self.pace.after(response.headers()).map_err(Lost::lasting)?;
                Ok(match own {
                    Some(wait) => asking_to_wait(response, wait.as_millis()),
                    None => response,
                })
            }
            _ => Ok(response),
        }
    }
}

/// The answer, with a wait that the SDK's retries understand.
fn asking_to_wait(response: AsyncRawResponse, milliseconds: u128) -> AsyncRawResponse {
    let (status, mut headers, body) = response.deconstruct();
    headers.insert(X_MS_RETRY_AFTER_MS, milliseconds.to_string());
    AsyncRawResponse::new(status, headers, Box::pin(body))
}
