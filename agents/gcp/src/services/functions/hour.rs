//! What functions did in the last hour, and what that costs.
//!
//! <https://cloud.google.com/monitoring/api/metrics_gcp_c#gcp-cloudfunctions>

use std::collections::HashMap;

use rust_decimal::Decimal;

use finops_core::model::{Costs, Resource};
use finops_pricing::gcp::Measured;
use finops_pricing::gcp::functions::{FunctionUse, first_generation, least_billed_milliseconds};

use super::INVOCATIONS;
use super::described::{self, Generation};
use crate::metrics::{Answers, Figure, Importance, Query, Statistic, Window};
use crate::scope::GcpScope;
use crate::services::cloud_run::requests::{self, REQUESTS, Requests};
use crate::services::reading::figures;
use crate::services::record::figure;

/// Nanoseconds in a millisecond.
const MILLISECOND: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// Functions of different projects may have one name and region, and a project may be shown the
/// metrics of others: <https://cloud.google.com/monitoring/settings>.
const BY: &[&str] =
    &["resource.label.project_id", "resource.label.region", "resource.label.function_name"];

/// How often functions ran, whatever came of it: also those that failed are billed.
static EXECUTIONS: Query = Query {
    name: "function_executions",
    metric: "cloudfunctions.googleapis.com/function/execution_count",
    filter: r#"resource.type = "cloud_function""#,
    by: BY,
    statistic: Statistic::Growth,
    window: Window::LastHour,
    importance: Importance::Cost,
};

/// How long they ran, in nanoseconds.
static DURATIONS: Query = Query {
    name: "function_durations",
    metric: "cloudfunctions.googleapis.com/function/execution_times",
    filter: r#"resource.type = "cloud_function""#,
    by: BY,
    statistic: Statistic::Distribution,
    window: Window::LastHour,
    importance: Importance::Cost,
};

/// What to ask about these functions.
pub(super) fn queries(functions: &[Resource]) -> Vec<&'static Query> {
    let any = |generation| functions.iter().any(|function| Generation::of(function) == generation);
    let (first, second) = (any(Generation::First), any(Generation::Second));
    let mut queries: Vec<&'static Query> = Vec::new();
    if first {
        queries.push(&EXECUTIONS);
    }
    if first || second {
        queries.push(&DURATIONS);
    }
    if second {
        queries.push(&REQUESTS);
    }
    queries
}

type Known<'a> = Result<HashMap<Vec<&'a str>, &'a Figure>, &'static str>;

/// The last hour of all functions, as far as it is known.
pub(super) struct Hour<'a> {
    executions: Known<'a>,
    durations: Known<'a>,
    requests: Requests<'a>,
}

impl<'a> Hour<'a> {
    pub(super) fn of(answers: &'a Answers) -> Self {
        Self {
            executions: figures(answers, &EXECUTIONS),
            durations: figures(answers, &DURATIONS),
            requests: Requests::of(answers),
        }
    }

    /// Notes a function's hour, and prices one of the first generation.
    ///
    /// Cloud Monitoring has no figure of a function that did not run: no figure is a true zero here,
    /// a question that failed is not.
    pub(super) fn settle(&self, scope: &GcpScope, function: &mut Resource) {
        let invocations = match Generation::of(function) {
            Generation::First => self.executions(function),
            Generation::Second => self.requests(function),
            Generation::Unknown => return,
        };
        if let Ok(count) = invocations {
            function.measure(INVOCATIONS, figure(count));
        }
        let mean = find(&self.durations, function).ok().flatten().map(|duration| duration.value);
        if let Some(mean) = mean.and_then(|mean| mean.checked_div(MILLISECOND)) {
            function.measure("avg_duration_ms", figure(mean.round_dp(3)));
        }
        if Generation::of(function) == Generation::First {
            function.costs = self.costs(scope, function, invocations);
        }
    }

    fn costs(&self, scope: &GcpScope, function: &Resource, invocations: Measured) -> Costs {
        let number = |key| function.attributes.integer(key);
        let memory = number("memory_mb").and_then(|memory| u64::try_from(memory).ok());
        let billed = self.billed_milliseconds(function, invocations);
        let used = FunctionUse {
            memory_mb: memory.unwrap_or_default(),
            invocations,
            billed_milliseconds: match (memory, billed) {
                (None, Ok(billed)) if !billed.is_zero() => Err("its memory is not known"),
                (_, billed) => billed,
            },
            minimum_instances: number("min_instances")
                .and_then(|instances| u64::try_from(instances).ok())
                .unwrap_or_default(),
        };
        first_generation(scope.prices(), &function.region, &used)
    }

    /// How often a function of the first generation ran. The two metrics are read one after the
    /// other: what either of them has seen counts.
    fn executions(&self, function: &Resource) -> Measured {
        let counted = find(&self.executions, function)?.map(|executions| executions.value);
        let timed = find(&self.durations, function).ok().flatten();
        let timed = timed.and_then(|duration| duration.count).map(Decimal::from);
        Ok(counted.max(timed).unwrap_or_default())
    }

    /// How often a function of the second generation was called, by the service that it is.
    fn requests(&self, function: &Resource) -> Measured {
        let service = described::cloud_run_service(function);
        let service = service.ok_or("which service of Cloud Run it is is not known")?;
        self.requests.of_service(described::project(function), &function.region, service)
    }

    /// What is billed of the executions of an hour at least: each is rounded up by itself, which a
    /// mean does not tell.
    fn billed_milliseconds(&self, function: &Resource, invocations: Measured) -> Measured {
        let Some(duration) = find(&self.durations, function)? else {
            return match invocations {
                Ok(none) if none.is_zero() => Ok(Decimal::ZERO),
                _ => Err("Cloud Monitoring has no figure of how long it ran"),
            };
        };
        let count = duration.count.ok_or("how often it ran is not known")?;
        let count = Decimal::from(count);
        let all = duration.value.checked_div(MILLISECOND).and_then(|mean| mean.checked_mul(count));
        let all = all.ok_or("what was measured is too large to be true")?;
        Ok(least_billed_milliseconds(count, all))
    }
}

/// The figure of a function: none where it did not run.
fn find<'a>(known: &Known<'a>, function: &Resource) -> Result<Option<&'a Figure>, &'static str> {
    let figures = known.as_ref().map_err(|reason| *reason)?;
    let project = described::project(function);
    if !requests::is_named(project) {
        return Err(requests::NUMBER);
    }
    if !described::is_placed(function) {
        return Err("its use is not known: its name does not say where it is");
    }
    let name = function.name.as_deref().unwrap_or_default();
    Ok(figures.get(&[project, &*function.region, name][..]).copied())
}
