//! How a sync goes about it: times, tries and bounds.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use url::Url;

use crate::shelf::Acceptance;

/// How a sync goes about it. [`Settings::default`] is right for the vendors' own price APIs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The day (UTC) on which prices must hold.
    pub today: Date,
    /// Which new table, and which new book, may replace the old one.
    pub acceptance: Acceptance,
    /// The vendor's addresses as they are configured. Where any is given, nothing else is asked
    /// than their hosts; only a host that is given here with `http` is asked without TLS.
    pub bases: Vec<Url>,
    /// Tries of a request in all, the first included. A download that gets on has them anew.
    pub attempts: u32,
    /// The longest wait before the second try; doubled for each further one, up to 30 seconds.
    pub backoff: Duration,
    /// The longest `Retry-After` that is waited for; with a longer one the table has failed.
    pub longest_wait: Duration,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long nothing may come. There is no limit on a whole file.
    pub read_timeout: Duration,
    /// The largest file in bytes, as it is sent and as it is unpacked.
    pub largest_file: u64,
    /// The largest page in bytes, as it is sent and as it is unpacked.
    pub largest_page: u64,
    /// The largest index in bytes, as it is sent and as it is unpacked.
    pub largest_index: u64,
    /// The most pages of one table.
    pub most_pages: usize,
    /// What the program calls itself.
    pub user_agent: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            today: today(),
            acceptance: Acceptance::default(),
            bases: Vec::new(),
            attempts: 5,
            backoff: Duration::from_secs(1),
            longest_wait: Duration::from_secs(120),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(60),
            largest_file: 4 << 30,
            largest_page: 32 << 20,
            largest_index: 16 << 20,
            most_pages: 10_000,
            user_agent: concat!("openfinops-agent/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// The day in UTC, in which vendors date their prices.
pub(super) fn today() -> Date {
    Offset::UTC.to_datetime(Timestamp::now()).date()
}
