//! Disks: the file systems on them, how full they are, and what is read and written.

mod block;
mod mounts;
mod space;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use self::block::{Device, Devices};
use self::mounts::Mount;
use self::space::{Asker, Space};
use crate::collectors::figures::{first, percent, share};

/// Where the Python agent looks.
const ROOT: &str = "/";
/// How many disks a person is shown.
const SHOWN: usize = 4;

/// What measures disks; it remembers which file systems do not answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Meter {
    asker: Asker,
}

/// What `/proc` and `/sys` say of the disks.
#[derive(Debug, Default)]
pub(super) struct Found {
    disks: Vec<(Mount, Device)>,
    traffic: Value,
}

/// The disks at one moment.
#[derive(Debug)]
pub(super) struct Disks {
    root: Result<Space, String>,
    traffic: Value,
    disks: Vec<Disk>,
}

#[derive(Debug)]
struct Disk {
    mount: Mount,
    device: Device,
    space: Result<Space, String>,
}

impl Found {
    /// Looks for local file systems and their devices; asks no file system anything.
    pub(super) fn look(proc: &Path, sys: &Path) -> Self {
        let devices = Devices::new(sys);
        let text = fs::read(proc.join("self/mountinfo")).unwrap_or_default();
        let disks = mounts::local(&text, &devices).into_iter().map(|mount| {
            let device = devices.device(&mount.number, &mount.source);
            (mount, device)
        });
        Self { disks: disks.collect(), traffic: devices.traffic(proc) }
    }
}

impl Meter {
    /// Asks every file system for its room, for two seconds at most.
    pub(super) async fn measure(&self, found: Found) -> Disks {
        let mut points: Vec<_> = found.disks.iter().map(|(mount, _)| mount.point.clone()).collect();
        let root = points.iter().position(|point| point == Path::new(ROOT));
        let root = root.unwrap_or_else(|| {
            points.push(ROOT.into());
            points.len() - 1
        });
        let spaces = self.asker.ask(&points).await;
        let root = spaces[root].clone();
        let disks = found.disks.into_iter().zip(spaces);
        let disks = disks.map(|((mount, device), space)| Disk { mount, device, space }).collect();
        Disks { root, traffic: found.traffic, disks }
    }
}

impl Disks {
    /// What the Python agent says of disks: the room of `/`, and the traffic of all disks.
    pub(super) fn root(&self) -> Value {
        let mut data = room(&self.root);
        data.insert("io".to_owned(), self.traffic.clone());
        Value::Object(data)
    }

    /// Every local file system.
    pub(super) fn data(&self) -> Value {
        self.disks.iter().map(Disk::data).collect()
    }

    /// The sizes of all file systems in bytes. That of one that does not answer is its device's.
    /// The datasets of a ZFS pool each have what they take, and share what is free.
    pub(super) fn capacity(&self) -> Option<u64> {
        let mut pools: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for disk in &self.disks {
            let (used, rest) = match &disk.space {
                Ok(space) => (space.used, space.total.saturating_sub(space.used)),
                Err(_) => (0, disk.device.size?),
            };
            let pool = pools.entry(disk.pool()).or_default();
            *pool = (pool.0.saturating_add(used), pool.1.max(rest));
        }
        let sum = pools.values().map(|&(used, rest)| used.saturating_add(rest));
        (!pools.is_empty()).then(|| sum.fold(0, u64::saturating_add))
    }

    /// For a person.
    pub(super) fn lines(&self) -> Vec<String> {
        first(self.disks.iter().map(Disk::line).collect(), SHOWN)
    }
}

impl Disk {
    /// What shares its free room.
    fn pool(&self) -> &str {
        match self.mount.filesystem.as_str() {
            "zfs" => self.mount.source.split('/').next().unwrap_or_default(),
            _ => &self.mount.number,
        }
    }

