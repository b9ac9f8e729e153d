//! Network interfaces: what went through them since the machine started, from `/proc/net/dev`.

use std::path::Path;

use procfs::FromRead as _;
use procfs::net::{DeviceStatus, InterfaceDeviceStatus};
use serde_json::{Map, Value, json};

use crate::collectors::figures::amount;

/// What went through an interface, or through all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Traffic {
    bytes_sent: u64,
    bytes_received: u64,
    packets_sent: u64,
    packets_received: u64,
    errors_in: u64,
    errors_out: u64,
    drops_in: u64,
    drops_out: u64,
}

/// The interfaces of this network namespace, by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Network(Option<Vec<(String, Traffic)>>);

impl Network {
    /// Reads `net/dev` below `proc`. What cannot be read is not known.
    pub(super) fn read(proc: &Path) -> Self {
        let interfaces = InterfaceDeviceStatus::from_file(proc.join("net/dev"));
        let Ok(InterfaceDeviceStatus(interfaces)) = interfaces else { return Self(None) };
        let mut interfaces: Vec<_> =
            interfaces.into_iter().map(|(name, it)| (name, Traffic::of(&it))).collect();
        interfaces.sort_by(|one, other| one.0.cmp(&other.0));
        Self(Some(interfaces))
    }

    /// The sum over all interfaces, with `lo` as the Python agent has it, since the machine started.
    fn sum(&self) -> Option<Traffic> {
        let interfaces = self.0.as_ref()?;
        Some(interfaces.iter().fold(Traffic::default(), |sum, (_, it)| sum.and(it)))
    }

    /// As documents carry it.
    pub(super) fn data(&self) -> Value {
        let mut data = fields(self.sum().as_ref());
        let interfaces = self.0.iter().flatten().map(|(name, traffic)| {
            let mut interface = Map::from_iter([("name".to_owned(), json!(name))]);
            interface.extend(fields(Some(traffic)));
            Value::Object(interface)
        });
        data.insert("interfaces".to_owned(), interfaces.collect());
        Value::Object(data)
    }

    /// For a person.
    pub(super) fn line(&self) -> Option<String> {
        let sum = self.sum()?;
        Some(format!(
            "network {} received, {} sent, {} errors, {} drops since boot",
            amount(sum.bytes_received),
            amount(sum.bytes_sent),
            sum.errors_in + sum.errors_out,
            sum.drops_in + sum.drops_out
        ))
    }
}

impl Traffic {
    fn of(device: &DeviceStatus) -> Self {
        Self {
            bytes_sent: device.sent_bytes,
            bytes_received: device.recv_bytes,
            packets_sent: device.sent_packets,
            packets_received: device.recv_packets,
            errors_in: device.recv_errs,
            errors_out: device.sent_errs,
            drops_in: device.recv_drop,
            drops_out: device.sent_drop,
        }
    }

    fn and(&self, other: &Self) -> Self {
        let sum = u64::saturating_add;
        Self {
            bytes_sent: sum(self.bytes_sent, other.bytes_sent),
            bytes_received: sum(self.bytes_received, other.bytes_received),
            packets_sent: sum(self.packets_sent, other.packets_sent),
            packets_received: sum(self.packets_received, other.packets_received),
            errors_in: sum(self.errors_in, other.errors_in),
            errors_out: sum(self.errors_out, other.errors_out),
            drops_in: sum(self.drops_in, other.drops_in),
            drops_out: sum(self.drops_out, other.drops_out),
        }
    }
}

/// The keys of the Python agent; `null` where nothing is known.
fn fields(traffic: Option<&Traffic>) -> Map<String, Value> {
    type Figure = fn(&Traffic) -> u64;
    let figures: [(&str, Figure); 8] = [
        ("bytes_sent", |it| it.bytes_sent),
        ("bytes_recv", |it| it.bytes_received),
        ("packets_sent", |it| it.packets_sent),
        ("packets_recv", |it| it.packets_received),
        ("errors_in", |it| it.errors_in),
        ("errors_out", |it| it.errors_out),
        ("drops_in", |it| it.drops_in),
        ("drops_out", |it| it.drops_out),
    ];
    figures.map(|(key, figure)| (key.to_owned(), traffic.map(figure).into())).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const TABLE: &str = "\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    2048      10    0    0    0     0          0         0     2048      10    0    0    0     0       0          0
  eth0: 1073741824  200    1    2    3     4          0         0     4096      20    5    6    7     8       9          0
";

    fn network() -> Network {
        let machine = tempfile::tempdir().unwrap();
        fs::create_dir_all(machine.path().join("net")).unwrap();
        fs::write(machine.path().join("net/dev"), TABLE).unwrap();
        Network::read(machine.path())
    }

    #[test]
    fn the_sums_are_over_all_interfaces() {
        let data = network().data();
        for (key, expected) in [
            ("bytes_recv", 1_073_741_824 + 2_048),
            ("bytes_sent", 4_096 + 2_048),
            ("packets_recv", 210),
            ("packets_sent", 30),
            ("errors_in", 1),
            ("errors_out", 5),
            ("drops_in", 2),
            ("drops_out", 6),
        ] {
            assert_eq!(data[key], expected, "{key}");
        }
        assert_eq!(data["interfaces"][0]["name"], "eth0");
        assert_eq!(data["interfaces"][0]["drops_out"], 6);
        assert_eq!(data["interfaces"][1]["name"], "lo");
        assert_eq!(
            network().line().as_deref(),
            Some("network 1.0 GiB received, 6.0 KiB sent, 6 errors, 8 drops since boot")
        );
    }

    #[test]
    fn a_table_that_cannot_be_read_is_not_zero() {
        let network = Network::read(Path::new("/nowhere"));
        assert_eq!(network.data()["bytes_sent"], Value::Null);
        assert_eq!(network.line(), None);
    }
}
