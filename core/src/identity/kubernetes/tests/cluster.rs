//! A cluster: an API server, and a container's files as the kubelet mounts them.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::super::super::finding::{Part, Trouble};
use super::super::super::surroundings::Surroundings;
use super::super::detect;
use super::here;
use super::server::{Reply, Seen, Server};

/// Long enough for a loaded machine; the tests of silence have one of their own.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// What an API server answers at each path; at any other, 404.
pub(super) type Routes = BTreeMap<String, Reply>;

/// An API server, and the files of a container.
pub(super) struct Cluster {
    pub(super) server: Server,
    pub(super) root: TempDir,
}

impl Cluster {
    /// One that answers what `routes` have.
    pub(super) fn start(routes: Routes) -> Self {
        Self::scripted(move |seen| answer(&routes, seen))
    }

    /// One that answers as `script` says.
    pub(super) fn scripted(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::of(Server::start("127.0.0.1", script))
    }

    /// One with that API server.
    pub(super) fn of(server: Server) -> Self {
        let cluster = Self { server, root: tempfile::tempdir().unwrap() };
        cluster.account("ca.crt", &cluster.server.authority);
        cluster.account("token", "opaque");
        cluster.account("namespace", "payments");
        cluster
    }

    /// Writes a file of the service account.
    pub(super) fn account(&self, name: &str, text: &str) {
        let folder = "var/run/secrets/kubernetes.io/serviceaccount";
        self.file(&format!("{folder}/{name}"), text);
    }

    /// Writes a file below the root.
    pub(super) fn file(&self, path: &str, text: &str) {
        write(self.root.path(), path, text);
    }

    /// The surroundings of a container with these variables, called `hostname`.
    pub(super) fn around(&self, variables: &[(&str, &str)], hostname: &str) -> Surroundings {
        let port = self.server.address.port().to_string();
        around(self.root.path(), &port, variables, hostname)
    }

    /// What the detector finds in a container with these variables.
    pub(super) async fn detect(&self, variables: &[(&str, &str)]) -> (Part, Vec<Trouble>) {
        self.detect_within(PATIENCE, variables).await
    }

    /// The same within `budget`.
    pub(super) async fn detect_within(
        &self,
        budget: Duration,
        variables: &[(&str, &str)],
    ) -> (Part, Vec<Trouble>) {
        let around = self.around(variables, "payment-api-7b8c9d-xyz123");
        here(detect(&around, budget).await)
    }

    /// The paths that were asked for, without their queries, sorted.
    pub(super) fn asked(&self) -> Vec<String> {
        let path = |seen: Seen| seen.target.split('?').next().unwrap_or_default().to_owned();
        let mut paths: Vec<String> = self.server.seen().into_iter().map(path).collect();
        paths.sort();
        paths
    }
}

/// What `routes` have for a request. Only a plain path is looked up: not a query, so not a page.
pub(super) fn answer(routes: &Routes, seen: &Seen) -> Reply {
    let path = seen.target.split('?').next().unwrap_or_default();
    routes.get(path).cloned().unwrap_or(Reply::Text(404, r#"{"kind":"Status","code":404}"#))
}

/// The surroundings of a container with these variables, and an API server at that port.
pub(super) fn around(
    root: &Path,
    port: &str,
    variables: &[(&str, &str)],
    hostname: &str,
) -> Surroundings {
    // A variable without a name is none.
    let mut all = [("", ""); 12];
    all[0] = ("KUBERNETES_SERVICE_HOST", "127.0.0.1");
    all[1] = ("KUBERNETES_SERVICE_PORT", port);
    all[2..variables.len() + 2].copy_from_slice(variables);
    Surroundings::scripted(all, root, hostname)
}

/// Writes a file below `root`, with the folders it is in.
pub(super) fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// A token as the API server of EKS binds it to a pod, with a signature that nobody checks.
pub(super) fn bound_token() -> String {
    token(&json!({
        "iss": "https://oidc.eks.us-west-2.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
        "kubernetes.io": {
            "namespace": "payments",
            "node": {"name": "ip-10-0-45-123.ec2.internal", "uid": "node-uid"},
            "pod": {"name": "payment-api-7b8c9d-xyz123", "uid": "abc123-def456-ghi789-jkl012"},
            "serviceaccount": {"name": "payment-api-sa", "uid": "sa-uid-123456"},
        },
    }))
}

/// A token with these claims.
pub(super) fn token(claims: &Value) -> String {
    format!("eyJhbGciOiJSUzI1NiJ9.{}.c2lnbmF0dXJl", URL_SAFE_NO_PAD.encode(claims.to_string()))
}
