//! Times as Google writes them.

use std::fmt;

use jiff::Timestamp;

/// A second since 1970, in RFC 3339 with thousandths, in UTC.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment(pub(super) i64);

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = Timestamp::from_second(self.0).unwrap_or_default();
        write!(formatter, "{}", at.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    }
}
