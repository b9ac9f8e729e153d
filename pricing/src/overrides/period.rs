//! Since when, and until when.

use jiff::civil::Date;

/// Days on which something holds; both ends are part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Period {
    /// The first day; `None` where there is none.
    pub(super) from: Option<Date>,
    /// The last day; `None` where there is none.
    pub(super) until: Option<Date>,
}

impl Period {
    /// The day is part of it.
    pub(super) fn contains(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Some day is part of both.
    pub(super) fn overlaps(self, other: Self) -> bool {
        let before = |one: Self, next: Self| {
            one.until.zip(next.from).is_some_and(|(until, from)| until < from)
        };
        !before(self, other) && !before(other, self)
    }

    /// It ends before it begins.
    pub(super) fn is_backwards(self) -> bool {
        self.from.zip(self.until).is_some_and(|(from, until)| until < from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: Option<i8>, until: Option<i8>) -> Period {
        let day = |day| jiff::civil::date(2026, 1, day);
        Period { from: from.map(day), until: until.map(day) }
    }

    #[test]
    fn both_ends_are_part_of_it() {
        let week = period(Some(5), Some(11));
        let held = (1..=31).filter(|day| week.contains(jiff::civil::date(2026, 1, *day)));
        assert_eq!(held.collect::<Vec<_>>(), [5, 6, 7, 8, 9, 10, 11]);
        assert!(Period::default().contains(jiff::civil::Date::MIN));
    }

    #[test]
    fn periods_that_touch_on_a_day_overlap_and_those_that_follow_do_not() {
        assert!(period(None, Some(5)).overlaps(period(Some(5), None)));
        assert!(!period(None, Some(5)).overlaps(period(Some(6), None)));
        assert!(!period(Some(6), None).overlaps(period(Some(1), Some(5))));
        assert!(period(None, None).overlaps(period(Some(3), Some(3))));
    }
}
