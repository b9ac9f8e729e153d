//! The support that a version of Kubernetes has.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

/// Version, end of standard support, end of extended support: the calendar of
/// <https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html>.
const CALENDAR: &[(&str, Date, Date)] = &[
    ("1.29", date(2025, 3, 23), date(2026, 3, 23)),
    ("1.31", date(2025, 11, 26), date(2026, 11, 26)),
    ("1.32", date(2026, 3, 23), date(2027, 3, 23)),
    ("1.33", date(2026, 7, 29), date(2027, 7, 29)),
    ("1.34", date(2026, 12, 2), date(2027, 12, 2)),
    ("1.35", date(2027, 3, 27), date(2028, 3, 27)),
];

/// What is billed for the support of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Support {
    Standard,
    Extended,
    /// Past the calendar: AWS does not say what it bills until it upgrades the cluster.
    Unknown,
}

impl Support {
    pub(super) fn of(version: &str, on: Date) -> Self {
        match CALENDAR.iter().find(|(known, ..)| *known == version) {
            Some((_, standard, _)) if on < *standard => Self::Standard,
            Some((_, _, extended)) if on < *extended => Self::Extended,
            _ => Self::Unknown,
        }
    }
}

/// Today in UTC.
pub(super) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_supported_then_dearer_then_nobody_knows() {
        for (on, support) in [
            (date(2026, 3, 22), Support::Standard),
            (date(2026, 3, 23), Support::Extended),
            (date(2027, 3, 23), Support::Unknown),
        ] {
            assert_eq!(Support::of("1.32", on), support);
        }
    }
}
