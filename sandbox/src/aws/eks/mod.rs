//! EKS: clusters and their node groups.
//! <https://docs.aws.amazon.com/eks/latest/APIReference/API_Operations_Amazon_Elastic_Kubernetes_Service.html>

mod cluster;
mod support;

use http::StatusCode;
use serde_json::json;

use super::page::{number_of, page};
use super::place::Place;
use super::{Aws, CLUSTERS, refusals};
use crate::cloud::Call;
use crate::http::{Reply, Request};
use crate::truth::Sum;
pub(super) use cluster::Cluster;

/// The most names of a page.
const PAGE: u64 = 100;

pub(super) fn answer(aws: &Aws, request: &Request, call: &Call) -> Reply {
    let place = aws.place(call);
    // Names here have no character that a path has to encode.
    let mut parts = request.path.split('/').skip(2).step_by(2);
    let (name, group) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let cluster = place.as_ref().and_then(|place| find(aws, place, name));
    match (call.operation.as_str(), place, cluster) {
        ("ListClusters", place, _) => {
            let all = place.as_ref().map_or(0, |place| aws.count(CLUSTERS, place));
            let name = |place: &Place, index| Cluster::of(place, index).name;
            names(request, "clusters", all, |index| {
                place.as_ref().map(|place| name(place, index)).unwrap_or_default()
            })
        }
        ("DescribeCluster", Some(place), Some(cluster)) => {
            Reply::json(&json!({ "cluster": cluster.describe(&place) }))
        }
        ("ListNodegroups", Some(_), Some(cluster)) => {
            names(request, "nodegroups", cluster.groups, |index| format!("workers-{index:03}"))
        }
        ("DescribeNodegroup", Some(place), Some(cluster)) => {
            match number_of(group).filter(|number| *number < cluster.groups) {
                Some(number) => {
                    Reply::json(&json!({ "nodegroup": cluster.describe_group(&place, number) }))
                }
                None => not_found(&format!("No node group found for name: {group}.")),
            }
        }
        _ => not_found(&format!("No cluster found for name: {name}.")),
    }
}

fn find(aws: &Aws, place: &Place, name: &str) -> Option<Cluster> {
    let index = number_of(name).filter(|index| *index < aws.count(CLUSTERS, place))?;
    Some(Cluster::of(place, index)).filter(|cluster| cluster.name == name)
}

fn names(request: &Request, list: &str, all: u64, name: impl Fn(u64) -> String) -> Reply {
    let (token, wanted) = (request.parameter("nextToken"), request.parameter("maxResults"));
    let (range, next) = page(token.as_deref(), wanted.as_deref(), PAGE, all);
    let names: Vec<String> = range.map(name).collect();
    Reply::json(&json!({ list: names, "nextToken": next }))
}

fn not_found(message: &str) -> Reply {
    refusals::json_error("ResourceNotFoundException", message).status(StatusCode::NOT_FOUND)
}

/// What the clusters of a place cost.
pub(super) fn sum(aws: &Aws, place: &Place) -> Sum {
    let mut sum = Sum::default();
    let today = support::today();
    for index in 0..aws.count(CLUSTERS, place) {
        sum.add(&Cluster::of(place, index).cost(&aws.facts, place.region, today));
    }
    sum
}
