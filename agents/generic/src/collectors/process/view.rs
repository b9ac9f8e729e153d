//! The processes' figures as documents carry them, and as people read them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::Seen;
use crate::collectors::Collected;
use crate::collectors::figures::{amount, first, now};

/// The most processes that a document carries: the largest by memory.
const LIMIT: usize = 5_000;
/// How many names a person is shown.
const SHOWN: usize = 8;

/// The figures of `seen`, which is all that was asked for by `names`.
pub(super) fn collected(names: &BTreeSet<String>, mut seen: Vec<Seen>) -> Collected {
    let running: BTreeSet<&str> = seen.iter().map(|it| it.name.as_str()).collect();
    let absent: Vec<&String> =
        names.iter().filter(|name| !running.contains(name.as_str())).collect();
    let mut data = Map::from_iter([
        ("timestamp".to_owned(), json!(now())),
        ("monitored_process_names".to_owned(), json!(names)),
        ("total_monitored".to_owned(), json!(seen.len())),
        ("left_out".to_owned(), json!(seen.len().saturating_sub(LIMIT))),
        ("not_running".to_owned(), json!(absent)),
    ]);
    let mut lines = lines(&seen);
    if !absent.is_empty() {
        let absent: Vec<&str> = absent.into_iter().map(String::as_str).collect();
        lines.push(format!("not running: {}", absent.join(", ")));
    }
    seen.sort_by_key(|it| (Reverse(it.resident), it.pid));
    let processes = seen.iter().take(LIMIT).map(document);
    data.insert("processes".to_owned(), processes.collect());
    Collected { data, lines, ..Collected::default() }
}

fn document(process: &Seen) -> Value {
    json!({
        "pid": process.pid,
        "name": process.name,
        "cpu_percent": process.usage,
        "memory_rss": process.resident,
        "memory_vms": process.virtual_size,
        "status": process.status,
    })
}

/// A line for each name, those that take most memory first.
fn lines(seen: &[Seen]) -> Vec<String> {
    /// Of all processes of one name.
    #[derive(Default)]
    struct Sum {
        count: usize,
        resident: u64,
        usage: Option<f64>,
    }
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for process in seen {
        let sum = sums.entry(&process.name).or_default();
        sum.count += 1;
        sum.resident = sum.resident.saturating_add(process.resident);
        // The processes that are new have no usage yet; the others' is known.
        sum.usage = match (sum.usage, process.usage) {
            (Some(one), Some(other)) => Some(one + other),
            (one, other) => one.or(other),
        };
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(_, sum)| Reverse(sum.resident));
    let lines = sums.into_iter().map(|(name, sum)| {
        let usage = sum.usage.map(|usage| format!(", cpu {usage:.1} %")).unwrap_or_default();
        let word = if sum.count == 1 { "process" } else { "processes" };
        format!("{name}: {} {word}, {}{usage}", sum.count, amount(sum.resident))
    });
    first(lines.collect(), SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(pid: i32, name: &str, resident: u64, usage: Option<f64>) -> Seen {
        Seen {
            pid,
            name: name.to_owned(),
            usage,
            resident,
            virtual_size: 2 * resident,
            status: Some("sleeping"),
        }
    }

    #[test]
    fn a_name_that_nobody_has_is_told() {
        let names = ["nginx", "redis"].map(str::to_owned).into();
        let seen = vec![
            process(1, "nginx", 1 << 20, Some(1.0)),
            process(2, "nginx", 3 << 20, Some(0.5)),
            process(3, "nginx", 1 << 20, None),
        ];
        let Collected { data, lines, .. } = collected(&names, seen);
        assert_eq!(lines, ["nginx: 3 processes, 5.0 MiB, cpu 1.5 %", "not running: redis"]);
        assert_eq!(data["not_running"], json!(["redis"]));
        assert_eq!(data["monitored_process_names"], json!(["nginx", "redis"]));
        assert_eq!(data["processes"][0]["pid"], 2, "the largest comes first");
        assert_eq!(data["processes"][2]["cpu_percent"], Value::Null);
    }

    #[test]
    fn beyond_five_thousand_the_smallest_are_left_out_and_counted() {
        let seen = (0..5_003).map(|pid| process(pid, "many", pid as u64, None)).collect();
        let Collected { data, lines, .. } = collected(&BTreeSet::new(), seen);
        assert_eq!(data["processes"].as_array().unwrap().len(), 5_000);
        assert_eq!(data["processes"][4_999]["memory_rss"], 3);
        assert_eq!(data["total_monitored"], 5_003);
        assert_eq!(data["left_out"], 3);
        assert_eq!(lines.len(), 1);
    }
}
