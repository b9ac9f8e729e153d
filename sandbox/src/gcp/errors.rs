//! Google's refusals. <https://google.aip.dev/193>,
//! <https://cloud.google.com/compute/docs/api/best-practices#handle_errors>

use http::StatusCode;
use serde_json::{Value, json};

use crate::faults::Refusal;
use crate::http::Reply;

/// A refusal as the newer APIs have it: a status by name, and a reason that a program can read.
fn refusal(code: u16, status: &str, message: &str, reason: &str, metadata: &Value) -> Reply {
    let details = json!([{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason,
                           "domain": "googleapis.com", "metadata": metadata }]);
    reply(
        code,
        &json!({ "error": { "code": code, "message": message, "status": status, "details": details } }),
    )
}

/// A refusal as Compute Engine and Cloud Storage have it.
fn older(code: u16, reason: &str, domain: &str, message: &str) -> Reply {
    let errors = json!([{ "message": message, "domain": domain, "reason": reason }]);
    reply(code, &json!({ "error": { "code": code, "message": message, "errors": errors } }))
}

fn reply(code: u16, body: &Value) -> Reply {
    let status = StatusCode::from_u16(code).expect("the codes here are statuses");
    Reply::of("application/json; charset=UTF-8", body.to_string()).status(status)
}

/// The host of an API, by the name that faults have for it.
fn host(service: &str) -> &'static str {
    match service {
        "compute" => "compute.googleapis.com",
        "container" => "container.googleapis.com",
        "functions" => "cloudfunctions.googleapis.com",
        "run" => "run.googleapis.com",
        "sqladmin" => "sqladmin.googleapis.com",
        "storage" => "storage.googleapis.com",
        "monitoring" => "monitoring.googleapis.com",
        _ => "cloudasset.googleapis.com",
    }
}

/// What goes wrong on demand, in the words of the API that was asked.
pub(super) fn of(service: &str, refused: Refusal) -> Reply {
    match (service, refused) {
        (_, Refusal::Expired) => unauthenticated(),
        // <https://cloud.google.com/compute/api-quota#rate-quotas>
        ("compute", Refusal::Throttled) => {
            older(403, "rateLimitExceeded", "usageLimits", "Rate Limit Exceeded")
        }
        // <https://cloud.google.com/storage/docs/json_api/v1/status-codes#429-too-many-requests>
        ("storage", Refusal::Throttled) => older(
            429,
            "rateLimitExceeded",
            "usageLimits",
            "The request rate exceeds the limit. Please reduce your request rate.",
        ),
        // <https://cloud.google.com/compute/docs/metadata/querying-metadata#rate_limits>
        ("metadata" | "tokens", Refusal::Throttled) => plain(429, "Too many requests"),
        ("metadata" | "tokens", Refusal::Internal) => plain(503, "Service Unavailable"),
        (_, Refusal::Throttled) => throttled(host(service)),
        ("compute" | "storage", Refusal::Internal) => {
            older(503, "backendError", "global", "Internal error. Please try again.")
        }
        (_, Refusal::Internal) => reply(
            503,
            &json!({ "error": { "code": 503, "status": "UNAVAILABLE",
                                "message": "The service is currently unavailable." } }),
        ),
    }
}

fn throttled(host: &str) -> Reply {
    let message = format!(
        "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute' of \
         service '{host}' for consumer 'project_number:900000000001'."
    );
    let metadata = json!({ "service": host, "quota_limit": "ReadRequestsPerMinutePerProject",
        "quota_metric": format!("{host}/read_requests"),
        "consumer": "projects/900000000001", "quota_location": "global" });
    refusal(429, "RESOURCE_EXHAUSTED", &message, "RATE_LIMIT_EXCEEDED", &metadata)
}

fn plain(code: u16, text: &'static str) -> Reply {
    let status = StatusCode::from_u16(code).expect("the codes here are statuses");
    Reply::of("text/html; charset=UTF-8", text).status(status)
}

/// The token has expired, or is none of Google's.
pub(super) fn unauthenticated() -> Reply {
    let message = "Request had invalid authentication credentials. Expected OAuth 2 access token, \
                   login cookie or other valid authentication credential. See \
                   https://developers.google.com/identity/sign-in/web/devconsole-project.";
    refusal(401, "UNAUTHENTICATED", message, "ACCESS_TOKEN_EXPIRED", &json!({}))
        .with("www-authenticate", "Bearer realm=\"https://accounts.google.com/\"")
}

/// The project is none that the identity may see.
pub(super) fn denied(service: &str, project: &str) -> Reply {
    let message = format!("Permission denied on resource project {project}.");
    let metadata = json!({ "service": host(service), "consumer": format!("projects/{project}") });
    refusal(403, "PERMISSION_DENIED", &message, "CONSUMER_INVALID", &metadata)
}

/// A request that makes no sense.
pub(super) fn invalid(message: &str) -> Reply {
    refusal(400, "INVALID_ARGUMENT", message, "INVALID_ARGUMENT", &json!({}))
}

/// Cloud Monitoring knows no such metric in the project.
pub(super) fn no_metric(metric: &str) -> Reply {
    let message = format!(
        "Cannot find metric(s) that match type = \"{metric}\". If a metric was created recently, it \
         could take up to 10 minutes to become available. Please try again soon."
    );
    reply(404, &json!({ "error": { "code": 404, "message": message, "status": "NOT_FOUND" } }))
}

/// Nothing is there.
pub(super) fn nothing(path: &str) -> Reply {
    older(404, "notFound", "global", &format!("the sandbox has nothing at {path}"))
}
