//! How an agent is, in one word and the reasons for it.

use super::readiness::{last_sign, stale};
use super::view::{Registration, SinkState, View};
use crate::replicas::Standing;

/// How an agent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// All is well.
    Healthy,
    /// The first cycle has not ended yet.
    Starting,
    /// It works, and something needs a person.
    Degraded,
    /// It does not do its work.
    Failing,
}

impl Level {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Healthy => "Healthy",
            Self::Starting => "Starting",
            Self::Degraded => "Degraded",
            Self::Failing => "Failing",
        }
    }
}

/// How an agent is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The worst of the reasons.
    pub level: Level,
    /// What is wrong, the worst first. Empty where nothing is.
    pub reasons: Vec<String>,
}

impl Health {
    /// The health that `view` shows.
    #[must_use]
    pub fn of(view: &View) -> Self {
        let mut found = Vec::new();
        cycle_problems(view, &mut found);
        delivery_problems(view, &mut found);
        // Stable: within a level, collecting comes before delivering.
        found.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
        let calm = if view.last_cycle.is_some() { Level::Healthy } else { Level::Starting };
        let level = found.first().map_or(calm, |(level, _)| *level);
        Self { level, reasons: found.into_iter().map(|(_, reason)| reason).collect() }
    }
}

fn cycle_problems(view: &View, found: &mut Vec<(Level, String)>) {
    let finished = view.last_cycle.as_ref().map(|cycle| cycle.finished_at);
    match &view.standing {
        Standing::Standby { .. } => {
            // What its last cycle met, if it ever had one, is the other one's concern now.
            found.extend(view.standing.words().map(|words| (Level::Healthy, words)));
            return;
        }
        Standing::Unknown { trouble: Some(_), .. } => {
            found.extend(view.standing.words().map(|words| (Level::Failing, words)));
        }
        standing => {
            let last = last_sign(finished, standing);
            let reason = stale(view.started_at, last, view.interval, view.now);
            found.extend(reason.map(|reason| (Level::Failing, reason)));
        }
    }
    let Some(cycle) = &view.last_cycle else { return };
    if cycle.total().is_none() {
        found.push((Level::Failing, "the last cycle could collect nothing".to_owned()));
    } else {
        let failed: Vec<_> = cycle.failed_services().map(|service| service.name.as_str()).collect();
        match failed.as_slice() {
            [] => {}
            [one] => found.push((Level::Degraded, format!("{one} failed"))),
            many => found.push((Level::Degraded, format!("{} services failed", many.len()))),
        }
    }
    if !cycle.errors.is_empty() {
        let count = counted(cycle.errors.len() as u64, "error", "errors");
        found.push((Level::Degraded, format!("{count} in the last cycle")));
    }
}

fn delivery_problems(view: &View, found: &mut Vec<(Level, String)>) {
    let mut degraded = |reason: String| found.push((Level::Degraded, reason));
    for sink in &view.sinks {
        if matches!(sink.state, SinkState::Down { .. }) {
            let waiting = counted(sink.waiting, "document waits", "documents wait");
            degraded(format!("{} is down, {waiting}", sink.name));
        }
        if sink.dead_letters > 0 {
            let refused = counted(sink.dead_letters, "document", "documents");
            degraded(format!("{} refused {refused}", sink.name));
        }
    }
    if matches!(view.registration, Registration::Waiting { .. }) {
        degraded("not registered yet".to_owned());
    }
    if view.outbox.dropped > 0 {
        degraded(format!("{} dropped", counted(view.outbox.dropped, "document", "documents")));
    }
    if view.outbox.in_memory_because.is_some() {
        degraded("documents are in memory only".to_owned());
    }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", super::page::text::count(count), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn a_quiet_agent_is_healthy() {
        let health = Health::of(&fixture::view());
        assert_eq!(health, Health { level: Level::Healthy, reasons: Vec::new() });
    }

    #[test]
    fn before_the_first_cycle_it_is_starting() {
        assert_eq!(Health::of(&fixture::fresh()).level, Level::Starting);
    }

    #[test]
    fn a_failed_service_degrades_and_a_cycle_without_anything_fails() {
        let mut view = fixture::view();
        let cycle = view.last_cycle.as_mut().unwrap();
        cycle.services[0].figures = None;
        cycle.services[0].failed_scopes = 2;
        assert_eq!(Health::of(&view).level, Level::Degraded);
        assert_eq!(Health::of(&view).reasons, ["ec2 failed"]);
        for service in &mut view.last_cycle.as_mut().unwrap().services {
            service.figures = None;
        }
        assert_eq!(Health::of(&view).level, Level::Failing);
    }

    #[test]
    fn the_worst_reason_comes_first() {
        let mut view = fixture::view();
        view.outbox.dropped = 1;
        view.now += jiff::SignedDuration::from_hours(2);
        let health = Health::of(&view);
        assert_eq!(health.level, Level::Failing);
        assert!(health.reasons[0].starts_with("no cycle finished for 2 hours"), "{health:?}");
        assert_eq!(health.reasons[1], "1 document dropped");
    }

    #[test]
    fn a_standby_is_healthy_and_says_who_collects() {
        let mut view = fixture::fresh();
        let leader = "aws-agent-1".to_owned();
        view.standing = Standing::Standby { lease: "aws-agent".to_owned(), leader };
        view.now += jiff::SignedDuration::from_hours(48);
        let health = Health::of(&view);
        assert_eq!(health.level, Level::Healthy);
        assert_eq!(
            health.reasons,
            ["stands by: aws-agent-1 collects, by the lease aws-agent".to_owned()]
        );
    }
}
