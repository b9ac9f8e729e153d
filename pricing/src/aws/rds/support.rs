//! RDS Extended Support: a charge for each vCPU of a database whose major version is past its
//! standard support.

use jiff::civil::{Date, date};

/// Engine, major version, first day of the charge: the release calendars of RDS for MySQL and
/// PostgreSQL and of Aurora
/// (<https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support.html>,
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/extended-support.html>).
const CHARGED_FROM: [(&str, &str, Date); 9] = [
    ("mysql", "5.7", date(2024, 3, 1)),
    ("mysql", "8.0", date(2026, 8, 1)),
    ("postgres", "11", date(2024, 4, 1)),
    ("postgres", "12", date(2025, 3, 1)),
    ("postgres", "13", date(2026, 3, 1)),
    ("aurora-mysql", "5.7", date(2024, 12, 1)),
    ("aurora-postgresql", "11", date(2024, 4, 1)),
    ("aurora-postgresql", "12", date(2025, 3, 1)),
    ("aurora-postgresql", "13", date(2026, 3, 1)),
];

/// Since when a database of this version is charged for Extended Support, if it is on `on`. The
/// price book has no price for it.
///
/// A database that is kept out of Extended Support (`open-source-rds-extended-support-disabled`)
/// is not charged; that is for the caller to know.
#[must_use]
pub fn extended_support_since(engine: &str, version: &str, on: Date) -> Option<Date> {
    CHARGED_FROM
        .iter()
        .find(|(known, major, _)| *known == engine && is_of(version, major))
        .map(|(_, _, from)| *from)
        .filter(|from| *from <= on)
}

/// Whether `version` (`8.0.35`, `13.4`) is of the major version `major` (`8.0`, `13`).
fn is_of(version: &str, major: &str) -> bool {
    version.strip_prefix(major).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_versions_past_their_standard_support_are_charged() {
        let on = date(2026, 11, 20);
        let since = |engine, version| extended_support_since(engine, version, on);
        assert_eq!(since("mysql", "8.0.35"), Some(date(2026, 8, 1)));
        assert_eq!(since("mysql", "8.4.3"), None);
        assert_eq!(since("postgres", "13.4"), Some(date(2026, 3, 1)));
        assert_eq!(since("postgres", "16.4"), None);
        // Version 1.30 is not version 13.
        assert_eq!(since("postgres", "130"), None);
        assert_eq!(since("mariadb", "10.6.1"), None);
        assert_eq!(extended_support_since("mysql", "8.0.35", date(2026, 7, 31)), None);
        // Aurora MySQL 3 is 8.0-compatible and in standard support until 2028.
        assert_eq!(since("aurora-mysql", "8.0.mysql_aurora.3.05.2"), None);
        assert_eq!(since("aurora-mysql", "5.7.mysql_aurora.2.11.2"), Some(date(2024, 12, 1)));
    }
}
