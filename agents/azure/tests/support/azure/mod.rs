//! The scripted Azure: authority, Azure Resource Manager and metrics on one port, behind TLS.

pub(crate) mod authority;
pub(crate) mod call;
pub(crate) mod errors;
mod graph;
pub(crate) mod lists;
mod metrics;
pub(crate) mod rules;
mod series;
mod versions;

use std::sync::{Arc, Mutex};

use authority::{ARM, Authority, METRICS};
use call::Call;
use rules::Rule;

use super::http::{Reply, Server};
use super::tenant::Tenant;
use super::tls;

/// Azure as scripted.
pub(crate) struct Azure {
    server: Server,
    certificates: String,
    calls: Arc<Mutex<Vec<Call>>>,
    authority: Arc<Authority>,
}

impl Azure {
    /// Azure with this tenant, whose calls go as they should.
    pub(crate) fn of(tenant: Arc<Tenant>) -> Self {
        Self::scripted(tenant, Vec::new())
    }

    /// Azure with this tenant; the first rule that answers wins.
    pub(crate) fn scripted(tenant: Arc<Tenant>, rules: Vec<Rule>) -> Self {
        let issuer = tls::Authority::new();
        let calls = Arc::new(Mutex::new(Vec::new()));
        let authority = Arc::new(Authority::default());
        let (seen, tokens) = (Arc::clone(&calls), Arc::clone(&authority));
        let server = tls::start(issuer.signs("localhost", 2040), move |request| {
            let call = Call::of(request);
            seen.lock().unwrap().push(call.clone());
            let healthy = || answer(&tenant, &tokens, &call);
            rules.iter().find_map(|rule| rule(&call, &healthy)).unwrap_or_else(healthy)
        });
        Self { server, certificates: issuer.pem(), calls, authority }
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.server.port())
    }

    /// What a machine that trusts it has in a file.
    pub(crate) fn certificates(&self) -> String {
        self.certificates.clone()
    }

    /// Gives out tokens, also by other ways than its own door.
    pub(crate) fn authority(&self) -> &Arc<Authority> {
        &self.authority
    }

    /// Every call, in the order in which they came.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// The calls that are not for tokens.
    pub(crate) fn work(&self) -> Vec<Call> {
        self.calls().into_iter().filter(|call| !call.path.contains("/oauth2/")).collect()
    }

    /// The calls whose path has `part` in it, in any case.
    pub(crate) fn calls_to(&self, part: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.is_to(part)).collect()
    }
}

/// What Azure answers where no rule does.
fn answer(tenant: &Tenant, authority: &Authority, call: &Call) -> Reply {
    if let Some(reply) = authority.answer(&call.request) {
        return reply;
    }
    let metrics = metrics::is_batch(call);
    if let Err(reply) = call.admit(if metrics { METRICS } else { ARM }) {
        return reply;
    }
    if let Err(reply) = versions::check(call) {
        return reply;
    }
    if metrics {
        metrics::batch(tenant, call)
    } else if call.is_to("/providers/Microsoft.ResourceGraph/resources") {
        graph::answer(tenant, call)
    } else if call.is_to("/providers/Microsoft.Insights/metrics") {
        metrics::single(tenant, call)
    } else {
        lists::answer(tenant, call)
    }
}
