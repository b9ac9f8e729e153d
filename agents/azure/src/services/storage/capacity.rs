//! What accounts hold. Azure Monitor works it out once a day.
//!
//! <https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference>

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rust_decimal::Decimal;

use finops_core::model::{Attributes, Resource, Value};
use finops_pricing::azure::Measured;
use finops_pricing::azure::storage::Stored;

use super::account::Parts;
use crate::metrics::{Answer, Figure, Importance, Metric, Query, Question, Statistic, Window};
use crate::services::record::figure;

const NO_FIGURE: &str =
    "Azure Monitor has no figure of what it holds: it works that out once a day";

static USED: Query =
    daily("storage_used", "microsoft.storage/storageaccounts", &[average("UsedCapacity")], &[]);
static BLOBS: Query = daily(
    "storage_blobs",
    "microsoft.storage/storageaccounts/blobservices",
    &[average("BlobCapacity")],
    &["BlobType", "Tier"],
);
static FILES: Query = daily(
    "storage_files",
    "microsoft.storage/storageaccounts/fileservices",
    &[average("FileCapacity")],
    &["Tier"],
);
static TABLES: Query = daily(
    "storage_tables",
    "microsoft.storage/storageaccounts/tableservices",
    &[average("TableCapacity")],
    &[],
);
static QUEUES: Query = daily(
    "storage_queues",
    "microsoft.storage/storageaccounts/queueservices",
    &[average("QueueCapacity")],
    &[],
);

const fn average(name: &'static str) -> Metric {
    Metric { name, statistic: Statistic::Average }
}

const fn daily(
    name: &'static str,
    namespace: &'static str,
    metrics: &'static [Metric],
    dimensions: &'static [&'static str],
) -> Query {
    let importance = Importance::Cost;
    Query { name, namespace, metrics, window: Window::Daily, dimensions, importance }
}

/// What to ask about one account: each of its services is a resource of its own there.
pub(super) fn questions(index: usize, resource: &Resource) -> Vec<Question> {
    let Parts { blobs, files, tables_and_queues } = Parts::of(resource);
    let mut asked = vec![(&USED, "")];
    if blobs {
        asked.push((&BLOBS, "/blobservices/default"));
    }
    if files {
        asked.push((&FILES, "/fileservices/default"));
    }
    if tables_and_queues {
        asked.extend([(&TABLES, "/tableservices/default"), (&QUEUES, "/queueservices/default")]);
    }
    let ask = |(query, part)| Question {
        resource: Some(index),
        target: format!("{}{part}", resource.id).into(),
        region: Arc::clone(&resource.region),
        query,
    };
    asked.into_iter().map(ask).collect()
}

/// What one account holds, as far as it is known.
pub(super) struct Capacity {
    pub(super) used: Measured,
    pub(super) blobs: Result<Vec<Stored>, &'static str>,
    pub(super) files: Result<Vec<Stored>, &'static str>,
    pub(super) tables: Measured,
    pub(super) queues: Measured,
}

/// The answers, by account and query.
pub(super) struct Capacities<'a>(HashMap<(usize, &'static str), &'a Answer>);

impl<'a> Capacities<'a> {
    pub(super) fn of(answers: &'a [(Question, Answer)]) -> Self {
        let keyed = |(question, answer): &'a (Question, Answer)| {
            Some(((question.resource?, question.query.name), answer))
        };
        Self(answers.iter().filter_map(keyed).collect())
    }

    /// What an account holds. A service without a figure is empty where all that the account uses
    /// is in the others, and else not known.
    pub(super) fn of_account(&self, index: usize, resource: &Resource) -> Capacity {
        let parts = Parts::of(resource);
        let part = |has: bool, query: &'static Query| match has {
            true => self.figures(index, query),
            false => Ok(&[] as &[Figure]),
        };
        let blobs = part(parts.blobs, &BLOBS);
        let files = part(parts.files, &FILES);
        let tables = part(parts.tables_and_queues, &TABLES);
        let queues = part(parts.tables_and_queues, &QUEUES);
        let used = self.figures(index, &USED).and_then(|figures| sum(figures).ok_or(NO_FIGURE));
        let known = [blobs, files, tables, queues]
            .into_iter()
            .filter_map(|part| sum(part.ok()?))
            .try_fold(Decimal::ZERO, Decimal::checked_add);
        let all_is_known = matches!((used, known), (Ok(used), Some(known)) if used <= known);
        let whole = |has: bool, figures: Result<&'a [Figure], &'static str>| match figures? {
            [] if has && !all_is_known => Err(NO_FIGURE),
            figures => Ok(figures),
        };
        let bytes = |has, figures| Ok(sum(whole(has, figures)?).unwrap_or_default());
        Capacity {
            used,
            blobs: whole(parts.blobs, blobs).map(stored),
            files: whole(parts.files, files).map(stored),
            tables: bytes(parts.tables_and_queues, tables),
            queues: bytes(parts.tables_and_queues, queues),
        }
    }

    fn figures(&self, index: usize, query: &Query) -> Result<&'a [Figure], &'static str> {
        let answer = self.0.get(&(index, query.name)).ok_or("what it holds was not asked for")?;
        answer.unknown_because().map_or_else(|| Ok(answer.figures()), Err)
    }
}

/// `None` where there is no figure, or no sum that can be held.
fn sum(figures: &[Figure]) -> Option<Decimal> {
    let mut sum = None;
    for figure in figures {
        sum = Some(sum.unwrap_or(Decimal::ZERO).checked_add(figure.value)?);
    }
    sum
}

/// Figures with dimensions: the tier is the last.
fn stored(figures: &[Figure]) -> Vec<Stored> {
    let one = |figure: &Figure| {
        let (tier, kind) = match figure.dimensions.as_slice() {
            [kind, tier] => (tier.clone(), kind.clone()),
            [tier] => (tier.clone(), String::new()),
            _ => (String::new(), String::new()),
        };
        Stored { kind, tier, bytes: figure.value }
    };
    figures.iter().map(one).collect()
}

impl Capacity {
    /// Notes what is known.
    pub(super) fn note(&self, resource: &mut Resource) {
        let total = |stored: &[Stored]| {
            stored.iter().try_fold(Decimal::ZERO, |sum, one| sum.checked_add(one.bytes))
        };
        let parts = Parts::of(resource);
        let mut note = |has: bool, key, bytes: Option<Decimal>| {
            if let Some(bytes) = bytes.filter(|_| has) {
                resource.measure(key, figure(bytes));
            }
        };
        note(true, "used_bytes", self.used.ok());
        note(parts.files, "file_bytes", self.files.as_deref().ok().and_then(total));
        note(parts.tables_and_queues, "table_bytes", self.tables.ok());
        note(parts.tables_and_queues, "queue_bytes", self.queues.ok());
        if let (true, Ok(blobs)) = (parts.blobs, &self.blobs) {
            resource.measure("blob_bytes", by_tier(blobs));
        }
    }
}

/// `{"Hot": 1024, …}`, of all types of blobs; empty tiers are left out.
fn by_tier(blobs: &[Stored]) -> Value {
    let mut tiers: BTreeMap<&str, Decimal> = BTreeMap::new();
    for one in blobs.iter().filter(|one| !one.bytes.is_zero()) {
        let bytes = tiers.entry(&one.tier).or_default();
        *bytes = bytes.saturating_add(one.bytes);
    }
    let mut record = Attributes::default();
    for (tier, bytes) in tiers {
        record.set(tier.to_owned(), figure(bytes));
    }
    Value::Record(record)
}
