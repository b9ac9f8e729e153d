//! The settings of agents that share their work.

use std::time::Duration;

use super::check::Checker;
use super::run_settings::setting;
use super::setting::{Kind, Setting};
use crate::replicas::{MOST_REPLICAS, Shard};

/// The shortest time after which a lease runs out: it is renewed four times in it, in two calls each.
const SHORTEST_LEASE: Duration = Duration::from_secs(5);

/// The settings of agents that share their work.
pub const REPLICA_SETTINGS: &[Setting] = &[
    setting(
        "shard",
        &["OPENFINOPS_SHARD"],
        Kind::Text,
        None,
        "Which part of the scopes (accounts and regions, subscriptions, projects) this replica \
         collects, of how many, as in 0/3, 1/3 and 2/3. The name of a StatefulSet's pod will do for \
         the number, as in aws-agent-2/3. Cycles then begin with intervals of the clock.",
        "0/3",
    ),
    setting(
        "lease",
        &["OPENFINOPS_LEASE"],
        Kind::Text,
        None,
        "In Kubernetes, the name of a Lease in the pod's namespace. Without `shard` one of several \
         replicas collects and the others stand by; with it the replicas agree through it how \
         many they are, so that no scope is collected twice while their number changes.",
        "aws-agent",
    ),
    setting(
        "lease_duration",
        &["OPENFINOPS_LEASE_DURATION"],
        Kind::Duration,
        Some("60"),
        "How long another replica waits for the one that collects before it takes over.",
        "",
    ),
];

/// The checked settings of agents that share their work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicaConfig {
    /// Which part of the scopes is this replica's.
    pub shard: Option<Shard>,
    /// The Lease by which replicas agree.
    pub lease: Option<String>,
    /// How long the Lease holds.
    pub lease_duration: Duration,
}

impl ReplicaConfig {
    /// Reads the settings; mistakes go to `check`.
    pub(super) fn check(check: &mut Checker) -> Self {
        Self {
            shard: shard(check),
            lease: lease(check),
            lease_duration: check
                .duration("lease_duration", SHORTEST_LEASE)
                .unwrap_or(Duration::from_secs(60)),
        }
    }

    /// The work is shared with nobody: a mistake where it was to be, because `why`.
    pub fn refuse(check: &mut Checker, why: &str) {
        for key in ["shard", "lease"] {
            if check.text(key).is_some_and(|text| !text.is_empty()) {
                check.mistake(key, format!("is set, but {why}"), "leave it out");
            }
        }
    }
}

fn shard(check: &mut Checker) -> Option<Shard> {
    let text = check.text("shard").filter(|text| !text.is_empty())?;
    let read = text.parse::<Shard>();
    if let Err(problem) = &read {
        let remedy = format!(
            "write the number of this replica, from 0, and how many there are, at most \
             {MOST_REPLICAS}: 0/3"
        );
        check.mistake("shard", problem.to_string(), remedy);
    }
    read.ok()
}

/// A Lease's name: <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>.
fn lease(check: &mut Checker) -> Option<String> {
    let name = check.text("lease").filter(|name| !name.is_empty())?;
    let inner = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let good = name.len() <= 253
        && name.chars().all(|letter| inner(letter) || "-.".contains(letter))
        && name.starts_with(inner)
        && name.ends_with(inner);
    if good {
        return Some(name);
    }
    let remedy = "write small letters, digits, - and . as in aws-agent";
    check.mistake("lease", format!("is \"{name}\""), remedy);
    None
}
