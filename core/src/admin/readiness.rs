//! Whether an agent does its work: what `/readyz` answers.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::page::text;
use crate::replicas::Standing;

/// Intervals without a finished cycle after which an agent counts as stuck.
const PATIENCE: u32 = 3;

/// What readiness depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// The configuration was read and the agent built.
    pub configured: bool,
    /// The server knows the agent, or there is none to know it.
    pub registered: bool,
    /// The outbox takes documents, so that nothing is lost while the server does not answer.
    pub queueing: bool,
    /// When the process started.
    pub started_at: Timestamp,
    /// When the last cycle ended.
    pub last_cycle: Option<Timestamp>,
    /// The time from one cycle's start to the next one's.
    pub interval: Duration,
    /// Where the agent stands among those that share its work.
    pub standing: Standing,
}

impl Readiness {
    /// Why the agent is not ready at `now`, a sentence each. Empty where it is ready.
    #[must_use]
    pub fn problems(&self, now: Timestamp) -> Vec<String> {
        if !self.configured {
            return vec!["not configured yet".to_owned()];
        }
        let mut problems = Vec::new();
        if !self.registered && !self.queueing {
            problems.push("neither registered with the server nor able to queue".to_owned());
        }
        match &self.standing {
            // A standby is there to wait.
            Standing::Standby { .. } => {}
            Standing::Unknown { trouble: Some(_), .. } => problems.extend(self.standing.words()),
            standing => {
                let last = last_sign(self.last_cycle, standing);
                problems.extend(stale(self.started_at, last, self.interval, now));
            }
        }
        problems
    }
}

/// When the agent last had done what it is there for: one that took over a moment ago may not have
/// had a cycle for days.
pub(super) fn last_sign(last_cycle: Option<Timestamp>, standing: &Standing) -> Option<Timestamp> {
    match standing {
        Standing::Leading { since, .. } => {
            last_cycle.map(|cycle| cycle.max(*since)).or(Some(*since))
        }
        _ => last_cycle,
    }
}

/// Why the last cycle is too long ago, where it is: more than three intervals, counted from the
/// start of the process before the first one.
pub(super) fn stale(
    started_at: Timestamp,
    last_cycle: Option<Timestamp>,
    interval: Duration,
    now: Timestamp,
) -> Option<String> {
    let age = now.duration_since(last_cycle.unwrap_or(started_at));
    let limit =
        SignedDuration::try_from(interval.saturating_mul(PATIENCE)).unwrap_or(SignedDuration::MAX);
    (age > limit).then(|| {
        let age = text::span(age);
        let since = if last_cycle.is_some() { "" } else { " since the start" };
        format!("no cycle finished for {age}{since}; one is due every {}", text::period(interval))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_786_000_000;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(START + seconds).unwrap()
    }

    fn ready() -> Readiness {
        Readiness {
            configured: true,
            registered: true,
            queueing: true,
            started_at: at(0),
            last_cycle: Some(at(60)),
            interval: Duration::from_secs(300),
            standing: Standing::Alone,
        }
    }

    #[test]
    fn a_registered_agent_with_a_recent_cycle_is_ready() {
        assert_eq!(ready().problems(at(120)), Vec::<String>::new());
    }

    #[test]
    fn queueing_is_enough_while_the_server_does_not_answer() {
        assert!(Readiness { registered: false, ..ready() }.problems(at(120)).is_empty());
        let lost = Readiness { registered: false, queueing: false, ..ready() };
        assert_eq!(lost.problems(at(120)).len(), 1);
    }

    #[test]
    fn three_intervals_may_pass_and_no_more() {
        assert!(ready().problems(at(60 + 900)).is_empty());
        assert_eq!(
            ready().problems(at(60 + 901)),
            ["no cycle finished for 15 minutes; one is due every 5 minutes"]
        );
    }

    #[test]
    fn before_the_first_cycle_the_start_counts() {
        let fresh = Readiness { last_cycle: None, ..ready() };
        assert!(fresh.problems(at(900)).is_empty());
        assert_eq!(fresh.problems(at(901)).len(), 1);
    }

    #[test]
    fn without_a_configuration_nothing_else_is_said() {
        let bare = Readiness { configured: false, registered: false, queueing: false, ..ready() };
        assert_eq!(bare.problems(at(9_999)), ["not configured yet"]);
    }

    #[test]
    fn a_standby_is_ready_and_one_that_took_over_has_its_time() {
        let lease = || "aws-agent".to_owned();
        let later = at(86_400);
        assert_eq!(ready().problems(later).len(), 1);
        let standby = Standing::Standby { lease: lease(), leader: "pod-1".to_owned() };
        assert!(Readiness { standing: standby, ..ready() }.problems(later).is_empty());
        let leading = Standing::Leading { lease: lease(), since: at(86_300) };
        assert!(Readiness { standing: leading.clone(), ..ready() }.problems(later).is_empty());
        assert_eq!(Readiness { standing: leading, ..ready() }.problems(at(90_000)).len(), 1);
        let trouble = Some("the Kubernetes API denies get on leases".to_owned());
        let unknown = Standing::Unknown { lease: lease(), trouble };
        let problems = Readiness { standing: unknown, ..ready() }.problems(at(120));
        assert!(problems.len() == 1 && problems[0].contains("denies get"), "{problems:?}");
    }
}
