//! Google's errors. <https://google.aip.dev/193>,
//! <https://cloud.google.com/storage/docs/json_api/v1/status-codes>

use serde_json::{Value, json};

use super::call::Call;
use crate::support::http::Reply;

/// An answer in JSON.
pub(crate) fn json_reply(status: u16, body: &Value) -> Reply {
    Reply::of(status, "application/json; charset=UTF-8", body.to_string())
}

/// A refusal as the newer APIs have it, with a reason a program can read.
pub(crate) fn refusal(
    code: u16,
    status: &str,
    message: &str,
    reason: &str,
    metadata: &Value,
) -> Reply {
    let details = json!([{ "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                           "reason": reason, "domain": "googleapis.com", "metadata": metadata }]);
    json_reply(
        code,
        &json!({ "error": { "code": code, "message": message, "status": status,
                            "errors": [{ "message": message, "domain": "global",
                                         "reason": "forbidden" }],
                            "details": details } }),
    )
}

/// A refusal as the older APIs have it.
pub(crate) fn old(code: u16, reason: &str, message: &str) -> Reply {
    let body = json!({ "error": { "code": code, "message": message,
        "errors": [{ "message": message, "domain": "global", "reason": reason }] } });
    json_reply(code, &body)
}

/// The host of the API that a call is to.
pub(crate) fn host(call: &Call) -> &'static str {
    match call.permission().unwrap_or_default().split('.').next().unwrap_or_default() {
        "compute" => "compute.googleapis.com",
        "container" => "container.googleapis.com",
        "cloudfunctions" => "cloudfunctions.googleapis.com",
        "run" => "run.googleapis.com",
        "cloudsql" => "sqladmin.googleapis.com",
        "storage" => "storage.googleapis.com",
        "monitoring" => "monitoring.googleapis.com",
        _ => "cloudasset.googleapis.com",
    }
}

/// The API is not enabled in the project.
pub(crate) fn disabled(call: &Call) -> Reply {
    let (host, project) = (host(call), call.project().unwrap_or_default());
    let message = format!(
        "{host} has not been used in project {project} before or it is disabled. Enable it by \
         visiting https://console.developers.google.com/apis/api/{host}/overview?project={project} \
         then retry. If you enabled this API recently, wait a few minutes for the action to \
         propagate to our systems and retry."
    );
    let metadata = json!({ "service": host, "consumer": format!("projects/{project}") });
    refusal(403, "PERMISSION_DENIED", &message, "SERVICE_DISABLED", &metadata)
}

/// The identity may not. Compute and Storage say it in the older way.
pub(crate) fn denied(call: &Call) -> Reply {
    let permission = call.permission().unwrap_or_default();
    let project = call.project().unwrap_or_default();
    let message = format!(
        "Required '{permission}' permission for 'projects/{project}' (or it may not exist)"
    );
    if ["compute", "storage"].iter().any(|api| permission.starts_with(api)) {
        return old(403, "forbidden", &message);
    }
    let metadata = json!({ "permission": permission, "resource": format!("projects/{project}") });
    refusal(403, "PERMISSION_DENIED", &message, "IAM_PERMISSION_DENIED", &metadata)
}

/// The project is no more. Compute and Storage say 404, the others 403.
pub(crate) fn gone(call: &Call) -> Reply {
    let project = call.project().unwrap_or_default();
    match host(call) {
        "compute.googleapis.com" => {
            let text = format!("The resource 'projects/{project}' was not found");
            old(404, "notFound", &text)
        }
        "storage.googleapis.com" => old(404, "notFound", "The requested project was not found."),
        service => refusal(
            403,
            "PERMISSION_DENIED",
            &format!("Project 'projects/{project}' not found or deleted."),
            "CONSUMER_INVALID",
            &json!({ "service": service, "consumer": format!("projects/{project}") }),
        ),
    }
}

/// Too many requests; to be asked again after so many seconds.
pub(crate) fn throttled(seconds: u64) -> Reply {
    let message = "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per \
                   minute' of service.";
    let metadata = json!({ "quota_limit": "ReadRequestsPerMinutePerProject" });
    refusal(429, "RESOURCE_EXHAUSTED", message, "RATE_LIMIT_EXCEEDED", &metadata)
        .with("retry-after", seconds.to_string())
}

/// The token is not taken.
pub(crate) fn unauthenticated() -> Reply {
    let message = "Request had invalid authentication credentials. Expected OAuth 2 access token, \
                   login cookie or other valid authentication credential.";
    refusal(401, "UNAUTHENTICATED", message, "ACCESS_TOKEN_EXPIRED", &json!({}))
}

/// Nothing is there.
pub(super) fn nothing(call: &Call) -> Reply {
    old(404, "notFound", &format!("{} {} is not found", call.request.method, call.path))
}

/// A request that makes no sense.
pub(super) fn invalid(message: &str) -> Reply {
    refusal(400, "INVALID_ARGUMENT", message, "INVALID_ARGUMENT", &json!({}))
}
