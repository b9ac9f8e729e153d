//! Asks the detectors side by side and makes the document of what they found.

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::future::join_all;
use serde_json::Value;
use tokio::time::Instant;

use super::cache::{Cache, Kept};
use super::client::Client;
use super::detectors::{self, Asking, DETECTORS, Detector};
use super::document::{Fields, Identity};
use super::finding::{Finding, Part, Trouble};
use super::merge::{Merged, merge};
use super::process;
use super::report::{Collected, Outcome, Report};
use super::surroundings::Surroundings;

/// How long collecting may take where nothing else is said.
const DEADLINE: Duration = Duration::from_secs(1);
/// The cache's name in the user's home.
const CACHE: &str = ".telemetry_metadata.json";
/// What is said where nobody knows.
const UNKNOWN: &str = "unknown";

/// Finds out who this process is.
///
/// Which switches and variables count is in `docs/identity.md`.
#[derive(Debug, Clone)]
pub struct Collector {
    around: Surroundings,
    service: (String, String),
    environment: Option<String>,
    enabled: bool,
    deadline: Duration,
    cache: Option<PathBuf>,
}

impl Collector {
    /// A collector in `around`, with cloud metadata off unless `ENABLE_CLOUD_METADATA` says
    /// otherwise, a deadline of a second and the cache in the user's home.
    #[must_use]
    pub fn new(around: Surroundings) -> Self {
        let home = around.variable("HOME").map(Path::new).filter(|home| home.is_absolute());
        let cache = home.map(|home| home.join(CACHE));
        let service = (UNKNOWN.to_owned(), UNKNOWN.to_owned());
        Self { around, service, environment: None, enabled: false, deadline: DEADLINE, cache }
    }

    /// The service's name and version where neither `SERVICE_NAME` and `SERVICE_VERSION` nor the
    /// platform say.
    #[must_use]
    pub fn service(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.service = (name.into(), version.into());
        self
    }

    /// The environment's name; it wins over `ENVIRONMENT`.
    #[must_use]
    pub fn environment(mut self, environment: Option<String>) -> Self {
        self.environment = environment;
        self
    }

