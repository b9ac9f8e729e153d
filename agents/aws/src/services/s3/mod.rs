//! S3 buckets: listed once for the account, sized by CloudWatch's daily figures.

mod sizes;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use futures::future::BoxFuture;

use finops_core::model::{
    Attributes, Costs, Event, Resource, ServiceFailure, ServiceOutcome, Value,
};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};
use finops_pricing::aws::s3::{BucketUse, buckets, storage_class};

use self::sizes::{BucketSize, Sizes};
use super::{AwsService, tagging, time};
use crate::failure::failure;
use crate::metrics::{Answer, Question};
use crate::pages;
use crate::scope::AwsScope;

const LIST: &str = "s3:ListAllMyBuckets";
const LOCATE: &str = "s3:GetBucketLocation";

static VIEW: ServiceView = ServiceView {
    service: "s3",
    lists: &[ListView {
        kind: "bucket",
        list: "buckets",
        fields: &[
            Field::new("bucket_name", Source::Id),
            Field::usage("size_bytes"),
            Field::usage("size_gb"),
            Field::usage("object_count"),
            Field::usage("storage_classes"),
            Field::attribute("created_date"),
        ],
    }],
    counts: &[CountView::new("total_buckets", |buckets| Some(buckets.len() as u64))],
    summary_count: Some("total_s3_buckets"),
};

/// S3.
pub(super) struct S3;

impl Service<AwsScope> for S3 {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["aws/s3"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &[LIST, LOCATE, sizes::LIST_METRICS, "cloudwatch:GetMetricData", tagging::ACTION]
    }

    fn collect<'a>(&'a self, scope: &'a AwsScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async {
            let mut buckets = match list(scope).await {
                Ok(buckets) => buckets,
                Err(failure) => return ServiceOutcome::Failed(failure),
            };
            let regions: BTreeSet<Arc<str>> =
                buckets.iter().map(|bucket| Arc::clone(&bucket.region)).collect();
            tag(scope, &mut buckets, &regions).await;
            let sizes = sizes::of(scope, &buckets, &regions).await;
            price(scope, &mut buckets, &sizes);
            ServiceOutcome::of(buckets)
        })
    }
}

impl AwsService for S3 {
    /// Buckets are the account's: one scope of it lists them all.
    fn once_an_account(&self) -> bool {
        true
    }

    /// The daily figures were asked for while listing.
    fn settle(&self, _scope: &AwsScope, _resources: &mut [Resource], _: &[(Question, Answer)]) {}
}

async fn list(scope: &AwsScope) -> Result<Vec<Resource>, ServiceFailure> {
    let client = scope.s3();
    let mut pages = client.list_buckets().into_paginator().page_size(1_000).send();
    let mut count = pages::Count::default();
    let mut buckets = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| failure(LIST, &error))?;
        count.next(LIST, page.continuation_token())?;
        for bucket in page.buckets() {
            let name = bucket.name().unwrap_or_default();
            let region = match bucket.bucket_region() {
                Some(region) => region.to_owned(),
                None => locate(&client, name).await?,
            };
            let mut resource = Resource::new("bucket", name, &scope.share(&region));
            resource.attributes.set_known("created_date", time(bucket.creation_date()));
            buckets.push(resource);
        }
    }
    Ok(buckets)
}

/// The region of a bucket whose list entry does not say.
async fn locate(client: &aws_sdk_s3::Client, bucket: &str) -> Result<String, ServiceFailure> {
    let answer = client.get_bucket_location().bucket(bucket).send().await;
    let answer = answer.map_err(|error| failure(LOCATE, &error))?;
    // The oldest regions have names of their own here
    // (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>).
    Ok(match answer.location_constraint().map(|place| place.as_str()) {
        None | Some("") => "us-east-1".to_owned(),
        Some("EU") => "eu-west-1".to_owned(),
        Some(region) => region.to_owned(),
    })
}

async fn tag(scope: &AwsScope, buckets: &mut [Resource], regions: &BTreeSet<Arc<str>>) {
    // By bucket: of an ARN (`arn:aws-cn:s3:::name`) only the partition and the name vary.
    let mut tags = HashMap::new();
    for region in regions {
        let found = tagging::tags(scope, "s3", "s3", region).await;
        tags.extend(
            found
                .into_iter()
                .filter_map(|(arn, tags)| Some((arn.split_once(":::")?.1.to_owned(), tags))),
        );
    }
    for bucket in buckets {
        bucket.tags = tags.remove(&*bucket.id).unwrap_or_default();
    }
}

/// All buckets whose size is known are priced together: tiers count their sum by region.
fn price(scope: &AwsScope, resources: &mut [Resource], sizes: &Sizes) {
    let mut priced = Vec::new();
    let mut uses = Vec::new();
    for (index, bucket) in resources.iter_mut().enumerate() {
        match sizes.of(bucket) {
            Ok(size) => {
                note(bucket, size);
                priced.push(index);
                uses.push(BucketUse {
                    region: bucket.region.to_string(),
                    storage: size
                        .storage
                        .iter()
                        .map(|(kind, bytes)| (kind.clone(), *bytes))
                        .collect(),
                });
            }
            Err(reason) => bucket.costs = Costs::unpriced("storage", reason),
        }
    }
    for (index, costs) in priced.into_iter().zip(buckets(scope.prices(), &uses)) {
        if let Some(bucket) = resources.get_mut(index) {
            bucket.costs = costs;
        }
    }
}

fn note(bucket: &mut Resource, size: &BucketSize) {
    let total: u64 = size.storage.values().sum();
    let mut classes: BTreeMap<&str, u64> = BTreeMap::new();
    for (kind, bytes) in &size.storage {
        *classes.entry(storage_class(kind).unwrap_or(kind)).or_default() += bytes;
    }
    let mut record = Attributes::default();
    for (class, bytes) in classes {
        record.set(class.to_owned(), integer(bytes));
    }
    bucket.measure("size_bytes", integer(total));
    #[expect(clippy::cast_precision_loss, reason = "a size to look at; costs count bytes")]
    let gigabytes = (total as f64 / 1_073_741_824.0 * 1_000.0).round() / 1_000.0;
    bucket.measure("size_gb", gigabytes);
    if let Some(objects) = size.objects {
        bucket.measure("object_count", integer(objects));
    }
    bucket.measure("storage_classes", Value::Record(record));
}

fn integer(count: u64) -> Value {
    i64::try_from(count).map_or(Value::Integer(i64::MAX), Value::Integer)
}

/// Notes that sizes could not be read in a region.
fn sizes_failed(scope: &AwsScope, region: &str, failure: &ServiceFailure) {
    let message = format!("bucket sizes in {region}: {}", failure.error);
    let mut event = Event::now("bucket_sizes_failed", Some("s3"), message);
    event.hint.clone_from(&failure.hint);
    scope.note(event);
}
