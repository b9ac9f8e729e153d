//! Block devices: of what kind they are, and what was read and written.
//!
//! `/sys/block`: <https://docs.kernel.org/admin-guide/abi-stable.html>,
//! `/proc/diskstats`: <https://docs.kernel.org/admin-guide/iostats.html>

use std::fs;
use std::path::{Path, PathBuf};

use procfs::{DiskStat, DiskStats, FromRead as _};
use serde_json::{Value, json};

/// Bytes in a sector of `/proc/diskstats`, whatever the disk's own are.
const SECTOR: u64 = 512;
/// The major numbers of disks in memory and of loop devices:
/// <https://docs.kernel.org/admin-guide/devices.html>
const MADE_UP: &[&str] = &["1", "7"];
/// What the names of devices begin with that are no disks, or stand on other disks.
const STACKED: &[&str] = &["loop", "ram", "zram", "dm-", "md"];

/// The block devices below `/sys`.
#[derive(Debug, Clone)]
pub(super) struct Devices {
    sys: PathBuf,
}

/// What is known of a file system's device.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Device {
    /// `/dev/sda1`.
    pub(super) path: Option<String>,
    /// `ssd`, or `hdd` where the kernel calls it rotational, as it does of many virtual disks.
    pub(super) kind: Option<&'static str>,
    /// Whether its medium can be taken out.
    pub(super) removable: Option<bool>,
    /// Its own size in bytes, a little more than its file system's.
    pub(super) size: Option<u64>,
}

impl Devices {
    pub(super) fn new(sys: &Path) -> Self {
        Self { sys: sys.to_owned() }
    }

    /// Whether a device (`7:0`) is memory or a file of another file system.
    pub(super) fn is_made_up(&self, number: &str) -> bool {
        let major = number.split(':').next().unwrap_or_default();
        let in_memory = || self.folder(number).is_some_and(|it| name(&it).starts_with("zram"));
        MADE_UP.contains(&major) || in_memory()
    }

    /// What is known of the device of a file system that is mounted from `source` and has `number`.
    pub(super) fn device(&self, number: &str, source: &str) -> Device {
        let folder = self.folder(number).or_else(|| self.folder_of(source));
        let Some(folder) = folder else { return Device::default() };
        // A partition has what its disk has.
        let disk = match folder.join("partition").exists() {
            true => folder.parent().unwrap_or(&folder),
            false => &folder,
        };
        Device {
            // The kernel writes `!` for the slash of names like `cciss/c0d0`.
            path: Some(format!("/dev/{}", name(&folder).replace('!', "/"))),
            kind: flag(&disk.join("queue/rotational")).map(|it| if it { "hdd" } else { "ssd" }),
            removable: flag(&disk.join("removable")),
            size: sectors(&folder.join("size")),
        }
    }

    fn folder(&self, number: &str) -> Option<PathBuf> {
        self.sys.join("dev/block").join(number).canonicalize().ok()
    }

    /// Of a file system that spans devices: the folder of the one that it is mounted by.
    fn folder_of(&self, source: &str) -> Option<PathBuf> {
        let device = Path::new(source).strip_prefix("/dev").ok()?;
        let device = Path::new("/dev").join(device).canonicalize().ok()?;
        self.sys.join("class/block").join(device.file_name()?).canonicalize().ok()
    }

    /// What was read and written since the machine started, summed over whole disks: not their
    /// partitions, nor what stands on other disks, which would count it again.
    pub(super) fn traffic(&self, proc: &Path) -> Value {
        let stats = DiskStats::from_file(proc.join("diskstats")).ok();
        let disks = stats.map(|DiskStats(all)| {
            all.into_iter().filter(|stat| self.is_whole_disk(&stat.name)).collect::<Vec<_>>()
        });
        let sum = |figure: fn(&DiskStat) -> u64| {
            disks.as_ref().map(|disks| disks.iter().map(figure).fold(0, u64::saturating_add))
        };
        json!({
            "read_bytes": sum(|disk| disk.sectors_read.saturating_mul(SECTOR)),
            "write_bytes": sum(|disk| disk.sectors_written.saturating_mul(SECTOR)),
            "read_count": sum(|disk| disk.reads),
            "write_count": sum(|disk| disk.writes),
        })
    }

