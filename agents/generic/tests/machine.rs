//! The machine's figures beside what the kernel and the usual programs say of them at the same
//! moment. What only grows must lie between a reading before and one after; what moves is compared
//! again until two readings met the same moment.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Child, Command, Stdio, id};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use generic_agent::collectors::{Collected, Collector, ProcessMetrics, SystemMetrics};
use serde_json::Value;

/// How often a figure that moves is compared.
const ATTEMPTS: usize = 40;

fn read(file: &str) -> String {
    fs::read_to_string(file).unwrap()
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).env("LC_ALL", "C").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The numbers in a line.
fn numbers(line: &str) -> Vec<u64> {
    line.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

/// Bytes from `/proc/meminfo`.
fn meminfo(key: &str) -> u64 {
    let text = read("/proc/meminfo");
    let line = text.lines().find(|line| line.starts_with(&format!("{key}:"))).unwrap();
    numbers(line)[0] * 1_024
}

async fn collect(metrics: &SystemMetrics) -> Collected {
    metrics.collect().await.unwrap()
}

fn figure(collected: &Collected, pointer: &str) -> f64 {
    let data = Value::Object(collected.data.clone());
    let value = data.pointer(pointer).and_then(Value::as_f64);
    value.unwrap_or_else(|| panic!("{pointer} is no number"))
}

/// That `pointer` is within `tolerance` of what `expected` tells before or after, in one of some
/// attempts.
async fn agrees(
    metrics: &SystemMetrics,
    pointer: &str,
    tolerance: f64,
    mut expected: impl FnMut() -> f64,
) {
    let mut seen = Vec::new();
    for _ in 0..ATTEMPTS {
        let before = expected();
        let ours = figure(&collect(metrics).await, pointer);
        let after = expected();
        if [before, after].iter().any(|expected| (ours - expected).abs() <= tolerance) {
            return;
        }
        seen.push((before, ours, after));
    }
    panic!("{pointer} never agrees within {tolerance}: {seen:?}");
}

/// That each of our figures lies between what `expected` tells before and after.
async fn lies_between(metrics: &SystemMetrics, expected: impl Fn() -> BTreeMap<&'static str, f64>) {
    let before = expected();
    let collected = collect(metrics).await;
    let after = expected();
    for (pointer, before) in before {
        let (ours, after) = (figure(&collected, pointer), after[pointer]);
        assert!(before <= ours && ours <= after, "{pointer}: {before} <= {ours} <= {after}");
    }
}

#[tokio::test]
async fn memory_is_as_meminfo_has_it() {
    let metrics = SystemMetrics::new();
    let total = meminfo("MemTotal");
    let two_percent = total as f64 * 0.02;
    let collected = collect(&metrics).await;
    assert_eq!(collected.data["memory"]["total_bytes"], total);
    assert_eq!(collected.capacity.memory_bytes, Some(total));
    assert_eq!(collected.data["memory"]["swap_total"], meminfo("SwapTotal"));
    let available = || meminfo("MemAvailable") as f64;
    agrees(&metrics, "/memory/available_bytes", two_percent, available).await;
    let used = || (total - meminfo("MemAvailable")) as f64;
    agrees(&metrics, "/memory/used_bytes", two_percent, used).await;
    let percent = || (total - meminfo("MemAvailable")) as f64 / total as f64 * 100.0;
    agrees(&metrics, "/memory/usage_percent", 2.0, percent).await;
    let swap = || (meminfo("SwapTotal") - meminfo("SwapFree")) as f64;
    let tolerance = meminfo("SwapTotal") as f64 * 0.02;
    agrees(&metrics, "/memory/swap_used", tolerance, swap).await;
}

#[tokio::test]
async fn the_root_disk_is_as_df_has_it() {
    let metrics = SystemMetrics::new();
    // Filesystem 1-blocks Used Available Capacity Mounted on
    let df = |column: usize| {
        let table = output("df", &["-P", "-B1", "/"]);
        // The device's name may be a number, but not alone.
        numbers(table.lines().nth(1).unwrap())[column] as f64
    };
    let two_percent = df(0) * 0.02;
    agrees(&metrics, "/disk/total_bytes", 0.0, || df(0)).await;
    agrees(&metrics, "/disk/used_bytes", two_percent, || df(1)).await;
    agrees(&metrics, "/disk/free_bytes", two_percent, || df(2)).await;
    agrees(&metrics, "/disk/usage_percent", 2.0, || df(1) / df(0) * 100.0).await;
}

#[tokio::test]
async fn every_disk_is_as_df_has_it() {
    let collected = collect(&SystemMetrics::new()).await;
    let disks = collected.data["disks"].as_array().unwrap();
    let mut sum = 0;
    for disk in disks {
        let point = disk["mount_point"].as_str().unwrap();
        let table = output("df", &["-P", "-B1", point]);
        let total = numbers(table.lines().nth(1).unwrap())[0];
        assert_eq!(disk["total_bytes"], total, "{point}");
        // The datasets of a pool share their free room.
        sum += if disk["filesystem"] == "zfs" { 0 } else { total };
    }
    assert!(!disks.is_empty());
    assert!(collected.capacity.disk_bytes.unwrap() >= sum);
}

#[tokio::test]
async fn processors_are_as_cpuinfo_and_nproc_have_them() {
    let collected = collect(&SystemMetrics::new()).await;
    let cpuinfo = read("/proc/cpuinfo");
    let online = cpuinfo.lines().filter(|line| line.starts_with("processor")).count() as u64;
    assert_eq!(collected.capacity.vcpus, Some(online));
    assert_eq!(collected.data["cpu"]["count"], online);
    assert_eq!(collected.data["cpu"]["per_core"].as_array().unwrap().len() as u64, online);
    // nproc also counts those that are offline.
    assert!(online <= numbers(&output("nproc", &["--all"]))[0]);
}

/// Busy and all ticks of the machine.
fn ticks() -> (u64, u64) {
    let stat = read("/proc/stat");
    // user nice system idle iowait irq softirq steal
    let times = &numbers(stat.lines().next().unwrap())[..8];
    let all: u64 = times.iter().sum();
    (all - times[3] - times[4], all)
}

/// A thread that is busy for as long as it lives.
struct Busy(Arc<AtomicBool>);

impl Busy {
    fn start() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&stop);
        thread::spawn(move || {
            while !until.load(Ordering::Relaxed) {
                black_box(0);
            }
        });
        Self(stop)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn the_processors_usage_is_what_their_clocks_say() {
    let metrics = SystemMetrics::new();
    collect(&metrics).await;
    let (busy_before, all_before) = ticks();
    let _busy = Busy::start();
    // Until every processor's clock has ticked a hundred times.
    let wanted = 100 * u64::try_from(thread::available_parallelism().unwrap().get()).unwrap();
    while ticks().1 - all_before < wanted {
        thread::yield_now();
    }
    let collected = collect(&metrics).await;
    let (busy, all) = ticks();
    let expected = (busy - busy_before) as f64 / (all - all_before) as f64 * 100.0;
    let ours = figure(&collected, "/cpu/usage_percent");
    assert!((ours - expected).abs() <= 10.0, "{ours} beside {expected}");
    let cores = collected.data["cpu"]["per_core"].as_array().unwrap();
    let sum: f64 = cores.iter().filter_map(|core| core["usage_percent"].as_f64()).sum();
    let mean = sum / cores.len() as f64;
    assert!((mean - ours).abs() <= 10.0, "{mean} on average over the processors, {ours} of all");
}

#[tokio::test]
async fn load_and_processes_are_as_proc_has_them() {
    let metrics = SystemMetrics::new();
    for (index, pointer) in
        ["/load_average/0", "/load_average/1", "/load_average/2"].into_iter().enumerate()
    {
        let load = || {
            let text = read("/proc/loadavg");
            text.split(' ').nth(index).unwrap().parse().unwrap()
        };
        agrees(&metrics, pointer, 1e-9, load).await;
    }
    let processes = || {
        let entries = fs::read_dir("/proc").unwrap().flatten();
        entries.filter(|it| it.file_name().to_str().unwrap().parse::<u32>().is_ok()).count() as f64
    };
    agrees(&metrics, "/processes/count", 0.02 * processes(), processes).await;
}

#[tokio::test]
async fn uptime_and_traffic_lie_between_two_readings() {
    let metrics = SystemMetrics::new();
    lies_between(&metrics, || {
        let uptime = read("/proc/uptime");
        BTreeMap::from([("/uptime_seconds", uptime.split(' ').next().unwrap().parse().unwrap())])
    })
    .await;
    lies_between(&metrics, || {
        let table = read("/proc/net/dev");
        let interfaces: Vec<Vec<u64>> =
            (table.lines().skip(2)).map(|line| numbers(line.split_once(':').unwrap().1)).collect();
        let sum = |column: usize| interfaces.iter().map(|it| it[column]).sum::<u64>() as f64;
        BTreeMap::from([
            ("/network/bytes_recv", sum(0)),
            ("/network/packets_recv", sum(1)),
            ("/network/errors_in", sum(2)),
            ("/network/drops_in", sum(3)),
            ("/network/bytes_sent", sum(8)),
            ("/network/packets_sent", sum(9)),
            ("/network/errors_out", sum(10)),
            ("/network/drops_out", sum(11)),
        ])
    })
    .await;
    lies_between(&metrics, || {
        let table = read("/proc/diskstats");
        let disks: Vec<Vec<&str>> =
            table.lines().map(|line| line.split_whitespace().collect()).collect();
        // A disk has hardware behind it; partitions and what stands on disks have not.
        let hardware = |name: &str| Path::new("/sys/block").join(name).join("device").exists();
        let disks: Vec<_> = disks.into_iter().filter(|line| hardware(line[2])).collect();
        let sum = |column: usize| {
            disks.iter().map(|line| line[column].parse::<u64>().unwrap()).sum::<u64>() as f64
        };
        BTreeMap::from([
            ("/disk/io/read_count", sum(3)),
            ("/disk/io/read_bytes", sum(5) * 512.0),
            ("/disk/io/write_count", sum(7)),
            ("/disk/io/write_bytes", sum(9) * 512.0),
        ])
    })
    .await;
}

/// A process that waits until it is dropped.
struct Sleeper(Child);

impl Sleeper {
    fn start() -> Self {
        Self(Command::new("sleep").arg("1000").stdout(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_process_is_as_proc_has_it() {
    let sleeper = Sleeper::start();
    let metrics = ProcessMetrics::new(vec!["sleep".to_owned(), "no-such-program".to_owned()]);
    let size = |key: &str| {
        let status = read(&format!("/proc/{}/status", sleeper.0.id()));
        let line = status.lines().find(|line| line.starts_with(key)).map(numbers);
        line.map(|numbers| numbers[0] * 1_024)
    };
    // Until the new process has become the program, and has all its memory.
    let (collected, process) = loop {
        let collected = metrics.collect().await.unwrap();
        let processes = collected.data["processes"].as_array().unwrap();
        let ours = processes.iter().find(|it| it["pid"] == sleeper.0.id());
        let ours = ours.filter(|it| it["status"] == "sleeping");
        if let Some(process) = ours.filter(|it| it["memory_vms"].as_u64() == size("VmSize:")) {
            break (collected.clone(), process.clone());
        }
    };
    assert_eq!(process["name"], "sleep");
    let resident = process["memory_rss"].as_u64().unwrap();
    // The kernel counts resident pages for each processor and adds them up now and then.
    let tolerance = size("VmSize:").unwrap() / 10;
    assert!(resident.abs_diff(size("VmRSS:").unwrap()) <= tolerance, "{resident}");
    assert_eq!(collected.data["not_running"], serde_json::json!(["no-such-program"]));
    assert_eq!(collected.lines.last().unwrap(), "not running: no-such-program");
}

#[tokio::test]
async fn a_busy_process_shows_from_the_second_reading_on() {
    let metrics = ProcessMetrics::new(Vec::new());
    let ours = |collected: &Collected| {
        let processes = collected.data["processes"].as_array().unwrap();
        let ours = processes.iter().filter(|it| it["pid"] == id()).collect::<Vec<_>>();
        assert_eq!(ours.len(), 1, "threads are no processes");
        ours[0]["cpu_percent"].as_f64()
    };
    assert_eq!(ours(&metrics.collect().await.unwrap()), None);
    let _busy = Busy::start();
    let before = ticks().1;
    while ticks().1 - before < 100 {
        thread::yield_now();
    }
    let usage = ours(&metrics.collect().await.unwrap()).unwrap();
    // The machine may be busy with other things too.
    assert!(usage > 5.0, "{usage}");
}
