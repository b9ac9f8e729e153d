//! What an answer that is none means to a person.

use azure_core::http::RawResponse;
use bytes::Bytes;
use serde_json::Value;

use finops_core::model::ServiceFailure;

use super::call::Call;
use super::error::{ArmError, Lost, Trouble};
use super::pace::THROTTLED;
use super::quote::quote;

const CHECK_PROXIES: &str =
    "something between the agent and Azure answers for it: check proxies and endpoints";

/// What to do where the credentials are not accepted.
const RENEW: &str = "renew the credentials, and check this machine's clock";

/// The body of an answer, if it is a good one.
///
/// # Errors
/// Azure refuses, or the answer is empty or no answer of Azure's.
pub(super) fn read(call: &Call, answer: RawResponse) -> Result<Bytes, ArmError> {
    let permission = call.operation.permission;
    let (status, _, body) = answer.deconstruct();
    let body: Bytes = body.into();
    let text = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&body).trim_ascii();
    if status.is_success() {
        let problem = match text.first() {
            None => "is empty",
            Some(b'<') => "is HTML or XML",
            Some(_) => return Ok(body.slice_ref(text)),
        };
        return Err(ArmError::bad_reply(
            &format!("the answer to {permission} {problem}"),
            CHECK_PROXIES,
        ));
    }
    let status = u16::from(status);
    if (300..400).contains(&status) || text.first() == Some(&b'<') {
        let problem = if status < 400 { "leads elsewhere" } else { "is no answer of Azure's" };
        let error = format!("the answer to {permission} (status {status}) {problem}");
        return Err(ArmError::bad_reply(&error, CHECK_PROXIES));
    }
    Err(refused(call, status, text))
}

/// The failure of a call that got no answer.
pub(super) fn unanswered(call: &Call, error: &azure_core::Error) -> ArmError {
    let permission = call.operation.permission;
    let (trouble, cause, remedy) = match Lost::within(error) {
        Some(lost) => (lost.trouble, lost.cause.clone(), lost.remedy.clone()),
        None => {
            let cause = super::quote::innermost(error);
            (Trouble::Refused, cause, "this may be a fault of the agent: report it".to_owned())
        }
    };
    let name = match trouble {
        Trouble::Denied => "Denied",
        Trouble::Unauthenticated => "Unauthenticated",
        Trouble::NotFound => "NotFound",
        Trouble::Throttled => "Throttled",
        Trouble::TimedOut => "TimedOut",
        Trouble::Unreachable => "Unreachable",
        Trouble::BadReply => "BadReply",
        Trouble::Refused => "Failed",
    };
    let error = format!("{name}: {permission}: {cause}");
    ArmError { trouble, failure: ServiceFailure { error, hint: Some(remedy) } }
}

fn refused(call: &Call, status: u16, body: &[u8]) -> ArmError {
    let permission = call.operation.permission;
    let (code, message) = said(body);
    let trouble = trouble(status, &code);
    let code = if code.is_empty() { format!("Status{status}") } else { code };
    let message = match message.is_empty() {
        true => format!("{permission} was answered with status {status}"),
        false => message,
    };
    let hint = hint(call, status, &code, trouble);
    let failure = ServiceFailure { error: format!("{code}: {message}"), hint: Some(hint) };
    ArmError { trouble, failure }
}

/// What kind of trouble a status and an error code tell of.
/// <https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors>
fn trouble(status: u16, code: &str) -> Trouble {
    match (status, code) {
        (_, "AuthorizationFailed" | "LinkedAuthorizationFailed") | (403, _) => Trouble::Denied,
        (401, _) => Trouble::Unauthenticated,
        (_, "ExpiredAuthenticationToken") => Trouble::Unauthenticated,
        (_, code) if code.starts_with("InvalidAuthenticationToken") => Trouble::Unauthenticated,
        (404, _) => Trouble::NotFound,
        (429, _) | (503, _) => Trouble::Throttled,
        (408 | 504, _) => Trouble::TimedOut,
        _ => Trouble::Refused,
    }
}

fn hint(call: &Call, status: u16, code: &str, trouble: Trouble) -> String {
    let permission = call.operation.permission;
    let scope = call.scope();
    match trouble {
        Trouble::Denied if permission == "Microsoft.Insights/metrics/read" => {
            format!("assign Monitoring Reader on {scope} to the agent's identity")
        }
        Trouble::Denied => {
            format!("grant {permission} on {scope} (deploy/iam/azure-agent-role.json)")
        }
        Trouble::Unauthenticated if code == "InvalidAuthenticationTokenTenant" => {
            format!("check credential.tenant_id: {scope} belongs to another tenant")
        }
        Trouble::Unauthenticated => RENEW.to_owned(),
        Trouble::Throttled if status == 503 => {
            "Azure is busy: the next cycle asks again; see azure.status.microsoft".to_owned()
        }
        Trouble::Throttled => THROTTLED.to_owned(),
        Trouble::TimedOut => "Azure itself waited in vain: the next cycle asks again".to_owned(),
        _ if code == "SubscriptionNotFound" || code == "InvalidSubscriptionId" => format!(
            "check `subscription` and the identity's tenant: it must be able to see {scope}"
        ),
        Trouble::NotFound => {
            "it is gone, or the identity may not see it: the next cycle lists anew".to_owned()
        }
        _ if code == "MissingSubscriptionRegistration" => {
            let provider = permission.split('/').next().unwrap_or_default();
            format!("register the provider on {scope}: az provider register -n {provider}")
        }
        _ if status >= 500 => {
            "Azure failed: the next cycle asks again; see azure.status.microsoft".to_owned()
        }
        _ => format!("see Azure's documentation of {permission} for {code}"),
    }
}

