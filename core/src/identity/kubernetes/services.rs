//! The services that lead to the pod.

use std::collections::BTreeMap;

use kube::api::ListParams;

use super::api::Api;
use super::failure::{Failure, Refused, Wanted};
use super::objects::Service;

/// Services a page.
const PAGE: u32 = 500;

/// The most pages that are read: 10,000 services.
const PAGES: usize = 20;

/// A service that leads to the pods which have the labels of its selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selecting {
    name: String,
    selector: BTreeMap<String, String>,
}

/// All services of the namespace that select pods.
///
/// # Errors
/// Where one page fails, for part of the services is not which services lead to the pod.
pub(super) async fn all(api: &Api<'_>, namespace: &str) -> Result<Vec<Selecting>, Refused> {
    let mut services = Vec::new();
    let mut params = ListParams::default().limit(PAGE);
    for _ in 0..PAGES {
        let page = api.page::<Service>(namespace, &params).await?;
        // Whole services are many times as large.
        services.extend(page.items.into_iter().filter_map(selecting));
        match page.metadata.rest.filter(|token| !token.is_empty()) {
            Some(token) => params = params.continue_token(&token),
            None => return Ok(services),
        }
    }
    let wanted = Wanted {
        verb: "list",
        group: "",
        resource: "services",
        namespace: Some(namespace.to_owned()),
        name: None,
    };
    Err(Refused { wanted, failure: Failure::Endless(PAGES) })
}

/// One without a selector has its endpoints from elsewhere, and that of an ExternalName is not used:
/// <https://kubernetes.io/docs/concepts/services-networking/service/#externalname>
fn selecting(service: Service) -> Option<Selecting> {
    let spec = service.spec.filter(|spec| spec.kind.as_deref() != Some("ExternalName"))?;
    let selector = spec.selector.filter(|selector| !selector.is_empty())?;
    Some(Selecting { name: service.metadata.name?, selector })
}

/// The names of those that lead to a pod with these labels, sorted.
pub(super) fn leading_to(services: &[Selecting], labels: &BTreeMap<String, String>) -> Vec<String> {
    let leads = |service: &&Selecting| {
        service.selector.iter().all(|(key, value)| labels.get(key) == Some(value))
    };
    let mut names: Vec<String> =
        services.iter().filter(leads).map(|service| service.name.clone()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn service(name: &str, spec: &serde_json::Value) -> Service {
        serde_json::from_value(json!({"metadata": {"name": name}, "spec": spec})).unwrap()
    }

    #[test]
    fn a_service_leads_to_a_pod_that_has_all_of_its_selectors_labels() {
        let services = [
            service("whole", &json!({"selector": {"app": "api", "tier": "backend"}})),
            service("app", &json!({"selector": {"app": "api"}})),
            service("other-value", &json!({"selector": {"app": "web"}})),
            service("one-label-more", &json!({"selector": {"app": "api", "canary": "true"}})),
            service("no-selector", &json!({"clusterIP": "None"})),
            service("empty-selector", &json!({"selector": {}})),
            service(
                "elsewhere",
                &json!({"type": "ExternalName", "externalName": "x.example",
                    "selector": {"app": "api"}}),
            ),
        ];
        let services: Vec<Selecting> = services.into_iter().filter_map(selecting).collect();
        let labels = [("app", "api"), ("tier", "backend"), ("version", "v1")];
        let labels = labels.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        assert_eq!(leading_to(&services, &labels), ["app", "whole"]);
        assert!(leading_to(&services, &BTreeMap::new()).is_empty());
    }
}
