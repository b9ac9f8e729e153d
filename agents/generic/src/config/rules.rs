//! How a plugin's output is read.

use regex::RegexBuilder;

use finops_core::config::{Branch, Written};

use crate::parse::{Delimiter, Format, Rules, Table};

/// The most memory that a compiled pattern may take, in bytes.
const PATTERN_BYTES: usize = 1 << 20;
/// The most lines that can be skipped.
const MOST_SKIPPED: u64 = 10_000;

/// The formats, as they are written.
const FORMATS: &str = "json, jsonl, csv, tsv, key_value, prometheus, regex or text";

/// What is read where a plugin says nothing: one JSON value.
pub(crate) fn default() -> Rules {
    rules(Format::Json { records: None })
}

fn rules(format: Format) -> Rules {
    Rules { format, skip_lines: 0, comment: None, numbers: true }
}

/// The rules of a `parse` table.
pub(super) fn check(mut branch: Branch) -> Option<Rules> {
    let name = branch.required("format", &format!("write {FORMATS}"));
    let format = name.and_then(|name| format(&mut branch, &name));
    let skip_lines = branch.whole("skip_lines", 0, MOST_SKIPPED).unwrap_or(0);
    let comment = branch.text("comment").filter(|text| !text.is_empty());
    let numbers = branch.flag("numbers").unwrap_or(true);
    branch.finish();
    let skip_lines = usize::try_from(skip_lines).unwrap_or(usize::MAX);
    Some(Rules { skip_lines, comment, numbers, ..rules(format?) })
}

fn format(branch: &mut Branch, name: &Written) -> Option<Format> {
    match name.text.trim().to_ascii_lowercase().as_str() {
        "json" => Some(Format::Json { records: pointer(branch) }),
        "jsonl" => Some(Format::Jsonl),
        "csv" => {
            let delimiter = delimiter(branch);
            table(branch, delimiter?)
        }
        "tsv" => table(branch, Delimiter::Byte(b'\t')),
        "key_value" => {
            let separator = branch.text("separator").filter(|text| !text.is_empty());
            Some(Format::KeyValue { separator })
        }
        "prometheus" => Some(Format::Prometheus),
        "regex" => pattern(branch),
        "text" => Some(Format::Text),
        _ => {
            let problem = format!("is \"{}\"", name.text);
            branch.wrong(name, problem, format!("write one of {FORMATS}"));
            None
        }
    }
}

fn pointer(branch: &mut Branch) -> Option<String> {
    let written = branch.written("records")?;
    let pointer = written.text.trim().to_owned();
    if pointer.is_empty() || pointer.starts_with('/') {
        return Some(pointer).filter(|pointer| !pointer.is_empty());
    }
    let remedy = format!("write a JSON pointer: /{}", pointer.replace('.', "/"));
    branch.wrong(&written, format!("is \"{pointer}\""), remedy);
    None
}

/// A comma, unless it is said otherwise.
fn delimiter(branch: &mut Branch) -> Option<Delimiter> {
    let Some(written) = branch.written("delimiter") else { return Some(Delimiter::Byte(b',')) };
    match written.text.as_str() {
        "whitespace" => Some(Delimiter::Whitespace),
        "tab" | "\\t" => Some(Delimiter::Byte(b'\t')),
        text if matches!(text.as_bytes(), [byte] if byte.is_ascii() && !b"\"\r\n".contains(byte)) => {
            Some(Delimiter::Byte(text.as_bytes()[0]))
        }
        text => {
            let remedy = "write one letter like \";\", tab, or whitespace for aligned columns";
            branch.wrong(&written, format!("is \"{text}\""), remedy);
            None
        }
    }
}

fn table(branch: &mut Branch, delimiter: Delimiter) -> Option<Format> {
    let columns: Vec<Written> = branch.texts("columns");
    let header = branch.flag("header").unwrap_or(columns.is_empty());
    if columns.is_empty() && !header {
        branch.mistake("has neither columns nor a header", "write the names of the columns");
        return None;
    }
    let twice = columns.iter().enumerate().find(|(index, column)| {
        column.text.is_empty() || columns[..*index].iter().any(|other| other.text == column.text)
    });
    if let Some((_, column)) = twice {
        branch.wrong(column, "is empty or there twice", "give each column its own name");
        return None;
    }
    let columns = columns.into_iter().map(|column| column.text).collect();
    Some(Format::Table(Table { delimiter, columns, header }))
}

fn pattern(branch: &mut Branch) -> Option<Format> {
    let remedy = r"write a pattern with named groups: '(?m)^(?P<name>\w+) (?P<value>\d+)$'";
    let written = branch.required("pattern", remedy)?;
    match RegexBuilder::new(&written.text).size_limit(PATTERN_BYTES).build() {
        Ok(pattern) if pattern.capture_names().flatten().next().is_some() => {
            Some(Format::Regex(pattern))
        }
        Ok(_) => {
            branch.wrong(&written, "has no named group", remedy);
            None
        }
        Err(error) => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default().trim();
            branch.wrong(&written, format!("is no pattern: {last}"), remedy);
            None
        }
    }
}
