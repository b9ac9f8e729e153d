//! Which engine a database version is of, and whether it is past its standard support.

use jiff::civil::{Date, date};

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Engine {
    MySql,
    PostgreSql,
    SqlServer,
}

impl Engine {
    /// The engine of a `databaseVersion`: `MYSQL_8_0`, `POSTGRES_15`, `SQLSERVER_2019_STANDARD`.
    /// <https://cloud.google.com/sql/docs/mysql/admin-api/rest/v1/SqlDatabaseVersion>
    pub(super) fn of(database_version: &str) -> Option<Self> {
        match database_version.split('_').next()? {
            "MYSQL" => Some(Self::MySql),
            "POSTGRES" => Some(Self::PostgreSql),
            "SQLSERVER" => Some(Self::SqlServer),
            _ => None,
        }
    }

    /// As the price book writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::MySql => "mysql",
            Self::PostgreSql => "postgres",
            Self::SqlServer => "sqlserver",
        }
    }
}

/// Version, first day on which extended support is charged for. The first ones came into it on
/// 2025-02-01 and were free until May.
/// <https://cloud.google.com/sql/docs/mysql/db-versions>,
/// <https://cloud.google.com/sql/docs/postgres/db-versions>
const CHARGED_FROM: [(&str, Date); 12] = [
    ("MYSQL_5_6", date(2025, 5, 1)),
    ("MYSQL_5_7", date(2025, 5, 1)),
    ("MYSQL_8_0", date(2026, 7, 1)),
    ("POSTGRES_9_6", date(2025, 5, 1)),
    ("POSTGRES_10", date(2025, 5, 1)),
    ("POSTGRES_11", date(2025, 5, 1)),
    ("POSTGRES_12", date(2025, 5, 1)),
    ("POSTGRES_13", date(2026, 2, 1)),
    ("POSTGRES_14", date(2027, 2, 1)),
    ("POSTGRES_15", date(2028, 2, 1)),
    ("POSTGRES_16", date(2029, 2, 1)),
    ("POSTGRES_17", date(2030, 2, 1)),
];

/// Since when an instance of this `databaseVersion` (`MYSQL_5_7`, `MYSQL_8_0_36`) is charged for
/// extended support, if it is on `on`. The price book has no price for it.
/// <https://cloud.google.com/sql/docs/mysql/extended-support>
#[must_use]
pub fn extended_support_since(database_version: &str, on: Date) -> Option<Date> {
    CHARGED_FROM
        .iter()
        .find(|(major, _)| is_of(database_version, major))
        .map(|(_, from)| *from)
        .filter(|from| *from <= on)
}

/// Whether `version` (`MYSQL_8_0_36`) is of the major version `major` (`MYSQL_8_0`).
fn is_of(version: &str, major: &str) -> bool {
    version.strip_prefix(major).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_tells_its_engine() {
        assert_eq!(Engine::of("MYSQL_8_0_36"), Some(Engine::MySql));
        assert_eq!(Engine::of("POSTGRES_9_6"), Some(Engine::PostgreSql));
        assert_eq!(Engine::of("SQLSERVER_2019_STANDARD"), Some(Engine::SqlServer));
        assert_eq!(Engine::of("SQL_DATABASE_VERSION_UNSPECIFIED"), None);
        assert_eq!(Engine::of(""), None);
    }

    #[test]
    fn only_versions_past_their_standard_support_are_charged() {
        let since = |version| extended_support_since(version, date(2026, 11, 20));
        assert_eq!(since("MYSQL_5_7"), Some(date(2025, 5, 1)));
        assert_eq!(since("MYSQL_8_0_36"), Some(date(2026, 7, 1)));
        assert_eq!(since("MYSQL_8_4"), None);
        assert_eq!(since("POSTGRES_13"), Some(date(2026, 2, 1)));
        assert_eq!(since("POSTGRES_14"), None);
        assert_eq!(since("POSTGRES_100"), None);
        assert_eq!(since("SQLSERVER_2017_WEB"), None);
        assert_eq!(extended_support_since("MYSQL_5_7", date(2025, 4, 30)), None);
    }
}
