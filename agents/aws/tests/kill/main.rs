//! The agent is killed at any moment, two hundred times, beside a server that fails a third of the
//! time: nothing that was collected is lost, and nothing is sent as something else.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod server;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use fastrand::Rng;
use serde_json::Value;

use server::Troubled;
use support::agent::{Agent, Ran};
use support::aws::Aws;
use support::fleet::{Fleet, Instance};

/// Lanes with a data directory and servers of their own, side by side.
const LANES: u64 = 4;
/// Kills in a lane.
const KILLS: usize = 50;
/// Every so many runs is one of continuous mode.
const CONTINUOUS: usize = 10;
/// How long the first cycle of continuous mode may be put off: a tenth of its interval.
const JITTER: Duration = Duration::from_secs(1);
const REGIONS: &str = "eu-west-1,us-east-1";

/// Where a run was when it was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    BeforePrint,
    BeforeDelivery,
    AfterDelivery,
}

struct Lane {
    agent: Agent,
    _aws: Aws,
    server: Troubled,
    random: Rng,
    /// What was printed whole, by its key.
    printed: BTreeMap<String, String>,
    /// The time within which a run is killed.
    span: Duration,
}

/// Little to collect: most of a run is for storing, printing and sending.
fn fleet() -> Fleet {
    Fleet { instances: vec![Instance::linux("i-web", "m5.large")], ..Fleet::default() }
}

impl Lane {
    fn new(seed: u64) -> Self {
        let aws = Aws::with(fleet());
        let agent = Agent::of(&aws)
            .variable("AWS_REGION", REGIONS)
            .variable("OPENFINOPS_SEND_RATE", "1000")
            // Lanes share the processors: a slow answer is no failed service here.
            .variable("OPENFINOPS_API_TIMEOUT", "30");
        Self {
            agent,
            _aws: aws,
            server: Troubled::start(seed),
            random: Rng::with_seed(seed),
            printed: BTreeMap::new(),
            span: Duration::ZERO,
        }
    }

    /// A run to its end beside a server that works; the answer is how long it took.
    fn undisturbed(&mut self) -> Duration {
        self.server.heal(true);
        let url = self.server.url();
        let ran = self.agent.run_within(120, &["--once", "--server", &url, "--output", "json"]);
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
        self.server.heal(false);
        self.note(&ran);
        ran.took
    }

    /// Keeps what a run printed whole; the answer is what it printed for the first time.
    fn note(&mut self, ran: &Ran) -> Vec<String> {
        let mut new = Vec::new();
        // A line that was being written when the process ended has no end.
        for line in ran.stdout.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            let document: Value = serde_json::from_str(line).unwrap();
            let part = document["part"].as_u64().unwrap();
            let key = format!("{}-{part:05}", document["snapshot_id"].as_str().unwrap());
            match self.printed.get(&key) {
                Some(before) => assert_eq!(before, line, "one document was printed as two"),
                None => {
                    new.push(key.clone());
                    self.printed.insert(key, line.to_owned());
                }
            }
        }
        new
    }

    /// One run that is killed at a random moment within the span; nothing where it was faster.
    fn kill(&mut self, continuous: bool) -> Option<Phase> {
        let url = self.server.url();
        let mode: &[&str] = if continuous { &["--interval", "10"] } else { &["--once"] };
        let arguments = [mode, &["--server", &url, "--output", "json"]].concat();
        let running = self.agent.start(&arguments);
        let jitter = if continuous { JITTER } else { Duration::ZERO };
        // The moment is the point; nothing is waited for.
        std::thread::sleep((self.span + jitter).mul_f64(self.random.f64()));
        running.signal("KILL");
        let ran = running.end_within(Duration::from_secs(20));
        let printed = self.note(&ran);
        if ran.status.is_some() {
            return None;
        }
        let received = self.server.received();
        Some(match printed.as_slice() {
            [] => Phase::BeforePrint,
            printed if printed.iter().all(|key| received.contains_key(key)) => Phase::AfterDelivery,
            _ => Phase::BeforeDelivery,
        })
    }

    fn run(mut self) -> Vec<Phase> {
        self.span = self.undisturbed().mul_f64(1.3);
        let (mut phases, mut runs) = (Vec::new(), 0);
        while phases.len() < KILLS {
            runs += 1;
            assert!(runs < KILLS * 6, "too few of {runs} runs could be killed: {phases:?}");
            let phase = self.kill(runs % CONTINUOUS == 0);
            // The machine's load changes how long a run takes: the span follows, so that kills
            // keep hitting all of it.
            match phase {
                Some(Phase::BeforePrint) => self.span = self.span.mul_f64(1.1),
                None => self.span = self.span.mul_f64(0.9),
                Some(_) => {}
            }
            phases.extend(phase);
        }
        self.undisturbed();
        self.assert_nothing_was_lost();
        phases
    }

    fn assert_nothing_was_lost(&self) {
        let received = self.server.received();
        assert!(self.printed.len() > KILLS / 4, "only {} printed", self.printed.len());
        for (key, line) in &self.printed {
            let body = received.get(key).unwrap_or_else(|| panic!("{key} was lost"));
            assert_eq!(&String::from_utf8_lossy(body), line, "{key} changed on its way");
        }
        // Standard output is a sink like the server: what was killed before it was printed is
        // printed by the next run.
        for key in received.keys() {
            assert!(self.printed.contains_key(key), "{key} was sent and never printed");
        }
        self.server.assert_orderly();
        assert!(self.agent.outbox().is_empty(), "{:?}", self.agent.outbox());
        for path in self.agent.entries() {
            assert!(!path.to_string_lossy().contains("damaged"), "{}", path.display());
        }
        for line in self.printed.values() {
            assert!(!line.contains("outbox_"), "the outbox had trouble: {line}");
        }
    }
}

#[test]
fn an_agent_that_is_killed_at_any_moment_loses_nothing_and_sends_nothing_as_two() {
    let seed = fastrand::u64(..);
    eprintln!("seed: {seed}");
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| std::thread::spawn(move || Lane::new(seed.wrapping_add(lane)).run()))
        .collect();
    let mut phases = Vec::new();
    for lane in lanes {
        phases.extend(lane.join().expect("the lane's own message is above"));
    }
    for wanted in [Phase::BeforePrint, Phase::BeforeDelivery, Phase::AfterDelivery] {
        let hits = phases.iter().filter(|phase| **phase == wanted).count();
        eprintln!("{wanted:?}: {hits} of {} kills", phases.len());
        assert!(hits >= phases.len() / 40, "{wanted:?} was hardly hit");
    }
}
