//! EC2 instances: compute and public addresses. Their volumes are EBS's.

mod addresses;
mod instance;
mod memory;
mod spot;

use futures::future::BoxFuture;

use finops_core::model::{Costs, Resource, ServiceFailure, ServiceOutcome};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};
use finops_pricing::aws::address::{AddressState, public_ipv4};
use finops_pricing::aws::ec2::on_demand;

use self::instance::{Lifecycle, Seen};
use super::AwsService;
use crate::failure::failure;
use crate::metrics::{Importance, Metric, Question, Statistic, Window};
use crate::pages;
use crate::scope::AwsScope;

const ACTION: &str = "ec2:DescribeInstances";

static VIEW: ServiceView = ServiceView {
    service: "ec2",
    lists: &[ListView {
        kind: "instance",
        list: "instances",
        fields: &[
            Field::new("instance_id", Source::Id),
            Field::attribute("instance_type"),
            Field::new("state", Source::State),
            Field::new("availability_zone", Source::Zone),
            Field::usage("cpu_usage"),
            Field::usage("memory_usage"),
            Field::usage("network_in_bytes"),
            Field::usage("network_out_bytes"),
            Field::attribute("launch_time"),
            Field::attribute("private_ip"),
            Field::attribute("public_ip"),
            Field::attribute("platform"),
            Field::attribute("tenancy"),
            Field::attribute("lifecycle"),
            Field::new("compute_hourly_cost", Source::Components(&["compute", "license"])),
            Field::new("address_hourly_cost", Source::Components(&["address"])),
            Field::attribute("storage_hourly_cost"),
        ],
    }],
    counts: &[
        CountView::new("total_instances", |instances| Some(instances.len() as u64)),
        CountView::new("running_instances", |instances| {
            Some(instances.iter().filter(|instance| is_running(instance)).count() as u64)
        }),
    ],
    summary_count: Some("total_ec2_instances"),
};

/// EC2.
pub(super) struct Ec2;

impl Service<AwsScope> for Ec2 {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["aws/ec2", "aws/vpc"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &[ACTION, spot::ACTION, addresses::ACTION, memory::ACTION, "cloudwatch:GetMetricData"]
    }

    fn collect<'a>(&'a self, scope: &'a AwsScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async {
            match instances(scope).await {
                Ok(seen) => ServiceOutcome::of(price(scope, seen).await),
                Err(failure) => ServiceOutcome::Failed(failure),
            }
        })
    }
}

impl AwsService for Ec2 {
    fn questions<'a>(
        &'a self,
        scope: &'a AwsScope,
        resources: &'a [Resource],
    ) -> BoxFuture<'a, Vec<Question>> {
        Box::pin(async {
            let running = resources.iter().enumerate().filter(|(_, it)| is_running(it));
            let mut questions: Vec<Question> =
                running.flat_map(|(index, instance)| figures(index, instance)).collect();
            questions.extend(memory::questions(scope, resources).await);
            questions
        })
    }
}

fn is_running(instance: &Resource) -> bool {
    instance.state.as_deref() == Some("running")
}

fn figures(index: usize, instance: &Resource) -> [Question; 3] {
    let figure = |key, name, statistic, importance| Question {
        resource: index,
        key,
        metric: Metric {
            namespace: "AWS/EC2",
            name,
            dimensions: vec![("InstanceId".to_owned(), instance.id.to_string())],
            statistic,
            window: Window::Latest,
        },
        importance,
        rate: instance.costs.known().unwrap_or_default(),
    };
    [
        figure("cpu_usage", "CPUUtilization", Statistic::Average, Importance::Processor),
        figure("network_in_bytes", "NetworkIn", Statistic::Sum, Importance::Network),
        figure("network_out_bytes", "NetworkOut", Statistic::Sum, Importance::Network),
    ]
}

async fn instances(scope: &AwsScope) -> Result<Vec<Seen>, ServiceFailure> {
    let client = scope.ec2_sieved(instance::is_read);
    let mut pages = client.describe_instances().into_paginator().page_size(1_000).send();
    let mut count = pages::Count::default();
    let mut seen = Vec::new();
    loop {
        let _room = scope.room_for_a_page().await;
        let Some(page) = pages.next().await else { break };
        let page = page.map_err(|error| failure(ACTION, &error))?;
        count.next(ACTION, page.next_token())?;
        let instances = page.reservations().iter().flat_map(|reservation| reservation.instances());
        seen.extend(instances.filter_map(|instance| Seen::of(scope, instance)));
    }
    Ok(seen)
}

/// Prices what was seen: spot prices and address owners are asked for once for all of them.
async fn price(scope: &AwsScope, seen: Vec<Seen>) -> Vec<Resource> {
    let spot = spot::Prices::ask(scope, &seen).await;
    let pools = addresses::Pools::ask(scope, &seen).await;
    seen.into_iter()
        .map(|seen| {
            let mut costs = compute(scope, &seen, &spot);
            let state =
                if is_running(&seen.resource) { AddressState::InUse } else { AddressState::Idle };
            for address in &seen.addresses {
                costs.merge(match pools.why_unpriced(address) {
                    None => public_ipv4(scope.prices(), scope.region(), state),
                    Some(reason) => Costs::unpriced("address", reason),
                });
            }
            Resource { costs, ..seen.resource }
        })
        .collect()
}

fn compute(scope: &AwsScope, seen: &Seen, spot: &spot::Prices) -> Costs {
    match seen.resource.state.as_deref() {
        Some("running") => {}
        // AWS bills what runs; a stopped instance costs its volumes and addresses.
        Some("pending" | "shutting-down" | "stopping" | "stopped") => return Costs::free(),
        other => {
            let state = other.unwrap_or("unknown");
            let reason = format!("AWS does not say whether an instance in state {state} is billed");
            return Costs::unpriced("compute", reason);
        }
    }
    match seen.tenancy.as_str() {
        "default" => {}
        "host" => {
            return Costs::unpriced(
                "compute",
                "it runs on a dedicated host, which is billed as a whole and has no list price here",
            );
        }
        other => {
            return Costs::unpriced(
                "compute",
                format!("no list price for {other} tenancy ({})", seen.instance_type),
            );
        }
    }
    if let Some(outpost) = &seen.outpost {
        return Costs::unpriced("compute", format!("it runs on the outpost {outpost}"));
    }
    match &seen.lifecycle {
        Lifecycle::OnDemand => {
            on_demand(scope.prices(), scope.region(), &seen.instance_type, &seen.platform)
        }
        Lifecycle::Spot => spot.compute(seen),
        Lifecycle::Other(word) => {
            Costs::unpriced("compute", format!("no list price for {word} instances"))
        }
    }
}
