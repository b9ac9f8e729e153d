//! What to do about a refusal.

use super::call::About;
use super::error::Trouble;
use super::said::Said;
use super::wait;

/// Where something else than Google answers.
pub(super) const CHECK_PROXIES: &str =
    "something between the agent and Google answers for it: check proxies and endpoints";

/// Where answers end too early.
pub(super) const CUT: &str = "something between the agent and Google cuts replies: check proxies";

/// Where answers do not come.
pub(super) const SLOW: &str =
    "check the network path to Google; `api.timeout` sets how long to wait";

/// Where the credentials are not accepted.
pub(super) const RENEW: &str = "renew the credentials, and check this machine's clock";

/// Where too much is asked.
pub(super) const THROTTLED: &str =
    "Google limits the rate: lower `concurrency` or raise `interval`";

/// The project of gcloud itself: what a user's login without a quota project is counted for.
const GCLOUD: &str = "764086051850";

/// Where nobody answers.
pub(super) fn reach(host: &str) -> String {
    format!("check DNS, the proxy and the firewall on the way to {host}")
}

/// Where TLS fails.
pub(super) fn certificates(host: &str) -> String {
    format!(
        "trust the certificate that {host} shows (the system's certificates, SSL_CERT_FILE), and \
         check this machine's clock"
    )
}

/// Whether the API is not enabled.
pub(super) fn is_disabled(said: &Said) -> bool {
    said.gives(&["SERVICE_DISABLED", "accessNotConfigured"])
        || said.message.contains("before or it is disabled")
}

/// Whether the project is none, or none any more.
pub(super) fn is_gone(said: &Said) -> bool {
    let message = said.message.to_ascii_lowercase();
    let tells = ["has been deleted", "scheduled for deletion", "unknown project id"];
    said.gives(&["CONSUMER_INVALID", "RESOURCE_PROJECT_INVALID"])
        || message.contains("project") && tells.iter().any(|part| message.contains(part))
}

/// What to do about an answer.
pub(super) fn of(about: &About<'_>, said: &Said, code: &str, trouble: Trouble) -> String {
    let permission = about.operation.permission;
    let place = place(about);
    match trouble {
        Trouble::Disabled => enable(about, said),
        Trouble::Denied => denied(about, said),
        Trouble::Unauthenticated => RENEW.to_owned(),
        Trouble::NotFound if is_gone(said) => {
            format!("check that {place} exists and is active, or take it out of `project`")
        }
        Trouble::NotFound => {
            "it is gone, or the identity may not see it: the next cycle lists anew".to_owned()
        }
        Trouble::Throttled if wait::is_used_up(said) => {
            format!("raise the quota of {} on {place}, or raise `interval`", about.host)
        }
        Trouble::Throttled if said.status == 503 => {
            "Google is busy: the next cycle asks again; see status.cloud.google.com".to_owned()
        }
        Trouble::Throttled => THROTTLED.to_owned(),
        Trouble::TimedOut => "Google itself waited in vain: the next cycle asks again".to_owned(),
        _ if said.status >= 500 => {
            "Google failed: the next cycle asks again; see status.cloud.google.com".to_owned()
        }
        _ if said.gives(&["BILLING_DISABLED"]) => format!("link a billing account to {place}"),
        _ => format!("see Google's documentation of {permission} for {code}"),
    }
}

/// An API is enabled in the project that the use is counted for, which Google names: that of the
/// service account, or one that the identity brings with it, where it is not the project asked about.
/// <https://cloud.google.com/docs/quotas/set-quota-project>
fn enable(about: &About<'_>, said: &Said) -> String {
    let host = about.operation.api.host();
    let named = said.consumer.as_deref().and_then(|consumer| consumer.strip_prefix("projects/"));
    let told = || {
        let (_, after) = said.message.split_once("has not been used in project ")?;
        after.split_whitespace().next()
    };
    match named.or_else(told) {
        Some(GCLOUD) => "name a project of your own for the quota: gcloud auth \
                         application-default set-quota-project PROJECT"
            .to_owned(),
        Some(project) => format!("gcloud services enable {host} --project {project}"),
        None if about.place.contains('/') => {
            format!("gcloud services enable {host}, in the project of the agent's identity")
        }
        None => format!("gcloud services enable {host} --project {}", about.place),
    }
}

/// <https://cloud.google.com/iam/docs/troubleshoot-permissions>
fn denied(about: &About<'_>, said: &Said) -> String {
    let place = place(about);
    let scopes = "insufficient authentication scopes";
    if said.gives(&["ACCESS_TOKEN_SCOPE_INSUFFICIENT"]) || said.message.contains(scopes) {
        "give the machine's service account the scope cloud-platform: gcloud compute instances \
         set-service-account --scopes=cloud-platform"
            .to_owned()
    } else if said.gives(&["USER_PROJECT_DENIED"]) {
        let consumer = said.consumer.as_deref().unwrap_or("the quota project");
        format!(
            "grant serviceusage.services.use on {consumer} (roles/serviceusage.serviceUsageConsumer)"
        )
    } else if said.gives(&["SECURITY_POLICY_VIOLATED"]) {
        format!("let the agent into the VPC Service Controls perimeter around {place}")
    } else {
        let permission = about.operation.permission;
        format!("grant {permission} on {place} (deploy/iam/gcp-agent-role.yaml)")
    }
}

/// `project web-1`, `organizations/1`.
fn place(about: &About<'_>) -> String {
    match about.place {
        place if place.contains(['/', ' ']) => place.to_owned(),
        project => format!("project {project}"),
    }
}
