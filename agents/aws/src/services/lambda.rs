//! Lambda functions: requests and GB-seconds of the last hour.

use aws_sdk_lambda::types::FunctionConfiguration;
use futures::future::BoxFuture;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use finops_core::model::{Costs, Resource, ServiceFailure, ServiceOutcome, Value};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};
use finops_pricing::aws::lambda::{Architecture, FunctionUse, functions};

use super::{AwsService, figure, tagging};
use crate::failure::failure;
use crate::metrics::{Answer, Importance, Metric, Question, Statistic, Window};
use crate::pages;
use crate::scope::AwsScope;

const ACTION: &str = "lambda:ListFunctions";
const INVOCATIONS: &str = "invocations_last_hour";
const DURATION: &str = "duration_ms_last_hour";

static VIEW: ServiceView = ServiceView {
    service: "lambda",
    lists: &[ListView {
        kind: "function",
        list: "functions",
        fields: &[
            Field::new("function_name", Source::Id),
            Field::attribute("runtime"),
            Field::attribute("architecture"),
            Field::attribute("memory_size"),
            Field::attribute("timeout"),
            Field::usage(INVOCATIONS),
            Field::usage("avg_duration_ms"),
            Field::new("estimated_hourly_cost", Source::HourlyCost),
            Field::attribute("last_modified"),
            Field::attribute("code_size"),
        ],
    }],
    counts: &[
        CountView::new("total_functions", |functions| Some(functions.len() as u64)),
        CountView::new("total_invocations_last_hour", |functions| {
            functions.iter().map(invocations).sum()
        }),
    ],
    summary_count: Some("total_lambda_functions"),
};

/// Lambda.
pub(super) struct Lambda;

impl Service<AwsScope> for Lambda {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["aws/lambda"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &[ACTION, tagging::ACTION, "cloudwatch:GetMetricData"]
    }

    fn collect<'a>(&'a self, scope: &'a AwsScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async { list(scope).await.into() })
    }
}

impl AwsService for Lambda {
    fn questions<'a>(
        &'a self,
        _scope: &'a AwsScope,
        resources: &'a [Resource],
    ) -> BoxFuture<'a, Vec<Question>> {
        let ask = |(index, function): (usize, &Resource)| {
            [(INVOCATIONS, "Invocations"), (DURATION, "Duration")].map(|(key, name)| Question {
                resource: index,
                key,
                metric: Metric {
                    namespace: "AWS/Lambda",
                    name,
                    dimensions: vec![("FunctionName".to_owned(), function.id.to_string())],
                    statistic: Statistic::Sum,
                    window: Window::LastHour,
                },
                importance: Importance::Cost,
                rate: finops_core::model::CostRate::ZERO,
            })
        };
        let questions = resources.iter().enumerate().flat_map(ask).collect();
        Box::pin(async { questions })
    }

    fn settle(&self, scope: &AwsScope, resources: &mut [Resource], answers: &[(Question, Answer)]) {
        let mut used = vec![LastHour::default(); resources.len()];
        for (question, answer) in answers {
            if let Some(hour) = used.get_mut(question.resource) {
                hour.take(question.key, answer);
            }
        }
        note(resources, &used);
        price(scope, resources, &used);
    }
}

/// What a function did in the last hour. CloudWatch has no value for a function that was not
/// called: no data is a true zero here, an answer that failed is not.
#[derive(Debug, Clone, Default)]
struct LastHour {
    invocations: Decimal,
    duration_ms: Decimal,
    unknown: Option<&'static str>,
}

impl LastHour {
    fn take(&mut self, key: &str, answer: &Answer) {
        self.unknown = self.unknown.or(answer.unknown_because());
        let value = answer.value().unwrap_or_default();
        match key {
            INVOCATIONS => self.invocations = value,
            _ => self.duration_ms = value,
        }
    }
}