    /// Whether cloud metadata is collected where `ENABLE_CLOUD_METADATA` does not say.
    #[must_use]
    pub fn enabled_by_default(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// How long all detectors together may take.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Another file for the cache, or none.
    #[must_use]
    pub fn cache(mut self, cache: Option<PathBuf>) -> Self {
        self.cache = cache;
        self
    }

    /// Collects. Whatever fails is in the reports; there is always a document.
    pub async fn collect(&self) -> Collected {
        let enabled = self.around.switch("ENABLE_CLOUD_METADATA").unwrap_or(self.enabled);
        let cache = self.open_cache(enabled);
        if let Some(kept) = cache.as_ref().and_then(Cache::read) {
            let identity = self.document(kept, &detectors::service(&self.around));
            return Collected { identity, reports: Vec::new(), cached: true };
        }
        let asked = self.ask_all(enabled).await;
        let here = asked.iter().filter_map(|it| Some((it.name, it.part.as_deref()?)));
        let merged = merge(here);
        let mut reports: Vec<Report> = asked.into_iter().map(Report::from).collect();
        point_out_strangers(&mut reports, &merged);
        let Merged { cloud, host, k8s, service, .. } = merged;
        let kept = Kept { cloud, host, k8s, resource: process::resource() };
        if let Some(cache) = cache.filter(|_| is_worth_keeping(&kept, &reports)) {
            cache.write(kept.clone());
        }
        Collected { identity: self.document(kept, &service), reports, cached: false }
    }

    /// What the process knows by itself: nobody is asked, and no cache is read.
    #[must_use]
    pub fn local(&self) -> Identity {
        let merged = match detectors::local(&self.around) {
            Finding::Here(part, _) => merge(std::iter::once((detectors::LOCAL, &*part))),
            Finding::NotHere | Finding::Failed(_) => Merged::default(),
        };
        let Merged { cloud, host, k8s, service, .. } = merged;
        let kept = Kept { cloud, host, k8s, resource: Fields::new() };
        self.document(kept, &service)
    }

    fn open_cache(&self, enabled: bool) -> Option<Cache> {
        let disabled = self.around.switch("DISABLE_METADATA_CACHE") == Some(true);
        let path = self.cache.as_deref().filter(|_| enabled && !disabled)?;
        Cache::new(path, &self.around)
    }

    /// Asks every detector that something speaks for, all at once. With `network` off only those
    /// that know something without it.
    async fn ask_all(&self, network: bool) -> Vec<Asked> {
        let worth = |detector: &&Detector| {
            (network || detector.offline) && (detector.worth_asking)(&self.around)
        };
        let chosen: Vec<&Detector> = DETECTORS.iter().filter(worth).collect();
        let uses_network = network && chosen.iter().any(|detector| detector.asks);
        let client = uses_network.then(|| self.client()).flatten();
        let mut around = self.around.clone();
        if !network {
            around = around.with("DISABLE_K8S_API", "true");
        }
        let asking = Asking { around, client, deadline: self.deadline };
        let asking = &asking;
        join_all(chosen.into_iter().map(|detector| self.ask(detector, asking))).await
    }

    /// A client that gives up a little before the deadline, so that what one server told is not
    /// lost to the silence of another.
    fn client(&self) -> Option<Client> {
        let made = Client::new(self.deadline - self.deadline / 20);
        made.inspect_err(|error| tracing::debug!("no HTTP client for metadata: {error}")).ok()
    }

    async fn ask(&self, detector: &Detector, asking: &Asking) -> Asked {
        let start = Instant::now();
        let finding = tokio::time::timeout(self.deadline, (detector.detect)(asking)).await;
        let finding = finding.unwrap_or_else(|_| {
            let seconds = self.deadline.as_secs_f64();
            let trouble = Trouble::new(format!("no answer within {seconds} s"));
            Finding::Failed(if detector.remedy.is_empty() {
                trouble
            } else {
                trouble.hint(detector.remedy)
            })
        });
        let (outcome, part, troubles) = match finding {
            Finding::Here(part, troubles) => (Outcome::Here, Some(part), troubles),
            Finding::NotHere => (Outcome::NotHere, None, Vec::new()),
            Finding::Failed(trouble) => (Outcome::Failed, None, vec![trouble]),
        };
        Asked { name: detector.name, part, outcome, troubles, took: start.elapsed() }
    }

    /// The document of what was found, with what is known anew at each start.
    fn document(&self, kept: Kept, platform: &Fields) -> Identity {
        let Kept { cloud, host, mut k8s, resource: _ } = kept;
        if let Some(name) = self.around.variable("K8S_CLUSTER_NAME") {
            k8s.insert("cluster.name".to_owned(), name.into());
        }
        let (name, version) = &self.service;
        let mut service = Fields::new();
        for (key, variable, default) in
            [("name", "SERVICE_NAME", name), ("version", "SERVICE_VERSION", version)]
        {
            let given = self.around.variable(variable).map(Value::from);
            let value = given.or_else(|| platform.get(key).cloned());
            service.insert(key.to_owned(), value.unwrap_or_else(|| default.as_str().into()));
        }
        let environment = self.environment.as_deref().or(self.around.variable("ENVIRONMENT"));
        Identity {
            cloud,
            host,
            k8s,
            process: process::process(),
            resource: process::resource(),
            service,
            environment: environment.unwrap_or(UNKNOWN).to_owned(),
        }
    }
}

/// One detector's answer.
struct Asked {
    name: &'static str,
    part: Option<Box<Part>>,
    outcome: Outcome,
    troubles: Vec<Trouble>,
    took: Duration,
}

impl From<Asked> for Report {
    fn from(asked: Asked) -> Self {
        let Asked { name: detector, outcome, troubles, took, .. } = asked;
        Self { detector, outcome, troubles, took }
    }
}

/// Says of each cloud that answered beside the one that counts that it was left out.
fn point_out_strangers(reports: &mut [Report], merged: &Merged) {
    let provider = merged.cloud.get("provider").and_then(Value::as_str).unwrap_or(UNKNOWN);
    for report in reports.iter_mut().filter(|it| merged.strangers.contains(&it.detector)) {
        let what = format!("it answers, but this was found to be {provider} already: left out");
        let hint = "unset the endpoint variable of the cloud that this is not";
        report.troubles.push(Trouble::new(what).hint(hint));
    }
}

/// Whether the next start may take it as it is: all that was asked for is there, and asking again
/// would cost something.
fn is_worth_keeping(kept: &Kept, reports: &[Report]) -> bool {
    let whole = |report: &Report| report.outcome != Outcome::Failed && report.troubles.is_empty();
    let plain = kept.k8s.is_empty() && kept.cloud.get("provider") == Some(&"local".into());
    !plain && reports.iter().all(whole)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_detector_that_never_ends_is_cut_at_the_deadline_with_its_remedy() {
        let around = Surroundings::scripted([], "/nowhere", "host");
        let silent = Detector {
            name: "silent",
            worth_asking: |_| true,
            asks: true,
            offline: true,
            remedy: "plug it in",
            detect: |_| std::future::pending().boxed(),
        };
        let asking = Asking { around: around.clone(), client: None, deadline: DEADLINE };
        let asked = Collector::new(around).ask(&silent, &asking).await;
        assert_eq!(asked.outcome, Outcome::Failed);
        assert_eq!(asked.troubles, [Trouble::new("no answer within 1 s").hint("plug it in")]);
        // On the paused clock only waits count; its steps are of a millisecond.
        assert!(asked.took <= Duration::from_millis(1_001), "{:?}", asked.took);
    }
}
