//! `~/.telemetry_metadata.json`: what was found, so that the next start asks nobody.
//!
//! It is bound to the machine's boot, the host's name and what detection depends on. Anything that
//! is wrong with it makes it no cache, never an error.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::document::Fields;
use super::hints;
use super::surroundings::Surroundings;

/// The most that is read of it, in bytes.
const LIMIT: u64 = 1 << 20;
/// The machine's boot: <https://www.kernel.org/doc/html/latest/admin-guide/sysctl/kernel.html#random>.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// What is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) cloud: Fields,
    pub(super) host: Fields,
    #[serde(default)]
    pub(super) k8s: Fields,
    /// For whoever reads the file: it is known anew at each start.
    pub(super) resource: Fields,
}

#[derive(Serialize, Deserialize)]
struct Page {
    #[serde(flatten)]
    kept: Kept,
    cached_at: String,
    bound_to: Bound,
}

/// What the file is good for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Bound {
    boot_id: String,
    host: String,
    hints: String,
}

/// The file of one user.
#[derive(Debug)]
pub(super) struct Cache {
    path: PathBuf,
    bound: Bound,
}

impl Cache {
    /// The cache at `path`; `None` where the machine does not say which boot this is.
    pub(super) fn new(path: &Path, around: &Surroundings) -> Option<Self> {
        let boot_id = around.file(BOOT_ID)?;
        let bound =
            Bound { boot_id, host: around.hostname().to_owned(), hints: hints::digest(around) };
        Some(Self { path: path.to_owned(), bound })
    }

    /// What is in the file, if it is this user's and was made by this machine, in this boot, under
    /// the same circumstances.
    pub(super) fn read(&self) -> Option<Kept> {
        let page = match self.page() {
            Ok(page) => page?,
            Err(error) => {
                let path = self.path.display();
                tracing::debug!("the metadata cache {path} is not used: {error}");
                return None;
            }
        };
        let named = page.kept.cloud.get("provider").is_some_and(serde_json::Value::is_string);
        (named && page.bound_to == self.bound).then_some(page.kept)
    }

    fn page(&self) -> io::Result<Option<Page>> {
        let metadata = match fs::metadata(&self.path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if !metadata.is_file() || !is_own(&metadata) || metadata.len() > LIMIT {
            return Err(io::Error::other("it is no file of this user, or too large"));
        }
        let mut text = String::new();
        File::open(&self.path)?.take(LIMIT).read_to_string(&mut text)?;
        Ok(serde_json::from_str(&text).map(Some)?)
    }

    /// Keeps `kept` for the next start: written aside and renamed, so that no reader sees half of
    /// it, and for this user only from the beginning.
    pub(super) fn write(&self, kept: Kept) {
        let cached_at = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        let page = Page { kept, cached_at, bound_to: self.bound.clone() };
        if let Err(error) = self.put(&page) {
            tracing::debug!("cannot keep the metadata in {}: {error}", self.path.display());
        }
    }

    fn put(&self, page: &Page) -> io::Result<()> {
        let aside = self.path.with_extension(format!("{:016x}.part", fastrand::u64(..)));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
        let written = serde_json::to_vec_pretty(page)
            .map_err(io::Error::from)
            .and_then(|bytes| file.write_all(&bytes))
            .and_then(|()| fs::rename(&aside, &self.path));
        if written.is_err() {
            // What is left over is only in the way.
            let _ = fs::remove_file(&aside);
        }
        written
    }
}

/// Whether a file is this user's: what another one wrote could say anything.
fn is_own(metadata: &fs::Metadata) -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == metadata.uid())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kept() -> Kept {
        let fields = |value| serde_json::from_value(value).unwrap();
        Kept {
            cloud: fields(json!({ "provider": "aws" })),
            host: fields(json!({ "name": "host" })),
            k8s: Fields::new(),
            resource: fields(json!({ "runtime.name": "rust" })),
        }
    }

    fn root(boot: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join(&BOOT_ID[1..]);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, boot).unwrap();
        root
    }

    fn cache(root: &tempfile::TempDir, host: &str) -> Cache {
        let around = Surroundings::scripted([], root.path(), host);
        Cache::new(&root.path().join(".telemetry_metadata.json"), &around).unwrap()
    }

    #[test]
    fn what_was_kept_comes_back_for_this_user_only() {
        let root = root("boot-1");
        let cache = cache(&root, "host");
        assert_eq!(cache.read(), None);
        cache.write(kept());
        assert_eq!(cache.read(), Some(kept()));
        assert_eq!(fs::metadata(&cache.path).unwrap().mode() & 0o777, 0o600);
        let left: Vec<_> = fs::read_dir(root.path()).unwrap().collect();
        assert_eq!(left.len(), 2, "the cache and /proc, nothing aside: {left:?}");
    }

    #[test]
    fn a_cache_of_another_boot_or_host_is_not_believed() {
        let root = root("boot-1");
        cache(&root, "host").write(kept());
        assert_eq!(cache(&root, "other").read(), None);
        fs::write(root.path().join(&BOOT_ID[1..]), "boot-2").unwrap();
        assert_eq!(cache(&root, "host").read(), None);
    }

    #[test]
    fn what_is_no_cache_is_ignored_and_written_anew() {
        let root = root("boot-1");
        let cache = cache(&root, "host");
        for text in ["", "{", "[]", r#"{"cloud":{}}"#, "\u{0}\u{1}", &"x".repeat(2 << 20)] {
            fs::write(&cache.path, text).unwrap();
            assert_eq!(cache.read(), None);
        }
        cache.write(kept());
        assert_eq!(cache.read(), Some(kept()));
    }

    #[test]
    fn a_folder_in_the_caches_place_and_a_missing_home_are_no_errors() {
        let root = root("boot-1");
        let cache = cache(&root, "host");
        fs::create_dir(&cache.path).unwrap();
        cache.write(kept());
        assert_eq!(cache.read(), None);
        let around = Surroundings::scripted([], root.path(), "host");
        let nowhere = Cache::new(Path::new("/nowhere/at/all.json"), &around).unwrap();
        nowhere.write(kept());
        assert_eq!(nowhere.read(), None);
    }

    #[test]
    fn a_machine_without_a_boot_id_has_no_cache() {
        let empty = tempfile::tempdir().unwrap();
        let around = Surroundings::scripted([], empty.path(), "host");
        assert!(Cache::new(&empty.path().join("cache"), &around).is_none());
    }
}
