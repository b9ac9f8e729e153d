//! Containers as documents carry them, and as people read them.

use std::cmp::Reverse;

use serde_json::{Map, Value, json};

use super::figures::Figures;
use super::{RUNNING, Seen, words};
use crate::collectors::Collected;
use crate::collectors::figures::{amount, first, hundredths, now, share};

/// How many containers a person is shown.
const SHOWN: usize = 4;

/// The figures of all containers.
pub(super) fn collected(seen: &[Seen]) -> Collected {
    let running = seen.iter().filter(|it| it.container.state == RUNNING).count();
    let data = Map::from_iter([
        ("timestamp".to_owned(), json!(now())),
        ("available".to_owned(), json!(true)),
        ("containers".to_owned(), seen.iter().map(document).collect()),
        ("total_containers".to_owned(), json!(seen.len())),
        ("running_containers".to_owned(), json!(running)),
    ]);
    let mut lines = vec![format!("{} containers, {running} running", seen.len())];
    lines.extend(largest(seen));
    Collected { data, lines, ..Collected::default() }
}

/// No containers, because no engine runs here.
pub(super) fn absent(reason: &str) -> Collected {
    let data = Map::from_iter([
        ("timestamp".to_owned(), json!(now())),
        ("available".to_owned(), json!(false)),
        ("reason".to_owned(), json!(reason)),
        ("containers".to_owned(), json!([])),
        ("total_containers".to_owned(), json!(0)),
        ("running_containers".to_owned(), json!(0)),
    ]);
    Collected { data, lines: vec![reason.to_owned()], ..Collected::default() }
}

fn document(seen: &Seen) -> Value {
    let container = &seen.container;
    let mut document = Map::from_iter([
        ("ID".to_owned(), json!(words::id(container))),
        ("Names".to_owned(), json!(words::names(container))),
        ("Image".to_owned(), json!(container.image)),
        ("Command".to_owned(), json!(words::command(container))),
        ("CreatedAt".to_owned(), json!(words::created(container))),
        ("State".to_owned(), json!(container.state)),
        ("Status".to_owned(), json!(container.status)),
        ("Ports".to_owned(), json!(words::ports(container))),
        ("Labels".to_owned(), json!(words::labels(container))),
        ("Mounts".to_owned(), json!(words::mounts(container))),
        ("Networks".to_owned(), json!(words::networks(container))),
    ]);
    match &seen.figures {
        Some(Ok(figures)) => document.extend(fields(figures)),
        Some(Err(error)) => {
            document.extend(fields(&Figures::default()));
            document.insert("error".to_owned(), json!(error));
        }
        None => document.extend(fields(&Figures::default())),
    }
    Value::Object(document)
}

/// The texts of `docker stats`, and the numbers.
fn fields(figures: &Figures) -> Map<String, Value> {
    let pair = |pair: Option<(u64, u64)>| {
        pair.map(|(one, other)| format!("{} / {}", words::traffic(one), words::traffic(other)))
    };
    let memory = figures.memory.zip(figures.memory_limit);
    let memory =
        memory.map(|(used, limit)| format!("{} / {}", words::memory(used), words::memory(limit)));
    let [network, block] = [figures.network.unzip(), figures.block.unzip()];
    Map::from_iter([
        ("CPUPerc".to_owned(), json!(figures.cpu.map(words::percent))),
        ("MemUsage".to_owned(), json!(memory)),
        ("MemPerc".to_owned(), json!(figures.memory_percent().map(words::percent))),
        ("NetIO".to_owned(), json!(pair(figures.network))),
        ("BlockIO".to_owned(), json!(pair(figures.block))),
        ("PIDs".to_owned(), json!(figures.pids.map(|pids| pids.to_string()))),
        ("cpu_percent".to_owned(), json!(figures.cpu.map(hundredths))),
        ("memory_bytes".to_owned(), json!(figures.memory)),
        ("memory_limit_bytes".to_owned(), json!(figures.memory_limit)),
        ("network_received_bytes".to_owned(), json!(network.0)),
        ("network_sent_bytes".to_owned(), json!(network.1)),
        ("block_read_bytes".to_owned(), json!(block.0)),
        ("block_written_bytes".to_owned(), json!(block.1)),
        ("pids".to_owned(), json!(figures.pids)),
    ])
}

/// The running containers, those with most memory first.
fn largest(seen: &[Seen]) -> Vec<String> {
    let mut running: Vec<_> =
        seen.iter().filter_map(|seen| Some((seen, seen.figures.as_ref()?))).collect();
    let memory = |figures: &Result<Figures, String>| figures.as_ref().ok().and_then(|it| it.memory);
    running.sort_by_key(|(_, figures)| Reverse(memory(figures)));
    first(running.into_iter().map(|(seen, figures)| line(seen, figures)).collect(), SHOWN)
}

fn line(seen: &Seen, figures: &Result<Figures, String>) -> String {
    let name = words::names(&seen.container);
    let figures = match figures {
        Ok(figures) => figures,
        Err(error) => return format!("{name}: {error}"),
    };
    let cpu = figures.cpu.map(|cpu| format!("cpu {cpu:.1} %"));
    let memory = match (figures.memory, figures.memory_limit) {
        (Some(used), Some(limit)) => Some(format!("memory {}", share(used, limit))),
        (Some(used), None) => Some(format!("memory {}", amount(used))),
        (None, _) => None,
    };
    let parts: Vec<String> = [cpu, memory].into_iter().flatten().collect();
    format!("{name} ({}): {}", seen.container.image, parts.join(", "))
}
