//! Reads the text tables under `tables/`: for `build.rs`, and for the test of its messages.
//!
//! Every problem is reported as `file:line: what is wrong`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// One row of a table, still borrowing nothing, with the place it was read from.
#[derive(Debug, Clone)]
pub struct TableRow {
    /// Where the row stands: `aws/ec2_ondemand.tsv:17`.
    pub place: String,
    /// Provider and service, from the table's first line.
    pub service: String,
    /// What is priced.
    pub sku: String,
    /// Operating system, engine, architecture, or nothing.
    pub variant: String,
    /// The vendor's unit.
    pub unit: String,
    /// The vendor's region.
    pub region: String,
    /// The id of the source.
    pub source: String,
    /// The digits of the price in USD.
    pub mantissa: u64,
    /// How many of them stand after the point.
    pub scale: u8,
    /// Year, month, day.
    pub date: (u16, u8, u8),
}

/// One line of `sources.tsv`.
#[derive(Debug, Clone)]
pub struct TableSource {
    /// The id that rows name.
    pub id: String,
    /// What the source is.
    pub what: String,
    /// The carrier's licence.
    pub licence: String,
}

/// The table files of all providers, in a fixed order.
pub fn files(tables: &Path) -> Result<BTreeMap<String, Vec<PathBuf>>, String> {
    let mut files = BTreeMap::new();
    for folder in entries(tables)?.iter().filter(|path| path.is_dir()) {
        let provider = folder.file_name().unwrap_or_default().display().to_string();
        let mut tables = entries(folder)?;
        tables.retain(|path| path.extension() == Some("tsv".as_ref()));
        files.insert(provider, tables);
    }
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error| format!("{}: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// The rows of one table. `name` is how messages call the file.
pub fn read_table(name: &str, text: &str) -> Result<Vec<TableRow>, String> {
    let mut lines = text.lines().enumerate();
    let first = lines.next().map(|(_, line)| line).unwrap_or_default();
    let Some(service) = first.strip_prefix("service\t").filter(|service| service.contains('/'))
    else {
        return Err(format!("{name}:1: expected `service<tab>provider/service`, found {first:?}"));
    };
    let header = lines.next().map(|(_, line)| line).unwrap_or_default();
    if header != "sku\tvariant\tunit\tdate\tsource\tprices" {
        return Err(format!("{name}:2: unexpected column names {header:?}"));
    }
    let mut rows = Vec::new();
    for (index, line) in lines {
        let place = format!("{name}:{}", index + 1);
        read_line(&place, service, line, &mut rows).map_err(|what| format!("{place}: {what}"))?;
    }
    Ok(rows)
}

fn read_line(
    place: &str,
    service: &str,
    line: &str,
    rows: &mut Vec<TableRow>,
) -> Result<(), String> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [sku, variant, unit, date, source, prices] = fields[..] else {
        return Err(format!("{} columns where there should be 6", fields.len()));
    };
    if sku.is_empty() || unit.is_empty() || source.is_empty() {
        return Err("sku, unit and source must not be empty".to_owned());
    }
    let date = read_date(date).ok_or_else(|| format!("{date:?} is no date"))?;
    for pair in prices.split(' ') {
        let Some((region, price)) = pair.split_once('=').filter(|(region, _)| !region.is_empty())
        else {
            return Err(format!("{pair:?} is not region=price"));
        };
        let (mantissa, scale) =
            read_price(price).ok_or_else(|| format!("{price:?} is no price above zero"))?;
        rows.push(TableRow {
            place: place.to_owned(),
            service: service.to_owned(),
            sku: sku.to_owned(),
            variant: variant.to_owned(),
            unit: unit.to_owned(),
            region: region.to_owned(),
            source: source.to_owned(),
            mantissa,
            scale,
            date,
        });
    }
    Ok(())
}

/// The sources of `sources.tsv`.
pub fn read_sources(name: &str, text: &str) -> Result<Vec<TableSource>, String> {
    let mut lines = text.lines().enumerate();
    if lines.next().map(|(_, line)| line) != Some("id\twhat\tlicence") {
        return Err(format!("{name}:1: unexpected column names"));
    }
    let mut sources = Vec::new();
    for (index, line) in lines {
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, what, licence] = fields[..] else {
            return Err(format!("{name}:{}: expected id, what and licence", index + 1));
        };
        let [id, what, licence] = [id, what, licence].map(str::to_owned);
        sources.push(TableSource { id, what, licence });
    }
    Ok(sources)
}

/// Digits with at most one point, as (mantissa, scale) without needless zeros at the end.
///
/// Zero is refused: a list price of nothing is far more likely a hole in the source.
fn read_price(text: &str) -> Option<(u64, u8)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}");
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || text.ends_with('.') || !all_digits {
        return None;
    }
    let mantissa = digits.parse().ok().filter(|mantissa| *mantissa > 0)?;
    Some((mantissa, u8::try_from(fraction.len()).ok()?))
}

/// `2026-07-20`, a day of the calendar.
fn read_date(text: &str) -> Option<(u16, u8, u8)> {
    let fields: Vec<&str> = text.split('-').collect();
    let [year, month, day] = fields[..] else {
        return None;
    };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    let (year, month, day) = (year.parse::<u16>().ok()?, month.parse().ok()?, day.parse().ok()?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    (1..=days).contains(&day).then_some((year, month, day))
}
