//! Which time a window covers, and what becomes of the values in it.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{Statistic, Window};

/// The time that a request asks for: whole periods only, and without the running one, whose sums
/// are not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// The first period's beginning.
    pub(super) start: Timestamp,
    /// The last period's end.
    pub(super) end: Timestamp,
    /// How long a period is, as ISO 8601 has it.
    pub(super) interval: &'static str,
}

impl Span {
    /// What a window covers at `now`.
    pub(super) fn of(window: Window, now: Timestamp) -> Self {
        let (interval, period, length) = match window {
            Window::Latest => ("PT5M", 300, 1_200),
            Window::LastHour => ("PT5M", 300, 3_600),
            Window::Daily => ("PT1H", 3_600, 172_800),
            Window::WholeDay => ("P1D", 86_400, 259_200),
        };
        let now = now.as_second();
        let end = now - now.rem_euclid(period);
        // Only at the edge of all time there are no such moments.
        let at = |second| Timestamp::from_second(second).unwrap_or_default();
        Self { start: at(end - length), end: at(end), interval }
    }

    /// Whether a value of this moment belongs to it.
    fn holds(self, at: Option<Timestamp>) -> bool {
        at.is_none_or(|at| self.start <= at && at < self.end)
    }
}

/// What the values of one series come to, the oldest first.
pub(super) fn figure(
    window: Window,
    statistic: Statistic,
    span: Span,
    values: &[(Option<Timestamp>, Decimal)],
) -> Option<Decimal> {
    let within = || values.iter().filter(|(at, _)| span.holds(*at));
    let sum = || within().try_fold(Decimal::ZERO, |sum, (_, value)| sum.checked_add(*value));
    let count = within().count();
    if count == 0 {
        return None;
    }
    match (window, statistic) {
        // A later moment stands last; of two values without one, the last in the answer.
        (Window::Latest | Window::Daily | Window::WholeDay, _) => {
            within().max_by_key(|(at, _)| *at).map(|(_, value)| *value)
        }
        (Window::LastHour, Statistic::Total) => sum(),
        (Window::LastHour, Statistic::Average) => sum()?.checked_div(Decimal::from(count)),
        (Window::LastHour, Statistic::Maximum) => within().map(|(_, value)| *value).max(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_leave_out_the_running_period() {
        let now: Timestamp = "2026-11-20T10:07:31Z".parse().unwrap();
        for (window, start, end) in [
            (Window::Latest, "2026-11-20T09:45:00Z", "2026-11-20T10:05:00Z"),
            (Window::LastHour, "2026-11-20T09:05:00Z", "2026-11-20T10:05:00Z"),
            (Window::Daily, "2026-11-18T10:00:00Z", "2026-11-20T10:00:00Z"),
            (Window::WholeDay, "2026-11-17T00:00:00Z", "2026-11-20T00:00:00Z"),
        ] {
            let span = Span::of(window, now);
            assert_eq!((span.start.to_string(), span.end.to_string()), (start.into(), end.into()));
        }
    }

    #[test]
    fn hours_are_summed_and_of_the_rest_the_last_value_counts() {
        let now: Timestamp = "2026-11-20T10:05:00Z".parse().unwrap();
        let at = |text: &str| Some(text.parse().unwrap());
        let values = [
            // Before the hour, and in the running period.
            (at("2026-11-20T09:00:00Z"), Decimal::from(1_000)),
            (at("2026-11-20T09:50:00Z"), Decimal::from(8)),
            (at("2026-11-20T10:00:00Z"), Decimal::from(4)),
            (at("2026-11-20T10:05:00Z"), Decimal::from(1_000)),
        ];
        let figure = |window, statistic| figure(window, statistic, Span::of(window, now), &values);
        // 8 + 4, (8 + 4) / 2, the higher of both, and the later.
        assert_eq!(figure(Window::LastHour, Statistic::Total), Some(Decimal::from(12)));
        assert_eq!(figure(Window::LastHour, Statistic::Average), Some(Decimal::from(6)));
        assert_eq!(figure(Window::LastHour, Statistic::Maximum), Some(Decimal::from(8)));
        assert_eq!(figure(Window::Latest, Statistic::Average), Some(Decimal::from(4)));
    }
}
