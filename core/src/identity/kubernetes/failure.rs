//! What becomes of a call that fails: one sentence, and what to do.

use thiserror::Error;

use super::super::finding::Trouble;

/// Where the grants are written out.
const GUIDE: &str = "docs/identity-kubernetes.md has the roles whole";

/// Why a call brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum Failure {
    /// Silence until the deadline, in milliseconds.
    #[error("no answer within {0} ms")]
    NoAnswer(u128),
    /// No connection, or one that ended.
    #[error("{0}")]
    Unreachable(String),
    /// A certificate that the cluster's authority did not sign for this address.
    #[error("{0}")]
    Untrusted(String),
    /// 401, also with the token read anew.
    #[error("it refuses the service account's token")]
    Unauthorized,
    /// 403.
    #[error("access is denied")]
    Forbidden,
    /// 404.
    #[error("there is none of this name")]
    NotFound,
    /// Any other status that is no success.
    #[error("it answers with status {0}")]
    Status(u16),
    /// A redirect, with where it wanted to go.
    #[error("it redirects to {0}, which is not followed")]
    Redirected(String),
    /// A body over the bound, in bytes.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// A body that ends before its end.
    #[error("the answer is cut short")]
    Cut,
    /// A body that is not JSON.
    #[error("the answer is not JSON")]
    NotJson,
    /// JSON that is not the object that was asked for.
    #[error("the answer is not the object that was asked for")]
    AnotherObject,
    /// A list that does not end, in pages.
    #[error("the list goes on after {0} pages")]
    Endless(usize),
    /// A name that cannot be one.
    #[error("{0:?} cannot be a name of an object")]
    Name(String),
}

/// What a call wants, in the words of RBAC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// `get` or `list`.
    pub(super) verb: &'static str,
    /// The API group: empty, `apps` or `batch`.
    pub(super) group: &'static str,
    /// `pods`, `nodes`, …
    pub(super) resource: &'static str,
    /// None of nodes and namespaces.
    pub(super) namespace: Option<String>,
    /// None of lists.
    pub(super) name: Option<String>,
}

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) wanted: Wanted,
    pub(super) failure: Failure,
}

/// Those failures as troubles with the API at `url`. What several calls met alike is said once.
pub(super) fn troubles(refused: &[Refused], url: &str) -> Vec<Trouble> {
    let mut alike: Vec<(&Failure, Vec<&str>)> = Vec::new();
    let mut troubles = Vec::new();
    for Refused { wanted, failure } in refused {
        match failure {
            Failure::Forbidden => troubles.push(denied(wanted)),
            Failure::NotFound => troubles.push(missing(wanted)),
            _ => match alike.iter_mut().find(|(other, _)| *other == failure) {
                Some((_, resources)) => resources.push(wanted.resource),
                None => alike.push((failure, vec![wanted.resource])),
            },
        }
    }
    troubles.extend(alike.iter().map(|(failure, resources)| {
        let what = format!("the Kubernetes API at {url}: {failure} ({})", resources.join(", "));
        with_hint(Trouble::new(what), failure.hint())
    }));
    troubles
}

impl Wanted {
    /// ` in namespace payments`, or nothing.
    fn place(&self) -> String {
        self.namespace.as_ref().map(|name| format!(" in namespace {name}")).unwrap_or_default()
    }
}

fn denied(wanted: &Wanted) -> Trouble {
    let Wanted { verb, group, resource, namespace, .. } = wanted;
    let place = wanted.place();
    let role = if namespace.is_some() { "Role" } else { "ClusterRole" };
    Trouble::new(format!("the Kubernetes API denies {verb} on {resource}{place}")).hint(format!(
        "grant the pod's service account a {role}{place} with the rule \
         {{apiGroups: [\"{group}\"], resources: [\"{resource}\"], verbs: [\"{verb}\"]}}; {GUIDE}"
    ))
}

fn missing(wanted: &Wanted) -> Trouble {
    let Wanted { resource, name, .. } = wanted;
    let name = name.as_deref().unwrap_or("any");
    let what = format!("the Kubernetes API has no {name} among the {resource}{}", wanted.place());
    let hint = (*resource == "pods").then_some(
        "where the pod has the host's network, its hostname is the node's: set POD_NAME by the \
         downward API (fieldRef metadata.name)",
    );
    with_hint(Trouble::new(what), hint)
}

impl Failure {
    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoAnswer(_) | Self::Unreachable(_) => Some(
                "see whether a network policy keeps the pod from the API server; \
                 DISABLE_K8S_API=true does without",
            ),
            Self::Untrusted(_) => Some(
                "something else than the cluster's API server answers at its address, or ca.crt is \
                 of another cluster",
            ),
            Self::Unauthorized => Some(
                "the token has expired, or its service account is gone: see whether the kubelet \
                 still renews it, and start the pod anew",
            ),
            _ => None,
        }
    }
}

fn with_hint(trouble: Trouble, hint: Option<&str>) -> Trouble {
    match hint {
        Some(hint) => trouble.hint(hint),
        None => trouble,
    }
}
