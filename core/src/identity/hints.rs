//! What detection depends on, as one number: a cache made under other circumstances is no answer.

use super::detectors::in_kubernetes;
use super::service_account;
use super::surroundings::{ROOT_VARIABLE, Surroundings};

/// The environment variables that detectors read.
const VARIABLES: &[&str] = &[
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_DEFAULT_REGION",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_REGION",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AZURE_METADATA_SERVICE_ENDPOINT",
    "CONTAINER_NAME",
    "DISABLE_K8S_API",
    "ECS_CONTAINER_METADATA_URI_V4",
    "GCE_METADATA_HOST",
    "HOSTNAME",
    "HOST_IP",
    "K8S_CLUSTER_NAME",
    "KUBERNETES_SERVICE_HOST",
    "KUBERNETES_SERVICE_PORT",
    "K_SERVICE",
    "NODE_NAME",
    "POD_IP",
    "POD_NAME",
    "POD_NAMESPACE",
    "SERVICE_ACCOUNT",
    ROOT_VARIABLE,
];

/// A number of all that: the variables, the pod and its token's issuer, the container, and this
/// build, since a newer one may know more.
pub(super) fn digest(around: &Surroundings) -> String {
    let mut hash = Fnv::new();
    hash.add(env!("CARGO_PKG_VERSION"));
    for name in VARIABLES {
        hash.add(name);
        hash.add(around.variable(name).unwrap_or_default());
    }
    let claims = service_account::claims(around).unwrap_or_default();
    hash.add(&claims.issuer.unwrap_or_default());
    hash.add(&claims.pod.and_then(|pod| pod.uid).unwrap_or_default());
    if in_kubernetes(around) {
        // A container that starts again in the same pod has another root file system.
        let mounts = around.file("/proc/self/mountinfo").unwrap_or_default();
        let root = mounts.lines().find(|line| line.split(' ').nth(4) == Some("/"));
        hash.add(root.unwrap_or_default());
    }
    format!("{:016x}", hash.0)
}

/// FNV-1a in 64 bits, the same in every build:
/// <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds `text` and an end, so that `ab`, `c` is not `a`, `bc`.
    fn add(&mut self, text: &str) {
        for &byte in text.as_bytes().iter().chain(&[0]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_override_and_another_pod_are_another_number() {
        let of = |name: &str, value: &str| {
            digest(&Surroundings::scripted([(name, value)], "/nowhere", "host"))
        };
        let plain = of("LANG", "C");
        assert_eq!(plain, of("LANG", "de"));
        assert_ne!(plain, of("GCE_METADATA_HOST", "127.0.0.1"));
        assert_ne!(of("POD_NAME", "a"), of("POD_NAME", "b"));
        assert_ne!(of("POD_NAME", "a"), of("POD_IP", "a"));
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // The draft's vector for "a" ends before the terminator is added.
        let mut hash = Fnv::new();
        hash.0 = (hash.0 ^ u64::from(b'a')).wrapping_mul(0x0000_0100_0000_01b3);
        assert_eq!(hash.0, 0xaf63_dc4c_8601_ec8c);
    }
}
