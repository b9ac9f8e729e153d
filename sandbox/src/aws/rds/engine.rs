//! Database engines, their licences and what the price tables call them.

/// An engine with a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Engine {
    /// The API's word.
    pub(crate) name: &'static str,
    pub(crate) licence: &'static str,
    /// Versions. The last one may be past its standard support.
    pub(super) versions: &'static [(u64, Version)],
    /// The beginning of the variants of instance prices; none where no table has them.
    pub(super) instances: Option<&'static str>,
    /// The beginning of the variants of storage prices; none where no table has them.
    pub(super) storage: Option<&'static str>,
    pub(super) maker: Maker,
}

/// A version, and whether it is past its standard support in late 2026
/// (<https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) name: &'static str,
    pub(super) extended: bool,
}

/// By whose rules storage is striped and mirrored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    Open,
    Oracle,
    Microsoft,
}

const fn supported(name: &'static str) -> Version {
    Version { name, extended: false }
}

const fn extended(name: &'static str) -> Version {
    Version { name, extended: true }
}

const GPL: &str = "general-public-license";
const POSTGRES: &str = "postgresql-license";
const INCLUDED: &str = "license-included";
const OWN: &str = "bring-your-own-license";
const MYSQL_VERSIONS: &[(u64, Version)] = &[(80, supported("8.4.3")), (20, extended("8.0.35"))];
const POSTGRES_VERSIONS: &[(u64, Version)] =
    &[(60, supported("16.4")), (30, supported("17.2")), (10, extended("13.14"))];
const ORACLE: &[(u64, Version)] = &[(1, supported("19.0.0.0.ru-2026-07.rur-2026-07.r1"))];
const MICROSOFT: &[(u64, Version)] = &[(1, supported("16.00.4165.4.v1"))];

const fn open(
    name: &'static str,
    licence: &'static str,
    versions: &'static [(u64, Version)],
    instances: &'static str,
    storage: &'static str,
) -> Engine {
    let (instances, storage) = (Some(instances), Some(storage));
    Engine { name, licence, versions, instances, storage, maker: Maker::Open }
}

const fn oracle(name: &'static str, licence: &'static str, instances: &'static str) -> Engine {
    let (instances, storage) = (Some(instances), Some("oracle"));
    Engine { name, licence, versions: ORACLE, instances, storage, maker: Maker::Oracle }
}

const fn microsoft(name: &'static str, instances: &'static str) -> Engine {
    let (instances, storage, versions) = (Some(instances), Some("sql-server"), MICROSOFT);
    Engine { name, licence: INCLUDED, versions, instances, storage, maker: Maker::Microsoft }
}

pub(super) const MYSQL: Engine = open("mysql", GPL, MYSQL_VERSIONS, "mysql", "mysql");
pub(super) const POSTGRESQL: Engine =
    open("postgres", POSTGRES, POSTGRES_VERSIONS, "postgres", "postgresql");
pub(super) const AURORA_MYSQL: Engine = open(
    "aurora-mysql",
    GPL,
    &[(90, supported("8.0.mysql_aurora.3.08.0")), (10, extended("5.7.mysql_aurora.2.12.4"))],
    "aurora-mysql",
    "aurora-mysql",
);
pub(super) const AURORA_POSTGRESQL: Engine =
    open("aurora-postgresql", POSTGRES, POSTGRES_VERSIONS, "aurora-postgres", "aurora-postgresql");

/// Engines of instances that stand alone, by how often they are seen.
pub(super) const ENGINES: &[(u64, Engine)] = &[
    (34, POSTGRESQL),
    (30, MYSQL),
    (10, open("mariadb", GPL, &[(1, supported("10.11.9"))], "mariadb", "mariadb")),
    (3, oracle("oracle-se2", INCLUDED, "oracle-se2-li")),
    (3, oracle("oracle-se2-cdb", OWN, "oracle-se2-byol")),
    (4, oracle("oracle-ee", OWN, "oracle-ee-byol")),
    (6, microsoft("sqlserver-se", "sqlserver-se-li")),
    (3, microsoft("sqlserver-web", "sqlserver-web-li")),
    (3, microsoft("sqlserver-ex", "sqlserver-ex-li")),
    (2, microsoft("sqlserver-ee", "sqlserver-ee-li")),
    (
        2,
        Engine {
            name: "db2-se",
            licence: OWN,
            versions: &[(1, supported("11.5.9.0.sb00000000.r1"))],
            instances: None,
            storage: None,
            maker: Maker::Open,
        },
    ),
];
