//! All calls, side by side as far as the names are known.

use futures::future::OptionFuture;
use tokio::join;

use super::super::finding::Trouble;
use super::api::Api;
use super::failure::{self, Failure, Refused};
use super::known::Known;
use super::objects::{Namespace, Node, Pod};
use super::owners::{self, Owners};
use super::services::{self, Selecting};

/// What the API answered. What was refused or did not come is `None`.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub(super) pod: Option<Pod>,
    /// Whether the API says that there is no such pod.
    pub(super) no_such_pod: bool,
    pub(super) owners: Owners,
    pub(super) namespace: Option<Namespace>,
    pub(super) node: Option<Node>,
    pub(super) services: Option<Vec<Selecting>>,
}

/// Asks for everything, and adds what failed to `troubles`.
pub(super) async fn ask(api: &Api<'_>, known: &Known, troubles: &mut Vec<Trouble>) -> Answers {
    let Some(namespace) = known.namespace.as_deref() else {
        troubles.push(
            Trouble::new("the Kubernetes API is not asked: the pod's namespace is not known")
                .hint("set POD_NAMESPACE by the downward API (fieldRef metadata.namespace)"),
        );
        return Answers::default();
    };
    let early_node = known.node_name.as_deref();
    let (of_pod, own_namespace, services, node) = join!(
        of_pod(api, known, namespace, troubles),
        api.get::<Namespace>(None, namespace),
        services::all(api, namespace),
        OptionFuture::from(early_node.map(|name| api.get::<Node>(None, name))),
    );
    let OfPod { pod, no_such_pod, owners, node: late_node, mut refused } = of_pod;
    let answers = Answers {
        pod,
        no_such_pod,
        owners,
        namespace: keep(own_namespace, &mut refused),
        services: keep(services, &mut refused),
        node: late_node.or(node.and_then(|node| keep(node, &mut refused))),
    };
    troubles.extend(failure::troubles(&refused, &api.url));
    answers
}

/// The pod, and what only it can say the names of.
#[derive(Default)]
struct OfPod {
    pod: Option<Pod>,
    no_such_pod: bool,
    owners: Owners,
    /// The node, unless it is the one that is asked for already.
    node: Option<Node>,
    refused: Vec<Refused>,
}

async fn of_pod(
    api: &Api<'_>,
    known: &Known,
    namespace: &str,
    troubles: &mut Vec<Trouble>,
) -> OfPod {
    let Some(name) = known.pod_to_ask_for() else { return OfPod::default() };
    let pod: Pod = match api.get(Some(namespace), name).await {
        Ok(pod) => pod,
        Err(refused) => {
            let no_such_pod = refused.failure == Failure::NotFound;
            return OfPod { no_such_pod, refused: vec![refused], ..OfPod::default() };
        }
    };
    if !is_own(&pod, known) {
        troubles.push(
            Trouble::new(format!("the pod {name} is another than the one the token was issued to"))
                .hint("see whether POD_NAME and POD_NAMESPACE are this pod's"),
        );
        return OfPod { no_such_pod: true, ..OfPod::default() };
    }
    let node = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref());
    let node = node.filter(|name| known.node_name.as_deref() != Some(name));
    let (mut refused, mut refused_owners) = (Vec::new(), Vec::new());
    let (owners, node) = join!(
        owners::of(api, namespace, &pod, &mut refused_owners),
        OptionFuture::from(node.map(|name| api.get::<Node>(None, name))),
    );
    let node = node.and_then(|node| keep(node, &mut refused));
    refused.append(&mut refused_owners);
    OfPod { pod: Some(pod), no_such_pod: false, owners, node, refused }
}

/// A pod that has been replaced by one of the same name is not this one.
fn is_own(pod: &Pod, known: &Known) -> bool {
    match (&pod.metadata.uid, &known.token_pod_uid) {
        (Some(uid), Some(own)) => uid == own,
        _ => true,
    }
}

fn keep<T>(answer: Result<T, Refused>, refused: &mut Vec<Refused>) -> Option<T> {
    answer.map_err(|failed| refused.push(failed)).ok()
}
