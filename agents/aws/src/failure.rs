//! What an SDK error means to a person.

use std::error::Error;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use finops_core::model::ServiceFailure;

/// How much of a vendor's message is quoted, in characters.
const MESSAGE_LENGTH: usize = 300;

/// The failure of a call that needs the permission `action` (`rds:DescribeDBInstances`).
pub(crate) fn failure<E, R>(action: &str, error: &SdkError<E, R>) -> ServiceFailure
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug + 'static,
{
    let hint = |text: &str| Some(text.to_owned());
    match error {
        SdkError::ServiceError(context) => refused(action, context.err()),
        SdkError::TimeoutError(_) => ServiceFailure {
            error: format!("TimedOut: {action} did not answer in time"),
            hint: hint("check the network path to AWS; `api.timeout` sets how long to wait"),
        },
        SdkError::DispatchFailure(dispatch) if dispatch.is_timeout() => ServiceFailure {
            error: format!("TimedOut: {action} did not answer in time"),
            hint: hint("check the network path to AWS; `api.timeout` sets how long to wait"),
        },
        SdkError::DispatchFailure(dispatch) => {
            let cause =
                dispatch.as_connector_error().map_or_else(String::new, |error| cause(error));
            ServiceFailure {
                error: format!("Unreachable: {action} could not be sent: {cause}"),
                hint: hint(
                    "check DNS, the proxy and the region's name; credentials may be missing",
                ),
            }
        }
        other => ServiceFailure {
            error: format!("BadReply: the answer to {action} cannot be read: {}", cause(other)),
            hint: hint(
                "something between the agent and AWS changes or cuts replies: check proxies",
            ),
        },
    }
}

fn refused(action: &str, error: &(impl ProvideErrorMetadata + Error + 'static)) -> ServiceFailure {
    let code = error.code().unwrap_or("Unknown");
    // What AWS says of a wrong signature goes on with the whole request, session token included.
    let said = error.message().unwrap_or_default().trim_start().lines().next();
    let message: String = said.unwrap_or_default().chars().take(MESSAGE_LENGTH).collect();
    let hint = match code {
        code if is_denied(code) => format!("grant {action}"),
        code if code.contains("Expired")
            || code.contains("InvalidClientToken")
            || code == "AuthFailure"
            || code.contains("SignatureDoesNotMatch")
            || code == "UnrecognizedClientException" =>
        {
            "renew the credentials, and check this machine's clock".to_owned()
        }
        code if code.contains("Throttl")
            || code.contains("RequestLimit")
            || code.contains("TooManyRequests")
            || code == "SlowDown" =>
        {
            "AWS limits the rate: lower `concurrency` or raise `interval`".to_owned()
        }
        "OptInRequired" => "the region is not enabled for this account".to_owned(),
        // An answer without a code: nothing in it could be understood.
        "Unknown" if message.is_empty() => {
            return ServiceFailure {
                error: format!("BadReply: {action} answered an error that cannot be read"),
                hint: Some("something between the agent and AWS answers for it: check proxies and endpoints".to_owned()),
            };
        }
        _ => format!("see AWS's documentation of {action} for {code}"),
    };
    ServiceFailure { error: format!("{code}: {message}"), hint: Some(hint) }
}

/// Whether an AWS error code says that a permission is missing.
pub(crate) fn is_denied(code: &str) -> bool {
    code.contains("AccessDenied") || code.contains("Unauthorized") || code == "Forbidden"
}

/// The innermost cause of an error.
fn cause(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string().chars().take(MESSAGE_LENGTH).collect()
}
