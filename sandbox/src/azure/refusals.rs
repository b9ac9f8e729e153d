//! How Azure says no.
//! <https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors>

use http::StatusCode;

use crate::cloud::Call;
use crate::faults::Refusal;
use crate::http::Reply;

const JSON: &str = "application/json; charset=utf-8";

/// A JSON answer.
pub(super) fn json(text: String) -> Reply {
    Reply::of(JSON, text)
}

/// An error in the form of Azure Resource Manager and Azure Monitor.
pub(super) fn refusal(status: StatusCode, code: &str, message: &str) -> Reply {
    let document = serde_json::json!({ "error": { "code": code, "message": message } });
    json(document.to_string()).status(status)
}

/// What is not there.
pub(super) fn nothing(code: &str, message: &str) -> Reply {
    refusal(StatusCode::NOT_FOUND, code, message)
}

/// What cannot be understood.
pub(super) fn bad(message: &str) -> Reply {
    refusal(StatusCode::BAD_REQUEST, "BadRequest", message)
}

/// The authority's own form.
/// <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>
pub(super) fn of_authority(status: StatusCode, error: &str, description: &str) -> Reply {
    let document = serde_json::json!({
        "error": error, "error_description": description, "error_codes": [],
        "timestamp": "2026-11-22 07:00:00Z",
        "trace_id": "1f0c2b3a-0000-4000-8000-000000000000",
        "correlation_id": "1f0c2b3a-0000-4000-8000-000000000001",
    });
    json(document.to_string()).status(status)
}

/// A token that is none, or none any more.
pub(super) fn token(code: &str, message: &str) -> Reply {
    refusal(StatusCode::UNAUTHORIZED, code, message)
        .with("www-authenticate", "Bearer error=\"invalid_token\"")
}

/// Resource Graph's own form: what happened is in the details.
fn of_graph() -> Reply {
    let details = serde_json::json!([{
        "code": "RateLimiting",
        "message": "The client is throttled, and should wait before it asks again.",
    }]);
    let document = serde_json::json!({ "error": {
        "code": "RateLimiting",
        "message": "Please provide the time and the correlationId when asking for support.",
        "details": details,
    } });
    json(document.to_string()).status(StatusCode::TOO_MANY_REQUESTS)
}

/// What a fault demands.
pub(super) fn of_fault(call: &Call, fault: Refusal) -> Reply {
    match (call.service, fault) {
        ("tokens", Refusal::Throttled) => of_authority(
            StatusCode::TOO_MANY_REQUESTS,
            "temporarily_unavailable",
            "AADSTS90055: The application has sent too many requests.",
        )
        .with("retry-after", "1"),
        ("tokens", Refusal::Internal) => of_authority(
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
            "AADSTS90033: A transient error has occurred. Please try again.",
        ),
        ("tokens", Refusal::Expired) => of_authority(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "AADSTS7000222: The provided client secret keys are expired.",
        ),
        // <https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests>
        ("resourcegraph", Refusal::Throttled) => of_graph()
            .with("retry-after", "1")
            .with("x-ms-user-quota-remaining", "0")
            .with("x-ms-user-quota-resets-after", "00:00:01"),
        // <https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>
        (_, Refusal::Throttled) => refusal(
            StatusCode::TOO_MANY_REQUESTS,
            "TooManyRequests",
            "The request is being throttled as the limit has been reached for operation type.",
        )
        .with("retry-after", "1"),
        (_, Refusal::Internal) => refusal(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalServerError",
            "The server encountered an internal error, please try again after some time.",
        ),
        (_, Refusal::Expired) => token(
            "ExpiredAuthenticationToken",
            "The access token expiry UTC time is earlier than current UTC time.",
        ),
    }
}
