//! What becomes of a scope's 1,000 resources: the document, packed, the history and the inventory.

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use finops_core::history::{self, Cadence};
use finops_core::identity::Identity;
use finops_core::inventory;
use finops_core::model::{
    CollectionStats, Costs, Price, Quantity, Readings, Resource, Scope, ServiceOutcome,
    ServiceSnapshot, Snapshot, Traces, Unit,
};
use finops_core::outbox::Body;
use finops_core::store::Store;
use finops_core::wire::{
    CountView, Document, Field, ListView, RESOURCES_PER_PART, Sender, ServiceView, Source,
};
use jiff::Timestamp;
use uuid::Uuid;

const RESOURCES: usize = 1_000;
const INTERVAL: Duration = Duration::from_secs(300);

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
            Field::attribute("launch_time"),
            Field::attribute("private_ip"),
            Field::usage("cpu_usage"),
            Field::new("compute_hourly_cost", Source::Components(&["compute", "license"])),
        ],
    }],
    counts: &[CountView::new("total_instances", |found| Some(found.len() as u64))],
    summary_count: None,
};

fn sender() -> Sender {
    Sender {
        agent_id: "aws-agent-bench".to_owned(),
        hostname: "bench".to_owned(),
        views: vec![&VIEW],
        other_view: None,
        identity: Arc::new(Identity::default()),
        started: Instant::now(),
    }
}

fn snapshot(at: Timestamp) -> Snapshot {
    let region: Arc<str> = "eu-west-1".into();
    let prices: Vec<Arc<Price>> = (1..=20).map(price).collect();
    let found = (0..RESOURCES).map(|number| {
        let mut instance = Resource::new("instance", &format!("i-{number:017x}"), &region);
        instance.state = Some("running".into());
        instance.zone = Some("eu-west-1a".into());
        instance.tags.push("Name".into(), &format!("web-production-{number:04}"));
        instance.tags.push("team".into(), "payments");
        instance.attributes.set("instance_type", "m5.large");
        instance.attributes.set("launch_time", "2026-10-17T12:10:08Z");
        instance.attributes.set("private_ip", format!("10.0.{}.{}", number / 250, number % 250));
        instance.measure("cpu_usage", 12.5);
        let mut costs = Costs::free();
        costs.add("compute", Quantity::ONE, Arc::clone(&prices[number % prices.len()]));
        instance.costs = costs;
        instance
    });
    Snapshot {
        id: Uuid::nil(),
        scope: Scope { provider: "aws", account_id: "123456789012".into(), region: region.clone() },
        collected_at: at,
        services: vec![ServiceSnapshot {
            name: "ec2".into(),
            outcome: ServiceOutcome::Found(found.collect()),
            collected_at: at,
        }],
        readings: Readings::default(),
        events: Vec::new(),
        stats: CollectionStats::default(),
        traces: Traces::default(),
    }
}

fn price(number: i64) -> Arc<Price> {
    Arc::new(Price {
        unit_price: rust_decimal::Decimal::new(number * 48, 4),
        unit: Unit::Hour,
        source: "AmazonEC2/eu-west-1".into(),
        as_of: jiff::civil::date(2026, 11, 20),
        sku_key: format!("aws/ec2/m5.{number}xlarge/eu-west-1/linux/od/hour").into(),
    })
}

fn documents(criterion: &mut Criterion) {
    let (sender, snapshot) = (sender(), snapshot(Timestamp::UNIX_EPOCH));
    let document = Document { sender: &sender, snapshot: &snapshot };
    let mut group = criterion.benchmark_group("1,000 resources");
    group.throughput(Throughput::Elements(RESOURCES as u64));
    group.bench_function("as a document", |bencher| {
        bencher.iter(|| serde_json::to_vec(&black_box(document).parts(RESOURCES_PER_PART)[0]));
    });
    group.bench_function("as a document, packed", |bencher| {
        bencher.iter(|| {
            let part = &black_box(document).parts(RESOURCES_PER_PART)[0];
            Body::pack(|writer| Ok(serde_json::to_writer(writer, part)?))
        });
    });
    group.finish();
}

fn records(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let (store, _) = Store::open(folder.path()).expect("a store");
    let mut at = Timestamp::UNIX_EPOCH;
    let mut snapshot = snapshot(at);
    let mut group = criterion.benchmark_group("1,000 resources");
    group.throughput(Throughput::Elements(RESOURCES as u64));
    group.bench_function("into the history, seen before", |bencher| {
        bencher.iter(|| {
            at += INTERVAL;
            snapshot.collected_at = at;
            store.transaction(|connection| {
                history::record(connection, &snapshot, Cadence::Every(INTERVAL))?;
                Ok(())
            })
        });
    });
    group.bench_function("into the inventory", |bencher| {
        bencher.iter(|| {
            store.transaction(|connection| {
                inventory::record(connection, &snapshot)?;
                Ok(())
            })
        });
    });
    group.finish();
}

criterion_group!(benches, documents, records);
criterion_main!(benches);