    fn is_whole_disk(&self, name: &str) -> bool {
        let folder = self.sys.join("block").join(name.replace('/', "!"));
        let stands_on_others =
            || fs::read_dir(folder.join("slaves")).is_ok_and(|mut slaves| slaves.next().is_some());
        // A path of a multipath NVMe disk; the disk itself counts.
        let hidden = || flag(&folder.join("hidden")) == Some(true);
        !STACKED.iter().any(|it| name.starts_with(it))
            && folder.exists()
            && !stands_on_others()
            && !hidden()
    }
}

fn name(folder: &Path) -> String {
    folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A file with a count of sectors in it, in bytes.
fn sectors(file: &Path) -> Option<u64> {
    fs::read_to_string(file).ok()?.trim().parse::<u64>().ok()?.checked_mul(SECTOR)
}

/// A file with `0` or `1` in it.
fn flag(file: &Path) -> Option<bool> {
    match fs::read_to_string(file).ok()?.trim() {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use tempfile::TempDir;

    use super::*;

    /// A `/sys` with a spinning disk `sda` of one partition, a volume `dm-0` and a mirror `bcache0`
    /// on it, and a hidden path.
    fn machine() -> (TempDir, Devices) {
        let machine = tempfile::tempdir().unwrap();
        let sys = machine.path();
        let write = |file: &str, text: &str| {
            let file = sys.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        write("devices/sda/queue/rotational", "1\n");
        write("devices/sda/removable", "0\n");
        write("devices/sda/sda1/partition", "1\n");
        write("devices/sda/sda1/size", "2048\n");
        write("block/sda/size", "1\n");
        write("block/dm-0/slaves/sda1", "");
        write("block/bcache0/slaves/sda1", "");
        write("block/nvme0c0n1/hidden", "1\n");
        fs::create_dir_all(sys.join("dev/block")).unwrap();
        symlink(sys.join("devices/sda/sda1"), sys.join("dev/block/8:1")).unwrap();
        let devices = Devices::new(sys);
        (machine, devices)
    }

    #[test]
    fn a_partition_is_of_its_disks_kind() {
        let (_machine, devices) = machine();
        let expected = Device {
            path: Some("/dev/sda1".to_owned()),
            kind: Some("hdd"),
            removable: Some(false),
            size: Some(1 << 20),
        };
        assert_eq!(devices.device("8:1", "/dev/root"), expected);
        assert_eq!(devices.device("8:2", "nowhere"), Device::default());
    }

    #[test]
    fn traffic_counts_once_on_the_whole_disk() {
        let (machine, devices) = machine();
        let table = "\
   8       0 sda 10 0 100 5 20 0 200 5 0 5 5
   8       1 sda1 9 0 90 5 19 0 190 5 0 5 5
 253       0 dm-0 8 0 80 5 18 0 180 5 0 5 5
 252       0 bcache0 8 0 80 5 18 0 180 5 0 5 5
 259       0 nvme0c0n1 8 0 80 5 18 0 180 5 0 5 5
   7       0 loop0 1 0 10 5 0 0 0 5 0 5 5
";
        fs::write(machine.path().join("diskstats"), table).unwrap();
        let traffic = devices.traffic(machine.path());
        // 100 and 200 sectors of 512 bytes.
        assert_eq!(traffic["read_bytes"], 51_200);
        assert_eq!(traffic["write_bytes"], 102_400);
        assert_eq!(traffic["read_count"], 10);
        assert_eq!(traffic["write_count"], 20);
    }

    #[test]
    fn traffic_that_cannot_be_read_is_not_zero() {
        let (_machine, devices) = machine();
        assert_eq!(devices.traffic(Path::new("/nowhere"))["read_bytes"], Value::Null);
    }
}
