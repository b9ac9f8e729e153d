//! What Cloud Monitoring is asked of machines: four queries for all of a project's, answered by
//! Google's number of each.
//!
//! <https://cloud.google.com/monitoring/api/metrics_gcp_c#gcp-compute>,
//! <https://cloud.google.com/monitoring/api/metrics_opsagent#agent-memory>

use std::collections::HashMap;

use rust_decimal::Decimal;

use finops_core::model::Resource;

use super::is_running;
use crate::metrics::{Answers, Importance, Query, Statistic, Window};
use crate::services::record::figure;

const MACHINES: &str = r#"resource.type = "gce_instance""#;
const BY: &[&str] = &["resource.label.instance_id"];

/// A fraction of the processors; above 1 where a machine bursts.
static CPU: Query = Query {
    name: "compute_cpu",
    metric: "compute.googleapis.com/instance/cpu/utilization",
    filter: MACHINES,
    by: BY,
    statistic: Statistic::Mean,
    window: Window::Latest,
    importance: Importance::Activity,
};

/// Percent. Only the Ops Agent, which runs in the machine, knows of its memory; E2 machines tell
/// something else (`instance/memory/…`), which is not the same.
static MEMORY: Query = Query {
    name: "compute_memory",
    metric: "agent.googleapis.com/memory/percent_used",
    filter: r#"resource.type = "gce_instance" AND metric.label.state = "used""#,
    by: BY,
    statistic: Statistic::Mean,
    window: Window::Latest,
    importance: Importance::Activity,
};

/// Bytes, also those that came through a load balancer.
static RECEIVED: Query = Query {
    name: "compute_received",
    metric: "compute.googleapis.com/instance/network/received_bytes_count",
    filter: MACHINES,
    by: BY,
    statistic: Statistic::Growth,
    window: Window::Latest,
    importance: Importance::Activity,
};

/// Bytes.
static SENT: Query = Query {
    name: "compute_sent",
    metric: "compute.googleapis.com/instance/network/sent_bytes_count",
    filter: MACHINES,
    by: BY,
    statistic: Statistic::Growth,
    window: Window::Latest,
    importance: Importance::Activity,
};

/// Each query, the key of its figure, and what its values are multiplied by for it.
const FIGURES: [(&Query, &str, Decimal); 4] = [
    (&CPU, "cpu_utilization", Decimal::ONE_HUNDRED),
    (&MEMORY, "memory_usage", Decimal::ONE),
    (&RECEIVED, "network_ingress", Decimal::ONE),
    (&SENT, "network_egress", Decimal::ONE),
];

/// All queries, where a machine runs.
pub(super) fn queries(resources: &[Resource]) -> Vec<&'static Query> {
    if resources.iter().any(is_running) {
        vec![&CPU, &MEMORY, &RECEIVED, &SENT]
    } else {
        Vec::new()
    }
}

/// Notes every figure at the machine that it is about; the others stay unknown.
pub(super) fn note(resources: &mut [Resource], answers: &Answers) {
    for (query, key, factor) in FIGURES {
        let Some(answer) = answers.of(query) else { continue };
        let values: HashMap<&str, Decimal> = answer
            .figures()
            .iter()
            .filter_map(|found| Some((found.labels.first()?.as_str(), found.value)))
            .collect();
        for machine in &mut *resources {
            let number = machine.attributes.text("instance_id");
            let value = number.and_then(|number| values.get(number)?.checked_mul(factor));
            if let Some(value) = value {
                machine.measure(key, figure(value));
            }
        }
    }
}
