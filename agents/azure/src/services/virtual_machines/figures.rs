//! What Azure Monitor is asked of machines: each by itself, the instances of a uniform scale set
//! through their set.
//!
//! <https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-compute-virtualmachines-metrics>,
//! <https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-compute-virtualmachinescalesets-metrics>

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use finops_core::model::Resource;

use super::is_running;
use crate::metrics::{Answer, Figure, Importance, Metric, Query, Question, Statistic, Window};
use crate::services::record::figure;

/// The metrics of both namespaces.
const METRICS: &[Metric] = &[
    Metric { name: "Percentage CPU", statistic: Statistic::Average },
    Metric { name: "Available Memory Bytes", statistic: Statistic::Average },
    Metric { name: "Disk Read Bytes", statistic: Statistic::Total },
    Metric { name: "Disk Write Bytes", statistic: Statistic::Total },
    Metric { name: "Network In Total", statistic: Statistic::Total },
    Metric { name: "Network Out Total", statistic: Statistic::Total },
];

/// Under which key each of [`METRICS`] is noted, in their order.
const KEYS: [&str; METRICS.len()] = [
    "cpu_utilization",
    "available_memory_bytes",
    "disk_read_bytes",
    "disk_write_bytes",
    "network_in_bytes",
    "network_out_bytes",
];

static MACHINE: Query = Query {
    name: "virtual_machines",
    namespace: "microsoft.compute/virtualmachines",
    metrics: METRICS,
    window: Window::Latest,
    dimensions: &[],
    importance: Importance::Machine,
};

static SCALE_SET: Query = Query {
    name: "scale_sets",
    namespace: "microsoft.compute/virtualmachinescalesets",
    metrics: METRICS,
    window: Window::Latest,
    // The name of an instance: `web_3`.
    dimensions: &["VMName"],
    importance: Importance::Machine,
};

/// What lies between a set's identifier and its instance's number.
const INSTANCE: &str = "/virtualmachines/";
/// What an instance's identifier has and a plain machine's has not.
const SET: &str = "/virtualmachinescalesets/";

/// A question for every machine that runs, and one for each uniform scale set that has any.
pub(super) fn questions(resources: &[Resource]) -> Vec<Question> {
    let mut questions = Vec::new();
    let mut sets: BTreeMap<&str, &Arc<str>> = BTreeMap::new();
    for (index, machine) in resources.iter().enumerate().filter(|(_, it)| is_running(it)) {
        match set_of(&machine.id) {
            Some(set) => {
                sets.entry(set).or_insert(&machine.region);
            }
            None => questions.push(Question {
                resource: Some(index),
                target: (&*machine.id).into(),
                region: Arc::clone(&machine.region),
                query: &MACHINE,
            }),
        }
    }
    questions.extend(sets.into_iter().map(|(set, region)| Question {
        resource: None,
        target: set.into(),
        region: Arc::clone(region),
        query: &SCALE_SET,
    }));
    questions
}

/// Notes every figure at the machine that it is about; the others stay unknown.
pub(super) fn note(resources: &mut [Resource], answers: &[(Question, Answer)]) {
    let instances: HashMap<(String, String), usize> = resources
        .iter()
        .enumerate()
        .filter_map(|(index, machine)| {
            let name = machine.name.as_ref()?.to_lowercase();
            Some(((set_of(&machine.id)?.to_owned(), name), index))
        })
        .collect();
    for (question, answer) in answers {
        for found in answer.figures() {
            let of_set = || {
                let name = found.dimensions.first()?.to_lowercase();
                instances.get(&(question.target.to_lowercase(), name)).copied()
            };
            let machine = question.resource.or_else(of_set);
            if let Some(machine) = machine.and_then(|index| resources.get_mut(index)) {
                measure(machine, found);
            }
        }
    }
}

fn measure(machine: &mut Resource, found: &Figure) {
    let metric = METRICS.iter().position(|metric| found.metric.eq_ignore_ascii_case(metric.name));
    if let Some(place) = metric {
        machine.measure(KEYS[place], figure(found.value));
    }
}

/// The identifier of the scale set that an instance's identifier, in lower case, names.
fn set_of(id: &str) -> Option<&str> {
    let end = id.rfind(INSTANCE)?;
    Some(&id[..end]).filter(|set| set.contains(SET))
}
