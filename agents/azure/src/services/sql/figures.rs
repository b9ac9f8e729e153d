//! What Azure Monitor is asked about databases and pools.
//!
//! <https://learn.microsoft.com/azure/azure-sql/database/monitoring-sql-database-azure-monitor-reference>

use std::collections::HashMap;
use std::sync::Arc;

use finops_core::model::Resource;
use finops_pricing::azure::Measured;
use finops_pricing::azure::sql::{Size, Tier};

use super::{DATABASE, POOL, database};
use crate::metrics::{Answer, Importance, Metric, Query, Question, Statistic, Window};
use crate::services::record::figure;

const DATABASES: &str = "microsoft.sql/servers/databases";

const POOLED: &str = "microsoft.sql/servers/elasticpools";

/// What a database of the DTU model does now. A query asks only for what its databases have: one
/// metric that a database lacks makes Azure Monitor refuse all of a request.
static DTU: Query = now(
    "sql_dtu",
    DATABASES,
    &[
        metric("cpu_percent", Statistic::Average),
        metric("dtu_consumption_percent", Statistic::Average),
        metric("storage", Statistic::Maximum),
    ],
);

/// What a database of the vCore model does now.
static VCORE: Query = now(
    "sql_vcore",
    DATABASES,
    &[metric("cpu_percent", Statistic::Average), metric("storage", Statistic::Maximum)],
);

/// What a pool of the DTU model does now.
static DTU_POOL: Query = now(
    "sql_dtu_pools",
    POOLED,
    &[
        metric("cpu_percent", Statistic::Average),
        metric("dtu_consumption_percent", Statistic::Average),
        metric("storage_used", Statistic::Average),
    ],
);

/// What a pool of the vCore model does now.
static VCORE_POOL: Query = now(
    "sql_vcore_pools",
    POOLED,
    &[metric("cpu_percent", Statistic::Average), metric("storage_used", Statistic::Average)],
);

/// The queries that tell what something does, of which each database or pool has one, and the metric
/// of its storage in it.
static ACTIVITIES: [(&Query, &str); 5] = [
    (&DTU, "storage"),
    (&VCORE, "storage"),
    (&HYPERSCALE, "allocated_data_storage"),
    (&DTU_POOL, "storage_used"),
    (&VCORE_POOL, "storage_used"),
];

/// The vCore-seconds that a serverless database was billed for.
/// <https://learn.microsoft.com/azure/azure-sql/database/serverless-tier-overview#metrics>
static SERVERLESS: Query = Query {
    name: "sql_serverless",
    namespace: DATABASES,
    metrics: &[metric("app_cpu_billed", Statistic::Total)],
    window: Window::LastHour,
    dimensions: &[],
    importance: Importance::Cost,
};

/// What a Hyperscale database does now, and the storage that it is billed for. It has no `storage`.
static HYPERSCALE: Query = Query {
    name: "sql_hyperscale",
    namespace: DATABASES,
    metrics: &[
        metric("cpu_percent", Statistic::Average),
        metric("allocated_data_storage", Statistic::Average),
    ],
    window: Window::Latest,
    dimensions: &[],
    importance: Importance::Cost,
};

/// The backups of a database of the vCore model: figures of a day, of no shorter time.
static BACKUPS: Query = Query {
    name: "sql_backups",
    namespace: DATABASES,
    metrics: &[
        metric("full_backup_size_bytes", Statistic::Maximum),
        metric("diff_backup_size_bytes", Statistic::Maximum),
        metric("log_backup_size_bytes", Statistic::Maximum),
    ],
    window: Window::WholeDay,
    dimensions: &[],
    importance: Importance::Cost,
};

/// What tells what something does now.
const fn now(name: &'static str, namespace: &'static str, metrics: &'static [Metric]) -> Query {
    let (window, importance) = (Window::Latest, Importance::Activity);
    Query { name, namespace, metrics, window, dimensions: &[], importance }
}

const fn metric(name: &'static str, statistic: Statistic) -> Metric {
    Metric { name, statistic }
}

/// What to ask about one resource.
pub(super) fn questions(index: usize, resource: &Resource) -> Vec<Question> {
    let mut queries: Vec<&'static Query> = Vec::new();
    match resource.kind {
        POOL if is_dtu(resource) => queries.push(&DTU_POOL),
        POOL => queries.push(&VCORE_POOL),
        DATABASE => match database::size(resource) {
            // Other metrics than these.
            Size::Warehouse(_) => {}
            size => {
                queries.push(activity(&size, resource));
                if !database::is_free_offer(resource) {
                    queries.extend(billed(&size, resource));
                }
            }
        },
        _ => {}
    }
    let ask = |query| Question {
        resource: Some(index),
        target: resource.id.as_ref().into(),
        region: Arc::clone(&resource.region),
        query,
    };
    queries.into_iter().map(ask).collect()
}

