//! One process collects, another stands by.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use serde_json::json;

use crate::lease_api::{LeaseApi, until};
use crate::support::agent::Agent;
use crate::support::aws::{Aws, Call, Rule};
use crate::support::fleet::Fleet;
use crate::support::openfinops::OpenFinOps;
use crate::support::running::Running;
use crate::{LEASE, REGIONS, in_a_pod, key};

/// A process, and where its documents go.
struct Replica {
    name: &'static str,
    server: OpenFinOps,
    running: Running,
    _agent: Agent,
}

impl Replica {
    fn start(name: &'static str, aws: &Aws, api: &LeaseApi) -> Self {
        let (agent, server) = (in_a_pod(name, aws, api), OpenFinOps::healthy());
        let agent = agent.variable("OPENFINOPS_API_TIMEOUT", "60");
        // One region after another.
        let running = agent.serve(&server.url(), &["--concurrency", "1"]);
        Self { name, server, running, _agent: agent }
    }

    /// Its calls that begin a region.
    fn regions(&self, aws: &Aws) -> Vec<Call> {
        let key = key(self.name);
        aws.calls("DescribeInstances").into_iter().filter(|call| call.access_key == key).collect()
    }

    /// Waits until it has begun so many regions more.
    fn wait_for_regions(&self, aws: &Aws, more: usize) {
        let before = self.regions(aws).len();
        until("regions", || (self.regions(aws).len() >= before + more).then_some(()));
    }
}

/// An AWS that keeps the first process waiting in its second cycle's second region.
fn holding() -> (Aws, Arc<AtomicBool>, Arc<AtomicBool>) {
    let (closed, held) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (shut, noted) = (Arc::clone(&closed), Arc::clone(&held));
    let rule: Rule = Box::new(move |call, _| {
        let here = call.operation == "DescribeInstances"
            && call.access_key == key("first")
            && call.region == REGIONS[1];
        let deadline = Instant::now() + std::time::Duration::from_secs(60);
        while here && shut.load(Ordering::Relaxed) && Instant::now() < deadline {
            noted.store(true, Ordering::Relaxed);
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        None
    });
    (Aws::scripted(Fleet::healthy(), vec![rule]), closed, held)
}

/// The intervals that were claimed, and by which pod.
fn claims(api: &LeaseApi) -> Vec<(String, String)> {
    let mut claims: Vec<(String, String)> = api
        .writes()
        .iter()
        .filter_map(|write| {
            let (pod, _) = write.annotation("collector")?.split_once('_')?;
            Some((write.annotation("interval")?.to_owned(), pod.to_owned()))
        })
        .collect();
    claims.dedup();
    claims
}

#[test]
fn a_leader_that_is_frozen_in_a_cycle_begins_and_sends_nothing_more_of_it() {
    let (aws, closed, held) = holding();
    let api = LeaseApi::start();
    // As an earlier one left it, so that nobody need wait.
    api.create(LEASE, &json!({"holderIdentity": "", "leaseDurationSeconds": 1}));
    api.edit(LEASE, |lease| {
        lease["metadata"]["annotations"]["openfinops.io/interval"] =
            json!("2020-01-01T00:00:00Z/2020-01-01T00:05:00Z");
    });
    let first = Replica::start("first", &aws, &api);
    first.wait_for_regions(&aws, REGIONS.len());
    until("a cycle is sent", || (first.server.documents().len() >= 4).then_some(()));
    let second = Replica::start("second", &aws, &api);
    second.running.wait_for_log("another replica collects");
    closed.store(true, Ordering::Relaxed);
    until("it is in a cycle", || held.load(Ordering::Relaxed).then_some(()));
    until("its first region is sent", || (first.server.documents().len() >= 5).then_some(()));
    first.running.signal("STOP");
    let begun = first.regions(&aws).len();
    second.wait_for_regions(&aws, REGIONS.len());
    closed.store(false, Ordering::Relaxed);
    first.running.signal("CONT");
    first.running.wait_for_log("was lost, and another replica may collect");
    second.wait_for_regions(&aws, REGIONS.len());
    assert_eq!(first.regions(&aws).len(), begun, "it began a region");
    assert_eq!(first.server.documents().len(), 5, "it sent what it had in hand");
    // And back, at once: by the leave of the one that ends.
    second.running.terminate();
    first.wait_for_regions(&aws, REGIONS.len());
    assert_eq!(api.writes().iter().filter(|write| write.holder().is_empty()).count(), 1);
    first.running.terminate();
    // Each interval was claimed once, and begun by nobody else.
    let claims = claims(&api);
    let by_interval: BTreeMap<&String, &String> =
        claims.iter().map(|(interval, pod)| (interval, pod)).collect();
    assert_eq!(by_interval.len(), claims.len(), "{claims:?}");
    for pod in ["first", "second"] {
        let claimed = claims.iter().filter(|(_, claimer)| claimer == pod).count();
        let calls = aws.calls("DescribeInstances");
        let begun = |call: &&Call| call.access_key == key(pod) && call.region == REGIONS[0];
        assert!(calls.iter().filter(begun).count() <= claimed, "{pod}: {claims:?}");
    }
    assert_eq!(api.lease(LEASE).unwrap()["spec"]["holderIdentity"], "");
}

#[test]
fn a_reload_neither_hands_over_nor_collects_the_interval_again() {
    let (aws, api) = (Aws::with(Fleet::healthy()), LeaseApi::start());
    let only = Replica::start("only", &aws, &api);
    only.wait_for_regions(&aws, REGIONS.len());
    only.running.wait_for_cycles(1);
    only.running.signal("HUP");
    only.running.wait_for_log("the new configuration is valid");
    only.wait_for_regions(&aws, REGIONS.len());
    only.running.wait_for_cycles(2);
    let claims = claims(&api);
    let cycles = only.regions(&aws).len() / REGIONS.len();
    assert!(cycles <= claims.len(), "{cycles} cycles of {claims:?}");
    assert!(api.writes().iter().all(|write| !write.holder().is_empty()));
    only.running.terminate();
}
