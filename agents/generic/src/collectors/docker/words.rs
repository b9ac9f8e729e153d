//! Texts as `docker ps` and `docker stats` print them.

use std::collections::BTreeSet;

use finops_core::identity::redact;
use jiff::Timestamp;
use serde_json::Value;

use super::answers::{Container, Port};
use crate::collectors::figures::shortened;

/// The letters of an id that are shown.
const ID: usize = 12;
const COMMAND: usize = 20;
const MOUNT: usize = 15;
const BINARY: &[&str] = &["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
const DECIMAL: &[&str] = &["B", "kB", "MB", "GB", "TB", "PB", "EB"];

/// The beginning of a container's id.
pub(super) fn id(container: &Container) -> String {
    container.id.chars().take(ID).collect()
}

/// The names without their slash; those with another one are links of other containers.
pub(super) fn names(container: &Container) -> String {
    let names = container.names.iter().map(|name| name.strip_prefix('/').unwrap_or(name));
    names.filter(|name| !name.contains('/')).collect::<Vec<_>>().join(",")
}

/// The command in quotes, its secrets redacted, then cut.
pub(super) fn command(container: &Container) -> String {
    let words = container.command.split_whitespace().map(str::to_owned);
    format!("\"{}\"", shortened(&redact::command_line(words), COMMAND))
}

/// `2025-01-31 12:00:00 +0000 UTC`
pub(super) fn created(container: &Container) -> Option<String> {
    let created = Timestamp::from_second(container.created?).ok()?;
    Some(created.strftime("%Y-%m-%d %H:%M:%S +0000 UTC").to_string())
}

/// `0.0.0.0:8080->80/tcp, 443/tcp`. Docker draws ports that follow each other together; here each
/// is named.
pub(super) fn ports(container: &Container) -> String {
    let text = |port: &Port| {
        let inner = format!("{}/{}", port.private_port, port.protocol);
        match (&port.address, port.public_port) {
            (Some(address), Some(public)) if address.contains(':') => {
                format!("[{address}]:{public}->{inner}")
            }
            (Some(address), Some(public)) => format!("{address}:{public}->{inner}"),
            (None, Some(public)) => format!("{public}->{inner}"),
            (_, None) => inner,
        }
    };
    let mut ports: Vec<&Port> = container.ports.iter().collect();
    ports.sort_by_key(|port| (port.private_port, &port.protocol, &port.address));
    ports.into_iter().map(text).collect::<Vec<_>>().join(", ")
}

/// `a=1,b=2`, secrets redacted.
pub(super) fn labels(container: &Container) -> String {
    let labels = redact::fields(&container.labels);
    let text = |(key, value): (&String, &Value)| match value {
        Value::String(value) => format!("{key}={value}"),
        value => format!("{key}={value}"),
    };
    labels.iter().map(text).collect::<Vec<_>>().join(",")
}

/// The volumes' names, and the folders without one, each cut.
pub(super) fn mounts(container: &Container) -> String {
    let mounts: BTreeSet<&str> = (container.mounts.iter())
        .map(|mount| if mount.name.is_empty() { &mount.source } else { &mount.name })
        .map(String::as_str)
        .collect();
    mounts.into_iter().map(|mount| shortened(mount, MOUNT)).collect::<Vec<_>>().join(",")
}

/// The networks' names.
pub(super) fn networks(container: &Container) -> String {
    container.network_settings.networks.keys().cloned().collect::<Vec<_>>().join(",")
}

/// `1.23%`
pub(super) fn percent(percent: f64) -> String {
    format!("{percent:.2}%")
}

/// `12.3MiB`: four digits, units of 1,024.
pub(super) fn memory(bytes: u64) -> String {
    sized(bytes, 1_024.0, BINARY, 4)
}

/// `1.23kB`: three digits, units of 1,000.
pub(super) fn traffic(bytes: u64) -> String {
    sized(bytes, 1_000.0, DECIMAL, 3)
}

/// `bytes` in the largest unit that fits, with `digits` digits and no zeros at the end. Where
/// rounding reaches the next unit, that is taken (Docker writes `1e+03kB` there).
fn sized(bytes: u64, base: f64, units: &[&str], digits: usize) -> String {
    let mut size = bytes as f64;
    let mut unit = 0;
    loop {
        let whole = if size < 1.0 { 1 } else { size.log10() as usize + 1 };
        let text = format!("{size:.*}", digits.saturating_sub(whole));
        // What was just printed is a number.
        let rounded: f64 = text.parse().unwrap_or(size);
        if rounded < base || unit + 1 == units.len() {
            let text = match text.contains('.') {
                true => text.trim_end_matches('0').trim_end_matches('.'),
                false => &text,
            };
            return format!("{text}{}", units[unit]);
        }
        size /= base;
        unit += 1;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn container(mut value: Value) -> Container {
        value["Id"] = json!("8dfafdbc3a40b3a1f6e5d4c3b2a1908070605040302010ffeeddccbbaa998877");
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn memory_has_four_digits_and_traffic_three() {
        for (bytes, expected) in [
            (0, "0B"),
            (1_023, "1023B"),
            (1_024, "1KiB"),
            (12_897_485, "12.3MiB"),
            (2_040_109_466, "1.9GiB"),
            // 1.5 × 2^40.
            (1_649_267_441_664, "1.5TiB"),
            // 1,023.9999 KiB would be 1024KiB.
            (1_048_575, "1MiB"),
        ] {
            assert_eq!(memory(bytes), expected, "{bytes}");
        }
        for (bytes, expected) in [
            (0, "0B"),
            (999, "999B"),
            (1_230, "1.23kB"),
            (12_345, "12.3kB"),
            (999_500, "1MB"),
            (1_000_000, "1MB"),
            (u64::MAX, "18.4EB"),
        ] {
            assert_eq!(traffic(bytes), expected, "{bytes}");
        }
    }

    #[test]
    fn ids_and_names_are_short() {
        let container = container(json!({"Names": ["/web", "/proxy/web"]}));
        assert_eq!(id(&container), "8dfafdbc3a40");
        assert_eq!(names(&container), "web");
    }

    #[test]
    fn a_command_is_redacted_before_it_is_cut() {
        let command = |text: &str| command(&container(json!({ "Command": text })));
        assert_eq!(command("nginx -g daemon"), "\"nginx -g daemon\"");
        assert_eq!(command("docker-entrypoint.sh run"), "\"docker-entrypoint.s…\"");
        assert_eq!(command("app --token=abcdef"), "\"app --token=[redact…\"");
    }

    #[test]
    fn labels_that_look_secret_are_redacted() {
        let container = container(json!({"Labels": {"team": "shop", "db.password": "hunter2"}}));
        assert_eq!(labels(&container), "db.password=[redacted],team=shop");
    }

    #[test]
    fn ports_mounts_and_networks_are_lists() {
        let container = container(json!({
            "Created": 1_738_324_800,
            "Ports": [
                {"PrivatePort": 443, "Type": "tcp"},
                {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
                {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
            ],
            "Mounts": [
                {"Type": "volume", "Name": "data", "Source": "/var/lib/docker/volumes/data/_data"},
                {"Type": "bind", "Source": "/srv/www/html/site"},
            ],
            "NetworkSettings": {"Networks": {"bridge": {}, "back": {"IPAddress": "10.0.0.2"}}},
        }));
        assert_eq!(ports(&container), "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 443/tcp");
        assert_eq!(mounts(&container), "/srv/www/html/…,data");
        assert_eq!(networks(&container), "back,bridge");
        // 2025-01-31T12:00:00Z.
        assert_eq!(created(&container).as_deref(), Some("2025-01-31 12:00:00 +0000 UTC"));
    }

    #[test]
    fn empty_lists_may_be_null() {
        let container = container(json!({"Names": null, "Ports": null, "Labels": null,
            "Mounts": null, "NetworkSettings": null}));
        assert_eq!(names(&container) + &ports(&container) + &labels(&container), "");
        assert_eq!(created(&container), None);
    }
}
