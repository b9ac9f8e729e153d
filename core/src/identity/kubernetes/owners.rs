//! Whose pod it is: the chain of controllers above it.

use super::api::Api;
use super::failure::Refused;
use super::objects::{Job, ObjectMeta, OwnerReference, Pod, ReplicaSet};

/// The label by which a Deployment tells its ReplicaSets apart; the ReplicaSet's name ends in it.
/// <https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label>
const HASH_LABEL: &str = "pod-template-hash";

/// The names of the controllers above a pod.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Owners {
    pub(super) deployment: Option<String>,
    pub(super) replica_set: Option<String>,
    pub(super) stateful_set: Option<String>,
    pub(super) daemon_set: Option<String>,
    pub(super) job: Option<String>,
    pub(super) cron_job: Option<String>,
}

/// The pod's controllers. A call that failed and left something unknown is added to `refused`.
pub(super) async fn of(
    api: &Api<'_>,
    namespace: &str,
    pod: &Pod,
    refused: &mut Vec<Refused>,
) -> Owners {
    let Some(owner) = controller(&pod.metadata) else { return Owners::default() };
    let name = Some(owner.name.clone());
    match kind(owner) {
        ("apps", "ReplicaSet") => Owners {
            deployment: deployment(api, namespace, &owner.name, pod, refused).await,
            replica_set: name,
            ..Owners::default()
        },
        ("batch", "Job") => Owners {
            cron_job: cron_job(api, namespace, &owner.name, refused).await,
            job: name,
            ..Owners::default()
        },
        ("apps", "StatefulSet") => Owners { stateful_set: name, ..Owners::default() },
        ("apps", "DaemonSet") => Owners { daemon_set: name, ..Owners::default() },
        _ => Owners::default(),
    }
}

/// The Deployment of a ReplicaSet. Where the ReplicaSet may not be read, the pod's label says which
/// part of its name is the hash; then nothing is missing, and nothing is told.
async fn deployment(
    api: &Api<'_>,
    namespace: &str,
    replica_set: &str,
    pod: &Pod,
    refused: &mut Vec<Refused>,
) -> Option<String> {
    match api.get::<ReplicaSet>(Some(namespace), replica_set).await {
        Ok(found) => named(&found.metadata, ("apps", "Deployment")),
        Err(failed) => without_hash(replica_set, pod).or_else(|| {
            refused.push(failed);
            None
        }),
    }
}

async fn cron_job(
    api: &Api<'_>,
    namespace: &str,
    job: &str,
    refused: &mut Vec<Refused>,
) -> Option<String> {
    match api.get::<Job>(Some(namespace), job).await {
        Ok(found) => named(&found.metadata, ("batch", "CronJob")),
        Err(failed) => {
            refused.push(failed);
            None
        }
    }
}

/// `myapp` of `myapp-7b8c9d`, where the pod's label says `7b8c9d`. A name may have dashes anywhere,
/// so without the label there is no telling.
fn without_hash(replica_set: &str, pod: &Pod) -> Option<String> {
    let hash = pod.metadata.labels.as_ref()?.get(HASH_LABEL)?;
    let name = replica_set.strip_suffix(hash.as_str())?.strip_suffix('-')?;
    (!hash.is_empty() && !name.is_empty()).then(|| name.to_owned())
}

/// The name of the controller, if it is of that group and kind.
fn named(metadata: &ObjectMeta, wanted: (&str, &str)) -> Option<String> {
    let owner = controller(metadata)?;
    (kind(owner) == wanted).then(|| owner.name.clone())
}

/// An object has any number of owners, but one that controls it.
fn controller(metadata: &ObjectMeta) -> Option<&OwnerReference> {
    metadata.owner_references.as_ref()?.iter().find(|owner| owner.controller == Some(true))
}

/// Group and kind: `apps` and `ReplicaSet`. Others may have kinds of the same names.
fn kind(owner: &OwnerReference) -> (&str, &str) {
    (owner.api_version.split_once('/').map_or("", |(group, _)| group), &owner.kind)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn pod_with(hash: &str) -> Pod {
        let labels = BTreeMap::from([(HASH_LABEL.to_owned(), hash.to_owned())]);
        let metadata = ObjectMeta { labels: Some(labels), ..ObjectMeta::default() };
        Pod { metadata, ..Pod::default() }
    }

    #[test]
    fn only_the_label_cuts_a_deployments_name_out() {
        let deployment = |name, hash| without_hash(name, &pod_with(hash));
        assert_eq!(deployment("my-app-7b8c9d", "7b8c9d").as_deref(), Some("my-app"));
        assert_eq!(deployment("my-app-7b8c9d", "other"), None);
        assert_eq!(deployment("my-app-7b8c9d", "b8c9d"), None);
        assert_eq!(deployment("7b8c9d", "7b8c9d"), None);
        assert_eq!(deployment("my-app-", ""), None);
        assert_eq!(without_hash("my-app-7b8c9d", &Pod::default()), None);
    }
}