fn note(resources: &mut [Resource], used: &[LastHour]) {
    for (resource, hour) in resources.iter_mut().zip(used) {
        if hour.unknown.is_some() {
            continue;
        }
        resource.measure(INVOCATIONS, figure(hour.invocations));
        resource.measure(DURATION, figure(hour.duration_ms));
        if !hour.invocations.is_zero() {
            let average = (hour.duration_ms / hour.invocations).round_dp(3);
            resource.measure("avg_duration_ms", figure(average));
        }
    }
}

/// All functions whose use is known are priced together: tiers count their sum.
fn price(scope: &AwsScope, resources: &mut [Resource], used: &[LastHour]) {
    let mut priced = Vec::new();
    let mut uses = Vec::new();
    for (index, (resource, hour)) in resources.iter_mut().zip(used).enumerate() {
        match function_use(resource, hour) {
            Ok(one) => {
                priced.push(index);
                uses.push(one);
            }
            Err(reason) => resource.costs = Costs::unpriced("duration", reason),
        }
    }
    for (index, costs) in priced.into_iter().zip(functions(scope.prices(), scope.region(), &uses)) {
        if let Some(resource) = resources.get_mut(index) {
            resource.costs.merge(costs);
        }
    }
}

fn function_use(function: &Resource, hour: &LastHour) -> Result<FunctionUse, String> {
    if let Some(reason) = hour.unknown {
        return Err(reason.to_owned());
    }
    let architecture = match function.attributes.text("architecture") {
        Some("x86_64") => Architecture::X86,
        Some("arm64") => Architecture::Arm,
        other => {
            return Err(format!("no list price for architecture {}", other.unwrap_or("unknown")));
        }
    };
    let memory_mb =
        function.attributes.integer("memory_size").and_then(|mb| u64::try_from(mb).ok());
    Ok(FunctionUse {
        architecture,
        memory_mb: memory_mb.ok_or("its memory size is not known")?,
        invocations_last_hour: hour.invocations.to_u64().ok_or("its invocations are no count")?,
        duration_ms_last_hour: hour.duration_ms,
    })
}

fn invocations(function: &Resource) -> Option<u64> {
    match function.measured(INVOCATIONS)? {
        Value::Integer(count) => u64::try_from(*count).ok(),
        _ => None,
    }
}

async fn list(scope: &AwsScope) -> Result<Vec<Resource>, ServiceFailure> {
    let mut pages = scope.lambda().list_functions().into_paginator().page_size(50).send();
    let mut count = pages::Count::default();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| failure(ACTION, &error))?;
        count.next(ACTION, page.next_marker())?;
        found.extend(page.functions().iter().map(|function| {
            (function.function_arn().unwrap_or_default().to_owned(), resource(scope, function))
        }));
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut tags = tagging::tags(scope, "lambda", "lambda:function", scope.region()).await;
    Ok(found
        .into_iter()
        .map(|(arn, function)| Resource { tags: tags.remove(&arn).unwrap_or_default(), ..function })
        .collect())
}

fn resource(scope: &AwsScope, function: &FunctionConfiguration) -> Resource {
    let name = function.function_name().unwrap_or_default();
    let mut resource = Resource::new("function", name, scope.region());
    resource.state = function.state().map(|state| scope.share(state.as_str()));
    let attributes = &mut resource.attributes;
    attributes.set_known("runtime", function.runtime().map(|it| scope.share(it.as_str())));
    // The API leaves the list out of records older than the choice: those are x86.
    let architecture = function.architectures().first().map_or("x86_64", |it| it.as_str());
    attributes.set("architecture", scope.share(architecture));
    attributes.set_known("memory_size", function.memory_size());
    attributes.set_known("timeout", function.timeout());
    attributes.set_known("last_modified", function.last_modified());
    attributes.set("code_size", function.code_size());
    if function.capacity_provider_config().is_some() {
        resource.costs.miss("managed_instances", "it runs on managed instances, billed as EC2");
    }
    resource
}
