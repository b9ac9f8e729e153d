//! What apps did in the last hour, and what that costs.

use rust_decimal::Decimal;

use finops_core::model::{Costs, Resource};
use finops_pricing::azure::functions::{Executions, FlexUse, consumption, flex};

use super::INVOCATIONS;
use super::app::ALWAYS_READY;
use super::plan::PlanType;
use crate::metrics::{Answer, Importance, Metric, Query, Statistic, Window};
use crate::scope::AzureScope;
use crate::services::record::figure;

const fn total(name: &'static str) -> Metric {
    Metric { name, statistic: Statistic::Total }
}

const WHOLE_APP: &[Metric] =
    &[total("FunctionExecutionCount"), total("FunctionExecutionUnits"), total("Http5xx")];

/// Of apps on the Consumption plan.
/// <https://learn.microsoft.com/azure/azure-functions/monitor-functions-reference>
static CONSUMPTION: Query = last_hour("functions", WHOLE_APP, Importance::Cost);

/// The same of apps whose plan is billed for its instances: no cost depends on it.
static HOSTED: Query = last_hour("functions_hosted", WHOLE_APP, Importance::Activity);

/// Of Flex Consumption apps, which have these metrics in place of the others.
/// <https://learn.microsoft.com/azure/azure-functions/functions-consumption-costs>
static FLEX: Query = last_hour(
    "functions_flex",
    &[
        total("OnDemandFunctionExecutionCount"),
        total("OnDemandFunctionExecutionUnits"),
        total("AlwaysReadyFunctionExecutionCount"),
        total("AlwaysReadyFunctionExecutionUnits"),
        total("AlwaysReadyUnits"),
    ],
    Importance::Cost,
);

const fn last_hour(
    name: &'static str,
    metrics: &'static [Metric],
    importance: Importance,
) -> Query {
    let namespace = "microsoft.web/sites";
    Query { name, namespace, metrics, window: Window::LastHour, dimensions: &[], importance }
}

/// What to ask about an app; nothing about one that could not be read.
pub(super) fn query(app: &Resource) -> Option<&'static Query> {
    match plan(app) {
        PlanType::Flex => Some(&FLEX),
        PlanType::Consumption => Some(&CONSUMPTION),
        PlanType::Premium | PlanType::Dedicated | PlanType::Free => Some(&HOSTED),
        PlanType::Unknown => None,
    }
}

fn plan(app: &Resource) -> PlanType {
    PlanType::named(app.attributes.text("plan_type").unwrap_or_default())
}

/// Notes an app's hour and prices it.
///
/// Azure Monitor has no figure of an app that did not run: no figure is a true zero here, a
/// question that failed is not.
pub(super) fn settle(scope: &AzureScope, app: &mut Resource, answer: &Answer) {
    let plan = plan(app);
    if let Some(reason) = answer.unknown_because() {
        if matches!(plan, PlanType::Consumption | PlanType::Flex) {
            app.costs = Costs::unpriced("executions", reason);
        }
        return;
    }
    let used = |metric: &str| answer.value(metric).unwrap_or_default();
    if plan == PlanType::Flex {
        let used = FlexUse {
            on_demand: Executions {
                count: used("OnDemandFunctionExecutionCount"),
                megabyte_milliseconds: used("OnDemandFunctionExecutionUnits"),
            },
            always_ready: Executions {
                count: used("AlwaysReadyFunctionExecutionCount"),
                megabyte_milliseconds: used("AlwaysReadyFunctionExecutionUnits"),
            },
            baseline_megabyte_milliseconds: used("AlwaysReadyUnits"),
        };
        note(app, sum(&used.on_demand, &used.always_ready));
        app.costs = flex(scope.prices(), &app.region, &used);
        // Instances that are kept ready are billed in every hour.
        let ready = app.attributes.integer(ALWAYS_READY).unwrap_or_default();
        if ready > 0 && answer.value("AlwaysReadyUnits").is_none() {
            let reason = "Azure Monitor has no figure of the instances that are always ready";
            app.costs.miss("always_ready_baseline", reason);
        }
        return;
    }
    let executions = Executions {
        count: used("FunctionExecutionCount"),
        megabyte_milliseconds: used("FunctionExecutionUnits"),
    };
    note(app, Some(executions));
    app.measure("errors", figure(used("Http5xx")));
    if plan == PlanType::Consumption {
        app.costs = consumption(scope.prices(), &app.region, &executions);
    }
}

/// Both together, where they can be added.
fn sum(one: &Executions, other: &Executions) -> Option<Executions> {
    let add = |left: Decimal, right| left.checked_add(right);
    Some(Executions {
        count: add(one.count, other.count)?,
        megabyte_milliseconds: add(one.megabyte_milliseconds, other.megabyte_milliseconds)?,
    })
}

fn note(app: &mut Resource, executions: Option<Executions>) {
    if let Some(Executions { count, megabyte_milliseconds }) = executions {
        app.measure(INVOCATIONS, figure(count));
        app.measure("execution_units", figure(megabyte_milliseconds));
    }
}
