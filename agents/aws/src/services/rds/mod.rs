//! RDS: database instances, and the clusters that own Aurora's storage.

mod cluster;
mod instance;

use futures::future::BoxFuture;

use finops_core::model::{CostRate, Resource, ServiceFailure, ServiceOutcome};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};

use super::{AwsService, note_usage};
use crate::failure::failure;
use crate::metrics::{Answer, Importance, Metric, Question, Statistic, Window};
use crate::pages;
use crate::scope::AwsScope;

const INSTANCES: &str = "rds:DescribeDBInstances";
const CLUSTERS: &str = "rds:DescribeDBClusters";

/// The kinds of resource.
const INSTANCE: &str = "db_instance";
const CLUSTER: &str = "db_cluster";

/// Figures that a price depends on.
const CAPACITY: &str = "capacity_units";
const USED_BYTES: &str = "used_bytes";

static VIEW: ServiceView = ServiceView {
    service: "rds",
    lists: &[
        ListView {
            kind: INSTANCE,
            list: "databases",
            fields: &[
                Field::new("db_identifier", Source::Id),
                Field::attribute("db_instance_class"),
                Field::attribute("engine"),
                Field::attribute("engine_version"),
                Field::attribute("license_model"),
                Field::new("status", Source::State),
                Field::attribute("allocated_storage"),
                Field::attribute("storage_type"),
                Field::usage("cpu_usage"),
                Field::usage("freeable_memory_bytes"),
                Field::usage("connections"),
                Field::new("availability_zone", Source::Zone),
                Field::attribute("backup_retention_period"),
                Field::attribute("multi_az"),
                Field::attribute("cluster_identifier"),
            ],
        },
        ListView {
            kind: CLUSTER,
            list: "clusters",
            fields: &[
                Field::new("cluster_identifier", Source::Id),
                Field::attribute("engine"),
                Field::attribute("engine_version"),
                Field::new("status", Source::State),
                Field::attribute("storage_type"),
                Field::usage(USED_BYTES),
                Field::attribute("multi_az"),
            ],
        },
    ],
    counts: &[
        CountView::new("total_databases", |resources| Some(of_kind(resources, INSTANCE))),
        CountView::new("total_clusters", |resources| Some(of_kind(resources, CLUSTER))),
    ],
    summary_count: Some("total_rds_databases"),
};

fn of_kind(resources: &[Resource], kind: &str) -> u64 {
    resources.iter().filter(|resource| resource.kind == kind).count() as u64
}

/// RDS.
pub(super) struct Rds;

impl Service<AwsScope> for Rds {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["aws/rds", "aws/rds-storage"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &[INSTANCES, CLUSTERS, "cloudwatch:GetMetricData"]
    }

    fn collect<'a>(&'a self, scope: &'a AwsScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async { databases(scope).await.into() })
    }
}

impl AwsService for Rds {
    fn questions<'a>(
        &'a self,
        scope: &'a AwsScope,
        resources: &'a [Resource],
    ) -> BoxFuture<'a, Vec<Question>> {
        let questions = resources
            .iter()
            .enumerate()
            .flat_map(|(index, resource)| match resource.kind {
                INSTANCE => {
                    // By what is known before its use is; enough to tell dear from cheap.
                    let rate = instance::costs(scope, resource).known().unwrap_or_default();
                    instance_questions(index, resource, rate)
                }
                _ => cluster_questions(index, resource),
            })
            .collect();
        Box::pin(async { questions })
    }

    fn settle(&self, scope: &AwsScope, resources: &mut [Resource], answers: &[(Question, Answer)]) {
        note_usage(resources, answers);
        for resource in resources {
            resource.costs = match resource.kind {
                INSTANCE => instance::costs(scope, resource),
                _ => cluster::costs(scope, resource),
            };
        }
    }
}

async fn databases(scope: &AwsScope) -> Result<Vec<Resource>, ServiceFailure> {
    let client = scope.rds();
    let mut resources = Vec::new();
    let mut pages = client.describe_db_instances().into_paginator().page_size(100).send();
    let mut count = pages::Count::default();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| failure(INSTANCES, &error))?;
        count.next(INSTANCES, page.marker())?;
        resources.extend(page.db_instances().iter().map(|one| instance::resource(scope, one)));
    }
    let mut pages = client.describe_db_clusters().into_paginator().page_size(100).send();
    let mut count = pages::Count::default();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| failure(CLUSTERS, &error))?;
        count.next(CLUSTERS, page.marker())?;
        resources.extend(page.db_clusters().iter().map(|one| cluster::resource(scope, one)));
    }
    Ok(resources)
}

fn instance_questions(index: usize, instance: &Resource, rate: CostRate) -> Vec<Question> {
    let figure = |key, name, importance| Question {
        resource: index,
        key,
        metric: metric(name, "DBInstanceIdentifier", instance),
        importance,
        rate,
    };
    let mut questions = vec![
        figure("cpu_usage", "CPUUtilization", Importance::Processor),
        figure("connections", "DatabaseConnections", Importance::Database),
        figure("freeable_memory_bytes", "FreeableMemory", Importance::Database),
    ];
    if instance.attributes.text("db_instance_class") == Some("db.serverless") {
        questions.push(figure(CAPACITY, "ServerlessDatabaseCapacity", Importance::Cost));
    }
    questions
}

fn cluster_questions(index: usize, cluster: &Resource) -> Vec<Question> {
    if !cluster::is_aurora(cluster) {
        return Vec::new();
    }
    vec![Question {
        resource: index,
        key: USED_BYTES,
        metric: metric("VolumeBytesUsed", "DBClusterIdentifier", cluster),
        importance: Importance::Cost,
        rate: CostRate::ZERO,
    }]
}

fn metric(name: &'static str, dimension: &str, resource: &Resource) -> Metric {
    Metric {
        namespace: "AWS/RDS",
        name,
        dimensions: vec![(dimension.to_owned(), resource.id.to_string())],
        statistic: Statistic::Average,
        window: Window::Latest,
    }
}
