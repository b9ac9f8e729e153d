//! Measures what keeping the last inventory adds to storing a snapshot.
//!
//! ```text
//! cargo run --release -p finops-core --example inventory_bench -- [resources] [adjustments a line]
//! ```
//!
//! One scope with that many resources of two lines each at 200 different prices, in a file with the
//! store's settings: the history and the inventory of the same snapshot, each in its transaction.

#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use finops_core::history::{self, Cadence};
use finops_core::inventory;
use finops_core::model::{
    CollectionStats, Price, Quantity, Readings, Resource, Scope, ServiceOutcome, ServiceSnapshot,
    Snapshot, Traces, Unit, adjustment,
};
use finops_core::store::Store;
use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

const ROUNDS: u32 = 11;
const INTERVAL: Duration = Duration::from_secs(300);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default| arguments.next().map_or(Ok(default), |text| text.parse::<usize>());
    let (resources, adjustments) = (number(20_000)?, number(0)?);
    let folder = std::env::temp_dir().join(format!("inventory_bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let (store, _) = Store::open(&folder)?;
    let mut snapshot = snapshot(resources, adjustments);
    let (mut histories, mut inventories) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        snapshot.collected_at = Timestamp::UNIX_EPOCH + INTERVAL * round;
        let begin = Instant::now();
        store.transaction(|it| history::record(it, &snapshot, Cadence::Every(INTERVAL)))?;
        histories.push(begin.elapsed());
        let begin = Instant::now();
        store.transaction(|it| inventory::record(it, &snapshot))?;
        inventories.push(begin.elapsed());
    }
    let begin = Instant::now();
    let mut read = 0;
    store.read(|it| inventory::each(it, |_| read += 1))?;
    println!("{resources} resources, {read} read in {:.1} ms", milliseconds(begin.elapsed()));
    let (length, size): (i64, i64) = store.read(|it| {
        it.query_row("SELECT sum(length), sum(length(body)) FROM inventory", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    })?;
    println!("inventory: {length} bytes, compressed {size}");
    println!("history, median   {:>8.1} ms", median(histories));
    println!("inventory, median {:>8.1} ms", median(inventories));
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    milliseconds(times[times.len() / 2])
}

fn price(number: usize, of: &str) -> Arc<Price> {
    Arc::new(Price {
        unit_price: Decimal::new(960 + number as i64, 4),
        unit: Unit::Hour,
        source: "AmazonEC2/eu-west-1".into(),
        as_of: jiff::civil::date(2026, 11, 20),
        sku_key: format!("{of}aws/ec2/m{number}.large/eu-west-1/linux/od/hour").into(),
    })
}

fn snapshot(resources: usize, adjustments: usize) -> Snapshot {
    let region: Arc<str> = "eu-west-1".into();
    let prices: Vec<_> = (0..200).map(|number| price(number, "")).collect();
    let off: Vec<_> =
        (0..200).map(|number| price(number, "private pricing 2026: 12.5 % of ")).collect();
    let listed = (0..resources).map(|number| {
        let mut resource = Resource::new("instance", &format!("i-{number:017x}"), &region);
        resource.tags.push("Name".into(), &format!("web-{number}"));
        for component in ["compute", "address"] {
            let quantity = Quantity::new(Decimal::new(number as i64 * 7919, 6));
            resource.costs.add(component, quantity, Arc::clone(&prices[number * 13 % 200]));
            for kind in adjustment::ALL.iter().take(adjustments) {
                resource.costs.add(kind, quantity, Arc::clone(&off[number * 13 % 200]));
            }
        }
        resource
    });
    Snapshot {
        id: Uuid::nil(),
        scope: Scope {
            provider: "aws",
            account_id: "123456789012".into(),
            region: Arc::clone(&region),
        },
        collected_at: Timestamp::UNIX_EPOCH,
        services: vec![ServiceSnapshot::now("ec2", ServiceOutcome::of(listed.collect()))],
        readings: Readings::default(),
        events: Vec::new(),
        stats: CollectionStats::default(),
        traces: Traces::default(),
    }
}
