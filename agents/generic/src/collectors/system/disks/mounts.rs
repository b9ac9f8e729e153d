//! Which of the mounted file systems are on local disks, each once.
//!
//! `/proc/self/mountinfo`: <https://docs.kernel.org/filesystems/proc.html#proc-pid-mountinfo-information-about-mounts>

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use procfs::process::MountInfo;

use super::block::Devices;

/// File systems that span devices, and so have no block device's number.
const SPANNING: &[&str] = &["btrfs", "zfs", "bcachefs"];
/// File systems of images that are written once: what is in them is no room that is paid for.
const IMAGES: &[&str] = &["squashfs", "erofs", "cramfs", "iso9660", "udf"];

/// A mounted file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mount {
    /// Where it is mounted.
    pub(super) point: PathBuf,
    /// Its device as the kernel numbers it: `8:1`.
    pub(super) number: String,
    /// Its device, or its pool and dataset: `/dev/sda1`, `tank/home`.
    pub(super) source: String,
    /// `ext4`.
    pub(super) filesystem: String,
    /// Whether nothing is written to it, by anybody.
    pub(super) read_only: bool,
    /// Whether the whole of it is mounted here, not a folder of it (a bind mount, a subvolume).
    whole: bool,
}

/// The file systems on local disks out of the text of `mountinfo`, each once, however often it is
/// mounted: where the whole of it is, else at its shortest path. Network file systems, FUSE
/// (except of block devices), images, and what lives in memory or in another's file (loop devices)
/// are not among them. In a container without any, the root's overlay stands for the disk it is on.
pub(super) fn local(text: &[u8], devices: &Devices) -> Vec<Mount> {
    // A line that cannot be read is left out, not all of them.
    let all: Vec<Mount> = text.split(|&byte| byte == b'\n').filter_map(mount).collect();
    // The last of those at one place covers the others.
    let seen: BTreeMap<&Path, &Mount> = all.iter().map(|it| (it.point.as_path(), it)).collect();
    let mut distinct: BTreeMap<&str, &Mount> = BTreeMap::new();
    for mount in seen.values().filter(|mount| is_local(mount, devices)) {
        let kept = distinct.entry(&mount.number).or_insert(mount);
        if mount.preference() < kept.preference() {
            *kept = mount;
        }
    }
    let mut mounts: Vec<Mount> = distinct.into_values().cloned().collect();
    if mounts.is_empty() {
        mounts.extend(seen.get(Path::new("/")).map(|&root| root.clone()));
    }
    mounts.sort_by(|one, other| one.point.cmp(&other.point));
    mounts
}

fn is_local(mount: &Mount, devices: &Devices) -> bool {
    let filesystem = mount.filesystem.as_str();
    if IMAGES.contains(&filesystem) {
        return false;
    }
    if mount.number.starts_with("0:") {
        return SPANNING.contains(&filesystem);
    }
    !devices.is_made_up(&mount.number)
}

impl Mount {
    /// The least is where the file system is best seen.
    fn preference(&self) -> (Reverse<bool>, usize) {
        (Reverse(self.whole), self.point.as_os_str().len())
    }
}

fn mount(line: &[u8]) -> Option<Mount> {
    // The library takes text, and knows nothing of the kernel's escapes.
    let info = MountInfo::from_line(std::str::from_utf8(line).ok()?).ok()?;
    // That of the mount alone says only that this process may not write, as in a sandbox.
    let read_only = info.super_options.contains_key("ro");
    let point = unescaped(info.mount_point.as_os_str().as_encoded_bytes());
    let source = unescaped(info.mount_source.unwrap_or_default().as_bytes());
    Some(Mount {
        point: point.into(),
        number: info.majmin,
        source: source.to_string_lossy().into_owned(),
        filesystem: info.fs_type,
        read_only,
        whole: info.root == "/",
    })
}

