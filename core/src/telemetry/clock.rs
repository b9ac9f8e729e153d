//! Time within a trace, and how it is written.

use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::tz::TimeZone;

/// How far the wall's clock may be from ours before it counts as set, in nanoseconds. What NTP
/// corrects bit by bit stays below.
const SET: u64 = 100_000_000;

/// The clock of the traces that begin now.
static CLOCK: Mutex<Option<Clock>> = Mutex::new(None);

/// A trace's clock: the wall's time at some moment, and what has passed since. Within a trace time
/// never goes back, also where someone sets the wall's clock; and the parts of a trace that come
/// together again by a `traceparent` share a clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    began: u64,
    at: Instant,
}

impl Clock {
    /// The clock of a trace that begins now: that of the last one, unless the wall's was set since.
    pub(super) fn start() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = Self { began: nanoseconds(wall), at: Instant::now() };
        // Holds one value that is replaced whole.
        let mut clock = CLOCK.lock().unwrap_or_else(PoisonError::into_inner);
        match *clock {
            Some(running) if running.now().abs_diff(now.began) < SET => running,
            _ => *clock.insert(now),
        }
    }

    /// Nanoseconds since 1970.
    pub(super) fn now(&self) -> u64 {
        self.began.saturating_add(nanoseconds(self.at.elapsed()))
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

const DAY: u64 = 86_400_000;

thread_local! {
    /// The day since 1970 that was written last, and its text: it changes once a day.
    static DATE: RefCell<(u64, String)> = const { RefCell::new((u64::MAX, String::new())) };
}

/// Writes `at`, in nanoseconds since 1970, as RFC 3339 has it: UTC, cut to milliseconds.
pub(super) fn write_timestamp(out: &mut Vec<u8>, at: u64) {
    let milliseconds = at / 1_000_000;
    let day = milliseconds / DAY;
    let known = DATE.try_with(|kept| {
        let (written, text) = &mut *kept.borrow_mut();
        if *written != day {
            *text = date(day);
            *written = day;
        }
        out.extend_from_slice(text.as_bytes());
    });
    // A thread at its end may close spans when its own memory is gone.
    if known.is_err() {
        out.extend_from_slice(date(day).as_bytes());
    }
    let rest = milliseconds % DAY;
    for (mark, part) in [
        (b'T', rest / 3_600_000),
        (b':', rest / 60_000 % 60),
        (b':', rest / 1_000 % 60),
        (b'.', rest % 1_000 / 10),
    ] {
        out.push(mark);
        two_digits(out, part);
    }
    out.extend_from_slice(&[digit(rest), b'Z']);
}

/// Writes a number below 100 with two digits.
pub(super) fn two_digits(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&[digit(number / 10), digit(number)]);
}

/// The last digit of a number.
fn digit(number: u64) -> u8 {
    b'0' + (number % 10) as u8
}

fn date(day: u64) -> String {
    // A count of nanoseconds in 64 bits ends in the year 2554, which both types hold.
    let second = i64::try_from(day * (DAY / 1_000)).unwrap_or_default();
    let at = jiff::Timestamp::from_second(second).unwrap_or_default();
    at.to_zoned(TimeZone::UTC).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(at: u64) -> String {
        let mut out = Vec::new();
        write_timestamp(&mut out, at);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_timestamp_is_cut_to_milliseconds() {
        // `date -u -d @1761836640 --iso-8601=seconds`
        assert_eq!(written(1_761_836_640_123_999_999), "2025-10-30T15:04:00.123Z");
        assert_eq!(written(1_709_251_199_999_000_000), "2024-02-29T23:59:59.999Z");
        assert_eq!(written(1_709_251_200_000_000_000), "2024-03-01T00:00:00.000Z");
        assert_eq!(written(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(written(u64::MAX), "2554-07-21T23:34:33.709Z");
    }

    #[test]
    fn traces_share_a_clock_until_the_walls_is_set() {
        let clock = Clock::start();
        assert_eq!(Clock::start().at, clock.at);
        let hour = Duration::from_secs(3_600);
        *CLOCK.lock().unwrap() = Some(Clock { began: clock.began - nanoseconds(hour), ..clock });
        assert_ne!(Clock::start().at, clock.at);
    }

    #[test]
    fn a_clock_never_goes_back() {
        let clock = Clock::start();
        let times: Vec<u64> = (0..1_000).map(|_| clock.now()).collect();
        assert!(times.is_sorted());
    }
}
