//! How fast a list is read, and in how much memory.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::Path;
use std::time::Instant;

use csv::{ByteRecord, ReaderBuilder};
use finops_pricing::sync::Harvest;
use finops_pricing::sync::aws::read_offer;
use jiff::civil::date;

/// How often each way is tried.
const TURNS: usize = 3;
/// What is read at once, in bytes: the same for both.
const BUFFER: usize = 256 * 1024;

/// Reads the file with a CSV reader alone and as the sync does it, and prints what came of it.
///
/// # Errors
/// The file cannot be read, or is no price list of EC2 in eu-west-1.
pub(crate) fn both(file: &Path) -> Result<(), String> {
    let size = std::fs::metadata(file).map_err(|error| error.to_string())?.len() as f64;
    let (mut alone, mut synced) = (f64::MAX, f64::MAX);
    let (mut rows, mut kept, mut dropped) = (0, 0, 0);
    for _ in 0..TURNS {
        let start = Instant::now();
        rows = count(file)?;
        alone = alone.min(start.elapsed().as_secs_f64());
        let start = Instant::now();
        let harvest = harvest(file)?;
        synced = synced.min(start.elapsed().as_secs_f64());
        kept = harvest.len();
        dropped = harvest.dropped().values().sum();
    }
    let (size, memory) = (size / 1e6, most_memory());
    let share = 100.0 * alone / synced;
    let (alone, synced) = (size / alone, size / synced);
    writeln!(
        std::io::stdout(),
        "file           {size:.1} MB, {rows} lines\n\
         csv alone      {alone:.0} MB/s\n\
         price list     {synced:.0} MB/s, {share:.0} % of it\n\
         rows           {kept} kept, {dropped} dropped\n\
         most memory    {memory}"
    )
    .map_err(|error| error.to_string())
}

fn count(file: &Path) -> Result<u64, String> {
    let file = File::open(file).map_err(|error| error.to_string())?;
    let mut csv = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(BUFFER)
        .from_reader(file);
    let mut record = ByteRecord::new();
    let mut rows = 0;
    while csv.read_byte_record(&mut record).map_err(|error| error.to_string())? {
        rows += 1;
    }
    Ok(rows)
}

fn harvest(file: &Path) -> Result<Harvest, String> {
    let file = File::open(file).map_err(|error| error.to_string())?;
    let mut document = BufReader::with_capacity(BUFFER, file);
    let mut harvest = Harvest::new(date(2026, 11, 1));
    read_offer("AmazonEC2", Some("eu-west-1"), "USD", &mut document, &mut harvest)
        .map_err(|error| error.to_string())?;
    Ok(harvest)
}

/// `VmHWM` of this process, where the system tells it.
fn most_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "not known".to_owned(), |value| value.trim().to_owned())
}