/// `text` with `\040` and the like, which stand for blanks and backslashes, as they were.
fn unescaped(text: &[u8]) -> OsString {
    let octal = |digits: &[u8]| {
        let digits = std::str::from_utf8(digits).ok()?;
        u8::from_str_radix(digits, 8).ok()
    };
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        match after.get(..3).filter(|_| byte == b'\\').and_then(octal) {
            Some(meant) => {
                plain.push(meant);
                rest = &after[3..];
            }
            None => {
                plain.push(byte);
                rest = after;
            }
        }
    }
    OsString::from_vec(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mount points and devices of what is local in `lines`.
    fn found(lines: &[&str]) -> Vec<(String, String)> {
        let nowhere = Devices::new(Path::new("/nowhere"));
        local(lines.join("\n").as_bytes(), &nowhere)
            .into_iter()
            .map(|mount| (mount.point.display().to_string(), mount.source))
            .collect()
    }

    fn pair(point: &str, source: &str) -> (String, String) {
        (point.to_owned(), source.to_owned())
    }

    #[test]
    fn a_bind_mount_is_its_file_system_again() {
        let lines = [
            "27 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw",
            "28 27 8:1 /var/data /a rw - ext4 /dev/sda1 rw",
            "29 27 8:2 / /home rw - xfs /dev/sda2 rw",
        ];
        assert_eq!(found(&lines), [pair("/", "/dev/sda1"), pair("/home", "/dev/sda2")]);
    }

    #[test]
    fn a_mount_that_another_covers_cannot_be_asked() {
        let lines = [
            "27 1 8:1 / / rw - ext4 /dev/sda1 rw",
            "28 27 8:2 / /srv rw - ext4 /dev/sda2 rw",
            "29 28 8:3 / /srv rw - ext4 /dev/sda3 rw",
        ];
        assert_eq!(found(&lines), [pair("/", "/dev/sda1"), pair("/srv", "/dev/sda3")]);
    }

    #[test]
    fn subvolumes_are_one_file_system() {
        let lines = [
            "27 1 0:35 /@home /home rw - btrfs /dev/sda2 rw,subvol=/@home",
            "28 1 0:35 /@ / rw - btrfs /dev/sda2 rw,subvol=/@",
        ];
        assert_eq!(found(&lines), [pair("/", "/dev/sda2")]);
    }

    #[test]
    fn what_is_in_memory_on_the_network_or_in_a_file_is_no_local_disk() {
        let lines = [
            "27 1 8:1 / / rw - ext4 /dev/sda1 rw",
            "28 27 0:24 / /tmp rw - tmpfs tmpfs rw",
            "29 27 0:50 / /net rw - nfs4 server:/export rw",
            "30 27 0:51 / /share rw - cifs //server/share rw",
            "31 27 0:52 / /remote rw - fuse.sshfs me@server:/ rw",
            "32 27 7:3 / /snap/core/1 ro - squashfs /dev/loop3 ro",
            "33 27 7:4 / /image rw - ext4 /dev/loop4 rw",
            "34 27 11:0 / /cdrom ro - iso9660 /dev/sr0 ro",
            "35 27 1:0 / /ram rw - ext2 /dev/ram0 rw",
            "36 27 0:53 / /merged rw - overlay overlay rw,lowerdir=/a",
            "37 27 8:17 / /stick rw - fuseblk /dev/sdb1 rw",
        ];
        assert_eq!(found(&lines), [pair("/", "/dev/sda1"), pair("/stick", "/dev/sdb1")]);
    }

    #[test]
    fn a_containers_root_stands_for_its_disk_where_nothing_else_does() {
        let lines = ["27 1 0:53 / / rw - overlay overlay rw", "28 27 0:24 / /tmp rw - tmpfs t rw"];
        assert_eq!(found(&lines), [pair("/", "overlay")]);
    }

    #[test]
    fn a_disk_that_a_container_sees_through_one_file_is_that_disk() {
        let lines = [
            "27 1 0:53 / / rw - overlay overlay rw",
            "28 27 8:1 /docker/1/resolv.conf /etc/resolv.conf rw - ext4 /dev/sda1 rw",
            "29 27 8:1 /docker/1/hosts /etc/hosts rw - ext4 /dev/sda1 rw",
        ];
        assert_eq!(found(&lines), [pair("/etc/hosts", "/dev/sda1")]);
    }

    #[test]
    fn blanks_in_paths_are_read_as_they_are() {
        let lines = [r"27 1 8:1 / /my\040disk\134x rw - ext4 /dev/sda1 rw"];
        assert_eq!(found(&lines), [pair(r"/my disk\x", "/dev/sda1")]);
        assert_eq!(unescaped(br"a\04"), r"a\04", "no whole escape");
    }

    #[test]
    fn a_line_that_cannot_be_read_costs_that_line() {
        assert_eq!(found(&["27 1", "28 27 8:2 / /home ro - xfs /dev/sda2 rw"]).len(), 1);
    }

    #[test]
    fn a_sandbox_that_may_not_write_is_no_disk_that_is_read_only() {
        let lines = [
            "27 1 8:1 / / ro,relatime - ext4 /dev/sda1 rw",
            "28 27 8:2 / /home ro - xfs /dev/sda2 ro,errors=remount-ro",
        ];
        let mounts = local(lines.join("\n").as_bytes(), &Devices::new(Path::new("/nowhere")));
        let read_only: Vec<bool> = mounts.iter().map(|mount| mount.read_only).collect();
        assert_eq!(read_only, [false, true]);
    }
}
