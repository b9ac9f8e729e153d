//! The main job against software that this project did not write: moto's AWS and the real OpenFinOps
//! server. Every expected figure is worked out from the price facts in `facts` and the fleet's own
//! manifest.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Map, Value};

use crate::facts::{self, HOURS, dec, number};
use crate::lab::{Server, agent, documents};

const SECOND: &str = "210987654321";
const REGIONS: [&str; 2] = ["us-east-1", "eu-west-1"];

fn hourly(monthly: Decimal) -> Decimal {
    (monthly / Decimal::from(HOURS))
        .round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero)
        .normalize()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn count(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_else(|| panic!("{key} in {value}"))
}

/// What the manifest says a service of a scope costs, USD per month, exactly.
fn expected(place: &Value, service: &str, region: &str) -> Decimal {
    let hours = Decimal::from(HOURS);
    let times = |group: &Value| number(&group["count"]);
    match service {
        "ec2" => list(place, "instances")
            .iter()
            .map(|group| {
                let running = group["state"] == "running";
                let compute = if running {
                    facts::linux(group["type"].as_str().unwrap(), region)
                } else {
                    Decimal::ZERO
                };
                hours * (compute * times(group) + facts::address() * number(&group["public_ips"]))
            })
            .sum(),
        "ebs" => list(place, "volumes")
            .iter()
            .map(|group| {
                let or_zero = |key: &str| {
                    if group[key].is_null() { Decimal::ZERO } else { number(&group[key]) }
                };
                let kind = group["type"].as_str().unwrap();
                let (iops, throughput) = (or_zero("iops"), or_zero("throughput"));
                let one = facts::volume(kind, number(&group["size_gb"]), iops, throughput, region);
                one * times(group)
            })
            .sum(),
        "eks" => Decimal::from(list(place, "clusters").len()) * facts::control_plane() * hours,
        "lambda" => list(place, "functions").iter().map(|one| function(one) * hours).sum(),
        "rds" => list(place, "databases")
            .iter()
            .map(|one| facts::database(one["name"].as_str().unwrap()).0)
            .sum(),
        other => panic!("{other}"),
    }
}

fn function(one: &Value) -> Decimal {
    facts::function(
        one["architecture"].as_str().unwrap(),
        number(&one["memory_mb"]),
        number(&one["duration_ms_sum"]),
        number(&one["invocations"]),
    )
}

/// The cost of a record by its own price lines, USD per month: quantity × unit price.
fn by_lines(record: &Value) -> Decimal {
    list(record, "price")
        .iter()
        .map(|line| {
            let amount = number(&line["quantity"]) * number(&line["unit_price"]);
            let hours = match line["unit"].as_str().unwrap() {
                "hour" | "request" | "GB-second" => HOURS,
                "GB-month" | "IOPS-month" | "MiBps-month" => 1,
                other => panic!("{other}"),
            };
            amount * Decimal::from(hours)
        })
        .sum()
}

fn records(service: &Value) -> impl Iterator<Item = &Value> {
    let lists = ["instances", "volumes", "clusters", "functions", "databases", "buckets"];
    let name = service["service"].as_str().unwrap().to_owned();
    lists
        .into_iter()
        // RDS has clusters of its own kind; every other service has one list.
        .flat_map(move |key| list(service, key))
        .inspect(move |record| assert!(record.is_object(), "{name}: {record}"))
}

