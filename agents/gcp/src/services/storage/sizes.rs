//! What buckets hold. Cloud Monitoring is told once a day.
//!
//! <https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-storage>

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use finops_core::model::{Attributes, Resource, Value};
use finops_pricing::gcp::storage::Stored;

use crate::metrics::{Answers, Figure, Importance, Query, Statistic, Window};
use crate::services::record::figure;

/// How old a bucket is whose first figure must have come, were there anything in it: figures are of
/// two days, and one is kept for a day.
const FIRST_FIGURE: SignedDuration = SignedDuration::from_hours(72);

const TOO_NEW: &str = "Cloud Monitoring has no figure of what it holds: it is told that once a day";

const NO_FIGURES: &str =
    "Cloud Monitoring has no figure of any bucket: whether it is empty is not known";

/// Bytes of objects and of unfinished uploads, in each class and of each type: `live-object`,
/// `noncurrent-object`, `soft-deleted-object`, `multipart-upload`. The first version of this metric
/// leaves out what is soft-deleted.
pub(super) static BYTES: Query = daily(
    "storage_bytes",
    "storage.googleapis.com/storage/v2/total_bytes",
    &["resource.label.bucket_name", "metric.label.storage_class", "metric.label.type"],
    Importance::Cost,
);

/// The same, counted.
pub(super) static OBJECTS: Query = daily(
    "storage_objects",
    "storage.googleapis.com/storage/v2/total_count",
    &["resource.label.bucket_name", "metric.label.type"],
    Importance::Activity,
);

const fn daily(
    name: &'static str,
    metric: &'static str,
    by: &'static [&'static str],
    importance: Importance,
) -> Query {
    Query {
        name,
        metric,
        filter: r#"resource.type = "gcs_bucket""#,
        by,
        statistic: Statistic::Last,
        window: Window::Daily,
        importance,
    }
}

/// The figures of each bucket.
type Known<'a> = Result<HashMap<&'a str, Vec<&'a Figure>>, &'static str>;

/// What all buckets hold, as far as it is known.
pub(super) struct Sizes<'a> {
    bytes: Known<'a>,
    objects: Known<'a>,
}

/// The bytes of one bucket, by class.
#[derive(Debug, Default)]
pub(super) struct Bytes {
    /// Of objects, of versions that are not current, and of unfinished uploads.
    pub(super) stored: Vec<Stored>,
    /// Of objects that are deleted and may still be restored.
    pub(super) soft_deleted: Vec<Stored>,
    /// Of versions that are not current, which are among what is stored.
    noncurrent: Decimal,
}

/// What one bucket holds.
pub(super) struct Held {
    /// Its bytes, or why they are not known.
    pub(super) bytes: Result<Bytes, &'static str>,
    /// How many objects it has, where that is known: versions that are not current are counted,
    /// what is deleted is not.
    objects: Option<Decimal>,
}

impl<'a> Sizes<'a> {
    pub(super) fn of(answers: &'a Answers) -> Self {
        Self { bytes: by_bucket(answers, &BYTES), objects: by_bucket(answers, &OBJECTS) }
    }

    /// What a bucket holds.
    ///
    /// Buckets with nothing in them have no figures: one without is empty where others have theirs
    /// and it is old enough to have had its own. Else it is not known.
    pub(super) fn of_bucket(&self, now: Timestamp, bucket: &Resource) -> Held {
        let name = bucket.name.as_deref().unwrap_or_default();
        let bytes = match &self.bytes {
            Err(reason) => Err(*reason),
            Ok(all) => match all.get(name) {
                Some(figures) => Ok(Bytes::of(figures)),
                None if all.is_empty() => Err(NO_FIGURES),
                None if is_old(now, bucket) => Ok(Bytes::default()),
                None => Err(TOO_NEW),
            },
        };
        let objects = self.objects.as_ref().ok().and_then(|all| match all.get(name) {
            Some(figures) => Some(count(figures)),
            None => {
                let is_empty = bytes.as_ref().is_ok_and(Bytes::is_empty);
                is_empty.then_some(Decimal::ZERO)
            }
        });
        Held { bytes, objects }
    }
}

fn by_bucket<'a>(answers: &'a Answers, query: &Query) -> Known<'a> {
    let answer = answers.of(query).ok_or("what it holds was not asked for")?;
    if let Some(reason) = answer.unknown_because() {
        return Err(reason);
    }
    let mut buckets: HashMap<&str, Vec<&Figure>> = HashMap::new();
    for figure in answer.figures() {
        buckets.entry(label(figure, 0)).or_default().push(figure);
    }
    Ok(buckets)
}

fn label(figure: &Figure, index: usize) -> &str {
    figure.labels.get(index).map(String::as_str).unwrap_or_default()
}

fn is_soft_deleted(kind: &str) -> bool {
    kind.starts_with("soft-deleted")
}

/// Objects: neither unfinished uploads nor what is deleted.
fn count(figures: &[&Figure]) -> Decimal {
    let objects = figures.iter().filter(|figure| {
        let kind = label(figure, 1);
        !is_soft_deleted(kind) && kind != "multipart-upload"
    });
    objects.fold(Decimal::ZERO, |sum, figure| sum.saturating_add(figure.value))
}

fn is_old(now: Timestamp, bucket: &Resource) -> bool {
    let created = bucket.attributes.text("created_at").and_then(|text| text.parse().ok());
    created.is_some_and(|created: Timestamp| now.duration_since(created) >= FIRST_FIGURE)
}

impl Bytes {
    fn of(figures: &[&Figure]) -> Self {
        let mut bytes = Self::default();
        for figure in figures {
            let stored = Stored { class: label(figure, 1).to_owned(), bytes: figure.value };
            match label(figure, 2) {
                kind if is_soft_deleted(kind) => bytes.soft_deleted.push(stored),
                kind => {
                    if kind == "noncurrent-object" {
                        bytes.noncurrent = bytes.noncurrent.saturating_add(stored.bytes);
                    }
                    bytes.stored.push(stored);
                }
            }
        }
        bytes
    }

    fn is_empty(&self) -> bool {
        self.stored.is_empty() && self.soft_deleted.is_empty()
    }
}

fn sum(stored: &[Stored]) -> Decimal {
    stored.iter().fold(Decimal::ZERO, |sum, one| sum.saturating_add(one.bytes))
}

impl Held {
    /// Notes what is known.
    pub(super) fn note(&self, bucket: &mut Resource) {
        if let Ok(bytes) = &self.bytes {
            bucket.measure("size_bytes", figure(sum(&bytes.stored)));
            bucket.measure("storage_classes", by_class(&bytes.stored));
            bucket.measure("noncurrent_bytes", figure(bytes.noncurrent));
            bucket.measure("soft_deleted_bytes", figure(sum(&bytes.soft_deleted)));
        }
        if let Some(objects) = self.objects {
            bucket.measure("object_count", figure(objects));
        }
    }
}

/// `{"STANDARD": 1024, …}`; classes that hold nothing are left out.
fn by_class(stored: &[Stored]) -> Value {
    let mut classes: BTreeMap<&str, Decimal> = BTreeMap::new();
    for one in stored.iter().filter(|one| !one.bytes.is_zero()) {
        let bytes = classes.entry(&one.class).or_default();
        *bytes = bytes.saturating_add(one.bytes);
    }
    let mut record = Attributes::default();
    for (class, bytes) in classes {
        record.set(class.to_owned(), figure(bytes));
    }
    Value::Record(record)
}
