//! The Kubernetes API of one cluster, which shows a certificate of its own authority.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::call::Call;
use super::errors::json_reply;
use super::tokens;
use crate::support::http::{Reply, Server};
use crate::support::tls;

/// Where it answers and whom it is vouched for by, as the list of clusters tells.
#[derive(Debug, Clone)]
pub(super) struct Address {
    pub(super) endpoint: String,
    /// The authority's certificate, base64 of PEM.
    pub(super) certificate: String,
}

/// The server.
pub(super) struct Pods {
    server: Server,
    certificate: String,
}

impl Pods {
    /// A server that notes its calls in `calls`.
    pub(super) fn start(calls: Arc<Mutex<Vec<Call>>>) -> Self {
        let authority = tls::Authority::new();
        let server = tls::start(authority.signs("127.0.0.1", 2040), move |request| {
            let call = Call::of(request);
            calls.lock().unwrap().push(call.clone());
            answer(&call)
        });
        Self { server, certificate: STANDARD.encode(authority.pem()) }
    }

    pub(super) fn address(&self) -> Address {
        let endpoint = format!("127.0.0.1:{}", self.server.port());
        Address { endpoint, certificate: self.certificate.clone() }
    }
}

fn answer(call: &Call) -> Reply {
    if tokens::admit(call).is_err() {
        return status(401, "Unauthorized");
    }
    if call.path != "/api/v1/pods" {
        return status(404, "NotFound");
    }
    // Two pages, whatever the limit.
    let (metadata, items) = match call.parameter("continue") {
        None => (json!({ "continue": "more", "resourceVersion": "7" }), first()),
        Some("more") => (json!({ "resourceVersion": "7" }), second()),
        Some(_) => return status(410, "Expired"),
    };
    let body = json!({ "kind": "PodList", "apiVersion": "v1", "metadata": metadata,
                       "items": items });
    json_reply(200, &body)
}

/// A pod that requests half a processor and 2 GiB, and one of the system, which is not billed.
fn first() -> Vec<Value> {
    vec![
        pod("shop", "web-1", "Running", &["500m", "2Gi", "1Gi"]),
        pod("kube-system", "dns-1", "Running", &["260m", "100Mi", "1Gi"]),
    ]
}

/// A pod that requests a quarter of a processor and half a GiB, and one that is done.
fn second() -> Vec<Value> {
    vec![
        pod("shop", "worker-1", "Running", &["0.25", "512Mi", "1Gi"]),
        pod("shop", "import-1", "Succeeded", &["8", "32Gi", "10Gi"]),
    ]
}

fn pod(namespace: &str, name: &str, phase: &str, [cpu, memory, storage]: &[&str; 3]) -> Value {
    let wants = json!({ "cpu": cpu, "memory": memory, "ephemeral-storage": storage });
    json!({
        "metadata": { "name": name, "namespace": namespace, "uid": format!("uid-{name}") },
        "spec": { "nodeName": "gk3-pool-1", "nodeSelector": {},
                  "containers": [{ "name": "main", "image": "main:1",
                                   "resources": { "limits": wants, "requests": wants } }] },
        "status": { "phase": phase, "qosClass": "Guaranteed" },
    })
}

fn status(code: u16, reason: &str) -> Reply {
    json_reply(
        code,
        &json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure",
                            "reason": reason, "message": reason, "code": code }),
    )
}
