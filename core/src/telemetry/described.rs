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
    /// Before anything is known but the program's name and what the variables `SERVICE_NAME`,
    /// `SERVICE_VERSION` and `ENVIRONMENT` say.
    pub(super) fn program(name: &str, variable: impl Fn(&str) -> Option<String>) -> Self {
        let said = |variable_name: &str, otherwise: &str| {
            let value = variable(variable_name).filter(|value| !value.is_empty());
            value.unwrap_or_else(|| otherwise.to_owned())
        };
        let name = said("SERVICE_NAME", name);
        let environment = said("ENVIRONMENT", UNKNOWN);
        let mut service = Map::new();
        service.insert("name".to_owned(), Value::from(name.as_str()));
        service.insert("version".to_owned(), Value::from(said("SERVICE_VERSION", UNKNOWN)));
        let short = short(&service, &environment);
        Self {
            full: short.clone(),
            short,
            service: name,
            environment,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_the_identity_is_known_the_variables_name_the_service() {
        let described = Described::program("program", |name| match name {
            "SERVICE_NAME" => Some("shop".to_owned()),
            "ENVIRONMENT" => Some(String::new()),
            _ => None,
        });
        let expected = r#","service":{"name":"shop","version":"unknown"},"environment":"unknown""#;
        assert_eq!(described.short, expected);
        assert_eq!(described.full, expected);
    }
}
