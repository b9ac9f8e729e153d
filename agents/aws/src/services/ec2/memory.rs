//! Memory, where the CloudWatch agent on the instance reports it.

use std::collections::HashMap;

use aws_sdk_cloudwatch::types::RecentlyActive;

use finops_core::model::{Event, Resource, ServiceFailure};

use super::is_running;
use crate::failure::failure;
use crate::metrics::{Importance, Metric, Question, Statistic, Window};
use crate::pages;
use crate::scope::AwsScope;

pub(super) const ACTION: &str = "cloudwatch:ListMetrics";
const NAMESPACE: &str = "CWAgent";
const METRIC: &str = "mem_used_percent";

/// One question for each running instance whose agent reported lately. Which dimensions an agent
/// sends is its configuration's affair, so they are listed, not guessed.
pub(super) async fn questions(scope: &AwsScope, resources: &[Resource]) -> Vec<Question> {
    let running: HashMap<&str, usize> = resources
        .iter()
        .enumerate()
        .filter(|(_, instance)| is_running(instance))
        .map(|(index, instance)| (&*instance.id, index))
        .collect();
    if running.is_empty() {
        return Vec::new();
    }
    match reported(scope).await {
        Ok(metrics) => metrics
            .into_iter()
            .filter_map(|dimensions| question(resources, &running, dimensions))
            .collect(),
        Err(ServiceFailure { error, hint }) => {
            let mut event = Event::now("memory_metrics_failed", Some("ec2"), error);
            event.hint = hint;
            scope.note(event);
            Vec::new()
        }
    }
}

async fn reported(scope: &AwsScope) -> Result<Vec<Vec<(String, String)>>, ServiceFailure> {
    let mut pages = scope
        .cloudwatch(scope.region())
        .list_metrics()
        .namespace(NAMESPACE)
        .metric_name(METRIC)
        .recently_active(RecentlyActive::Pt3H)
        .into_paginator()
        .send();
    let mut count = pages::Count::default();
    let mut metrics = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| failure(ACTION, &error))?;
        count.next(ACTION, page.next_token())?;
        metrics.extend(page.metrics().iter().map(|metric| {
            let dimensions = metric.dimensions().iter();
            dimensions
                .filter_map(|it| Some((it.name()?.to_owned(), it.value()?.to_owned())))
                .collect()
        }));
    }
    Ok(metrics)
}

fn question(
    resources: &[Resource],
    running: &HashMap<&str, usize>,
    dimensions: Vec<(String, String)>,
) -> Option<Question> {
    let (_, instance) = dimensions.iter().find(|(name, _)| name == "InstanceId")?;
    let index = *running.get(instance.as_str())?;
    Some(Question {
        resource: index,
        key: "memory_usage",
        metric: Metric {
            namespace: NAMESPACE,
            name: METRIC,
            dimensions,
            statistic: Statistic::Average,
            window: Window::Latest,
        },
        importance: Importance::Memory,
        rate: resources.get(index)?.costs.known().unwrap_or_default(),
    })
}