/// What tells what a database does: one in a pool says by its tier which model it is of.
fn activity(size: &Size, resource: &Resource) -> &'static Query {
    match size {
        Size::Dtu(_) => &DTU,
        Size::Vcore(size) if size.tier == Tier::Hyperscale => &HYPERSCALE,
        Size::Vcore(_) => &VCORE,
        _ if is_dtu(resource) => &DTU,
        _ if tier(resource).eq_ignore_ascii_case("Hyperscale") => &HYPERSCALE,
        _ => &VCORE,
    }
}

/// <https://learn.microsoft.com/azure/azure-sql/database/service-tiers-dtu>
fn is_dtu(resource: &Resource) -> bool {
    ["Basic", "Standard", "Premium"].iter().any(|name| tier(resource).eq_ignore_ascii_case(name))
}

fn tier(resource: &Resource) -> &str {
    resource.attributes.text("tier").unwrap_or_default()
}

/// What the cost of a database depends on.
fn billed(size: &Size, resource: &Resource) -> Vec<&'static Query> {
    let mut queries = Vec::new();
    match size {
        Size::Vcore(size) => {
            if size.serverless {
                queries.push(&SERVERLESS);
            }
            // What a Hyperscale database is billed for is asked for with what it does.
            if size.tier != Tier::Hyperscale {
                queries.push(&BACKUPS);
            }
        }
        // Its pool is billed for its backups.
        _ if database::is_in_vcore_pool(resource) => queries.push(&BACKUPS),
        _ => {}
    }
    queries
}

/// The answers, by resource and query.
pub(super) struct Figures<'a>(HashMap<(usize, &'static str), &'a Answer>);

impl<'a> Figures<'a> {
    pub(super) fn of(answers: &'a [(Question, Answer)]) -> Self {
        let keyed = |(question, answer): &'a (Question, Answer)| {
            Some(((question.resource?, question.query.name), answer))
        };
        Self(answers.iter().filter_map(keyed).collect())
    }

    /// The figure of a metric, or why it is not known.
    fn measured(&self, index: usize, query: &Query, metric: &str) -> Measured {
        let answer = self.0.get(&(index, query.name)).ok_or("it was not asked for")?;
        if let Some(reason) = answer.unknown_because() {
            return Err(reason);
        }
        answer.value(metric).ok_or("Azure Monitor has no figure of it")
    }

    /// The vCore-seconds of the last hour. A database that is paused has none.
    pub(super) fn billed_vcore_seconds(&self, index: usize, resource: &Resource) -> Measured {
        let answer = self.0.get(&(index, SERVERLESS.name));
        let asked = answer.is_some_and(|answer| answer.unknown_because().is_none());
        let measured = self.measured(index, &SERVERLESS, "app_cpu_billed");
        if asked && measured.is_err() && resource.state.as_deref() == Some("Paused") {
            return Ok(rust_decimal::Decimal::ZERO);
        }
        measured
    }

    /// The bytes that are allocated to a Hyperscale database.
    pub(super) fn allocated_bytes(&self, index: usize) -> Measured {
        self.measured(index, &HYPERSCALE, "allocated_data_storage")
    }

    /// The bytes of all backups of a database.
    pub(super) fn backup_bytes(&self, index: usize) -> Measured {
        let mut sum = rust_decimal::Decimal::ZERO;
        for Metric { name, .. } in BACKUPS.metrics {
            let bytes = self.measured(index, &BACKUPS, name)?;
            sum = sum.checked_add(bytes).ok_or("what was measured is too large to be true")?;
        }
        Ok(sum)
    }

    /// Notes what is known of one resource.
    pub(super) fn note(&self, index: usize, resource: &mut Resource) {
        let asked = |(query, _): &&(&Query, &str)| self.0.contains_key(&(index, query.name));
        if let Some((query, storage)) = ACTIVITIES.iter().find(asked) {
            for (key, metric) in [
                ("cpu_percent", "cpu_percent"),
                ("dtu_usage_percent", "dtu_consumption_percent"),
                ("storage_bytes", *storage),
            ] {
                if let Ok(value) = self.measured(index, query, metric) {
                    resource.measure(key, figure(value));
                }
            }
        }
        if let Ok(bytes) = self.backup_bytes(index) {
            resource.measure("backup_bytes", figure(bytes));
        }
        if let Ok(seconds) = self.billed_vcore_seconds(index, resource) {
            resource.measure("billed_vcore_seconds", figure(seconds));
        }
    }
}
