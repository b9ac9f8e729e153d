//! What instances do now.
//!
//! <https://cloud.google.com/monitoring/api/metrics_gcp_c#gcp-cloudsql>

use std::collections::HashMap;

use rust_decimal::Decimal;

use finops_core::model::Resource;

use crate::metrics::{Answers, Figure, Importance, Query, Statistic, Window};
use crate::services::reading::figures;
use crate::services::record::figure;

/// The part of the processors that is in use: 1 is all.
static PROCESSOR: Query =
    now("sql_cpu", "cloudsql.googleapis.com/database/cpu/utilization", Statistic::Mean);

/// Connections to instances of MySQL and SQL Server.
static CONNECTIONS: Query = now(
    "sql_connections",
    "cloudsql.googleapis.com/database/network/connections",
    Statistic::Total,
);

/// Connections to instances of PostgreSQL, which have this metric in place of the other: a series
/// for each database.
static POSTGRES_CONNECTIONS: Query = now(
    "sql_postgres_connections",
    "cloudsql.googleapis.com/database/postgresql/num_backends",
    Statistic::Total,
);

/// Bytes of the disk that are in use.
static DISK: Query =
    now("sql_disk", "cloudsql.googleapis.com/database/disk/bytes_used", Statistic::Last);

const fn now(name: &'static str, metric: &'static str, statistic: Statistic) -> Query {
    Query {
        name,
        metric,
        filter: r#"resource.type = "cloudsql_database""#,
        by: &["resource.label.database_id"],
        statistic,
        window: Window::Latest,
        importance: Importance::Activity,
    }
}

fn is_postgres(instance: &Resource) -> bool {
    let version = instance.attributes.text("database_version").unwrap_or_default();
    version.starts_with("POSTGRES")
}

/// What to ask about these instances.
pub(super) fn queries(instances: &[Resource]) -> Vec<&'static Query> {
    if instances.is_empty() {
        return Vec::new();
    }
    let mut queries: Vec<&'static Query> = vec![&PROCESSOR, &DISK];
    if instances.iter().any(|instance| !is_postgres(instance)) {
        queries.push(&CONNECTIONS);
    }
    if instances.iter().any(is_postgres) {
        queries.push(&POSTGRES_CONNECTIONS);
    }
    queries
}

/// What is known of all instances.
pub(super) struct Figures<'a> {
    processor: HashMap<Vec<&'a str>, &'a Figure>,
    connections: HashMap<Vec<&'a str>, &'a Figure>,
    postgres_connections: HashMap<Vec<&'a str>, &'a Figure>,
    disk: HashMap<Vec<&'a str>, &'a Figure>,
}

impl<'a> Figures<'a> {
    pub(super) fn of(answers: &'a Answers) -> Self {
        // No cost depends on them, so that what is not known is only left out.
        let known = |query| figures(answers, query).unwrap_or_default();
        Self {
            processor: known(&PROCESSOR),
            connections: known(&CONNECTIONS),
            postgres_connections: known(&POSTGRES_CONNECTIONS),
            disk: known(&DISK),
        }
    }

    /// Notes what is known of an instance, by `project:instance`. One without figures may be
    /// stopped, or too new: nothing is known of it then.
    pub(super) fn note(&self, instance: &mut Resource) {
        // Its identifier is `projects/project/instances/instance`.
        let mut parts = instance.id.split('/').skip(1).step_by(2);
        let (Some(project), Some(name)) = (parts.next(), parts.next()) else { return };
        let id = format!("{project}:{name}");
        let find = |figures: &HashMap<Vec<&str>, &Figure>| {
            figures.get(&[&*id][..]).map(|figure| figure.value)
        };
        let connections = match is_postgres(instance) {
            true => &self.postgres_connections,
            false => &self.connections,
        };
        let percent = find(&self.processor).and_then(|part| part.checked_mul(Decimal::ONE_HUNDRED));
        let found = [
            ("cpu_utilization", percent.map(|percent| percent.round_dp(2))),
            ("connections", find(connections).map(|count| count.round_dp(2))),
            ("storage_used_bytes", find(&self.disk)),
        ];
        for (key, value) in found {
            if let Some(value) = value {
                instance.measure(key, figure(value));
            }
        }
    }
}
