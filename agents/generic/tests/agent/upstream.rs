//! Configuration files of upstream's generic agent start this one, and its documents have the same
//! keys. The keys are those that upstream's collectors return.

use serde_json::Value;

use crate::support::{Agent, Ran, keys};

/// What upstream's `--create-config` writes, with the collectors that are named turned on.
fn sample(on: &[&str]) -> String {
    let enabled = |collector: &str| on.contains(&collector);
    format!(
        "agent_type: generic_telemetry
capabilities:
- system_monitoring
- process_monitoring
- docker_monitoring
- custom_commands
collection_interval: 60
collectors:
  custom_commands:
    commands:
      disk_check: df -h
      network_connections: netstat -an | wc -l
      service_status: systemctl status nginx
    description: Executes custom commands for metrics
    enabled: {}
  docker_metrics:
    description: Collects Docker container metrics
    enabled: {}
  process_metrics:
    description: Monitors specific processes
    enabled: {}
    process_names:
    - nginx
    - apache2
    - mysql
    - postgres
  system_metrics:
    description: Collects CPU, memory, disk, and network metrics
    enabled: true
environment: on-premise
health_check_interval: 300
hostname: node3
log_level: INFO
plugins_directory: plugins
",
        enabled("custom_commands"),
        enabled("docker_metrics"),
        enabled("process_metrics"),
    )
}

/// The document, and what the registration would say.
fn run(yaml: &str) -> Value {
    let (document, Ran { status, stderr, .. }) = Agent::new().once(yaml);
    assert_eq!((status, warnings(&stderr)), (Some(0), Vec::<&str>::new()));
    assert_eq!(document["hostname"], "node3");
    let metrics = &document["metrics"];
    // What upstream sends as `metrics`.
    for key in ["timestamp", "agent_id", "hostname", "environment", "collectors", "summary"] {
        assert!(metrics.get(key).is_some(), "metrics has no {key}");
    }
    assert_eq!(metrics["environment"], "on-premise");
    for key in [
        "collectors_count",
        "healthy_collectors",
        "total_metrics",
        "health_status",
        "cpu_usage",
        "memory_usage",
        "disk_usage",
    ] {
        assert!(metrics["summary"].get(key).is_some(), "the summary has no {key}");
    }
    for key in ["status", "uptime", "last_collection", "metrics_count", "collectors_count"] {
        assert!(document["agent_health"].get(key).is_some(), "agent_health has no {key}");
    }
    assert_eq!(metrics["collectors"], metrics["services"]["collectors"]["collectors"]);
    document
}

fn warnings(stderr: &str) -> Vec<&str> {
    stderr.lines().filter(|line| line.contains("WARN") || line.contains("ERROR")).collect()
}

/// Whether `value` has every one of `expected`, which may be dotted.
fn has(value: &Value, expected: &[&str]) {
    for path in expected {
        let found = path.split('.').try_fold(value, |value, key| value.get(key));
        assert!(found.is_some(), "there is no {path} in {value}");
    }
}

fn collector<'a>(document: &'a Value, name: &str) -> &'a Value {
    let collector = &document["metrics"]["collectors"][name];
    has(collector, &["data", "healthy", "collection_time", "duration_ms"]);
    assert_eq!(collector["healthy"], true, "{collector}");
    &collector["data"]
}

const SYSTEM: &[&str] = &[
    "timestamp",
    "cpu.usage_percent",
    "cpu.count",
    "cpu.frequency.current",
    "cpu.frequency.min",
    "cpu.frequency.max",
    "memory.total_bytes",
    "memory.available_bytes",
    "memory.used_bytes",
    "memory.usage_percent",
    "memory.swap_total",
    "memory.swap_used",
    "memory.swap_percent",
    "disk.total_bytes",
    "disk.used_bytes",
    "disk.free_bytes",
    "disk.usage_percent",
    "disk.io.read_bytes",
    "disk.io.write_bytes",
    "disk.io.read_count",
    "disk.io.write_count",
    "network.bytes_sent",
    "network.bytes_recv",
    "network.packets_sent",
    "network.packets_recv",
    "network.errors_in",
    "network.errors_out",
    "network.drops_in",
    "network.drops_out",
    "processes.count",
    "load_average",
];

#[test]
fn the_sample_as_upstream_writes_it() {
    let document = run(&sample(&[]));
    assert_eq!(keys(&document["metrics"]["collectors"]), ["system_metrics"]);
    has(collector(&document, "system_metrics"), SYSTEM);
    assert_eq!(document["metrics"]["summary"]["health_status"], "healthy");
    assert_eq!(document["metrics"]["summary"]["collectors_count"], 1);
}

#[test]
fn the_sample_with_docker_and_processes() {
    let yaml = sample(&["docker_metrics", "process_metrics"]);
    let document = run(&yaml.replace("    - nginx\n", "    - generic-agent\n"));
    let names = ["docker_metrics", "process_metrics", "system_metrics"];
    assert_eq!(keys(&document["metrics"]["collectors"]), names);
    has(
        collector(&document, "docker_metrics"),
        &["timestamp", "containers", "total_containers", "running_containers"],
    );
    let processes = collector(&document, "process_metrics");
    has(processes, &["timestamp", "processes", "monitored_process_names", "total_monitored"]);
    // The agent itself runs, whatever else does.
    let list = processes["processes"].as_array().unwrap();
    let itself = list.iter().find(|process| process["name"] == "generic-agent").unwrap();
    has(itself, &["pid", "name", "cpu_percent", "memory_rss", "memory_vms", "status"]);
}

#[test]
fn the_sample_with_custom_commands_and_in_json() {
    let document = run(&sample(&["custom_commands"]));
    let data = collector(&document, "custom_commands");
    has(data, &["timestamp", "command_results.disk_check", "command_results.service_status"]);
    let disks = &data["command_results"]["disk_check"];
    assert_eq!(keys(disks), ["return_code", "stderr", "stdout", "success"]);
    assert_eq!((&disks["return_code"], &disks["success"]), (&0.into(), &true.into()));
    assert!(disks["stdout"].as_str().unwrap().starts_with("Filesystem"));
    // As upstream: what is no program of this machine is an error of that command alone; and there
    // is no shell, so that `|` is an argument.
    let piped = &data["command_results"]["network_connections"];
    assert!(piped["note"].as_str().unwrap().contains("\"|\" is an argument"), "{piped}");

    let json = r#"{ "agent_type": "generic_telemetry", "hostname": "node3",
  "environment": "on-premise", "capabilities": ["system_monitoring"],
  "collection_interval": 5, "health_check_interval": 300, "log_level": "WARNING",
  "plugins_directory": "plugins",
  "collectors": { "system_metrics": { "enabled": true, "description": "figures" } } }"#;
    has(collector(&run(json), "system_metrics"), SYSTEM);
}
