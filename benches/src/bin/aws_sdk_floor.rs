//! What the SDK alone takes for the calls of a cycle: every list through the official paginators,
//! every item thrown away. The floor under aws-agent, for `benches/cycles.py`.
//!
//! ```text
//! aws_sdk_floor agent.yaml [METRICS]
//! ```
//! The file is the agent's, in JSON: its `region` and `accounts` say where to ask. `METRICS` is how
//! many figures each scope asks CloudWatch for.

use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
use aws_smithy_types::DateTime;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::Value;

type Failure = Box<dyn std::error::Error>;

/// As many scopes at once as the agent collects by default.
const SIDE_BY_SIDE: usize = 4;

fn main() -> Result<(), Failure> {
    // The agent's own runtime.
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(ask_for_all())
}

#[expect(clippy::print_stdout, reason = "what the script reads")]
async fn ask_for_all() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("say which configuration")?;
    let metrics: usize = arguments.next().map_or(Ok(0), |text| text.parse())?;
    let settings: Value = serde_json::from_slice(&std::fs::read(file)?)?;
    let regions: Vec<&str> = texts(&settings["region"]).collect();
    let base = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(regions[0].to_owned()))
        .load()
        .await;
    let mut accounts = vec![base.clone()];
    for account in settings["accounts"].as_array().into_iter().flatten() {
        let role = account["role_arn"].as_str().ok_or("an account has no role")?;
        let provider = AssumeRoleProvider::builder(role).configure(&base).build().await;
        let provider = aws_credential_types::provider::SharedCredentialsProvider::new(provider);
        accounts.push(base.to_builder().credentials_provider(provider).build());
    }
    let scopes = accounts.iter().flat_map(|account| {
        regions.iter().enumerate().map(move |(index, region)| {
            let region = Region::new((*region).to_owned());
            (account.to_builder().region(region).build(), index == 0)
        })
    });
    let items: Vec<usize> = stream::iter(scopes)
        .map(|(sdk, home)| scope(sdk, home, metrics))
        .buffer_unordered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    println!("{} items in {} scopes", items.iter().sum::<usize>(), items.len());
    Ok(())
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Every page of a paginator, looked at for its length only.
macro_rules! count {
    ($pages:expr, $items:ident) => {{
        let mut pages = $pages.into_paginator().send();
        let mut items = 0;
        while let Some(page) = pages.next().await {
            items += page?.$items().len();
        }
        Ok::<usize, Failure>(items)
    }};
}

/// What the agent asks of one account in one region, at the same page sizes.
async fn scope(sdk: SdkConfig, home: bool, metrics: usize) -> Result<usize, Failure> {
    let ec2 = aws_sdk_ec2::Client::new(&sdk);
    let eks = aws_sdk_eks::Client::new(&sdk);
    let rds = aws_sdk_rds::Client::new(&sdk);
    let lambda = aws_sdk_lambda::Client::new(&sdk);
    let s3 = aws_sdk_s3::Client::new(&sdk);
    let cloudwatch = aws_sdk_cloudwatch::Client::new(&sdk);
    let instances = async { count!(ec2.describe_instances().max_results(1_000), reservations) };
    let volumes = async { count!(ec2.describe_volumes().max_results(1_000), volumes) };
    let addresses = async { Ok(ec2.describe_addresses().send().await?.addresses().len()) };
    let clusters = async { count!(eks.list_clusters().max_results(100), clusters) };
    let functions = async { count!(lambda.list_functions().max_items(50), functions) };
    let databases = async { count!(rds.describe_db_instances().max_records(100), db_instances) };
    let groups = async { count!(rds.describe_db_clusters().max_records(100), db_clusters) };
    let buckets = async {
        match home {
            true => count!(s3.list_buckets().max_buckets(1_000), buckets),
            false => Ok(0),
        }
    };
    let memory = async {
        let list = cloudwatch.list_metrics().namespace("CWAgent").metric_name("mem_used_percent");
        count!(list, metrics)
    };
    let figures = figures(&cloudwatch, metrics);
    let (a, b, c, d, e) = futures::try_join!(instances, volumes, addresses, clusters, functions)?;
    let (f, g, h, i, j) = futures::try_join!(databases, groups, buckets, memory, figures)?;
    Ok(a + b + c + d + e + f + g + h + i + j)
}

/// `count` figures in calls of 500, as the agent asks for them.
async fn figures(client: &aws_sdk_cloudwatch::Client, count: usize) -> Result<usize, Failure> {
    let mut items = 0;
    let now = aws_smithy_types::DateTime::from(std::time::SystemTime::now()).secs() / 300 * 300;
    for start in (0..count).step_by(500) {
        let queries = (start..count.min(start + 500)).map(query).collect();
        let call = client
            .get_metric_data()
            .set_metric_data_queries(Some(queries))
            .start_time(DateTime::from_secs(now - 900))
            .end_time(DateTime::from_secs(now));
        items += count!(call, metric_data_results)?;
    }
    Ok(items)
}

fn query(number: usize) -> MetricDataQuery {
    let dimension = Dimension::builder().name("InstanceId").value(format!("i-{number:017x}"));
    let metric = Metric::builder()
        .namespace("AWS/EC2")
        .metric_name("CPUUtilization")
        .dimensions(dimension.build())
        .build();
    let stat = MetricStat::builder().metric(metric).period(300).stat("Average").build();
    MetricDataQuery::builder().id(format!("m{number}")).metric_stat(stat).return_data(true).build()
}
