//! Graphics processors of NVIDIA, through `nvidia-smi`.
//!
//! <https://docs.nvidia.com/deploy/nvidia-smi/index.html>; `nvidia-smi --help-query-gpu` tells the
//! fields.

use std::env;
use std::path::{Path, PathBuf};

use csv::{ReaderBuilder, StringRecord, Trim};
use rustix::fs::{Access, access};
use serde_json::{Map, Value, json};

use super::figures::{first, now, share, shortened};
use super::{Capacity, CollectError, Collected};

/// What is asked of each processor, and the document's key for it.
const FIELDS: &[(&str, &str, Kind)] = &[
    ("index", "index", Kind::Count),
    ("uuid", "uuid", Kind::Text),
    ("name", "name", Kind::Text),
    ("driver_version", "driver_version", Kind::Text),
    ("utilization.gpu", "utilization_percent", Kind::Figure),
    ("utilization.memory", "memory_utilization_percent", Kind::Figure),
    ("memory.total", "memory_total_mib", Kind::Count),
    ("memory.used", "memory_used_mib", Kind::Count),
    ("temperature.gpu", "temperature_celsius", Kind::Figure),
    ("power.draw", "power_draw_watts", Kind::Figure),
    ("power.limit", "power_limit_watts", Kind::Figure),
];
const PROGRAM: &str = "nvidia-smi";
/// How many processors a person is shown.
const SHOWN: usize = 4;
/// How much of an answer that makes no sense a message quotes.
const QUOTED: usize = 160;

/// What a field holds.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Count,
    Figure,
}

/// Where `nvidia-smi` is: on the path, or where drivers put it.
#[must_use]
pub fn program() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    find(env::split_paths(&path).chain([PathBuf::from("/usr/bin")]))
}

fn find(mut folders: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let runs = |file: &Path| file.is_file() && access(file, Access::EXEC_OK).is_ok();
    // A folder of the path that is not absolute depends on where the agent was started.
    folders.find_map(|folder| {
        let file = folder.join(PROGRAM);
        (file.is_absolute() && runs(&file)).then_some(file)
    })
}

/// The arguments of `nvidia-smi` whose output [`read`] reads.
#[must_use]
pub fn query() -> Vec<String> {
    let fields: Vec<&str> = FIELDS.iter().map(|(field, ..)| *field).collect();
    vec![format!("--query-gpu={}", fields.join(",")), "--format=csv,noheader,nounits".to_owned()]
}

/// Reads what `nvidia-smi` printed. A figure that a processor does not have (`[N/A]`,
/// `[Not Supported]`) is `null`.
///
/// # Errors
/// It is not what was asked for: a message that the driver does not run, or something else.
pub fn read(output: &[u8]) -> Result<Collected, CollectError> {
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).from_reader(output);
    let mut gpus = Vec::new();
    for record in reader.records() {
        let record = record
            .map_err(|error| CollectError::new(format!("{PROGRAM} printed no text: {error}")))?;
        match record.len() {
            1 if record[0].starts_with("No devices were found") => {}
            count if count == FIELDS.len() => gpus.push(gpu(&record)?),
            _ => return Err(strange(&record)),
        }
    }
    Ok(collected(&gpus))
}

/// No graphics processors, for a reason such as `nvidia-smi is not installed`.
#[must_use]
pub fn absent(reason: &str) -> Collected {
    let data = Map::from_iter([
        ("timestamp".to_owned(), json!(now())),
        ("available".to_owned(), json!(false)),
        ("gpus".to_owned(), json!([])),
        ("total_gpus".to_owned(), json!(0)),
        ("reason".to_owned(), json!(reason)),
    ]);
    let lines = vec![format!("no graphics processors: {reason}")];
    Collected { data, lines, ..Collected::default() }
}

