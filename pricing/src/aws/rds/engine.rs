//! What the RDS API's engine names are in the price list.

/// How an engine's storage is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    MySql,
    MariaDb,
    PostgreSql,
    Oracle,
    SqlServer,
}

impl Family {
    pub(super) fn of(engine: &str) -> Option<Self> {
        Some(match engine {
            "mysql" => Self::MySql,
            "mariadb" => Self::MariaDb,
            "postgres" => Self::PostgreSql,
            "oracle-se2" | "oracle-se2-cdb" | "oracle-ee" | "oracle-ee-cdb" => Self::Oracle,
            "sqlserver-ex" | "sqlserver-web" | "sqlserver-se" | "sqlserver-ee" => Self::SqlServer,
            _ => return None,
        })
    }

    /// The name in the variants of the storage rows.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::MySql => "mysql",
            Self::MariaDb => "mariadb",
            Self::PostgreSql => "postgresql",
            Self::Oracle => "oracle",
            Self::SqlServer => "sql-server",
        }
    }
}

/// Whether the engine is Aurora, whose storage is the cluster's.
pub(super) fn is_aurora(engine: &str) -> bool {
    matches!(engine, "aurora" | "aurora-mysql" | "aurora-postgresql")
}

/// The name of an Aurora engine in the variants of storage and capacity rows. `aurora` is what
/// the API calls Aurora with MySQL 5.6.
pub(super) fn aurora_name(engine: &str) -> Option<&'static str> {
    match engine {
        "aurora" | "aurora-mysql" => Some("aurora-mysql"),
        "aurora-postgresql" => Some("aurora-postgresql"),
        _ => None,
    }
}

/// The engine, edition and licence in the variants of the instance rows, or `None` where the book
/// has no such prices (Db2, RDS Custom, Oracle EE with a licence included, …).
///
/// Oracle's multitenant (`-cdb`) engines cost what the others do.
pub(super) fn instance_variant(engine: &str, license_model: &str) -> Option<&'static str> {
    Some(match (engine, license_model) {
        ("mysql", _) => "mysql",
        ("mariadb", _) => "mariadb",
        ("postgres", _) => "postgres",
        ("aurora" | "aurora-mysql", _) => "aurora-mysql",
        ("aurora-postgresql", _) => "aurora-postgres",
        ("oracle-se2" | "oracle-se2-cdb", "license-included") => "oracle-se2-li",
        ("oracle-se2" | "oracle-se2-cdb", "bring-your-own-license") => "oracle-se2-byol",
        ("oracle-ee" | "oracle-ee-cdb", "bring-your-own-license") => "oracle-ee-byol",
        ("sqlserver-ex", "license-included") => "sqlserver-ex-li",
        ("sqlserver-web", "license-included") => "sqlserver-web-li",
        ("sqlserver-se", "license-included") => "sqlserver-se-li",
        ("sqlserver-ee", "license-included") => "sqlserver-ee-li",
        _ => return None,
    })
}
