//! The daily figures of buckets, from CloudWatch in each bucket's region.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::tz::TimeZone;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Serialize};

use finops_core::model::{CostRate, Event, Resource, ServiceFailure};

use crate::failure::failure;
use crate::metrics::{Answer, Importance, Metric, Question, Statistic, Window, fetch};
use crate::pages;
use crate::scope::AwsScope;

pub(super) const LIST_METRICS: &str = "cloudwatch:ListMetrics";

/// What a bucket holds, by CloudWatch's `StorageType`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct BucketSize {
    pub(super) storage: BTreeMap<String, u64>,
    pub(super) objects: Option<u64>,
}

/// What is known of the buckets' sizes.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    known: HashMap<String, BucketSize>,
    failed: HashMap<Arc<str>, &'static str>,
}

impl Sizes {
    /// A bucket's size, or why it is not known.
    pub(super) fn of(&self, bucket: &Resource) -> Result<&BucketSize, &'static str> {
        if let Some(size) = self.known.get(&*bucket.id) {
            return Ok(size);
        }
        Err(self.failed.get(&bucket.region).copied().unwrap_or(
            "no size in CloudWatch: it is empty, or younger than the first daily figure",
        ))
    }
}

/// The buckets' sizes: today's from the cache, else asked for in every region.
pub(super) async fn of(
    scope: &AwsScope,
    buckets: &[Resource],
    regions: &BTreeSet<Arc<str>>,
) -> Sizes {
    let today = scope.now.to_zoned(TimeZone::UTC).date();
    let name = |region: &str| format!("s3-{}-{region}", scope.scope.account_id);
    let mut sizes = Sizes::default();
    for region in regions {
        if let Some(known) = scope.shared.daily.read::<HashMap<_, _>>(&name(region), today) {
            sizes.known.extend(known);
            continue;
        }
        match ask(scope, buckets, region).await {
            Ok(Asked { known, complete }) => {
                if complete {
                    scope.shared.daily.write(&name(region), today, &known);
                } else {
                    sizes
                        .failed
                        .insert(Arc::clone(region), "its size was not asked for, or not answered");
                }
                sizes.known.extend(known);
            }
            Err(failure) => {
                super::sizes_failed(scope, region, &failure);
                sizes
                    .failed
                    .insert(Arc::clone(region), "its size is not known: CloudWatch did not answer");
            }
        }
    }
    sizes
}

struct Asked {
    known: HashMap<String, BucketSize>,
    complete: bool,
}

async fn ask(
    scope: &AwsScope,
    buckets: &[Resource],
    region: &Arc<str>,
) -> Result<Asked, ServiceFailure> {
    let here: HashMap<&str, usize> = buckets
        .iter()
        .enumerate()
        .filter(|(_, bucket)| bucket.region == *region)
        .map(|(index, bucket)| (&*bucket.id, index))
        .collect();
    let listed = listed(scope, region).await?;
    let mut questions = Vec::new();
    for (bucket, kind) in &listed {
        if let Some(&index) = here.get(bucket.as_str()) {
            questions.push(question(index, bucket, "BucketSizeBytes", kind));
        }
    }
    let sized: BTreeSet<&String> = listed.iter().map(|(bucket, _)| bucket).collect();
    for bucket in sized {
        if let Some(&index) = here.get(bucket.as_str()) {
            questions.push(question(index, bucket, "NumberOfObjects", "AllStorageTypes"));
        }
    }
    let granted = scope.shared.budget.take(questions.len());
    limited(scope, questions.len(), granted);
    let client = scope.cloudwatch(region);
    let asked: Vec<&Question> = questions.iter().collect();
    let (answers, failed) = fetch(&client, &scope.meter, scope.now, &asked, granted).await;
    if let Some(failure) = failed {
        return Err(failure);
    }
    Ok(Asked { known: add_up(buckets, &questions, &answers), complete: granted == questions.len() })
}

/// Buckets and storage types that have a size: asking for all 20 types of every bucket would cost
/// many times as much.
async fn listed(
    scope: &AwsScope,
    region: &str,
) -> Result<BTreeSet<(String, String)>, ServiceFailure> {
    let mut pages = scope
        .cloudwatch(region)
        .list_metrics()
        .namespace("AWS/S3")
        .metric_name("BucketSizeBytes")
        .into_paginator()
        .send();
    let mut count = pages::Count::default();
    let mut listed = BTreeSet::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| failure(LIST_METRICS, &error))?;
        count.next(LIST_METRICS, page.next_token())?;
        for metric in page.metrics() {
            let value = |name: &str| {
                let mut dimensions = metric.dimensions().iter();
                dimensions.find(|it| it.name() == Some(name))?.value().map(str::to_owned)
            };
            if let (Some(bucket), Some(kind)) = (value("BucketName"), value("StorageType")) {
                listed.insert((bucket, kind));
            }
        }
    }
    Ok(listed)
}

fn question(index: usize, bucket: &str, name: &'static str, kind: &str) -> Question {
    Question {
        resource: index,
        key: name,
        metric: Metric {
            namespace: "AWS/S3",
            name,
            dimensions: vec![
                ("BucketName".to_owned(), bucket.to_owned()),
                ("StorageType".to_owned(), kind.to_owned()),
            ],
            statistic: Statistic::Average,
            window: Window::Daily,
        },
        importance: Importance::Cost,
        rate: CostRate::ZERO,
    }
}

/// Sizes by bucket. A bucket of which one class was not asked for is left out: the rest of it
/// would look like the whole.
fn add_up(
    buckets: &[Resource],
    questions: &[Question],
    answers: &[Answer],
) -> HashMap<String, BucketSize> {
    let mut known: HashMap<String, BucketSize> = HashMap::new();
    let mut incomplete = BTreeSet::new();
    for (question, answer) in questions.iter().zip(answers) {
        let Some(bucket) = buckets.get(question.resource).map(|bucket| bucket.id.to_string())
        else {
            continue;
        };
        let value = answer.value().and_then(|value| value.round().to_u64());
        match (question.key, answer, value) {
            ("NumberOfObjects", _, objects) => {
                known.entry(bucket).or_default().objects = objects;
            }
            (_, Answer::OverCeiling | Answer::Failed(_), _) => {
                incomplete.insert(bucket);
            }
            (_, _, Some(bytes)) => {
                let kind = question.metric.dimensions.last().map(|(_, kind)| kind.clone());
                known.entry(bucket).or_default().storage.insert(kind.unwrap_or_default(), bytes);
            }
            // Listed, but without a figure in the last days: the class was emptied.
            (_, _, None) => {}
        }
    }
    known.retain(|bucket, size| !incomplete.contains(bucket) && !size.storage.is_empty());
    known
}

fn limited(scope: &AwsScope, wanted: usize, granted: usize) {
    if granted < wanted {
        scope.note(Event::now(
            "metrics_limited",
            Some("s3"),
            format!(
                "{granted} of {wanted} bucket figures were asked for: the ceiling \
                 cloudwatch.max_metrics_per_cycle is reached"
            ),
        ));
    }
}