fn collected(gpus: &[Map<String, Value>]) -> Collected {
    let lines = match gpus {
        [] => vec!["no graphics processors".to_owned()],
        gpus => first(gpus.iter().map(line).collect(), SHOWN),
    };
    let count = gpus.len();
    let data = Map::from_iter([
        ("timestamp".to_owned(), json!(now())),
        ("available".to_owned(), json!(true)),
        ("gpus".to_owned(), json!(gpus)),
        ("total_gpus".to_owned(), json!(count)),
    ]);
    let capacity = Capacity { gpus: Some(count as u64), ..Capacity::default() };
    Collected { data, lines, capacity, ..Collected::default() }
}

fn gpu(record: &StringRecord) -> Result<Map<String, Value>, CollectError> {
    let mut gpu = Map::new();
    for ((field, key, kind), text) in FIELDS.iter().zip(record) {
        let value = value(*kind, text).ok_or_else(|| {
            let text = shortened(text, QUOTED);
            CollectError::new(format!("{PROGRAM} printed '{text}' for {field}, which is no number"))
        })?;
        gpu.insert((*key).to_owned(), value);
    }
    Ok(gpu)
}

/// `None` if it is no value of this kind.
fn value(kind: Kind, text: &str) -> Option<Value> {
    if text.starts_with('[') || text == "N/A" || text.is_empty() {
        return Some(Value::Null);
    }
    match kind {
        Kind::Text => Some(text.into()),
        Kind::Count => text.parse::<u64>().ok().map(Value::from),
        Kind::Figure => text.parse::<f64>().ok().filter(|it| it.is_finite()).map(Value::from),
    }
}

fn strange(record: &StringRecord) -> CollectError {
    let line: Vec<&str> = record.iter().collect();
    let line = shortened(&line.join(", "), QUOTED);
    CollectError::new(format!("{PROGRAM} did not list the graphics processors but printed: {line}"))
        .hint("run nvidia-smi by hand: the driver may not be loaded, or be of another version")
}

