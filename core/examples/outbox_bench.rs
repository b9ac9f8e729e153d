//! How fast the outbox takes and gives documents on this disk, with the history beside it.
//!
//! `cargo run --release -p finops-core --example outbox_bench [FOLDER] [SNAPSHOTS]`; without a
//! folder a temporary one is used and removed. Every snapshot is a transaction of its own that the
//! disk has before the next begins (`synchronous=FULL`).

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints and stops")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use finops_core::config::Limits;
use finops_core::delivery::{Delivery, Pacing};
use finops_core::history::{self, Cadence};
use finops_core::model::{
    CollectionStats, Costs, Price, Quantity, Readings, Resource, Scope, ServiceOutcome,
    ServiceSnapshot, Snapshot, Traces, Unit,
};
use finops_core::outbox::{Body, Entry, EntryKey, Outbox};
use finops_core::wire::{
    Document, Field, ListView, RESOURCES_PER_PART, Sender, ServiceView, Source,
};
use jiff::Timestamp;
use uuid::Uuid;

use support::sink::Nowhere;

const INTERVAL: Duration = Duration::from_secs(300);
const REGIONS: [&str; 3] = ["eu-west-1", "us-east-1", "us-west-2"];
static VIEW: ServiceView = ServiceView {
    service: "things",
    lists: &[ListView {
        kind: "thing",
        list: "things",
        fields: &[Field::new("thing_id", Source::Id), Field::new("name", Source::Name)],
    }],
    counts: &[],
    summary_count: None,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let given = arguments.next().map(PathBuf::from);
    let snapshots = arguments.next().map_or(Ok(10_000), |text| text.parse())?;
    let folder = given.clone().unwrap_or_else(|| {
        std::env::temp_dir().join(format!("outbox-bench-{}", std::process::id()))
    });
    for (name, resources) in [("small documents", 0), ("documents of 50 resources", 50)] {
        let folder = folder.join(resources.to_string());
        std::fs::create_dir_all(&folder)?;
        println!("{name}, {snapshots} of them");
        measure(&folder, snapshots, resources).await?;
    }
    if given.is_none() {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(())
}

/// Fills an outbox, looks at it and drains it.
async fn measure(folder: &Path, snapshots: u32, resources: usize) -> Result<(), Box<dyn Error>> {
    let names = vec!["nowhere".to_owned()];
    let outbox = Arc::new(Outbox::open(folder, names, Limits::default())?);
    let begin = Instant::now();
    let bytes = fill(&outbox, snapshots, resources)?;
    let took = begin.elapsed();
    println!("  a document        {:>10} bytes", bytes / u64::from(snapshots.max(1)));
    println!("  stored            {:>10.0} snapshots/s", per_second(snapshots, took));
    println!("  size on disk      {:>10.1} MB", size(folder)?);
    let begin = Instant::now();
    let depth = outbox.depth("nowhere")?;
    println!("  depth of {:<8} {:>10.2} ms", depth.documents, begin.elapsed().as_secs_f64() * 1e3);

    let pacing = Pacing { interval: INTERVAL, rate: u32::MAX };
    let delivery = Delivery::new(sender(), Arc::clone(&outbox), vec![Box::new(Nowhere)], pacing);
    let begin = Instant::now();
    let receipt = delivery.drain().await;
    let delivered = u32::try_from(receipt.delivered)?;
    println!("  delivered         {:>10.0} documents/s", per_second(delivered, begin.elapsed()));
    if (delivered, receipt.kept) != (snapshots, 0) {
        return Err(format!("{delivered} delivered, {} kept", receipt.kept).into());
    }
    Ok(())
}

/// Stores the snapshots, packed as the delivery packs them; the answer is the documents' bytes.
fn fill(outbox: &Outbox, snapshots: u32, resources: usize) -> Result<u64, Box<dyn Error>> {
    let sender = sender();
    let mut fleets: Vec<Snapshot> =
        REGIONS.iter().map(|region| snapshot(region, resources)).collect();
    let start: Timestamp = "2026-03-01T00:01:00Z".parse()?;
    let mut bytes = 0;
    for number in 0..snapshots {
        let snapshot = &mut fleets[number as usize % REGIONS.len()];
        snapshot.id = Uuid::now_v7();
        snapshot.collected_at = start + INTERVAL * (number / 3);
        let document = Document { sender: &sender, snapshot };
        let mut entries = Vec::new();
        for part in document.parts(RESOURCES_PER_PART) {
            let body = Body::pack(|writer| {
                let text = serde_json::to_vec(&part)?;
                bytes += text.len() as u64;
                writer.write_all(&text)
            })?;
            entries.push(Entry {
                key: EntryKey::new(snapshot.id, part.number),
                body,
                traceparent: None,
            });
        }
        outbox.store(&snapshot.scope.to_string(), &entries, &|connection| {
            history::record(connection, snapshot, Cadence::Every(INTERVAL))
        })?;
        if let Some(trouble) = outbox.trouble() {
            return Err(trouble.into());
        }
    }
    Ok(bytes)
}

fn sender() -> Sender {
    Sender {
        agent_id: "bench-agent".to_owned(),
        hostname: "bench-host".to_owned(),
        views: vec![&VIEW],
        other_view: None,
        identity: Arc::default(),
        started: Instant::now(),
    }
}

fn snapshot(region: &str, resources: usize) -> Snapshot {
    let region: Arc<str> = region.into();
    let listed = (0..resources).map(|number| resource(number, &region)).collect();
    let collected_at = Timestamp::UNIX_EPOCH;
    Snapshot {
        id: Uuid::nil(),
        scope: Scope { provider: "aws", account_id: "123456789012".into(), region },
        collected_at,
        services: vec![ServiceSnapshot {
            name: "things".into(),
            outcome: ServiceOutcome::of(listed),
            collected_at,
        }],
        readings: Readings::default(),
        events: Vec::new(),
        stats: CollectionStats::default(),
        traces: Traces::default(),
    }
}

/// A resource with an identifier, tags and a price as long as they are in life.
fn resource(number: usize, region: &Arc<str>) -> Resource {
    let id = format!("i-0{:016x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut resource = Resource::new("thing", &id, region);
    resource.name = Some(format!("production-{number:05}").into());
    resource.tags.push("team".into(), ["payments", "search", "web"][number % 3]);
    resource.tags.push("cost-center".into(), &format!("cc-{:03}", number % 40));
    let price = Price {
        unit_price: format!("0.{:04}", 100 + number).parse().unwrap_or_default(),
        unit: Unit::Hour,
        source: "bench".into(),
        as_of: jiff::civil::date(2026, 1, 1),
        sku_key: "bench".into(),
    };
    resource.costs = Costs::free();
    resource.costs.add("compute", Quantity::ONE, Arc::new(price));
    resource
}

fn per_second(count: u32, took: Duration) -> f64 {
    f64::from(count) / took.as_secs_f64()
}

/// Megabytes of all files in a folder.
fn size(folder: &Path) -> Result<f64, Box<dyn Error>> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(f64::from(u32::try_from(bytes / 1024)?) / 1024.0)
}
