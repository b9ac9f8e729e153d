//! RDS: database instances, and the clusters that own Aurora's storage.
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Operations.html>

mod cluster;
mod cost;
mod engine;
mod instance;
mod write;

use http::StatusCode;

use super::page::{number_of, page};
use super::place::Place;
use super::{Aws, DATABASE_CLUSTERS, DATABASES, xml};
use crate::cloud::Call;
use crate::http::{Reply, Request};
use crate::truth::Sum;
pub(super) use cluster::Cluster;
pub(super) use instance::Instance;

const NAMESPACE: &str = "http://rds.amazonaws.com/doc/2014-10-31/";
/// The most records of a page.
const PAGE: u64 = 100;

pub(super) fn answer(aws: &Aws, request: &Request, call: &Call) -> Reply {
    let place = aws.place(call);
    let place = place.as_ref();
    match call.operation.as_str() {
        "DescribeDBInstances" => {
            let all = place.map_or(0, |place| aws.count(DATABASES, place));
            list(request, "DescribeDBInstances", "DBInstances", all, |body, index| {
                if let Some(place) = place {
                    write::instance(body, place, &Instance::of(aws, place, index));
                }
            })
        }
        "DescribeDBClusters" => {
            let all = place.map_or(0, |place| aws.count(DATABASE_CLUSTERS, place));
            list(request, "DescribeDBClusters", "DBClusters", all, |body, index| {
                if let Some(place) = place {
                    write::cluster(body, place, &Cluster::of(place, index));
                }
            })
        }
        other => xml::error("rds", "InvalidAction", &format!("Could not find operation {other}"))
            .status(StatusCode::BAD_REQUEST),
    }
}

fn list(
    request: &Request,
    operation: &str,
    set: &str,
    all: u64,
    write: impl Fn(&mut String, u64),
) -> Reply {
    let (marker, wanted) = (request.field("Marker"), request.field("MaxRecords"));
    let (range, next) = page(marker.as_deref(), wanted.as_deref(), PAGE, all);
    let mut body = String::with_capacity(400_000);
    if let Some(next) = next {
        xml::element(&mut body, "Marker", next);
    }
    body.push('<');
    body.push_str(set);
    body.push('>');
    range.for_each(|index| write(&mut body, index));
    body.push_str("</");
    body.push_str(set);
    body.push('>');
    xml::query(NAMESPACE, operation, &body)
}

/// The instance of this name, where there is one.
pub(super) fn find_instance(aws: &Aws, place: &Place, name: &str) -> Option<Instance> {
    let index = number_of(name).filter(|index| *index < aws.count(DATABASES, place))?;
    Some(Instance::of(aws, place, index)).filter(|instance| instance.name == name)
}

/// The cluster of this name, where there is one.
pub(super) fn find_cluster(aws: &Aws, place: &Place, name: &str) -> Option<Cluster> {
    let index = number_of(name).filter(|index| *index < aws.count(DATABASE_CLUSTERS, place))?;
    Some(Cluster::of(place, index)).filter(|cluster| cluster.name == name)
}

/// What the databases and clusters of a place cost.
pub(super) fn sum(aws: &Aws, place: &Place) -> Sum {
    let mut sum = Sum::default();
    for index in 0..aws.count(DATABASES, place) {
        sum.add(&cost::instance(&aws.facts, place.region, &Instance::of(aws, place, index)));
    }
    for index in 0..aws.count(DATABASE_CLUSTERS, place) {
        sum.add(&cost::cluster(&aws.facts, place.region, &Cluster::of(place, index)));
    }
    sum
}
