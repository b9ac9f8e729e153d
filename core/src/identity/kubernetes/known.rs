//! What is known of the pod without asking anybody: environment variables, files, the token's
//! claims.

use super::super::service_account::{self, Claims};
use super::super::surroundings::Surroundings;

/// The namespace, beside the token: `default`.
const NAMESPACE_FILE: &str = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

/// How the kubelet begins the hosts file of a pod that has a network of its own. Where the pod has
/// the host's network, it begins another way.
const OWN_NETWORK: &str = "# Kubernetes-managed hosts file.";

/// A pod's hostname has at most so many characters; of a longer pod name it is the beginning.
/// <https://kubernetes.io/docs/concepts/workloads/pods/pod-hostname/>
const HOSTNAME_LIMIT: usize = 63;

/// What is known of the pod without asking anybody.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) cluster_name: Option<String>,
    pub(super) namespace: Option<String>,
    /// The pod's name, where environment or token say so.
    pub(super) pod_name: Option<String>,
    /// The container's hostname: mostly the pod's name.
    pub(super) hostname: Option<String>,
    /// Whether the hostname is the pod's, not the node's, and whole.
    pub(super) hostname_is_the_pods: bool,
    /// The pod that the token was issued to.
    pub(super) token_pod_name: Option<String>,
    /// Its uid.
    pub(super) token_pod_uid: Option<String>,
    pub(super) pod_ip: Option<String>,
    pub(super) host_ip: Option<String>,
    pub(super) node_name: Option<String>,
    pub(super) service_account_name: Option<String>,
    pub(super) service_account_uid: Option<String>,
    pub(super) container_name: Option<String>,
    /// The container that this process has the termination log of.
    pub(super) mounted: Option<Mounted>,
    /// The text of `/proc/self/cgroup`, which may hold the container's id.
    pub(super) cgroup: String,
}

/// A container, as the path of its termination log names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mounted {
    /// The pod's uid, as the kubelet has it. Of a static pod the API has another.
    pub(super) pod_uid: String,
    /// The container's name.
    pub(super) container: String,
}

impl Known {
    /// Reads it from `around`.
    pub(super) fn of(around: &Surroundings) -> Self {
        let claims = service_account::claims(around).unwrap_or_default();
        let variable = |name| around.variable(name).map(str::to_owned);
        let Claims { namespace, pod, service_account, node, .. } = claims;
        let (token_pod_name, token_pod_uid) = pod.map(|pod| (pod.name, pod.uid)).unzip();
        let (account_name, account_uid) =
            service_account.map(|account| (account.name, account.uid)).unzip();
        let hostname = variable("HOSTNAME").unwrap_or_else(|| around.hostname().to_owned());
        let own_network =
            around.file("/etc/hosts").is_some_and(|text| text.starts_with(OWN_NETWORK));
        Self {
            cluster_name: variable("K8S_CLUSTER_NAME"),
            namespace: variable("POD_NAMESPACE")
                .or_else(|| around.file(NAMESPACE_FILE))
                .or(namespace),
            pod_name: variable("POD_NAME").or_else(|| token_pod_name.clone()),
            token_pod_name,
            hostname_is_the_pods: own_network && hostname.len() < HOSTNAME_LIMIT,
            hostname: Some(hostname).filter(|name| !name.is_empty()),
            token_pod_uid: token_pod_uid.flatten(),
            pod_ip: variable("POD_IP"),
            host_ip: variable("HOST_IP"),
            node_name: variable("NODE_NAME").or(node),
            service_account_name: variable("SERVICE_ACCOUNT").or(account_name),
            service_account_uid: account_uid.flatten(),
            container_name: variable("CONTAINER_NAME"),
            mounted: around.file("/proc/self/mountinfo").as_deref().and_then(mounted),
            cgroup: around.file("/proc/self/cgroup").unwrap_or_default(),
        }
    }

    /// The name to ask the API for.
    pub(super) fn pod_to_ask_for(&self) -> Option<&str> {
        self.pod_name.as_deref().or(self.hostname.as_deref())
    }

    /// The pod's name where the API does not say: the hostname only if it is sure to be the pod's.
    pub(super) fn pod_name_unasked(&self) -> Option<&str> {
        let hostname = || self.hostname.as_deref().filter(|_| self.hostname_is_the_pods);
        self.pod_name.as_deref().or_else(hostname)
    }

    /// The pod's uid where the API does not say.
    pub(super) fn pod_uid_unasked(&self) -> Option<&str> {
        let mounted = || self.mounted.as_ref().map(|mounted| mounted.pod_uid.as_str());
        self.token_pod_uid.as_deref().or_else(mounted)
    }
}

/// The container whose termination log is mounted: the one root in `/proc/self/mountinfo` that ends
/// in `pods/<uid>/containers/<name>/<file>`. The fourth field is the root:
/// <https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html>
fn mounted(mountinfo: &str) -> Option<Mounted> {
    let mut found: Option<Mounted> = None;
    for root in mountinfo.lines().filter_map(|line| line.split(' ').nth(3)) {
        let mut parts = root.rsplit('/');
        let tail: [Option<&str>; 5] = std::array::from_fn(|_| parts.next());
        let [Some(_), Some(container), Some("containers"), Some(uid), Some("pods")] = tail else {
            continue;
        };
        let one = Mounted { pod_uid: uid.to_owned(), container: container.to_owned() };
        // Two different ones are those of somebody who has other pods' files mounted.
        if found.as_ref().is_some_and(|found| *found != one) {
            return None;
        }
        found = Some(one);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "812 800 259:1 /var/lib/kubelet/pods/abc-1/containers/api/5d41402a \
        /dev/termination-log rw,noatime - ext4 /dev/root rw";
    const HOSTS: &str = "813 800 259:1 /var/lib/kubelet/pods/abc-1/etc-hosts /etc/hosts rw - ext4 \
        /dev/root rw";

    #[test]
    fn the_termination_log_names_the_container() {
        let expected = Mounted { pod_uid: "abc-1".to_owned(), container: "api".to_owned() };
        assert_eq!(mounted(&format!("{HOSTS}\n{LOG}")), Some(expected.clone()));
        // The kubelet's folder is on a file system of its own.
        let shorter = LOG.replace("/var/lib/kubelet/pods", "/pods");
        assert_eq!(mounted(&shorter), Some(expected));
    }

    #[test]
    fn two_containers_are_none() {
        assert_eq!(mounted(&format!("{LOG}\n{}", LOG.replace("/api/", "/proxy/"))), None);
        assert_eq!(mounted(&format!("{LOG}\n{LOG}")).unwrap().container, "api");
    }

    #[test]
    fn other_mounts_name_nothing() {
        assert_eq!(mounted(HOSTS), None);
        assert_eq!(mounted(""), None);
        assert_eq!(mounted("a b\nc"), None);
    }
}
