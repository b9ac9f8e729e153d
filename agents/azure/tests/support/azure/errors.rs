//! How Azure says no.

use serde_json::{Value, json};

use crate::support::http::Reply;

/// A JSON answer.
pub(crate) fn json_reply(status: u16, body: &Value) -> Reply {
    Reply::of(status, "application/json; charset=utf-8", body.to_string())
}

/// An error in Azure Resource Manager's form.
/// <https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors>
pub(crate) fn refusal(status: u16, code: &str, message: &str) -> Reply {
    json_reply(status, &json!({ "error": { "code": code, "message": message } }))
}

/// The identity lacks a role.
pub(crate) fn denied(action: &str, scope: &str) -> Reply {
    refusal(
        403,
        "AuthorizationFailed",
        &format!(
            "The client '7c1d2e3f' with object id '9b8a7c6d' does not have authorization to \
             perform action '{action}' over scope '{scope}' or the scope is invalid. If access was \
             recently granted, please refresh your credentials."
        ),
    )
}

/// There is no such subscription, or it is not to be seen.
pub(crate) fn no_subscription(id: &str) -> Reply {
    refusal(404, "SubscriptionNotFound", &format!("The subscription '{id}' could not be found."))
}

/// A token that is over.
pub(crate) fn expired() -> Reply {
    refusal(
        401,
        "ExpiredAuthenticationToken",
        "The access token expiry UTC time is earlier than current UTC time.",
    )
    .with("www-authenticate", "Bearer error=\"invalid_token\"")
}

/// Too many requests; come again after so many seconds.
pub(crate) fn throttled(seconds: u32) -> Reply {
    refusal(429, "OperationNotAllowed", "The server rejected the request: too many requests.")
        .with("retry-after", seconds.to_string())
}
