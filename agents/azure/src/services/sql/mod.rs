//! SQL databases, elastic pools and the servers that they belong to.
//!
//! A database in a pool costs nothing: its pool does, also its backups. A server costs nothing by
//! itself, and its system database `master` is part of it: it is neither listed nor counted.

mod database;
mod figures;
mod pool;

use futures::future::BoxFuture;

use finops_core::model::{Resource, ServiceFailure, ServiceOutcome};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};

use super::{AzureService, record};
use crate::inventory::{Kind, Row};
use crate::metrics::{Answer, Question};
use crate::scope::AzureScope;
use figures::Figures;

/// The kinds of resource.
const DATABASE: &str = "database";
const POOL: &str = "elastic_pool";
const SERVER: &str = "server";

static VIEW: ServiceView = ServiceView {
    service: "sql",
    lists: &[
        ListView {
            kind: DATABASE,
            list: "databases",
            fields: &[
                Field::attribute("server_name"),
                Field::new("database_name", Source::Name),
                Field::new("database_id", Source::Id),
                Field::attribute("location"),
                Field::new("status", Source::State),
                Field::attribute("sku"),
                Field::attribute("tier"),
                Field::attribute("capacity"),
                Field::usage("dtu_usage_percent"),
                Field::usage("cpu_percent"),
                Field::usage("storage_bytes"),
                Field::attribute("max_size_bytes"),
                Field::attribute("elastic_pool"),
                Field::attribute("license_type"),
                Field::attribute("zone_redundant"),
                Field::attribute("high_availability_replicas"),
                Field::attribute("secondary_type"),
                Field::attribute("backup_redundancy"),
                Field::usage("backup_bytes"),
                Field::usage("billed_vcore_seconds"),
                Field::attribute("free_offer"),
                Field::attribute("created_at"),
                Field::attribute("resource_group"),
            ],
        },
        ListView {
            kind: POOL,
            list: "elastic_pools",
            fields: &[
                Field::attribute("server_name"),
                Field::new("pool_name", Source::Name),
                Field::new("pool_id", Source::Id),
                Field::attribute("location"),
                Field::new("state", Source::State),
                Field::attribute("sku"),
                Field::attribute("tier"),
                Field::attribute("capacity"),
                Field::attribute("databases"),
                Field::usage("dtu_usage_percent"),
                Field::usage("cpu_percent"),
                Field::usage("storage_bytes"),
                Field::attribute("max_size_bytes"),
                Field::attribute("license_type"),
                Field::attribute("zone_redundant"),
                Field::attribute("created_at"),
                Field::attribute("resource_group"),
            ],
        },
        ListView {
            kind: SERVER,
            list: "servers",
            fields: &[
                Field::new("server_name", Source::Name),
                Field::new("server_id", Source::Id),
                Field::attribute("location"),
                Field::new("state", Source::State),
                Field::attribute("version"),
                Field::attribute("host_name"),
                Field::attribute("resource_group"),
            ],
        },
    ],
    counts: &[
        CountView::new("total_databases", |resources| of_kind(resources, DATABASE)),
        CountView::new("total_servers", |resources| of_kind(resources, SERVER)),
        CountView::new("total_elastic_pools", |resources| of_kind(resources, POOL)),
    ],
    summary_count: Some("total_sql_databases"),
};

fn of_kind(resources: &[Resource], kind: &str) -> Option<u64> {
    Some(resources.iter().filter(|resource| resource.kind == kind).count() as u64)
}

/// SQL databases.
pub(super) struct Sql;

impl Service<AzureScope> for Sql {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["azure/sql"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &[
            "Microsoft.Sql/servers/read",
            "Microsoft.Sql/servers/databases/read",
            "Microsoft.Sql/servers/elasticPools/read",
            "Microsoft.Insights/metrics/read",
        ]
    }

    fn collect<'a>(&'a self, scope: &'a AzureScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async { list(scope).into() })
    }
}

impl AzureService for Sql {
    fn questions(&self, _scope: &AzureScope, resources: &[Resource]) -> Vec<Question> {
        resources
            .iter()
            .enumerate()
            .flat_map(|(index, resource)| figures::questions(index, resource))
            .collect()
    }

    fn settle(
        &self,
        scope: &AzureScope,
        resources: &mut [Resource],
        answers: &[(Question, Answer)],
    ) {
        let figures = Figures::of(answers);
        for (index, resource) in resources.iter_mut().enumerate() {
            figures.note(index, resource);
        }
        let backups = pool::Backups::of(resources, &figures);
        for (index, resource) in resources.iter_mut().enumerate() {
            // What could not be read has its reason already.
            if !resource.costs.unpriced.is_empty() {
                continue;
            }
            match resource.kind {
                DATABASE => resource.costs = database::costs(scope, resource, index, &figures),
                POOL => resource.costs = pool::costs(scope, resource, &backups),
                _ => {}
            }
        }
    }
}

fn list(scope: &AzureScope) -> Result<Vec<Resource>, ServiceFailure> {
    let mut resources = Vec::new();
    let databases = scope.rows(Kind::SqlDatabase)?.iter();
    let databases = databases.filter(|row| !database::is_system(row));
    resources.extend(databases.map(|row| database::resource(scope, row)));
    let pools = scope.rows(Kind::ElasticPool)?.iter();
    resources.extend(pools.map(|row| pool::resource(scope, row)));
    pool::count_databases(&mut resources);
    resources.extend(scope.rows(Kind::SqlServer)?.iter().map(|row| server(scope, row)));
    Ok(resources)
}

/// What a server tells of itself.
/// <https://learn.microsoft.com/rest/api/sql/servers/list>
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ServerProperties {
    state: Option<String>,
    version: Option<String>,
    fully_qualified_domain_name: Option<String>,
}

fn server(scope: &AzureScope, row: &Row) -> Resource {
    let mut resource = record::resource(scope, SERVER, row);
    // Its cost is nothing, whatever it tells.
    let properties: ServerProperties = row.properties().unwrap_or_default();
    resource.state = properties.state.as_deref().map(|state| scope.share(state));
    let version = properties.version.as_deref().map(|version| scope.share(version));
    resource.attributes.set_known("version", version);
    resource.attributes.set_known("host_name", properties.fully_qualified_domain_name);
    resource
}

#[cfg(test)]
mod tests;
