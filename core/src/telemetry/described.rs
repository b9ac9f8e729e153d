//! The identity as events carry it: rendered once, appended to each.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::identity::Identity;

/// What stands where nothing is known.
const UNKNOWN: &str = "unknown";

/// An identity's text and labels.
#[derive(Debug, Clone)]
pub(super) struct Described {
    /// `,"service":{…},"environment":"…"`, which every event has.
    pub(super) short: String,
    /// The same, and `,"resource":{…},"cloud":{…},…`: of roots and of failures.
    pub(super) full: String,
    pub(super) service: String,
    pub(super) environment: String,
    pub(super) provider: String,
}

impl Described {
    /// Before anything is known but the program's name.
    pub(super) fn program(name: &str) -> Self {
        let mut service = Map::new();
        service.insert("name".to_owned(), Value::from(name));
        service.insert("version".to_owned(), Value::from(UNKNOWN));
        let short = short(&service, UNKNOWN);
        Self {
            full: short.clone(),
            short,
            service: name.to_owned(),
            environment: UNKNOWN.to_owned(),
            provider: UNKNOWN.to_owned(),
        }
    }

    /// That of an identity. Parts without a key are left out.
    pub(super) fn of(identity: &Identity) -> Self {
        let short = short(&identity.service, &identity.environment);
        let mut full = short.clone();
        for (name, part) in [
            ("resource", &identity.resource),
            ("cloud", &identity.cloud),
            ("host", &identity.host),
            ("k8s", &identity.k8s),
            ("process", &identity.process),
        ] {
            if !part.is_empty() {
                member(&mut full, name, &Value::Object(part.clone()));
            }
        }
        Self {
            full,
            short,
            service: identity.service_name().to_owned(),
            environment: identity.environment.clone(),
            provider: identity.provider().to_owned(),
        }
    }
}

fn short(service: &Map<String, Value>, environment: &str) -> String {
    let mut text = String::new();
    member(&mut text, "service", &Value::Object(service.clone()));
    member(&mut text, "environment", &Value::from(environment));
    text
}

fn member(text: &mut String, name: &str, value: &Value) {
    // Writing to memory cannot fail; the names are plain.
    let _ = write!(text, ",\"{name}\":{value}");
}
