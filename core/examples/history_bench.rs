//! Fills a history with a month of a large fleet and measures it.
//!
//! ```text
//! cargo run --release -p finops-core --example history_bench -- [days] [resources] [file]
//! ```
//!
//! 30 days of snapshots every five minutes of 5,000 resources: a tenth has a rate by use that is
//! different in every snapshot, and 1 % of all are replaced a day. The file stays for a look inside;
//! with 0 days the one that is there is asked. SHOW=1 prints the tables.

#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use finops_core::history::{self, Cadence};
use finops_core::model::{
    CollectionStats, Costs, Price, Quantity, Readings, Resource, Scope, ServiceOutcome,
    ServiceSnapshot, Snapshot, Traces, Unit,
};
use finops_core::report::{Question, csv, json, report, table};
use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

const INTERVAL: Duration = Duration::from_secs(300);
const SNAPSHOTS_A_DAY: usize = 288;
const SERVICES: [(&str, &str); 5] = [
    ("ec2", "instance"),
    ("ebs", "volume"),
    ("rds", "instance"),
    ("s3", "bucket"),
    ("lambda", "function"),
];
/// How many records share a transaction: the disk is not what is measured.
const RECORDS_A_COMMIT: usize = 24;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default| {
        arguments.get(index).map_or(Ok(default), |text| text.parse::<usize>())
    };
    let (days, resources) = (number(0, 30)?, number(1, 5_000)?);
    let file = arguments
        .get(2)
        .map_or_else(|| std::env::temp_dir().join("history_bench.sqlite"), PathBuf::from);
    if days > 0 {
        fill(&file, days, resources)?;
    }
    println!("file                {:>10.1} MB", size(&file)? / 1e6);
    ask(&file)
}

fn size(file: &Path) -> std::io::Result<f64> {
    Ok(f64::from(u32::try_from(std::fs::metadata(file)?.len()).unwrap_or(u32::MAX)))
}

/// Asks each question on a new connection and again on the same one.
fn ask(file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    for by in ["service", "tag:team", "resource"] {
        let question =
            Question { by: by.parse()?, since: Duration::from_secs(30 * 86_400), limit: 20 };
        let begin = Instant::now();
        let connection = Connection::open(file)?;
        let last: i64 =
            connection
                .query_one("SELECT max(last_at) FROM history_scope_day", [], |row| row.get(0))?;
        let now = Timestamp::from_millisecond(last)?;
        report(&connection, &question, now)?;
        println!("report, {by:<11} {:>10.2} ms, new connection", milliseconds(begin.elapsed()));
        let begin = Instant::now();
        let answer = report(&connection, &question, now)?;
        println!("report, {by:<11} {:>10.2} ms, again", milliseconds(begin.elapsed()));
        let begin = Instant::now();
        let text = table(&answer, true);
        println!("table,  {by:<11} {:>10.2} ms", milliseconds(begin.elapsed()));
        let begin = Instant::now();
        let mut document = Vec::new();
        serde_json::to_writer(&mut document, &json(&answer))?;
        println!("json,   {by:<11} {:>10.2} ms", milliseconds(begin.elapsed()));
        let begin = Instant::now();
        let rows = csv(&answer);
        println!("csv,    {by:<11} {:>10.2} ms", milliseconds(begin.elapsed()));
        if std::env::var_os("SHOW").is_some() {
            println!("{text}");
        }
        println!("sizes: table {}, json {}, csv {}", text.len(), document.len(), rows.len());
    }
    Ok(())
}

/// Writes the history and prints how long a record takes.
fn fill(file: &Path, days: usize, resources: usize) -> Result<(), Box<dyn std::error::Error>> {
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", file.display()));
    }
    let connection = Connection::open(file)?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    connection.execute_batch(history::SCHEMA)?;
    let mut fleet = Fleet::new(resources);
    let start: Timestamp = "2026-03-01T00:01:00Z".parse()?;
    let mut times = Vec::with_capacity(days * SNAPSHOTS_A_DAY);
    let mut commits = Vec::new();
    for batch in (0..days * SNAPSHOTS_A_DAY).collect::<Vec<_>>().chunks(RECORDS_A_COMMIT) {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for count in batch {
            let at = start + INTERVAL * u32::try_from(*count)?;
            fleet.move_on(*count, at);
            let begin = Instant::now();
            history::record(&connection, &fleet.snapshot, Cadence::Every(INTERVAL))?;
            times.push(begin.elapsed());
        }
        let begin = Instant::now();
        connection.execute_batch("COMMIT")?;
        commits.push(begin.elapsed());
    }
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    println!("records             {:>10}", times.len());
    println!("record, first       {:>10.2} ms", milliseconds(times[0]));
    print_times("record", times);
    print_times("commit", commits);
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn print_times(what: &str, mut times: Vec<Duration>) {
    times.sort();
    println!("{what}, median      {:>10.2} ms", milliseconds(times[times.len() / 2]));
    println!("{what}, 99 %        {:>10.2} ms", milliseconds(times[times.len() * 99 / 100]));
}

