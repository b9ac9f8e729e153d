//! From what was answered and what was known to the document's keys.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::document::Fields;
use super::super::finding::{Part, Trouble};
use super::super::redact;
use super::answers::Answers;
use super::container;
use super::known::Known;
use super::node;
use super::objects::{Container, Node, Pod, Texts};
use super::services;

/// The part of the document that is Kubernetes's. What the API says goes before what environment and
/// claims say; what nobody says is left out.
pub(super) fn of(known: &Known, answers: &Answers, troubles: &mut Vec<Trouble>) -> Part {
    let mut k8s = Fields::new();
    put(&mut k8s, "cluster.name", known.cluster_name.as_deref());
    namespace(&mut k8s, known, answers);
    pod(&mut k8s, known, answers);
    owners(&mut k8s, answers);
    match container::own(known, answers.pod.as_ref()) {
        Ok(own) => own.iter().for_each(|own| own_container(&mut k8s, own)),
        Err(trouble) => troubles.push(trouble),
    }
    let node = own_node(&k8s, answers);
    put_map(&mut k8s, "node_labels", node.and_then(|node| node.metadata.labels.as_ref()));
    services(&mut k8s, answers);
    let mut host = Fields::new();
    for (key, from) in [("name", "node.name"), ("ip", "host_ip")] {
        put(&mut host, key, k8s.get(from).and_then(Value::as_str));
    }
    let cloud = node.map(node::cloud).unwrap_or_default();
    Part { cloud, host, k8s, ..Part::default() }
}

/// Sets a key, unless there is nothing to say.
pub(super) fn put(fields: &mut Fields, key: &str, value: Option<&str>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        fields.insert(key.to_owned(), Value::from(value));
    }
}

/// Sets a key to labels or annotations with secrets redacted, unless there are none.
fn put_map(fields: &mut Fields, key: &str, map: Option<&BTreeMap<String, String>>) {
    let map = map.map(redact::fields).unwrap_or_default();
    if !map.is_empty() {
        fields.insert(key.to_owned(), Value::Object(map));
    }
}

fn namespace(k8s: &mut Fields, known: &Known, answers: &Answers) {
    put(k8s, "namespace.name", known.namespace.as_deref());
    if let Some(namespace) = &answers.namespace {
        put_map(k8s, "namespace_labels", namespace.metadata.labels.as_ref());
        put_map(k8s, "namespace_annotations", namespace.metadata.annotations.as_ref());
    }
}

fn pod(k8s: &mut Fields, known: &Known, answers: &Answers) {
    let no_pod = Pod::default();
    let pod = answers.pod.as_ref().unwrap_or(&no_pod);
    let spec = pod.spec.as_ref();
    let status = pod.status.as_ref();
    // A name that the API does not know is nobody's.
    let unasked = if answers.no_such_pod {
        known.token_pod_name.as_deref()
    } else {
        known.pod_name_unasked()
    };
    put(k8s, "pod.name", pod.metadata.name.as_deref().or(unasked));
    put(k8s, "pod.uid", pod.metadata.uid.as_deref().or(known.pod_uid_unasked()));
    put_map(k8s, "pod_labels", pod.metadata.labels.as_ref());
    put_map(k8s, "pod_annotations", pod.metadata.annotations.as_ref());
    let account = spec.and_then(|spec| spec.service_account_name.as_deref());
    put(k8s, "service_account_name", account.or(known.service_account_name.as_deref()));
    put(k8s, "service_account_uid", known.service_account_uid.as_deref());
    put(k8s, "pod_phase", status.and_then(|status| status.phase.as_deref()));
    let pod_ip = status.and_then(|status| status.pod_ip.as_deref());
    put(k8s, "pod_ip", pod_ip.or(known.pod_ip.as_deref()));
    let host_ip = status.and_then(|status| status.host_ip.as_deref());
    put(k8s, "host_ip", host_ip.or(known.host_ip.as_deref()));
    let node = spec.and_then(|spec| spec.node_name.as_deref());
    put(k8s, "node.name", node.or(known.node_name.as_deref()));
}

fn owners(k8s: &mut Fields, answers: &Answers) {
    let owners = &answers.owners;
    put(k8s, "deployment_name", owners.deployment.as_deref());
    put(k8s, "replicaset_name", owners.replica_set.as_deref());
    put(k8s, "statefulset_name", owners.stateful_set.as_deref());
    put(k8s, "daemonset_name", owners.daemon_set.as_deref());
    put(k8s, "job_name", owners.job.as_deref());
    put(k8s, "cronjob_name", owners.cron_job.as_deref());
}

fn own_container(k8s: &mut Fields, own: &container::Own<'_>) {
    put(k8s, "container.name", Some(&own.name));
    put(k8s, "container.id", own.id.as_deref());
    let resources = own.container.and_then(|container: &Container| container.resources.as_ref());
    let Some(resources) = resources else { return };
    let quantity =
        |map: &Option<Texts>, name: &str| map.as_ref().and_then(|map| map.get(name)).cloned();
    put(k8s, "cpu_request", quantity(&resources.requests, "cpu").as_deref());
    put(k8s, "cpu_limit", quantity(&resources.limits, "cpu").as_deref());
    put(k8s, "memory_request", quantity(&resources.requests, "memory").as_deref());
    put(k8s, "memory_limit", quantity(&resources.limits, "memory").as_deref());
}

/// The node that the pod is on: the environment may name another.
fn own_node<'a>(k8s: &Fields, answers: &'a Answers) -> Option<&'a Node> {
    let name = k8s.get("node.name").and_then(Value::as_str);
    answers.node.as_ref().filter(|node| node.metadata.name.as_deref() == name)
}

fn services(k8s: &mut Fields, answers: &Answers) {
    let (Some(pod), Some(all)) = (&answers.pod, &answers.services) else { return };
    let no_labels = BTreeMap::new();
    let labels = pod.metadata.labels.as_ref().unwrap_or(&no_labels);
    let names = services::leading_to(all, labels);
    if !names.is_empty() {
        k8s.insert("services".to_owned(), Value::from(names));
    }
}
