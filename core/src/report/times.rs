//! Days and times as the history counts them.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::history::{DAY_MILLISECONDS, day_of};

const HOUR_MILLISECONDS: i64 = 3_600_000;

/// The first and the last day of the time that is asked for.
pub(super) fn days_asked(since: Duration, now: Timestamp) -> (i64, i64) {
    let now = now.as_millisecond();
    let since = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    (day_of(now.saturating_sub(since)), day_of(now))
}

/// The first and the last hour of the time that is asked for, counted since 1970.
pub(super) fn hours_asked(since: Duration, now: Timestamp) -> (i64, i64) {
    let now = now.as_millisecond();
    let since = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    let hour = |time: i64| time.div_euclid(HOUR_MILLISECONDS);
    (hour(now.saturating_sub(since)), hour(now))
}

/// The start of an hour counted since 1970.
pub(super) fn hour(hour: i64) -> Timestamp {
    timestamp(hour.saturating_mul(HOUR_MILLISECONDS))
}

/// A time in milliseconds since 1970. One that a calendar does not have is its nearest.
pub(super) fn timestamp(milliseconds: i64) -> Timestamp {
    let edge = if milliseconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(milliseconds).unwrap_or(edge)
}

/// A day counted since 1970.
pub(super) fn date(day: i64) -> Date {
    date_of(timestamp(day.saturating_mul(DAY_MILLISECONDS)))
}

/// The UTC day of a time.
pub(super) fn date_of(time: Timestamp) -> Date {
    Offset::UTC.to_datetime(time).date()
}
