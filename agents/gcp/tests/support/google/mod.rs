//! The scripted Google Cloud: all its APIs on one port of this machine, over plain HTTP, and the
//! Kubernetes API of a cluster on another, over TLS.

mod assets;
pub(crate) mod call;
mod compute;
pub(crate) mod enums;
pub(crate) mod errors;
mod fields;
mod lists;
mod monitoring;
pub(crate) mod pages;
pub(crate) mod pods;
#[path = "../../../../azure/tests/support/azure/rules.rs"]
pub(crate) mod rules;
pub(crate) mod tokens;

use std::sync::{Arc, Mutex};

use call::Call;
use pods::Pods;
use rules::Rule;

use super::fleet::Fleet;
use super::http::{Reply, Server};

/// Google Cloud as scripted.
pub(crate) struct Google {
    server: Server,
    pods: Pods,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Google {
    /// Google Cloud with this fleet, whose calls go as they should.
    pub(crate) fn of(fleet: Arc<Fleet>) -> Self {
        Self::scripted(fleet, Vec::new())
    }

    /// Google Cloud with this fleet; the first rule that answers wins.
    pub(crate) fn scripted(fleet: Arc<Fleet>, rules: Vec<Rule>) -> Self {
        let calls = Arc::new(Mutex::new(Vec::new()));
        let rules = Arc::new(rules);
        let pods = Pods::start(Arc::clone(&calls), Arc::clone(&rules));
        let (seen, cluster) = (Arc::clone(&calls), pods.address());
        let server = Server::start(move |request| {
            let call = Call::of(request);
            seen.lock().unwrap().push(call.clone());
            let healthy =
                || fields::only(call.parameter("fields"), answer(&fleet, &cluster, &call));
            rules.iter().find_map(|rule| rule(&call, &healthy)).unwrap_or_else(healthy)
        });
        Self { server, pods, calls }
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// Host and port.
    pub(crate) fn authority(&self) -> String {
        format!("127.0.0.1:{}", self.server.port())
    }

    /// Every call, in the order in which they came.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// The calls of APIs, not those for tokens.
    pub(crate) fn work(&self) -> Vec<Call> {
        self.calls().into_iter().filter(|call| !tokens::is_about_tokens(call)).collect()
    }

    /// The calls whose path has `part` in it.
    pub(crate) fn calls_to(&self, part: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.is_to(part)).collect()
    }
}

/// What Google answers where no rule does.
fn answer(fleet: &Fleet, cluster: &pods::Address, call: &Call) -> Reply {
    if let Some(reply) = tokens::answer(call) {
        return reply;
    }
    if let Err(reply) = tokens::admit(call) {
        return reply;
    }
    if call.request.method != "GET" {
        return errors::nothing(call);
    }
    if call.ends_in(":searchAllResources") {
        return assets::answer(fleet, call);
    }
    match call.project() {
        Some(project) if !fleet.projects.contains(&project) => return errors::denied(call),
        None => return errors::nothing(call),
        Some(_) => {}
    }
    if call.ends_in("/timeSeries") {
        return monitoring::answer(fleet, call);
    }
    compute::answer(fleet, call)
        .or_else(|| lists::answer(fleet, cluster, call))
        .unwrap_or_else(|| errors::nothing(call))
}
