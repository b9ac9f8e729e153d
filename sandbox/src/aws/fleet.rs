//! The fleet as a description, for whoever wants to build the same somewhere else: what each thing
//! is, by its API's own words, and what its metrics say. Only of small fleets: it is made whole.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::ec2::Instance;
use super::eks::Cluster;
use super::lambda::Function;
use super::place::Place;
use super::s3::{self, Bucket};
use super::{
    Aws, CLUSTERS, DATABASE_CLUSTERS, DATABASES, FUNCTIONS, VOLUMES, cloudwatch, ebs, rds,
};
use crate::http::Reply;

/// The most resources that are described.
const MOST: u64 = 10_000;

/// Where the description is asked for, unsigned.
pub(super) const PATH: &str = "/sandbox/fleet";

pub(super) fn answer(aws: &Aws) -> Reply {
    if aws.size.resources > MOST {
        let error = format!("a fleet of more than {MOST} resources is not described");
        return Reply::json(&json!({ "error": error })).status(StatusCode::BAD_REQUEST);
    }
    let places: Vec<Value> = aws.places().map(|place| describe(aws, &place)).collect();
    Reply::json(&json!({ "places": places }))
}

fn describe(aws: &Aws, place: &Place) -> Value {
    let all = |count: u64, one: &dyn Fn(u64) -> Value| (0..count).map(one).collect::<Vec<_>>();
    json!({
        "account_id": place.account,
        "region": place.region,
        "instances": all(aws.instances(place), &|index| instance(aws, place, index)),
        "volumes": all(aws.count(VOLUMES, place), &|index| ebs::describe_one(aws, place, index)),
        "clusters": all(aws.count(CLUSTERS, place), &|index| cluster(place, index)),
        "functions": all(aws.count(FUNCTIONS, place), &|index| function(place, index)),
        "databases": all(aws.count(DATABASES, place), &|index| database(aws, place, index)),
        "database_clusters":
            all(aws.count(DATABASE_CLUSTERS, place), &|index| database_cluster(place, index)),
        "buckets": s3::here(aws, place).map(|index| bucket(aws, place, index)).collect::<Vec<_>>(),
    })
}

/// Tags as a map.
pub(super) fn tags(tags: &[(&str, &str)]) -> Map<String, Value> {
    tags.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect()
}

/// The newest values of these metrics, where there are any.
fn metrics(
    aws: &Aws,
    place: &Place,
    namespace: &str,
    resource: &str,
    names: &[&str],
) -> Map<String, Value> {
    let value = |name: &&str| {
        let value = cloudwatch::newest(aws, place, namespace, name, resource)?;
        Some(((*name).to_owned(), json!(value)))
    };
    names.iter().filter_map(value).collect()
}

fn instance(aws: &Aws, place: &Place, index: u64) -> Value {
    let instance = Instance::of(aws, place, index);
    let mut tags = tags(&instance.tags);
    if let Some(name) = &instance.name {
        tags.insert("Name".to_owned(), json!(name));
    }
    let names = ["CPUUtilization", "NetworkIn", "NetworkOut"];
    json!({
        "id": instance.id, "type": instance.type_name(), "state": instance.state.words().1,
        "zone": instance.zone, "platform": instance.system.words().1, "tenancy": instance.tenancy,
        "spot": instance.spot, "address_assigned": instance.assigned.is_some(),
        "address_elastic": instance.elastic.is_some(),
        "address_own_pool": instance.elastic.as_ref().is_some_and(|elastic| elastic.own_pool),
        "tags": tags, "metrics": metrics(aws, place, "AWS/EC2", &instance.id, &names),
        "memory": cloudwatch::reports_memory(index)
            .then(|| cloudwatch::newest(aws, place, "CWAgent", "mem_used_percent", &instance.id)),
    })
}

fn cluster(place: &Place, index: u64) -> Value {
    let cluster = Cluster::of(place, index);
    let groups: Vec<Value> =
        (0..cluster.groups).map(|number| cluster.describe_group(place, number)).collect();
    json!({
        "name": cluster.name, "version": cluster.version, "status": cluster.status,
        "kind": format!("{:?}", cluster.kind), "tags": tags(&cluster.tags), "nodegroups": groups,
    })
}

fn function(place: &Place, index: u64) -> Value {
    let function = Function::of(place, index);
    json!({
        "name": function.name, "runtime": function.runtime, "memory": function.memory,
        "architecture": function.architecture.name(), "timeout": function.timeout,
        "invocations": function.invocations, "duration": function.duration,
        "managed": function.managed, "tags": tags(&function.tags),
    })
}

fn database(aws: &Aws, place: &Place, index: u64) -> Value {
    let database = rds::Instance::of(aws, place, index);
    let names =
        ["CPUUtilization", "DatabaseConnections", "FreeableMemory", "ServerlessDatabaseCapacity"];
    json!({
        "name": database.name, "class": database.class, "engine": database.engine.name,
        "version": database.version.name, "licence": database.engine.licence,
        "status": database.status, "multi_az": database.multi_az, "zone": database.zone,
        "storage_type": database.storage.kind, "size": database.storage.size_gib,
        "iops": database.storage.iops, "throughput": database.storage.throughput,
        "cluster": database.cluster, "kept_out": database.kept_out, "tags": tags(&database.tags),
        "metrics": metrics(aws, place, "AWS/RDS", &database.name, &names),
    })
}

fn database_cluster(place: &Place, index: u64) -> Value {
    let cluster = rds::Cluster::of(place, index);
    json!({
        "name": cluster.name, "engine": cluster.engine.name, "version": cluster.version.name,
        "status": cluster.status, "storage_type": cluster.storage_type,
        "used_bytes": cluster.used_bytes, "tags": tags(&cluster.tags),
    })
}

fn bucket(aws: &Aws, place: &Place, index: u64) -> Value {
    let bucket = Bucket::of(aws, place, index);
    json!({
        "name": bucket.name, "objects": bucket.objects, "tags": tags(&bucket.tags),
        "storage": bucket.storage.iter().copied().collect::<std::collections::BTreeMap<_, _>>(),
    })
}
