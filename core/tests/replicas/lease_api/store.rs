//! The Leases of one namespace, and the rules by which an API server takes them.
//!
//! A PUT of a Lease that is not there makes it, unless it says which one it means by its `uid`
//! (<https://kubernetes.io/docs/reference/using-api/api-concepts/>).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::https::{Answer, Request};
use super::{NAMESPACE, annotation};

/// The Leases by their names.
#[derive(Default)]
pub(super) struct Store {
    leases: BTreeMap<String, Value>,
    version: u64,
}

/// The answer that says why not.
pub(super) fn failure(status: u16, reason: &str) -> Answer {
    let body = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "reason": reason, "message": reason, "code": status,
    });
    Answer { status, kind: "application/json", body: body.to_string() }
}

type Refusal = (u16, &'static str);

impl Store {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.leases.get(name)
    }

    pub(super) fn delete(&mut self, name: &str) {
        self.leases.remove(name);
    }

    pub(super) fn create(&mut self, lease: Value) -> Value {
        let name = lease["metadata"]["name"].as_str().unwrap().to_owned();
        self.keep(&name, lease, None)
    }

    pub(super) fn edit(&mut self, name: &str, change: impl FnOnce(&mut Value)) {
        let mut lease = self.leases[name].clone();
        change(&mut lease);
        let uid = lease["metadata"]["uid"].clone();
        self.keep(name, lease, Some(uid));
    }

    /// Whether a write would give the Lease another interval.
    pub(super) fn claims(&self, request: &Request) -> bool {
        let Ok(lease) = read(request) else { return false };
        let name = lease["metadata"]["name"].as_str().unwrap_or_default();
        let interval = annotation(&lease, "interval");
        interval.is_some() && self.get(name).and_then(|it| annotation(it, "interval")) != interval
    }

    /// The answer, and the Lease in it.
    pub(super) fn serve(&mut self, request: &Request) -> (Answer, Option<Value>) {
        match self.attempt(request) {
            Ok((status, lease)) => {
                let body = lease.to_string();
                (Answer { status, kind: "application/json", body }, Some(lease))
            }
            Err((status, reason)) => (failure(status, reason), None),
        }
    }

    fn attempt(&mut self, request: &Request) -> Result<(u16, Value), Refusal> {
        let all = format!("/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases");
        let rest = request.target.strip_prefix(&all).ok_or((404, "NotFound"))?;
        let name = rest.strip_prefix('/');
        match (request.method.as_str(), name) {
            ("GET", Some(name)) => {
                Ok((200, self.leases.get(name).cloned().ok_or((404, "NotFound"))?))
            }
            ("POST", None) => self.post(read(request)?),
            ("PUT", Some(name)) => self.put(name, read(request)?),
            _ => Err((405, "MethodNotAllowed")),
        }
    }

    fn post(&mut self, lease: Value) -> Result<(u16, Value), Refusal> {
        let metadata = &lease["metadata"];
        let name = metadata["name"].as_str().ok_or((422, "metadata.name: Required"))?.to_owned();
        if !metadata["resourceVersion"].is_null() {
            return Err((500, "resourceVersion should not be set on objects to be created"));
        }
        if self.leases.contains_key(&name) {
            return Err((409, "AlreadyExists"));
        }
        Ok((201, self.keep(&name, lease, None)))
    }

    fn put(&mut self, name: &str, lease: Value) -> Result<(u16, Value), Refusal> {
        let metadata = &lease["metadata"];
        if metadata["name"] != *name {
            return Err((400, "the name of the object does not match the name on the URL"));
        }
        let version = metadata["resourceVersion"].as_str();
        let Some(known) = self.leases.get(name) else {
            return match metadata["uid"].is_null() {
                true => Ok((201, self.keep(name, lease, None))),
                false => Err((409, "Precondition failed: UID in precondition")),
            };
        };
        let uid = known["metadata"]["uid"].clone();
        match version {
            None => Err((422, "metadata.resourceVersion: must be specified for an update")),
            Some(version) if known["metadata"]["resourceVersion"] != *version => {
                Err((409, "Conflict"))
            }
            Some(_) if !metadata["uid"].is_null() && metadata["uid"] != uid => {
                Err((409, "Precondition failed: UID in precondition"))
            }
            Some(_) => Ok((200, self.keep(name, lease, Some(uid)))),
        }
    }

    fn keep(&mut self, name: &str, mut lease: Value, uid: Option<Value>) -> Value {
        self.version += 1;
        let version = self.version;
        lease["metadata"]["resourceVersion"] = json!(version.to_string());
        let fresh = || json!(format!("00000000-0000-4000-8000-{version:012}"));
        lease["metadata"]["uid"] = uid.unwrap_or_else(fresh);
        self.leases.insert(name.to_owned(), lease.clone());
        lease
    }
}

/// The Lease in a request, if it is a good one.
fn read(request: &Request) -> Result<Value, Refusal> {
    if request.kind != "application/json" {
        return Err((415, "UnsupportedMediaType"));
    }
    let lease: Value =
        serde_json::from_slice(&request.body).map_err(|_| (400, "the body is no JSON"))?;
    if lease["apiVersion"] != "coordination.k8s.io/v1" || lease["kind"] != "Lease" {
        return Err((400, "the body is no Lease"));
    }
    if lease["metadata"]["namespace"] != NAMESPACE {
        return Err((400, "the namespace does not match the namespace on the request"));
    }
    let spec = &lease["spec"];
    if spec["leaseDurationSeconds"].as_i64().is_some_and(|seconds| seconds <= 0) {
        return Err((422, "spec.leaseDurationSeconds: must be greater than 0"));
    }
    if spec["leaseTransitions"].as_i64().is_some_and(|many| many < 0) {
        return Err((422, "spec.leaseTransitions: must be greater than or equal to 0"));
    }
    for field in ["acquireTime", "renewTime"] {
        if spec[field].as_str().is_some_and(|time| !is_micro_time(time)) {
            return Err((400, "a time that is no MicroTime"));
        }
    }
    Ok(lease)
}

/// `2026-11-22T03:02:31.000000Z`: six digits behind the point, no more and no fewer.
fn is_micro_time(text: &str) -> bool {
    let parsed: Result<jiff::Timestamp, _> = text.parse();
    let fraction = text.split_once('.').map(|(_, fraction)| fraction.trim_end_matches('Z'));
    parsed.is_ok() && fraction.is_some_and(|digits| digits.len() == 6)
}
