//! Replies in the shape of the API's reference:
//! <https://kubernetes.io/docs/reference/kubernetes-api/>. They hold more than is read, as the real
//! ones do.

use serde_json::{Value, json};

use super::cluster::Routes;
use super::server::Reply;

pub(super) const POD: &str = "/api/v1/namespaces/payments/pods/payment-api-7b8c9d-xyz123";
pub(super) const NAMESPACE: &str = "/api/v1/namespaces/payments";
pub(super) const SERVICES: &str = "/api/v1/namespaces/payments/services";
pub(super) const NODE: &str = "/api/v1/nodes/ip-10-0-45-123.ec2.internal";
pub(super) const REPLICA_SET: &str =
    "/apis/apps/v1/namespaces/payments/replicasets/payment-api-7b8c9d";

/// The cluster of the guides' sixth example.
pub(super) fn payments() -> Routes {
    [
        (POD, pod()),
        (NAMESPACE, namespace()),
        (SERVICES, services()),
        (NODE, node()),
        (REPLICA_SET, replica_set()),
    ]
    .map(|(path, object)| (path.to_owned(), Reply::Json(object)))
    .into()
}

pub(super) fn pod() -> Value {
    json!({
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {
            "name": "payment-api-7b8c9d-xyz123", "generateName": "payment-api-7b8c9d-",
            "namespace": "payments", "uid": "abc123-def456-ghi789-jkl012",
            "resourceVersion": "81230", "creationTimestamp": "2025-10-30T14:58:01Z",
            "labels": {"app": "payment-api", "version": "v2.1.0", "tier": "backend",
                "component": "api-server"},
            "annotations": {"prometheus.io/scrape": "true", "prometheus.io/port": "9090",
                "istio.io/rev": "default", "linkerd.io/inject": "enabled",
                "kubernetes.io/config.hash": "a1b2c3d4"},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet",
                "name": "payment-api-7b8c9d", "uid": "rs-1", "controller": true,
                "blockOwnerDeletion": true}],
            "managedFields": [{"manager": "kubelet", "operation": "Update", "apiVersion": "v1",
                "time": "2025-10-30T14:58:03Z", "fieldsType": "FieldsV1",
                "fieldsV1": {"f:status": {"f:phase": {}}}, "subresource": "status"}],
        },
        "spec": {
            "containers": [{
                "name": "payment-api", "image": "registry.example/payment-api:2.1.0",
                "resources": {"limits": {"cpu": "2000m", "memory": "4Gi"},
                    "requests": {"cpu": "500m", "memory": "1Gi"}},
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File", "imagePullPolicy": "IfNotPresent",
            }],
            "restartPolicy": "Always", "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst", "serviceAccountName": "payment-api-sa",
            "serviceAccount": "payment-api-sa", "nodeName": "ip-10-0-45-123.ec2.internal",
            "schedulerName": "default-scheduler", "enableServiceLinks": true,
        },
        "status": {
            "phase": "Running", "hostIP": "10.0.45.123", "podIP": "10.244.5.67",
            "hostIPs": [{"ip": "10.0.45.123"}], "podIPs": [{"ip": "10.244.5.67"}],
            "startTime": "2025-10-30T14:58:01Z", "qosClass": "Burstable",
            "conditions": [{"type": "Ready", "status": "True", "lastProbeTime": null,
                "lastTransitionTime": "2025-10-30T14:58:03Z"}],
            "containerStatuses": [{
                "name": "payment-api", "ready": true, "restartCount": 0, "started": true,
                "state": {"running": {"startedAt": "2025-10-30T14:58:02Z"}}, "lastState": {},
                "image": "registry.example/payment-api:2.1.0",
                "imageID": "registry.example/payment-api@sha256:0b1",
                "containerID": "containerd://abc123def456789ghijk",
            }],
        },
    })
}

pub(super) fn namespace() -> Value {
    json!({
        "kind": "Namespace", "apiVersion": "v1",
        "metadata": {"name": "payments", "uid": "ns-1", "resourceVersion": "12",
            "labels": {"environment": "production", "team": "payments",
                "cost-center": "engineering"}},
        "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
    })
}

pub(super) fn node() -> Value {
    json!({
        "kind": "Node", "apiVersion": "v1",
        "metadata": {"name": "ip-10-0-45-123.ec2.internal", "uid": "node-uid",
            "labels": {"kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux",
                "node.kubernetes.io/instance-type": "m5.xlarge",
                "topology.kubernetes.io/zone": "us-west-2a"}},
        "spec": {},
        "status": {"capacity": {"cpu": "4", "memory": "15901364Ki", "pods": "58"},
            "nodeInfo": {"machineID": "ec2", "systemUUID": "ec2", "bootID": "b",
                "kernelVersion": "5.15.0", "osImage": "Linux", "architecture": "amd64",
                "containerRuntimeVersion": "containerd://1.7.0", "kubeletVersion": "v1.30.0",
                "kubeProxyVersion": "v1.30.0", "operatingSystem": "linux"}},
    })
}

pub(super) fn replica_set() -> Value {
    json!({
        "kind": "ReplicaSet", "apiVersion": "apps/v1",
        "metadata": {"name": "payment-api-7b8c9d", "namespace": "payments", "uid": "rs-1",
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "Deployment",
                "name": "payment-api", "uid": "d-1", "controller": true,
                "blockOwnerDeletion": true}]},
        "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "payment-api"}}},
        "status": {"replicas": 3},
    })
}

pub(super) fn services() -> Value {
    let items = [
        service("payment-metrics", &json!({"component": "api-server"})),
        service("payment-api", &json!({"app": "payment-api", "tier": "backend"})),
        service("payment-api-internal", &json!({"app": "payment-api"})),
        service("ledger", &json!({"app": "ledger"})),
    ];
    service_list(&items, "")
}

/// A page of services; where more is to come, with the token for it.
pub(super) fn service_list(items: &[Value], token: &str) -> Value {
    let mut metadata = json!({"resourceVersion": "81300"});
    if !token.is_empty() {
        metadata["continue"] = token.into();
        metadata["remainingItemCount"] = 1.into();
    }
    json!({"kind": "ServiceList", "apiVersion": "v1", "metadata": metadata, "items": items})
}

/// A service with that selector.
pub(super) fn service(name: &str, selector: &Value) -> Value {
    json!({
        "metadata": {"name": name, "namespace": "payments", "uid": format!("s-{name}")},
        "spec": {"type": "ClusterIP", "clusterIP": "10.100.0.1", "selector": selector,
            "ports": [{"port": 80, "targetPort": 8080, "protocol": "TCP"}]},
        "status": {"loadBalancer": {}},
    })
}
