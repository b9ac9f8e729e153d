//! Functions as they are listed.

use google_cloud_functions_v2::model::{Environment, Function, ServiceConfig};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use finops_core::model::{Costs, Resource};
use finops_pricing::gcp::functions::second_generation;

use super::FUNCTION;
use crate::scope::{GcpScope, last_part};
use crate::services::reading::{bytes, known, time_of, word};

/// The attribute with the generation.
const GENERATION: &str = "generation";
/// The attribute with the name of the service of Cloud Run that a function of the second generation
/// is.
const CLOUD_RUN_SERVICE: &str = "cloud_run_service";

/// Which generation a function is of, in Google's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generation {
    /// `GEN_1`
    First,
    /// `GEN_2`
    Second,
    /// Neither of them.
    Unknown,
}

impl Generation {
    /// The generation of a listed function.
    pub(super) fn of(function: &Resource) -> Self {
        match function.attributes.text(GENERATION) {
            Some("GEN_1") => Self::First,
            Some("GEN_2") => Self::Second,
            _ => Self::Unknown,
        }
    }
}

/// The region of a function by its name, `projects/P/locations/R/functions/N`; empty where it has
/// none.
pub(super) fn region(function: &Function) -> &str {
    after(&function.name, "locations").unwrap_or_default()
}

/// The project of a listed function, by its name.
pub(super) fn project(function: &Resource) -> &str {
    after(&function.id, "projects").unwrap_or_default()
}

/// Whether a listed function says by its name where it is.
pub(super) fn is_placed(function: &Resource) -> bool {
    after(&function.id, "locations").is_some_and(|region| !region.is_empty())
}

/// The part of a name that follows a part.
fn after<'a>(name: &'a str, part: &str) -> Option<&'a str> {
    let mut parts = name.split('/');
    parts.find(|found| *found == part)?;
    parts.next()
}

/// The service of Cloud Run that a function of the second generation is.
pub(super) fn cloud_run_service(function: &Resource) -> Option<&str> {
    function.attributes.text(CLOUD_RUN_SERVICE)
}

/// A function; the costs of the first generation follow once its use is known.
/// <https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions>
pub(super) fn resource(scope: &GcpScope, function: &Function) -> Resource {
    let region = known(scope, region(function)).unwrap_or_else(|| scope.scope.region.clone());
    let mut resource = Resource::new(FUNCTION, &function.name, &region);
    let name = last_part(&function.name);
    resource.name = (!name.is_empty()).then(|| name.into());
    resource.state = word(scope, &function.state);
    resource.tags = scope.tags(&function.labels);
    let attributes = &mut resource.attributes;
    let runtime = function.build_config.as_ref().and_then(|build| known(scope, &build.runtime));
    attributes.set_known("runtime", runtime);
    attributes.set_known(GENERATION, word(scope, &function.environment));
    let event = function.event_trigger.as_ref();
    let trigger = event.map_or(Some("http".into()), |event| known(scope, &event.event_type));
    attributes.set_known("trigger", trigger);
    attributes.set_known("updated_at", time_of(function.update_time.as_ref()));
    if let Some(config) = &function.service_config {
        configure(scope, &mut resource, config);
    }
    resource.costs = costs(&region, &function.environment);
    resource
}

fn configure(scope: &GcpScope, resource: &mut Resource, config: &ServiceConfig) {
    let attributes = &mut resource.attributes;
    let memory = memory_mb(&config.available_memory).and_then(|memory| memory.to_i64());
    attributes.set_known("memory_mb", memory);
    attributes.set_known("cpu", known(scope, &config.available_cpu));
    attributes.set("min_instances", config.min_instance_count);
    // Left out where there is no limit.
    let limited = |number: i32| Some(number).filter(|number| *number > 0);
    attributes.set_known("max_instances", limited(config.max_instance_count));
    attributes.set_known("timeout_seconds", limited(config.timeout_seconds));
    attributes.set_known(CLOUD_RUN_SERVICE, known(scope, last_part(&config.service)));
}

/// What is known of the costs before the use is.
fn costs(region: &str, environment: &Environment) -> Costs {
    match environment {
        Environment::Gen1 => Costs::unpriced("executions", "its use was not asked for"),
        Environment::Gen2 => second_generation(region),
        other => Costs::unpriced("executions", format!("its generation is not known: {other}")),
    }
}

/// Whole MB of an amount of memory. `256M` and `256Mi` are the same here: the sizes of the first
/// generation are written in both ways, and are parts of 1,024 MB.
/// <https://cloud.google.com/functions/1stgendocs/configuring/memory>
fn memory_mb(text: &str) -> Option<Decimal> {
    let unit = |one: &str, other: &str| text.strip_suffix(one).or_else(|| text.strip_suffix(other));
    let binary = match (unit("M", "Mi"), unit("G", "Gi")) {
        (Some(amount), _) => format!("{amount}Mi"),
        (_, Some(amount)) => format!("{amount}Gi"),
        _ => text.to_owned(),
    };
    let megabytes = bytes(&binary)?.checked_div(Decimal::from(1_u64 << 20))?;
    Some(megabytes).filter(|megabytes| megabytes.is_integer() && !megabytes.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_counted_in_megabytes_however_it_is_written() {
        for (text, megabytes) in
            [("256M", 256), ("256Mi", 256), ("1G", 1_024), ("2Gi", 2_048), ("134217728", 128)]
        {
            assert_eq!(memory_mb(text), Some(Decimal::from(megabytes)), "{text}");
        }
        for nonsense in ["", "M", "0", "256X", "-256M", "0.1M", "1000000"] {
            assert_eq!(memory_mb(nonsense), None, "{nonsense}");
        }
    }
}
