//! A span for every call to AWS, from the first try to the last.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
    FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use finops_core::telemetry;
use tracing::Span;
use tracing::field::Empty;

/// Opens a span below the caller's for each operation, and closes it with the operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CallSpans;

/// The span of an operation that is going on.
#[derive(Debug, Clone)]
struct CallSpan {
    span: Span,
    attempts: u64,
}

impl Storable for CallSpan {
    type Storer = StoreReplace<Self>;
}

impl Intercept for CallSpans {
    fn name(&self) -> &'static str {
        "CallSpans"
    }

    // Before it, only the client is known and not the operation.
    fn read_before_serialization(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let metadata = config.load::<Metadata>();
        let span = tracing::info_span!(
            "api_call",
            otel.kind = "client",
            rpc.system = "aws-api",
            rpc.service = metadata.map(Metadata::service),
            rpc.method = metadata.map(Metadata::name),
            http.response.status_code = Empty,
            rpc.attempts = Empty,
        );
        config.interceptor_state().store_put(CallSpan { span, attempts: 0 });
        Ok(())
    }

    fn read_before_attempt(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(call) = config.load::<CallSpan>().cloned() {
            let attempts = call.attempts + 1;
            config.interceptor_state().store_put(CallSpan { attempts, ..call });
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(CallSpan { span, attempts }) = config.load::<CallSpan>().cloned() else {
            return Ok(());
        };
        span.record("rpc.attempts", attempts);
        if let Some(response) = context.response() {
            span.record("http.response.status_code", response.status().as_u16());
        }
        if let Some(Err(error)) = context.output_or_error() {
            // Not what AWS says: an answer to a wrong signature repeats the whole request. What the
            // caller makes of it is on the service's span.
            let (kind, message) = match context.response() {
                Some(answer) if error.is_operation_error() => {
                    ("ServiceError", format!("it answered {}", answer.status().as_u16()))
                }
                Some(_) => ("ResponseError", "the answer cannot be read".to_owned()),
                None if error.is_timeout_error() => {
                    ("TimeoutError", "no answer in time".to_owned())
                }
                None => ("DispatchFailure", "it could not be sent".to_owned()),
            };
            telemetry::fail(&span, kind, &message);
        }
        // The bag keeps what is stored until the whole operation is dropped; the call ends here.
        config.interceptor_state().store_put(CallSpan { span: Span::none(), attempts });
        Ok(())
    }
}
