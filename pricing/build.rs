//! Turns the text tables under `tables/` into the binary book that the crate embeds.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

#[path = "src/book/encode/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "the file is a public module of the crate"
)]
mod encode;
#[path = "build/tables.rs"]
#[allow(unreachable_pub, reason = "a test of the crate includes the file too")]
mod tables;

use encode::{EncodeError, RowEntry, SourceEntry};
use tables::{TableRow, TableSource};

fn main() -> ExitCode {
    for watched in ["tables", "build", "build.rs", "src/book/encode"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("no CARGO_MANIFEST_DIR")?);
    let output = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    let folder = root.join("tables");
    let sources = tables::read_sources("sources.tsv", &read(&folder.join("sources.tsv"))?)?;
    // A book for each provider: no agent carries another cloud's prices.
    for (provider, files) in tables::files(&folder)? {
        let mut rows = Vec::new();
        for file in files {
            let name = file.strip_prefix(&folder).unwrap_or(&file).display().to_string();
            rows.extend(tables::read_table(&name, &read(&file)?)?);
        }
        let output = output.join(provider).with_extension("bin");
        let book = encode(&used(&sources, &rows), &rows)?;
        fs::write(&output, book).map_err(|error| format!("{}: {error}", output.display()))?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The sources that some row names. One that is missing is the encoder's to report.
fn used<'a>(sources: &'a [TableSource], rows: &[TableRow]) -> Vec<&'a TableSource> {
    let named: HashSet<&str> = rows.iter().map(|row| row.source.as_str()).collect();
    sources.iter().filter(|source| named.contains(source.id.as_str())).collect()
}

fn encode(sources: &[&TableSource], rows: &[TableRow]) -> Result<Vec<u8>, String> {
    let sources: Vec<SourceEntry<'_>> = sources
        .iter()
        .map(|TableSource { id, what, licence }| SourceEntry::new(id, what, licence))
        .collect();
    let entries: Vec<RowEntry<'_>> = rows
        .iter()
        .map(|row| RowEntry {
            service: &row.service,
            sku: &row.sku,
            variant: &row.variant,
            unit: &row.unit,
            region: &row.region,
            source: &row.source,
            mantissa: row.mantissa,
            scale: row.scale,
            date: row.date,
        })
        .collect();
    encode::encode(&sources, &entries).map_err(|error| located(&error, rows))
}

/// Names the table lines that an error of the encoder is about.
fn located(error: &EncodeError, rows: &[TableRow]) -> String {
    match error {
        EncodeError::DuplicateRow { first, second } => {
            let TableRow { place, sku, region, .. } = &rows[*second];
            format!("{place}: {sku} in {region} is already at {}", rows[*first].place)
        }
        EncodeError::UnknownSource { row } => {
            let TableRow { place, source, .. } = &rows[*row];
            format!("{place}: source {source} is not in sources.tsv")
        }
        EncodeError::TooManyPlaces { row } | EncodeError::BadDate { row } => {
            format!("{}: {error}", rows[*row].place)
        }
        EncodeError::DuplicateSource { .. } | EncodeError::TooLarge => error.to_string(),
    }
}
