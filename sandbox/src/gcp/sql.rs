//! Instances of Cloud SQL.
//! <https://cloud.google.com/sql/docs/mysql/admin-api/rest/v1/instances>

mod cost;
mod write;

use super::json::Enums;
use super::page::Page;
use super::place::Project;
use super::{DATABASES, Gcp, json};
use crate::http::{Reply, Request};
use crate::names;
use crate::truth::Sum;

/// The most that a page has.
const PAGE: u64 = 1_000;

/// A value of an enum: its name, and its number in google.cloud.sql.v1.
type Word = (&'static str, u32);

/// What an instance is.
const PRIMARY: Word = ("CLOUD_SQL_INSTANCE", 1);
const ON_PREMISES: Word = ("ON_PREMISES_INSTANCE", 2);
const REPLICA: Word = ("READ_REPLICA_INSTANCE", 3);

/// An instance.
#[derive(Debug)]
pub(super) struct Database {
    /// Unique in its project.
    pub(super) name: String,
    pub(super) region: &'static str,
    sort: Word,
    version: Word,
    size: Size,
    regional: bool,
    running: bool,
    suspended: bool,
    disk: Word,
    pub(super) disk_gib: u64,
    public: bool,
    labels: Vec<(&'static str, &'static str)>,
    pub(super) bits: u64,
}

/// A tier, and what it is made of.
#[derive(Debug, Clone, Copy)]
struct Size {
    tier: &'static str,
    parts: Parts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parts {
    /// It has a price of its own.
    Listed,
    /// Processors, and quarters of a GiB of memory.
    Of(u64, u64),
    /// Of the edition Enterprise Plus.
    Plus,
}

const fn size(tier: &'static str, parts: Parts) -> Size {
    Size { tier, parts }
}

const MYSQL: &[(u64, Size)] = &[
    (15, size("db-f1-micro", Parts::Listed)),
    (15, size("db-g1-small", Parts::Listed)),
    (15, size("db-n1-standard-1", Parts::Listed)),
    (20, size("db-n1-standard-4", Parts::Listed)),
    (8, size("db-n1-highmem-4", Parts::Of(4, 104))),
    (20, size("db-custom-4-16384", Parts::Of(4, 64))),
    (7, size("db-perf-optimized-N-8", Parts::Plus)),
];
const POSTGRES: &[(u64, Size)] = &[
    (15, size("db-f1-micro", Parts::Listed)),
    (15, size("db-g1-small", Parts::Listed)),
    (40, size("db-custom-2-7680", Parts::Of(2, 30))),
    (20, size("db-custom-8-32768", Parts::Of(8, 128))),
    (10, size("db-perf-optimized-N-8", Parts::Plus)),
];
const SQL_SERVER: &[(u64, Size)] = &[
    (60, size("db-custom-4-15360", Parts::Of(4, 60))),
    (40, size("db-custom-8-53248", Parts::Of(8, 208))),
];

impl Database {
    /// The instance number `index` of a project.
    pub(super) fn of(gcp: &Gcp, project: &Project, index: u64) -> Self {
        let mut draw = project.draw("database", index);
        let version = *draw.weighted(&[
            (35, ("MYSQL_8_4", 398)),
            (8, ("MYSQL_5_7", 6)),
            (25, ("POSTGRES_16", 272)),
            (20, ("POSTGRES_17", 408)),
            (12, ("SQLSERVER_2022_STANDARD", 199)),
        ]);
        let sizes = match version.0.split('_').next() {
            Some("MYSQL") => MYSQL,
            Some("POSTGRES") => POSTGRES,
            _ => SQL_SERVER,
        };
        let is_server = version.0.starts_with("SQLSERVER");
        let sort = *draw.weighted(&[(80, PRIMARY), (17, REPLICA), (3, ON_PREMISES)]);
        Self {
            name: names::name(&mut draw, index) + "-db",
            region: gcp.region(&mut draw),
            sort: if is_server && sort == REPLICA { PRIMARY } else { sort },
            version,
            size: *draw.weighted(sizes),
            regional: draw.percent(30),
            running: !draw.percent(8),
            suspended: draw.percent(2),
            disk: *draw.weighted(&[
                (84, ("PD_SSD", 1)),
                (12, ("PD_HDD", 2)),
                (4, ("HYPERDISK_BALANCED", 4)),
            ]),
            disk_gib: *draw.one(&[10, 20, 50, 100, 250, 1_000]),
            public: draw.percent(40),
            labels: names::labels(&mut draw),
            bits: draw.bits(),
        }
    }

    /// Whether its engine is PostgreSQL.
    pub(super) fn is_postgres(&self) -> bool {
        self.version.0.starts_with("POSTGRES")
    }

    /// Whether its processors are there: `RUNNABLE` is said of stopped ones too.
    /// <https://cloud.google.com/sql/docs/mysql/start-stop-restart-instance>
    pub(super) fn runs(&self) -> bool {
        self.running && !self.suspended && self.sort != ON_PREMISES
    }
}

/// Lists the instances of a project.
/// <https://cloud.google.com/sql/docs/mysql/admin-api/rest/v1/instances/list>
pub(super) fn list(gcp: &Gcp, project: &Project, request: &Request) -> Result<Reply, Reply> {
    let all = gcp.count(DATABASES, project);
    let page = Page::of(request, ("maxResults", "pageToken"), all, PAGE)?;
    let mut body = String::with_capacity(page.len() * 3_000 + 100);
    body.push_str("{\"kind\":\"sql#instancesList\"");
    if page.len() > 0 {
        body.push_str(",\"items\":[");
        for index in page.items.clone() {
            json::comma(&mut body);
            let database = Database::of(gcp, project, index);
            write::instance(&mut body, &project.id, &database, Enums::of(request));
        }
        body.push(']');
    }
    if let Some(next) = page.next {
        json::text(&mut body, "nextPageToken", next);
    }
    body.push('}');
    Ok(json::reply(body))
}

/// What the instances of a project cost.
pub(super) fn sum(gcp: &Gcp, project: &Project) -> Sum {
    let mut sum = Sum::default();
    for index in 0..gcp.count(DATABASES, project) {
        sum.add(&Database::of(gcp, project, index).cost(gcp));
    }
    sum
}
