//! When the cycles of a replica start.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::agreement::Agreement;
use super::intervals::Intervals;
use super::leader::{Claim, Leader};
use super::replica::{Replica, Role};
use super::turn::Turn;
use crate::run::{Plan, Schedule};

/// Before another try where the Lease could not be written.
const PAUSE: Duration = Duration::from_secs(1);

/// When the cycles of a replica start: at once and then every interval where it is alone; with an
/// interval of the clock, which all replicas count alike, where it is not.
pub(crate) struct Starts {
    replica: Replica,
    schedule: Schedule,
    /// No cycle begins before the interval that begins then: earlier ones have been collected, or
    /// may have been.
    earliest: Option<Timestamp>,
}

impl Starts {
    pub(super) fn new(replica: Replica, plan: &Plan) -> Self {
        let schedule = Schedule::new(plan.interval, plan.jittered_start);
        Self { replica, schedule, earliest: None }
    }

    /// Waits for the next cycle; `None` where `stop` came first.
    pub(crate) async fn next(&mut self, stop: impl Future<Output = ()>) -> Option<Turn> {
        let replica = self.replica.clone();
        match replica.role() {
            Role::Alone => self.schedule.next(stop).await.then(Turn::alone),
            Role::Part { intervals, agreement, .. } => tokio::select! {
                biased;
                () = stop => None,
                turn = self.part(&replica, intervals, agreement.as_deref()) => Some(turn),
            },
            Role::Elected { leader, intervals } => tokio::select! {
                biased;
                () = stop => None,
                turn = self.elected(&replica, leader, intervals) => Some(turn),
            },
        }
    }

    /// The first cycle begins with the next interval: who had these scopes in this one is not known,
    /// nor whether this replica had before it was started anew.
    async fn part(
        &mut self,
        replica: &Replica,
        intervals: &Arc<Intervals>,
        agreement: Option<&Agreement>,
    ) -> Turn {
        if let Some(agreement) = agreement.filter(|_| self.earliest.is_none())
            && let Err(failure) = agreement.prepare().await
        {
            tracing::warn!(%failure, "the lease cannot be used; it is tried again with each cycle");
        }
        let earliest = *self.earliest.get_or_insert_with(|| {
            let next = intervals.current().end;
            tracing::info!(at = %next, "the first cycle begins with the next interval");
            next
        });
        intervals.wait(earliest).await;
        let interval = intervals.current();
        self.earliest = Some(interval.end);
        replica.begin(interval);
        Turn::within(Arc::clone(intervals), interval)
    }

    /// The first cycle begins as soon as this replica leads, unless the interval has been collected.
    async fn elected(
        &mut self,
        replica: &Replica,
        leader: &Arc<Leader>,
        intervals: &Arc<Intervals>,
    ) -> Turn {
        loop {
            leader.won().await;
            self.earliest = self.earliest.map(|earliest| intervals.within_reach(earliest));
            if let Some(earliest) = self.earliest.filter(|it| !intervals.until(*it).is_zero()) {
                // The lease may be lost meanwhile.
                tokio::select! {
                    () = intervals.wait(earliest) => {}
                    () = leader.lost() => {}
                }
                continue;
            }
            let interval = intervals.current();
            match leader.claim(interval).await {
                Ok(Claim::Granted) => {
                    self.earliest = Some(interval.end);
                    replica.begin(interval);
                    return Turn::leading(Arc::clone(leader));
                }
                Ok(Claim::Collected(until)) => {
                    if intervals.within_reach(until) != until {
                        tracing::warn!(
                            %until,
                            now = %interval,
                            "the lease says that later intervals have been collected; where a clock \
                             was set back, delete the lease, or nothing is collected until then"
                        );
                    }
                    self.earliest = Some(until);
                }
                Ok(Claim::Standby) => {}
                Err(failure) => {
                    tracing::warn!(%failure, "no cycle begins before the lease can be written");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}
