//! What the last documents add up to, kept up to date as they come.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::document::Document;
use crate::truth::Sum;

/// The totals of every agent, by its id.
#[derive(Debug, Default)]
pub(super) struct Totals {
    agents: BTreeMap<String, Agent>,
    repeats: u64,
}

#[derive(Debug, Default)]
struct Agent {
    cloud: String,
    documents: u64,
    repeats: u64,
    /// By account and region.
    scopes: BTreeMap<(String, String), Scope>,
}

/// What is known of a scope by its last snapshot.
#[derive(Debug, Default)]
struct Scope {
    snapshot: String,
    /// The parts of it that came.
    parts: BTreeSet<u64>,
    services: BTreeMap<String, Sum>,
    failed: BTreeMap<String, String>,
}

/// `GET /totals`.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Report {
    /// By the agent's id.
    pub agents: BTreeMap<String, AgentReport>,
    /// Documents that were kept, of all agents.
    pub documents: u64,
    /// Documents that came again: answered, and not kept twice.
    pub repeats: u64,
}

/// What an agent's last cycle adds up to: of each scope the last snapshot.
#[derive(Debug, Default, Clone, Serialize)]
pub struct AgentReport {
    /// `aws`, `azure`, `gcp`, `generic`.
    pub cloud_provider: String,
    /// Documents that were kept, of all cycles.
    pub documents: u64,
    /// Documents that came again.
    pub repeats: u64,
    /// Accounts × regions, subscriptions, projects, machines.
    pub scopes: usize,
    /// By service.
    pub services: BTreeMap<String, Sum>,
    /// Services that could not be read, or not wholly, and why.
    pub failed_services: BTreeMap<String, String>,
    /// The services together.
    pub total: Sum,
}

fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

impl Totals {
    /// Adds a document that was kept.
    pub(super) fn add(&mut self, document: &Document<'_>) {
        let agent = self.agents.entry(text(document.agent_id.as_ref())).or_default();
        agent.cloud = text(document.cloud_provider.as_ref());
        agent.documents += 1;
        let place = (text(document.account_id.as_ref()), text(document.region.as_ref()));
        agent.scopes.entry(place).or_default().add(document);
    }

    /// Notes a document that came again.
    pub(super) fn repeat(&mut self, document: &Document<'_>) {
        self.repeats += 1;
        self.agents.entry(text(document.agent_id.as_ref())).or_default().repeats += 1;
    }

    pub(super) fn report(&self) -> Report {
        let agents: BTreeMap<_, _> =
            self.agents.iter().map(|(id, agent)| (id.clone(), agent.report())).collect();
        let documents = agents.values().map(|agent| agent.documents).sum();
        Report { agents, documents, repeats: self.repeats }
    }
}

impl Scope {
    /// A newer snapshot takes the place of the older; their ids are in the order of time
    /// (<https://www.rfc-editor.org/rfc/rfc9562#section-5.7>).
    fn add(&mut self, document: &Document<'_>) {
        let snapshot = text(document.snapshot_id.as_ref());
        if snapshot < self.snapshot {
            return;
        }
        if snapshot > self.snapshot {
            *self = Self { snapshot, ..Self::default() };
        }
        let part = document.part.as_ref().and_then(Value::as_u64).unwrap_or(1);
        if !self.parts.insert(part) {
            return;
        }
        for (name, service) in document.services.iter().flatten() {
            if let Some(sum) = &service.sum {
                self.services.entry(name.clone()).or_default().merge(sum);
            }
            if let Some(error) = &service.error {
                self.failed.insert(name.clone(), error.clone());
            }
        }
    }
}

impl Agent {
    fn report(&self) -> AgentReport {
        let mut report = AgentReport {
            cloud_provider: self.cloud.clone(),
            documents: self.documents,
            repeats: self.repeats,
            scopes: self.scopes.len(),
            ..AgentReport::default()
        };
        for scope in self.scopes.values() {
            for (name, sum) in &scope.services {
                report.services.entry(name.clone()).or_default().merge(sum);
                report.total.merge(sum);
            }
            report.failed_services.extend(scope.failed.clone());
        }
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(snapshot: &str, part: u64, monthly: &str) -> String {
        format!(
            r#"{{"agent_id":"a","cloud_provider":"aws","account_id":"1","region":"x","snapshot_id":"{snapshot}",
            "part":{part},"services":{{"ec2":{{"instances":[{{}}],"monthly_cost_exact":"{monthly}"}}}}}}"#
        )
    }

    fn total(documents: &[String]) -> Sum {
        let mut totals = Totals::default();
        for text in documents {
            totals.add(&serde_json::from_str(text).unwrap());
        }
        totals.report().agents["a"].total
    }

    #[test]
    fn parts_of_a_snapshot_add_up_and_a_newer_one_takes_their_place() {
        let monthly = |text: &str| text.parse().unwrap();
        let parts = [document("1", 1, "1.5"), document("1", 2, "2.25")];
        assert_eq!(total(&parts), Sum { count: 2, monthly: monthly("3.75"), ..Sum::default() });
        let [one, two] = parts;
        let newer = [one.clone(), document("2", 1, "7"), two, one];
        assert_eq!(total(&newer), Sum { count: 1, monthly: monthly("7"), ..Sum::default() });
    }
}
