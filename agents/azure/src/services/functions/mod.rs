//! Function apps and the plans that they run on.
//!
//! An app on the Consumption or the Flex Consumption plan pays for what it used in the last hour,
//! also where it was stopped since. One on a Premium or an App Service plan pays nothing: its plan
//! does, which is a record of its own. Logic Apps (kind `workflowapp`) are sold as another product
//! and left out. What deployment slots of Consumption apps use is not known and not included.

mod app;
mod hour;
mod plan;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::future::BoxFuture;

use finops_core::model::{Resource, ServiceFailure, ServiceOutcome, Value};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};

use super::AzureService;
use crate::inventory::Kind;
use crate::metrics::{Answer, Question};
use crate::scope::AzureScope;
use plan::Plans;

/// The kinds of resource.
const APP: &str = "function_app";
const PLAN: &str = "plan";

const INVOCATIONS: &str = "invocations";

static VIEW: ServiceView = ServiceView {
    service: "functions",
    lists: &[
        ListView {
            kind: APP,
            list: "function_apps",
            fields: &[
                Field::new("app_name", Source::Name),
                Field::new("app_id", Source::Id),
                Field::attribute("location"),
                Field::new("state", Source::State),
                Field::attribute("kind"),
                Field::attribute("plan"),
                Field::attribute("plan_type"),
                Field::attribute("plan_sku"),
                Field::attribute("resource_group"),
                Field::attribute("host_name"),
                Field::attribute("runtime"),
                Field::attribute("instance_memory_mb"),
                Field::attribute("always_ready_instances"),
                Field::usage(INVOCATIONS),
                Field::usage("execution_units"),
                Field::usage("errors"),
            ],
        },
        ListView {
            kind: PLAN,
            list: "plans",
            fields: &[
                Field::new("plan_name", Source::Name),
                Field::new("plan_id", Source::Id),
                Field::attribute("location"),
                Field::new("state", Source::State),
                Field::attribute("kind"),
                Field::attribute("plan_type"),
                Field::attribute("sku"),
                Field::attribute("tier"),
                Field::attribute("instances"),
                Field::attribute("function_apps"),
                Field::attribute("resource_group"),
            ],
        },
    ],
    counts: &[
        CountView::new("total_function_apps", |resources| of_kind(resources, APP)),
        CountView::new("total_invocations", |resources| {
            resources.iter().filter(|resource| resource.kind == APP).map(invocations).sum()
        }),
        CountView::new("total_plans", |resources| of_kind(resources, PLAN)),
    ],
    summary_count: Some("total_function_apps"),
};

fn of_kind(resources: &[Resource], kind: &str) -> Option<u64> {
    Some(resources.iter().filter(|resource| resource.kind == kind).count() as u64)
}

fn invocations(app: &Resource) -> Option<u64> {
    match app.measured(INVOCATIONS)? {
        Value::Integer(count) => u64::try_from(*count).ok(),
        _ => None,
    }
}

/// Function apps.
pub(super) struct Functions;

impl Service<AzureScope> for Functions {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["azure/functions"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &[
            "Microsoft.Web/sites/read",
            "Microsoft.Web/serverfarms/read",
            "Microsoft.Insights/metrics/read",
        ]
    }

    fn collect<'a>(&'a self, scope: &'a AzureScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async { list(scope).into() })
    }
}

impl AzureService for Functions {
    fn questions(&self, _scope: &AzureScope, resources: &[Resource]) -> Vec<Question> {
        let apps = resources.iter().enumerate().filter(|(_, resource)| resource.kind == APP);
        apps.filter_map(|(index, app)| {
            Some(Question {
                resource: Some(index),
                target: app.id.as_ref().into(),
                region: Arc::clone(&app.region),
                query: hour::query(app)?,
            })
        })
        .collect()
    }

    fn settle(
        &self,
        scope: &AzureScope,
        resources: &mut [Resource],
        answers: &[(Question, Answer)],
    ) {
        for (question, answer) in answers {
            let Some(app) = question.resource.and_then(|index| resources.get_mut(index)) else {
                continue;
            };
            hour::settle(scope, app, answer);
        }
    }
}

/// Apps, then the plans that any of them runs on, and Premium plans that none does.
///
/// # Errors
/// Why sites or plans are not known: without the plans no app has a price.
fn list(scope: &AzureScope) -> Result<Vec<Resource>, ServiceFailure> {
    let sites = scope.rows(Kind::Site)?;
    let plans = Plans::of(scope.rows(Kind::Plan)?);
    let mut resources: Vec<Resource> = sites
        .iter()
        .filter(|row| app::is_function_app(row))
        .map(|row| app::resource(scope, row, &plans))
        .collect();
    let mut hosts: Vec<String> = Vec::new();
    for app in &resources {
        hosts.extend(app.attributes.text(app::PLAN_ID).map(str::to_owned));
    }
    let hosting: BTreeSet<&str> = hosts.iter().map(String::as_str).collect();
    let apps_on = |id: &str| hosts.iter().filter(|host| *host == id).count();
    for row in scope.rows(Kind::Plan)? {
        let id = row.id.to_ascii_lowercase();
        if hosting.contains(id.as_str()) || plan::PlanType::of(row).is_premium() {
            resources.push(plan::resource(scope, row, apps_on(&id)));
        }
    }
    Ok(resources)
}

#[cfg(test)]
mod tests;
