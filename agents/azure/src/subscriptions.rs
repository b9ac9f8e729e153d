//! From configuration to scopes: the subscriptions that are to be collected.

use std::sync::Arc;

use serde::Deserialize;

use finops_core::agent::AgentError;
use finops_core::model::{Scope, ServiceFailure};

use crate::arm::{ArmError, Azure, Meter, Operation, Trouble};
use crate::config::Subscriptions;

/// Listing the subscriptions that the identity can see; each shows only what it may.
/// <https://learn.microsoft.com/rest/api/resources/subscriptions/list>
pub(crate) const LIST: Operation =
    Operation { permission: "Microsoft.Resources/subscriptions/read", api_version: "2022-12-01" };

/// A subscription that is to be collected, or the reason why it cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Which subscription. Its region is `global`: each resource has its own.
    pub scope: Scope,
    /// Whether the identity can see it.
    pub access: Result<(), ServiceFailure>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    subscription_id: String,
    #[serde(default)]
    state: Option<String>,
}

/// The subscriptions of one cycle, in the order of their ids.
///
/// # Errors
/// Azure does not say which subscriptions there are, or there is none to collect. One of those named
/// that the identity cannot see is not an error: its scope fails for itself.
pub(crate) async fn targets(
    azure: &Azure,
    meter: &Meter,
    wanted: &Subscriptions,
) -> Result<Vec<Target>, AgentError> {
    let listed = azure.list::<Listed>(meter, LIST, "/subscriptions", &[]).await;
    let visible = match (listed, wanted) {
        (Ok(listed), _) => Some(visible(listed)),
        // Who may not list them may still be allowed to read those that are named.
        (
            Err(ArmError { trouble: Trouble::Denied | Trouble::NotFound, .. }),
            Subscriptions::Named(_),
        ) => None,
        (Err(error), _) => return Err(unknown(error)),
    };
    let mut targets: Vec<Target> = match wanted {
        Subscriptions::All => visible.unwrap_or_default().into_iter().map(seen).collect(),
        Subscriptions::Named(names) => {
            names.iter().map(|name| named(name, visible.as_deref())).collect()
        }
    };
    if targets.is_empty() {
        return Err(AgentError::Setup(
            "the identity sees no subscription: assign it the role of \
             deploy/iam/azure-agent-role.json, and Monitoring Reader, on those that are to be collected"
                .to_owned(),
        ));
    }
    targets.sort_by(|one, other| one.scope.cmp(&other.scope));
    Ok(targets)
}

/// The ids, in small letters. A deleted subscription is listed for some time and has nothing left.
fn visible(listed: Vec<Listed>) -> Vec<String> {
    let mut ids: Vec<String> = listed
        .into_iter()
        .filter(|subscription| subscription.state.as_deref() != Some("Deleted"))
        .map(|subscription| subscription.subscription_id.to_ascii_lowercase())
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

fn seen(id: String) -> Target {
    Target { scope: scope(id.into()), access: Ok(()) }
}

fn named(name: &str, visible: Option<&[String]>) -> Target {
    let known = visible.is_none_or(|visible| visible.iter().any(|id| id == name));
    let access = if known {
        Ok(())
    } else {
        Err(ServiceFailure {
            error: format!("SubscriptionNotFound: the identity cannot see subscription {name}"),
            hint: Some(format!(
                "assign the role of deploy/iam/azure-agent-role.json on /subscriptions/{name}, and check \
                 the id and the tenant"
            )),
        })
    };
    Target { scope: scope(name.into()), access }
}

fn scope(account_id: Arc<str>) -> Scope {
    Scope { provider: "azure", account_id, region: "global".into() }
}

fn unknown(error: ArmError) -> AgentError {
    let ArmError { trouble, failure } = error;
    let hint = failure.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
    let text = format!(
        "Azure does not say which subscriptions the identity can see: {}{hint}",
        failure.error
    );
    match trouble {
        Trouble::Denied | Trouble::Unauthenticated => AgentError::Setup(text),
        _ => AgentError::Cloud(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_is_not_seen_fails_for_itself() {
        let seen = ["a".to_owned()];
        assert_eq!(named("a", Some(&seen)).access, Ok(()));
        let failure = named("b", Some(&seen)).access.unwrap_err();
        assert!(failure.error.contains("cannot see subscription b"), "{}", failure.error);
        assert!(failure.hint.unwrap().contains("/subscriptions/b"));
        assert_eq!(named("b", None).access, Ok(()));
    }

    #[test]
    fn deleted_ones_and_repeats_are_left_out() {
        let listed = r#"[{"subscriptionId": "B", "state": "Enabled"}, {"subscriptionId": "a"},
            {"subscriptionId": "b", "state": "Warned"}, {"subscriptionId": "c", "state": "Deleted"}]"#;
        assert_eq!(visible(serde_json::from_str(listed).unwrap()), ["a", "b"]);
    }
}