/// The fleet: one snapshot that is changed from one record to the next.
struct Fleet {
    snapshot: Snapshot,
    made: usize,
}

impl Fleet {
    fn new(resources: usize) -> Self {
        let scope = Scope {
            provider: "aws",
            account_id: "123456789012".into(),
            region: "eu-west-1".into(),
        };
        let mut fleet = Self {
            snapshot: Snapshot {
                id: Uuid::nil(),
                scope,
                collected_at: Timestamp::UNIX_EPOCH,
                services: Vec::new(),
                readings: Readings::default(),
                events: Vec::new(),
                stats: CollectionStats::default(),
                traces: Traces::default(),
            },
            made: 0,
        };
        for (name, kind) in SERVICES {
            let listed =
                (0..resources / SERVICES.len()).map(|_| fleet.resource(name, kind)).collect();
            fleet.snapshot.services.push(ServiceSnapshot {
                name: name.into(),
                outcome: ServiceOutcome::Found(listed),
                collected_at: Timestamp::UNIX_EPOCH,
            });
        }
        fleet
    }

    /// A new resource, with an identifier and tags as long as they are in life.
    fn resource(&mut self, service: &str, kind: &'static str) -> Resource {
        self.made += 1;
        let id = format!("{service}-0{:016x}", self.made.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let region: Arc<str> = "eu-west-1".into();
        let mut resource = Resource::new(kind, &id, &region);
        resource.name = Some(format!("{service}-production-{:05}", self.made).into());
        let team = ["payments", "search", "data-platform", "web"][self.made % 4];
        resource.tags.push("team".into(), team);
        resource.tags.push("environment".into(), ["production", "staging"][self.made % 2]);
        resource.tags.push("cost-center".into(), &format!("cc-{:03}", self.made % 40));
        resource.costs =
            price(0.01 + f64::from(u32::try_from(self.made % 97).unwrap_or(0)) / 100.0);
        resource
    }

    /// Makes the next snapshot: usage moves, and now and then a resource is replaced.
    fn move_on(&mut self, count: usize, at: Timestamp) {
        self.snapshot.collected_at = at;
        let mut services = std::mem::take(&mut self.snapshot.services);
        for (service, (name, kind)) in services.iter_mut().zip(SERVICES) {
            service.collected_at = at;
            let ServiceOutcome::Found(listed) = &mut service.outcome else { continue };
            for (index, resource) in listed.iter_mut().enumerate() {
                if index % 10 == 0 {
                    resource.costs = usage(index + count);
                }
            }
            // 1 % a day of each service's resources, spread over the day.
            let (before, now) = (count * listed.len(), (count + 1) * listed.len());
            let replaced = |snapshots: usize| snapshots / (100 * SNAPSHOTS_A_DAY);
            for one in replaced(before)..replaced(now) {
                let index = (one * 7 + 1) % listed.len();
                listed[index] = self.resource(name, kind);
            }
        }
        self.snapshot.services = services;
    }
}

fn line(unit_price: &str, unit: Unit) -> Arc<Price> {
    Arc::new(Price {
        unit_price: unit_price.parse().unwrap_or_default(),
        unit,
        source: "bench".into(),
        as_of: jiff::civil::date(2026, 1, 1),
        sku_key: "bench".into(),
    })
}

fn price(hourly: f64) -> Costs {
    let mut costs = Costs::free();
    costs.add("compute", Quantity::ONE, line(&format!("{hourly:.4}"), Unit::Hour));
    costs
}

fn usage(seed: usize) -> Costs {
    let mut costs = Costs::free();
    let requests = (seed.wrapping_mul(2_654_435_761) % 1_000_000) as u64;
    costs.add("requests", Quantity::from(requests), line("0.0000002", Unit::Request));
    costs.add("duration", Quantity::from(requests / 3), line("0.0000166667", Unit::GigabyteSecond));
    costs
}
