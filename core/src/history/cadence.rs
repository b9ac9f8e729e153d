//! How far apart two answers may be so that the time between them counts as observed.

use std::time::Duration;

use super::observed::Observed;

/// How often snapshots are taken. It decides what is a gap: more than two intervals without a good
/// answer. A tenth of an interval is allowed on top, since cycles do not end to the second: after
/// one failed answer the next one must not be a gap by chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cadence {
    /// The agent runs on and takes a snapshot at every interval.
    Every(Duration),
    /// Something else starts the agent, such as cron, as often as it pleases. The interval is this
    /// long or, where that is longer, as long as the time between the service's two good answers
    /// before: hourly runs become known by their second one.
    AtLeast(Duration),
}

impl Cadence {
    /// The interval in milliseconds, where the two good answers before were `last_gap` apart.
    fn interval(self, last_gap: Option<i64>) -> i64 {
        let milliseconds =
            |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        match self {
            Self::Every(interval) => milliseconds(interval),
            Self::AtLeast(interval) => milliseconds(interval).max(last_gap.unwrap_or(0)),
        }
    }

    /// The time that an answer at `at` makes known, given the last good answer and the distance of
    /// that to the one before; all in milliseconds. Empty for the first answer, after a gap, and
    /// where the clock went backwards.
    pub(super) fn observed(self, last_at: Option<i64>, last_gap: Option<i64>, at: i64) -> Observed {
        let interval = self.interval(last_gap);
        let longest = interval.saturating_mul(2).saturating_add(interval / 10);
        match last_at {
            Some(last) if last < at && at.saturating_sub(last) <= longest => {
                Observed::between(last, at)
            }
            _ => Observed::nothing(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const EVERY_5_MINUTES: Cadence = Cadence::Every(Duration::from_secs(300));
    const AT_LEAST_5_MINUTES: Cadence = Cadence::AtLeast(Duration::from_secs(300));

    fn seconds(cadence: Cadence, last_at: Option<i64>, last_gap: Option<i64>, at: i64) -> i64 {
        cadence.observed(last_at, last_gap, at).seconds()
    }

    #[test]
    fn two_intervals_and_a_tenth_are_observed_and_a_millisecond_more_is_a_gap() {
        let longest = 10 * MINUTE + MINUTE / 2;
        assert_eq!(seconds(EVERY_5_MINUTES, Some(0), None, longest), 630);
        assert_eq!(seconds(EVERY_5_MINUTES, Some(0), None, longest + 1), 0);
    }

    #[test]
    fn a_first_answer_and_a_clock_that_went_back_observe_nothing() {
        assert_eq!(seconds(EVERY_5_MINUTES, None, None, MINUTE), 0);
        assert_eq!(seconds(EVERY_5_MINUTES, Some(MINUTE), None, MINUTE), 0);
        assert_eq!(seconds(EVERY_5_MINUTES, Some(2 * MINUTE), None, MINUTE), 0);
    }

    #[test]
    fn runs_of_unknown_distance_go_by_the_distance_before() {
        // Hourly runs, five minutes configured: the second run cannot know, the third does.
        assert_eq!(seconds(AT_LEAST_5_MINUTES, Some(0), None, 60 * MINUTE), 0);
        let hour = Some(60 * MINUTE);
        assert_eq!(seconds(AT_LEAST_5_MINUTES, hour, hour, 120 * MINUTE), 3_600);
        assert_eq!(seconds(AT_LEAST_5_MINUTES, hour, hour, 187 * MINUTE), 0);
        // Two runs by hand a minute apart do not shorten the configured interval.
        assert_eq!(seconds(AT_LEAST_5_MINUTES, Some(0), Some(MINUTE), 10 * MINUTE), 600);
        // The agent that runs on knows its interval and does not learn another.
        assert_eq!(seconds(EVERY_5_MINUTES, hour, hour, 120 * MINUTE), 0);
    }
}
