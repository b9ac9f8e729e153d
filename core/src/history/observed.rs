//! An observed time, cut at the hours.

const HOUR: i64 = 3_600;

/// The part of an observed time that lies in one hour of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// The hour, counted since 1970 UTC.
    pub(super) hour: i64,
    /// Seconds from the start of the whole observed time to the end of this part.
    pub(super) until: i64,
    /// Seconds of this part.
    pub(super) seconds: i64,
}

impl Part {
    /// The UTC day, counted since 1970.
    pub(super) fn day(&self) -> i64 {
        self.hour.div_euclid(24)
    }
}

/// The time that an answer makes known, and the day of the answer itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Observed {
    /// The day of the answer, counted since 1970 UTC. At midnight sharp, no part lies in it.
    pub(super) day: i64,
    /// The parts in order, without empty ones.
    pub(super) parts: Vec<Part>,
}

impl Observed {
    /// No time is known; the answer came at `at` milliseconds.
    pub(super) fn nothing(at: i64) -> Self {
        Self { day: super::day_of(at), parts: Vec::new() }
    }

    /// The time between two answers, in milliseconds. Both are rounded down to seconds.
    pub(super) fn between(from: i64, to: i64) -> Self {
        let (first, end) = (from.div_euclid(1_000), to.div_euclid(1_000));
        let mut parts = Vec::new();
        let mut start = first;
        while start < end {
            let hour = start.div_euclid(HOUR);
            let stop = end.min((hour + 1) * HOUR);
            parts.push(Part { hour, until: stop - first, seconds: stop - start });
            start = stop;
        }
        Self { day: super::day_of(to), parts }
    }

    /// The whole time in seconds.
    #[cfg(test)]
    pub(super) fn seconds(&self) -> i64 {
        self.parts.last().map_or(0, |part| part.until)
    }

    /// The parts of each day in order.
    pub(super) fn days(&self) -> impl Iterator<Item = &[Part]> {
        self.parts.chunk_by(|one, next| one.day() == next.day())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_over_midnight_has_a_part_in_each_day() {
        // From 23:58:00 on day 0 to 00:03:00 on day 1: two minutes and three.
        let observed = Observed::between(86_280_000, 86_580_000);
        let expected = [
            Part { hour: 23, until: 120, seconds: 120 },
            Part { hour: 24, until: 300, seconds: 180 },
        ];
        assert_eq!((observed.day, &*observed.parts), (1, &expected[..]));
        assert_eq!(observed.days().count(), 2);
    }

    #[test]
    fn midnight_sharp_belongs_to_the_next_day_and_observes_the_one_before() {
        let observed = Observed::between(86_100_000, 86_400_000);
        assert_eq!((observed.day, observed.parts.len()), (1, 1));
        assert_eq!(observed.parts[0].day(), 0);
    }

    #[test]
    fn fractions_of_seconds_add_up_over_a_day() {
        // 0.9 → 1.1 is one second of the clock, 1.1 → 1.9 none: together the one from 0.9 to 1.9.
        assert_eq!(Observed::between(900, 1_100).seconds(), 1);
        assert_eq!(Observed::between(1_100, 1_900).seconds(), 0);
        assert_eq!(Observed::between(900, 1_900).seconds(), 1);
    }

    #[test]
    fn time_before_1970_is_time() {
        let observed = Observed::between(-1_000, 1_000);
        assert_eq!(observed.parts.iter().map(Part::day).collect::<Vec<_>>(), [-1, 0]);
    }
}