/// For a person; what is not known is left out.
fn line(gpu: &Map<String, Value>) -> String {
    let figure = |key: &str| gpu[key].as_f64();
    let mebibytes = |key: &str| gpu[key].as_u64().and_then(|it| it.checked_mul(1 << 20));
    let used = figure("utilization_percent").map(|it| format!("{it} % used"));
    let memory = mebibytes("memory_used_mib").zip(mebibytes("memory_total_mib"));
    let memory = memory.map(|(used, total)| format!("memory {}", share(used, total)));
    let warmth = figure("temperature_celsius").map(|it| format!("{it} °C"));
    let power = figure("power_draw_watts").map(|draw| match figure("power_limit_watts") {
        Some(limit) => format!("{draw:.0} of {limit:.0} W"),
        None => format!("{draw:.0} W"),
    });
    let figures: Vec<String> = [used, memory, warmth, power].into_iter().flatten().collect();
    let name = gpu["name"].as_str().unwrap_or("of unknown name");
    format!("gpu {} {name}: {}", gpu["index"], figures.join(", "))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const A100: &str = "0, GPU-4d3c8a1e-0000-1111-2222-333344445555, NVIDIA A100-SXM4-40GB, \
        535.129.03, 87, 42, 40960, 10240, 61, 312.45, 400.00\n";

    #[test]
    fn the_question_names_the_fields_in_the_order_they_are_read() {
        assert_eq!(
            query(),
            [
                "--query-gpu=index,uuid,name,driver_version,utilization.gpu,utilization.memory,\
                memory.total,memory.used,temperature.gpu,power.draw,power.limit",
                "--format=csv,noheader,nounits"
            ]
        );
    }

    #[test]
    fn a_data_centers_processor_tells_everything() {
        let collected = read(A100.as_bytes()).unwrap();
        let expected = json!({
            "index": 0,
            "uuid": "GPU-4d3c8a1e-0000-1111-2222-333344445555",
            "name": "NVIDIA A100-SXM4-40GB",
            "driver_version": "535.129.03",
            "utilization_percent": 87.0,
            "memory_utilization_percent": 42.0,
            "memory_total_mib": 40_960,
            "memory_used_mib": 10_240,
            "temperature_celsius": 61.0,
            "power_draw_watts": 312.45,
            "power_limit_watts": 400.0,
        });
        assert_eq!(collected.data["gpus"], json!([expected]));
        assert_eq!(collected.data["total_gpus"], 1);
        assert_eq!(collected.data["available"], true);
        assert_eq!(collected.capacity.gpus, Some(1));
        assert_eq!(
            collected.lines,
            [
                "gpu 0 NVIDIA A100-SXM4-40GB: 87 % used, memory 10.0 of 40.0 GiB, 61 °C, 312 of 400 W"
            ]
        );
    }

    #[test]
    fn what_a_processor_does_not_have_is_null() {
        let output = "1, GPU-1, NVIDIA GeForce GT 710, 470.223.02, [N/A], [Not Supported], 2048, \
            300, 45, [Unknown Error], N/A\n";
        let collected = read(output.as_bytes()).unwrap();
        let gpu = &collected.data["gpus"][0];
        for key in [
            "utilization_percent",
            "memory_utilization_percent",
            "power_draw_watts",
            "power_limit_watts",
        ] {
            assert_eq!(gpu[key], Value::Null, "{key}");
        }
        assert_eq!(gpu["memory_used_mib"], 300);
        assert_eq!(collected.lines, ["gpu 1 NVIDIA GeForce GT 710: memory 0.3 of 2.0 GiB, 45 °C"]);
    }

    #[test]
    fn eight_processors_are_counted_and_four_shown() {
        let collected = read(A100.repeat(8).as_bytes()).unwrap();
        assert_eq!(collected.capacity.gpus, Some(8));
        assert_eq!(collected.lines.len(), 5);
        assert_eq!(collected.lines[4], "and 4 more");
    }

    #[test]
    fn no_devices_is_none_and_not_a_failure() {
        let collected = read(b"No devices were found\n").unwrap();
        assert_eq!(collected.data["gpus"], json!([]));
        assert_eq!(collected.capacity.gpus, Some(0));
    }

    #[test]
    fn a_message_in_place_of_the_list_is_an_error_that_quotes_it() {
        let message = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA \
            driver. Make sure that the latest NVIDIA driver is installed and running.\n";
        let error = read(message.as_bytes()).unwrap_err();
        assert!(error.error.contains("couldn't communicate with the NVIDIA driver"), "{error}");
        assert!(error.hint.is_some());
        let error = read(A100.replace("87", "much").as_bytes()).unwrap_err();
        assert_eq!(
            error.error,
            "nvidia-smi printed 'much' for utilization.gpu, which is no number"
        );
        assert!(read(b"\xff\xfe, 1\n").is_err());
    }

    #[test]
    fn an_absent_program_is_no_processors_with_the_reason() {
        let collected = absent("nvidia-smi is not installed");
        assert_eq!(collected.data["available"], false);
        assert_eq!(collected.data["gpus"], json!([]));
        assert_eq!(collected.data["reason"], "nvidia-smi is not installed");
        assert_eq!(collected.capacity.gpus, None);
    }

    #[test]
    fn the_program_is_the_first_on_the_path_that_may_be_run() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = ["one", "other"].map(|name| folder.path().join(name));
        for (place, mode) in [(&one, 0o644), (&other, 0o755)] {
            fs::create_dir(place).unwrap();
            fs::write(place.join(PROGRAM), "").unwrap();
            fs::set_permissions(place.join(PROGRAM), Permissions::from_mode(mode)).unwrap();
        }
        let places = [PathBuf::from("relative"), one.clone(), other.clone()];
        assert_eq!(find(places.into_iter()), Some(other.join(PROGRAM)));
        assert_eq!(find([one].into_iter()), None);
    }
}