/// The code and the message of an error, in any of the forms that Azure Resource Manager, Azure
/// Monitor and the authority have; empty where there is none.
fn said(body: &[u8]) -> (String, String) {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |value: &Value, keys: &[&str]| {
        let found = keys.iter().find_map(|key| value.get(key)?.as_str());
        quote(found.unwrap_or_default())
    };
    match value.get("error") {
        Some(Value::String(code)) => (quote(code), text(&value, &["error_description"])),
        Some(error @ Value::Object(_)) => {
            (text(error, &["code", "Code"]), text(error, &["message", "Message"]))
        }
        _ => (text(&value, &["code", "Code"]), text(&value, &["message", "Message"])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arm::{Meter, Operation};
    use azure_core::http::headers::Headers;

    fn answered(permission: &'static str, status: u16, body: impl Into<Bytes>) -> ArmError {
        let operation = Operation { permission, api_version: "1" };
        let call = Call::new(&Meter::default(), operation, "/subscriptions/S-1/providers/x");
        let answer = RawResponse::from_bytes(status.into(), Headers::new(), body);
        read(&call, answer).unwrap_err()
    }

    #[test]
    fn a_denied_call_says_what_to_grant_and_where() {
        let body =
            r#"{"error": {"code": "AuthorizationFailed", "message": "The client has no\nright"}}"#;
        let error = answered("Microsoft.Compute/disks/read", 403, body);
        assert_eq!(error.trouble, Trouble::Denied);
        assert_eq!(error.failure.error, "AuthorizationFailed: The client has no");
        assert_eq!(
            error.failure.hint.as_deref(),
            Some(
                "grant Microsoft.Compute/disks/read on /subscriptions/s-1 \
                 (deploy/iam/azure-agent-role.json)"
            )
        );
        let metrics = answered("Microsoft.Insights/metrics/read", 403, "");
        assert_eq!(
            metrics.failure.hint.as_deref(),
            Some("assign Monitoring Reader on /subscriptions/s-1 to the agent's identity")
        );
    }

    #[test]
    fn what_to_do_depends_on_what_azure_says() {
        for (status, code, part) in [
            (401, "ExpiredAuthenticationToken", "clock"),
            (401, "InvalidAuthenticationTokenTenant", "credential.tenant_id"),
            (404, "SubscriptionNotFound", "`subscription`"),
            (404, "ResourceNotFound", "gone"),
            (409, "MissingSubscriptionRegistration", "az provider register -n Microsoft.Sql"),
            (429, "SubscriptionRequestsThrottled", "`concurrency`"),
            (500, "InternalServerError", "next cycle"),
            (400, "InvalidApiVersionParameter", "documentation"),
        ] {
            let body = format!(r#"{{"error": {{"code": "{code}", "message": "m"}}}}"#);
            let read = answered("Microsoft.Sql/servers/read", status, body);
            assert!(read.failure.hint.as_ref().unwrap().contains(part), "{read:?}");
        }
    }

    #[test]
    fn errors_of_every_form_are_read() {
        for (status, body, trouble, error) in [
            (
                401,
                r#"{"error":{"code":"ExpiredAuthenticationToken","message":"old"}}"#,
                Trouble::Unauthenticated,
                "ExpiredAuthenticationToken: old",
            ),
            (
                404,
                r#"{"error":{"code":"SubscriptionNotFound","message":"no s"}}"#,
                Trouble::NotFound,
                "SubscriptionNotFound: no s",
            ),
            (
                429,
                r#"{"code":"TooManyRequests","message":"slow down"}"#,
                Trouble::Throttled,
                "TooManyRequests: slow down",
            ),
            (
                400,
                r#"{"error":"invalid_client","error_description":"AADSTS1: no"}"#,
                Trouble::Refused,
                "invalid_client: AADSTS1: no",
            ),
            (
                400,
                r#"{"Code":"BadRequest","Message":"what?"}"#,
                Trouble::Refused,
                "BadRequest: what?",
            ),
            (
                500,
                r#"{"error":{"code":7,"message":null}}"#,
                Trouble::Refused,
                "Status500: Microsoft.Sql/servers/read was answered with status 500",
            ),
            (
                504,
                "",
                Trouble::TimedOut,
                "Status504: Microsoft.Sql/servers/read was answered with status 504",
            ),
            (
                403,
                "<html>proxy</html>",
                Trouble::BadReply,
                "BadReply: the answer to Microsoft.Sql/servers/read (status 403) is no answer of Azure's",
            ),
            (
                302,
                "",
                Trouble::BadReply,
                "BadReply: the answer to Microsoft.Sql/servers/read (status 302) leads elsewhere",
            ),
            (
                200,
                " \n",
                Trouble::BadReply,
                "BadReply: the answer to Microsoft.Sql/servers/read is empty",
            ),
            (
                200,
                "<html>log in</html>",
                Trouble::BadReply,
                "BadReply: the answer to Microsoft.Sql/servers/read is HTML or XML",
            ),
        ] {
            let read = answered("Microsoft.Sql/servers/read", status, body);
            assert_eq!((read.trouble, read.failure.error.as_str()), (trouble, error));
            assert!(read.failure.hint.is_some(), "{error}");
        }
    }
}