#[tokio::test]
async fn a_fleet_over_two_accounts_and_regions_costs_what_the_price_facts_say() {
    let (aws, server) = (Server::moto(), Server::openfinops());
    let manifest = aws.seed("full");
    let data = tempfile::tempdir().unwrap();
    let config = data.path().join("agent.yaml");
    std::fs::write(
        &config,
        format!("accounts:\n  - role_arn: arn:aws:iam::{SECOND}:role/openfinops-agent\n"),
    )
    .unwrap();
    let regions = REGIONS.join(",");
    let arguments =
        ["--once", "--server", &server.url, "--region", &regions, "--output", "json", "--config"];
    let arguments: Vec<&str> = arguments.into_iter().chain([config.to_str().unwrap()]).collect();
    let output = agent(&aws, data.path(), &arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");

    let documents = documents(&output);
    assert_eq!(documents.len(), 4, "one document for each account and region");
    let mut instances = 0;
    for document in &documents {
        let account = document["account_id"].as_str().unwrap();
        let region = document["region"].as_str().unwrap();
        let place = &manifest["accounts"][account][region];
        assert!(place.is_object(), "{account} {region} is not in the manifest");
        check_document(document, place, region, &manifest["accounts"][account]);
        instances += count(&document["summary"], "total_ec2_instances");
    }
    assert_eq!(instances, 3_000);
    check_names(&documents, &manifest);
    check_server(&server, &documents).await;
}

/// Counts and totals of one document, each against the manifest and the price facts.
fn check_document(document: &Value, place: &Value, region: &str, account: &Value) {
    let services = document["services"].as_object().unwrap();
    assert_eq!(document["summary"]["failed_services"], Value::Array(Vec::new()));
    assert_eq!(document["metrics"]["services"], document["services"]);
    assert_eq!(document["metrics"]["summary"], document["summary"]);
    let mut sum = Decimal::ZERO;
    for (name, service) in services {
        let total = if name == "s3" {
            buckets(account).map(|(_, bucket)| cost_of_bucket(bucket)).sum()
        } else {
            expected(place, name, region)
        };
        let exact = number(&service["monthly_cost_exact"]);
        assert_eq!(exact, total.normalize(), "{name} in {region}");
        assert_eq!(number(&service["total_hourly_cost"]), hourly(total), "{name} in {region}");
        // The sum of the parts is the total, to the last digit.
        let parts: Decimal = records(service).map(by_lines).sum();
        assert_eq!(parts.normalize(), exact, "{name} in {region}");
        for record in records(service) {
            check_record(name, record);
        }
        sum += total;
    }
    let summary = &document["summary"];
    assert_eq!(number(&summary["monthly_cost_exact"]), sum.normalize());
    assert_eq!(number(&summary["total_hourly_cost"]), hourly(sum));
    check_counts(services, place, account);
}

fn check_counts(services: &Map<String, Value>, place: &Value, account: &Value) {
    let sum = |key: &str, keep: fn(&Value) -> bool| -> u64 {
        list(place, key).iter().filter(|group| keep(group)).map(|group| count(group, "count")).sum()
    };
    let ec2 = &services["ec2"];
    assert_eq!(count(ec2, "total_instances"), sum("instances", |_| true));
    assert_eq!(
        count(ec2, "running_instances"),
        sum("instances", |group| group["state"] == "running")
    );
    let ebs = &services["ebs"];
    assert_eq!(count(ebs, "total_volumes"), sum("volumes", |_| true));
    assert_eq!(
        count(ebs, "unattached_volumes"),
        sum("volumes", |group| group["attached"] == false)
    );
    assert_eq!(count(&services["eks"], "total_clusters"), list(place, "clusters").len() as u64);
    let lambda = &services["lambda"];
    let functions = list(place, "functions");
    assert_eq!(count(lambda, "total_functions"), functions.len() as u64);
    let invocations: u64 = functions.iter().map(|one| count(one, "invocations")).sum();
    assert_eq!(count(lambda, "total_invocations_last_hour"), invocations);
    assert_eq!(count(&services["rds"], "total_databases"), list(place, "databases").len() as u64);
    for service in services.values() {
        assert_eq!(count(service, "unpriced"), 0, "{}", service["service"]);
    }
    if let Some(s3) = services.get("s3") {
        assert_eq!(count(s3, "total_buckets"), buckets(account).count() as u64);
    }
}

/// One record against the price facts by itself.
fn check_record(service: &str, record: &Value) {
    let region = record["region"].as_str().unwrap();
    let printed = number(&record["hourly_cost"]);
    let cost = match service {
        "ec2" => {
            let compute = facts::linux(record["instance_type"].as_str().unwrap(), region);
            assert_eq!(number(&record["compute_hourly_cost"]), compute);
            assert_eq!(number(&record["address_hourly_cost"]), facts::address());
            assert_eq!(record["platform"], "Linux/UNIX");
            for key in ["cpu_usage", "network_in_bytes", "network_out_bytes"] {
                assert!(record[key].is_number(), "{key} of {}", record["instance_id"]);
            }
            // Its gp2 root volume of 20 GB, at least, for information.
            assert!(number(&record["storage_hourly_cost"]) > dec("0.0027"));
            (compute + facts::address()) * Decimal::from(HOURS)
        }
        "rds" => {
            let (cost, unpriced) = facts::database(record["db_identifier"].as_str().unwrap());
            let named: Vec<&str> = list(record, "unpriced_components")
                .iter()
                .map(|component| component.as_str().unwrap())
                .collect();
            assert_eq!(named, unpriced, "{record}");
            cost
        }
        _ => by_lines(record),
    };
    assert_eq!(printed, hourly(cost), "{service}: {record}");
    assert_eq!(
        number(&record["monthly_cost"]),
        cost.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize()
    );
    for line in list(record, "price") {
        for key in ["unit", "source", "as_of", "sku_key"] {
            assert!(line[key].as_str().is_some_and(|text| !text.is_empty()), "{key} in {line}");
        }
    }
}

fn buckets(account: &Value) -> impl Iterator<Item = (&str, &Value)> {
    account.as_object().unwrap().iter().flat_map(|(region, place)| {
        list(place, "buckets").iter().map(move |bucket| (region.as_str(), bucket))
    })
}

fn cost_of_bucket(bucket: &Value) -> Decimal {
    facts::bucket(bucket["storage_bytes"].as_object().unwrap())
}

/// Functions, buckets and node groups by name.
fn check_names(documents: &[Value], manifest: &Value) {
    for document in documents {
        let account = &manifest["accounts"][document["account_id"].as_str().unwrap()];
        let place = &account[document["region"].as_str().unwrap()];
        let known: BTreeMap<&str, &Value> = list(place, "functions")
            .iter()
            .map(|one| (one["name"].as_str().unwrap(), one))
            .collect();
        for record in list(&document["services"]["lambda"], "functions") {
            let one = known[record["function_name"].as_str().unwrap()];
            assert_eq!(
                number(&record["estimated_hourly_cost"]),
                hourly(function(one) * Decimal::from(HOURS))
            );
            assert_eq!(record["invocations_last_hour"], one["invocations"]);
            assert_eq!(record["tags"]["team"], one["team"]);
        }
        let sizes: BTreeMap<&str, (&str, &Value)> = buckets(account)
            .map(|(region, bucket)| (bucket["name"].as_str().unwrap(), (region, bucket)))
            .collect();
        for record in list(&document["services"]["s3"], "buckets") {
            let (region, bucket) = sizes[record["bucket_name"].as_str().unwrap()];
            assert_eq!(record["region"], region);
            assert_eq!(number(&record["hourly_cost"]), hourly(cost_of_bucket(bucket)));
            assert_eq!(record["object_count"], bucket["objects"]);
            let bytes: u64 = bucket["storage_bytes"]
                .as_object()
                .unwrap()
                .values()
                .map(|it| it.as_u64().unwrap())
                .sum();
            assert_eq!(record["size_bytes"], bytes);
        }
        for cluster in list(&document["services"]["eks"], "clusters") {
            // 12 m5.large and 8 m6g.large, each with an address: for information, not in the total.
            let general = (dec("0.096") + facts::address()) * dec("12");
            let arm = (dec("0.077") + facts::address()) * dec("8");
            assert_eq!(number(&cluster["nodes_hourly_cost"]), (general + arm).normalize());
            let groups: BTreeMap<&str, &Value> = list(cluster, "nodegroups")
                .iter()
                .map(|group| (group["nodegroup_name"].as_str().unwrap(), group))
                .collect();
            assert_eq!(number(&groups["general"]["nodes_hourly_cost"]), general.normalize());
            assert_eq!(number(&groups["arm"]["nodes_hourly_cost"]), arm.normalize());
            assert_eq!(groups["general"]["desired_capacity"], 12);
            assert_eq!(number(&cluster["hourly_cost"]), facts::control_plane().normalize());
        }
    }
}

/// What the real server holds: the agent, and the cost of each service and instance.
async fn check_server(server: &Server, documents: &[Value]) {
    let agents = server.get("/api/v1/agents").await;
    let listed = &agents["agents"][0];
    assert_eq!(listed["agent_id"], documents[0]["agent_id"]);
    assert_eq!(
        (&listed["cloud_provider"], &listed["region"]),
        (&"aws".into(), &"us-east-1,eu-west-1".into())
    );
    assert_eq!(listed["status"], "healthy");

    let kept = server.get("/api/v1/telemetry/recent?hours=24").await;
    let kept = list(&kept, "telemetry");
    assert_eq!(kept.len(), documents.len());
    for document in documents {
        let same = kept.iter().find(|one| one["metrics"] == document["metrics"]);
        let same =
            same.unwrap_or_else(|| panic!("{} is not at the server", document["snapshot_id"]));
        let ec2 = &same["metrics"]["services"]["ec2"];
        let instances: Decimal = list(ec2, "instances").iter().map(by_lines).sum();
        assert_eq!(instances.normalize(), number(&ec2["monthly_cost_exact"]));
        assert!(list(ec2, "instances").iter().all(|one| one["hourly_cost"].is_number()));
        assert_eq!(same["traces"], document["traces"]);
        assert!(!list(same, "traces").is_empty());
    }
}

#[tokio::test]
async fn three_thousand_instances_take_at_most_45_calls() {
    let aws = Server::moto();
    aws.seed("bench");
    let seeded = aws.requests().len();
    let data = tempfile::tempdir().unwrap();
    let arguments = ["--once", "--server", "none", "--region", "us-east-1", "--output", "json"];
    let output = agent(&aws, data.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    // 3,000 instances and as many volumes: two documents of at most 5,000 resources.
    let documents = documents(&output);
    let parts: Vec<_> = documents.iter().map(|one| (&one["part"], &one["parts"])).collect();
    assert_eq!(parts, [(&1.into(), &2.into()), (&2.into(), &2.into())]);
    assert_eq!(documents[0]["snapshot_id"], documents[1]["snapshot_id"]);
    let sum = |key: &str| -> Decimal {
        documents.iter().map(|document| number(&document["summary"][key])).sum()
    };
    assert_eq!((sum("resources"), sum("total_ec2_instances")), (dec("6000"), dec("3000")));
    let instances: Vec<&Value> = documents
        .iter()
        .flat_map(|document| list(&document["services"]["ec2"], "instances"))
        .collect();
    for key in ["cpu_usage", "network_in_bytes", "network_out_bytes"] {
        assert!(instances.iter().all(|one| one[key].is_number()), "{key} is missing");
    }
    // 500 instances of each of six types, each with one address and a gp2 root volume of 8 GB.
    let types = ["m5.large", "m5.xlarge", "c5.xlarge", "r5.large", "t3.medium", "m6g.large"];
    let compute: Decimal = types.iter().map(|kind| facts::linux(kind, "us-east-1")).sum();
    let hours = Decimal::from(HOURS);
    let instances = (compute * dec("500") + facts::address() * dec("3000")) * hours;
    let volumes = dec("3000") * dec("8") * dec("0.10");
    assert_eq!(sum("monthly_cost_exact").normalize(), (instances + volumes).normalize());

    let calls = aws.requests().len() - seeded;
    eprintln!("{calls} AWS calls for 3,000 instances with three metrics each");
    assert!(calls <= 45, "{calls} calls");
    let collection = &documents[0]["metrics"]["collection"];
    // GetCallerIdentity belongs to no scope.
    assert_eq!(count(collection, "api_calls") + 1, calls as u64);
    assert_eq!(count(collection, "metrics_requested"), 9_000);
    assert_eq!(collection["operations"]["cloudwatch:GetMetricData"], 18);
    // 9,000 metrics and one ListMetrics at 0.01 USD for 1,000.
    assert_eq!(number(&collection["estimated_api_cost_usd"]), dec("0.09001"));
}