    fn data(&self) -> Value {
        let source = &self.mount.source;
        // The kernel may not know the name of the device that it started from.
        let device =
            self.device.path.as_ref().filter(|_| source == "/dev/root" || source.is_empty());
        let mut data = Map::from_iter([
            ("mount_point".to_owned(), json!(self.mount.point.to_string_lossy())),
            ("device".to_owned(), json!(device.unwrap_or(source))),
            ("filesystem".to_owned(), json!(self.mount.filesystem)),
            ("kind".to_owned(), json!(self.device.kind)),
            ("removable".to_owned(), json!(self.device.removable)),
            ("read_only".to_owned(), json!(self.mount.read_only)),
        ]);
        data.extend(room(&self.space));
        Value::Object(data)
    }

    fn line(&self) -> String {
        let point = self.mount.point.display();
        match &self.space {
            Ok(space) => {
                let percent = percent(space.used, space.total).unwrap_or(0.0);
                format!("disk {point} {} ({percent:.1} %)", share(space.used, space.total))
            }
            Err(error) => format!("disk {point}: {error}"),
        }
    }
}

/// `null` where it is not known, with the reason.
fn room(space: &Result<Space, String>) -> Map<String, Value> {
    let known = space.as_ref().ok();
    let usage = known.and_then(|space| percent(space.used, space.total));
    let mut data = Map::from_iter([
        ("total_bytes".to_owned(), json!(known.map(|space| space.total))),
        ("used_bytes".to_owned(), json!(known.map(|space| space.used))),
        ("free_bytes".to_owned(), json!(known.map(|space| space.free))),
        ("usage_percent".to_owned(), json!(usage)),
    ]);
    if let Err(error) = space {
        data.insert("error".to_owned(), json!(error));
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    fn disk(line: &str, space: Result<Space, String>, size: Option<u64>) -> Disk {
        let devices = Devices::new(Path::new("/nowhere"));
        let mount = mounts::local(line.as_bytes(), &devices).remove(0);
        Disk { mount, device: Device { size, ..Device::default() }, space }
    }

    fn disks(disks: Vec<Disk>) -> Disks {
        Disks { root: Err("none".to_owned()), traffic: Value::Null, disks }
    }

    fn room_of(total: u64, used: u64) -> Result<Space, String> {
        Ok(Space { total: total * GIB, used: used * GIB, free: (total - used) * GIB })
    }

    #[test]
    fn the_datasets_of_a_pool_share_its_free_room() {
        let disks = disks(vec![
            disk("1 1 8:1 / / rw - ext4 /dev/sda1 rw", room_of(10, 1), None),
            // A pool of 100 GiB, with 20 and 30 taken: each dataset sees the 50 that are free.
            disk("2 1 0:40 / /tank rw - zfs tank rw", room_of(70, 20), None),
            disk("3 1 0:41 / /tank/home rw - zfs tank/home rw", room_of(80, 30), None),
        ]);
        assert_eq!(disks.capacity(), Some(110 * GIB));
    }

    #[test]
    fn a_disk_that_does_not_answer_has_its_devices_size_and_no_figures() {
        let silent = || Err("the file system does not answer".to_owned());
        let line = "1 1 8:1 / /data rw - ext4 /dev/sda1 rw";
        let known = disks(vec![disk(line, silent(), Some(5 * GIB))]);
        assert_eq!(known.capacity(), Some(5 * GIB));
        assert_eq!(known.data()[0]["total_bytes"], Value::Null);
        assert_eq!(known.data()[0]["error"], "the file system does not answer");
        assert_eq!(known.lines(), ["disk /data: the file system does not answer"]);
        assert_eq!(disks(vec![disk(line, silent(), None)]).capacity(), None);
    }

    #[test]
    fn the_room_is_shown_as_shares() {
        let line = "1 1 8:1 / / rw - ext4 /dev/root rw";
        let mut disk = disk(line, room_of(252, 63), None);
        disk.device.path = Some("/dev/vda1".to_owned());
        assert_eq!(disk.line(), "disk / 63.0 of 252.0 GiB (25.0 %)");
        assert_eq!(disk.data()["device"], "/dev/vda1");
        assert_eq!(disk.data()["usage_percent"], 25.0);
    }
}
