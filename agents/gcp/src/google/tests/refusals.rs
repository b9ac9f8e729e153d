//! What answers that are none mean to a person.

use serde_json::{Value, json};

use super::door::ask;
use crate::google::scripted::{Reply, Script};
use crate::google::{GoogleError, Meter, Trouble};

async fn refused(reply: Reply) -> GoogleError {
    ask(&Script::of(&[reply]).google().await, &Meter::default()).await.unwrap_err()
}

fn refusal(status: u16, name: &str, message: &str, reason: &str, metadata: &Value) -> Reply {
    let error = json!({
        "code": status,
        "message": message,
        "status": name,
        "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason,
                     "domain": "googleapis.com", "metadata": metadata}],
    });
    Reply::new(status, &[], &json!({ "error": error }).to_string())
}

fn told(failed: &GoogleError) -> (Trouble, &str, &str) {
    let failure = &failed.failure;
    (failed.trouble, &failure.error, failure.hint.as_deref().unwrap_or_default())
}

#[tokio::test]
async fn a_denied_call_names_the_permission_and_the_role() {
    let message = "Required 'compute.snapshots.list' permission for 'projects/web-1'";
    let failed = refused(Reply::refusal(403, "forbidden", message)).await;
    let hint = "grant compute.snapshots.list on project web-1 (deploy/iam/gcp-agent-role.yaml)";
    let error = format!("forbidden: {message}");
    assert_eq!(told(&failed), (Trouble::Denied, &*error, hint));
}

#[tokio::test]
async fn an_api_that_is_not_enabled_is_named_with_the_command_that_does_it() {
    let message = "Compute Engine API has not been used in project 123 before or it is disabled. \
                   Enable it by visiting https://console.example/compute?project=123 then retry.";
    let metadata = json!({"consumer": "projects/123", "service": "compute.googleapis.com"});
    let new = refusal(403, "PERMISSION_DENIED", message, "SERVICE_DISABLED", &metadata);
    let failed = refused(new).await;
    let (trouble, error, hint) = told(&failed);
    assert_eq!(trouble, Trouble::Disabled);
    assert!(error.starts_with("PERMISSION_DENIED: Compute Engine API has not"), "{error}");
    assert!(!error.contains("?project"), "{error}");
    assert_eq!(hint, "gcloud services enable compute.googleapis.com --project 123");

    let old = Reply::refusal(403, "accessNotConfigured", "Access Not Configured.");
    let failed = refused(old).await;
    let hint = "gcloud services enable compute.googleapis.com --project web-1";
    assert_eq!(
        told(&failed),
        (Trouble::Disabled, "accessNotConfigured: Access Not Configured.", hint)
    );
}

#[tokio::test]
async fn the_quota_of_gclouds_own_project_is_nobodys() {
    let metadata = json!({"consumer": "projects/764086051850"});
    let reply = refusal(403, "PERMISSION_DENIED", "no", "SERVICE_DISABLED", &metadata);
    let failed = refused(reply).await;
    assert!(told(&failed).2.contains("set-quota-project"), "{failed:?}");
}

#[tokio::test]
async fn a_project_that_is_gone_is_told_apart_from_a_denied_one() {
    let none = json!({});
    for reply in [
        refusal(403, "PERMISSION_DENIED", "Project 'web-1' not found", "CONSUMER_INVALID", &none),
        Reply::refusal(403, "forbidden", "Project web-1 has been deleted."),
        Reply::refusal(400, "invalid", "Unknown project id: web-1"),
    ] {
        let failed = refused(reply).await;
        let (trouble, error, hint) = told(&failed);
        assert_eq!(trouble, Trouble::NotFound, "{error}");
        assert!(hint.starts_with("check that project web-1 exists"), "{hint}");
    }
}

#[tokio::test]
async fn special_denials_say_what_to_do() {
    let metadata = json!({"consumer": "projects/billing-1"});
    for (reason, part) in [
        ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "--scopes=cloud-platform"),
        ("USER_PROJECT_DENIED", "grant serviceusage.services.use on projects/billing-1"),
        ("SECURITY_POLICY_VIOLATED", "VPC Service Controls perimeter around project web-1"),
    ] {
        let failed = refused(refusal(403, "PERMISSION_DENIED", "no", reason, &metadata)).await;
        let (trouble, _, hint) = told(&failed);
        assert_eq!(trouble, Trouble::Denied);
        assert!(hint.contains(part), "{hint}");
    }
}

#[tokio::test]
async fn the_quota_of_a_day_is_not_waited_for() {
    let metadata = json!({"quota_limit": "ReadRequestsPerDayPerProject"});
    let reply =
        refusal(429, "RESOURCE_EXHAUSTED", "Quota exceeded", "RATE_LIMIT_EXCEEDED", &metadata);
    let script = Script::of(&[reply]);
    let failed = ask(&script.google().await, &Meter::default()).await.unwrap_err();
    let hint = "raise the quota of compute.googleapis.com on project web-1, or raise `interval`";
    let error = "RESOURCE_EXHAUSTED: Quota exceeded";
    assert_eq!(told(&failed), (Trouble::Throttled, error, hint));
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test]
async fn answers_of_every_form_are_read() {
    let html = |status| Reply::new(status, &[], "<html><body>Log in</body></html>");
    let at = "compute.snapshots.list";
    for (reply, trouble, error) in [
        (
            Reply::new(401, &[], r#"{"error": {"code": 401, "status": "UNAUTHENTICATED"}}"#),
            Trouble::Unauthenticated,
            format!("UNAUTHENTICATED: {at} was answered with status 401"),
        ),
        (
            Reply::new(404, &[], r#"{"error": {"code": 404, "message": null}}"#),
            Trouble::NotFound,
            format!("Status404: {at} was answered with status 404"),
        ),
        (
            Reply::new(400, &[], r#"{"error": "invalid_grant", "error_description": "too old"}"#),
            Trouble::Refused,
            "invalid_grant: too old".to_owned(),
        ),
        (
            Reply::refusal(500, "backendError", "Backend Error"),
            Trouble::Refused,
            "backendError: Backend Error".to_owned(),
        ),
        (
            Reply::new(504, &[], "gone"),
            Trouble::TimedOut,
            format!("Status504: {at} was answered with status 504"),
        ),
        (
            html(403),
            Trouble::BadReply,
            format!("BadReply: {at}: the answer (status 403) is no answer of Google's"),
        ),
        (html(502), Trouble::Refused, format!("Status502: {at} was answered with status 502")),
        (
            html(200),
            Trouble::BadReply,
            format!("BadReply: {at}: the answer cannot be read: expected value at line 1 column 1"),
        ),
    ] {
        let failed = refused(reply).await;
        assert_eq!((failed.trouble, &failed.failure.error), (trouble, &error));
        assert!(failed.failure.hint.is_some(), "{error}");
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_every_time_is_a_bad_one() {
    let failed = refused(Reply::cut("{}")).await;
    assert_eq!(failed.trouble, Trouble::BadReply, "{failed:?}");
    let failed = refused(Reply::none()).await;
    assert_eq!(failed.trouble, Trouble::Unreachable, "{failed:?}");
}
