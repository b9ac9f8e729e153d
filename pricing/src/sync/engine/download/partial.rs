//! What is there of a document, and of which version of it.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::fmt::rfc2822;
use reqwest::header::{CONTENT_LENGTH, DATE, ETAG, HeaderMap, HeaderName, LAST_MODIFIED};
use serde::{Deserialize, Serialize};
use url::Url;

/// What is left of a table that nobody wants any more goes after this time.
const LEFT_FOR: Duration = Duration::from_secs(7 * 24 * 3600);

/// A document on its way into a folder, and a note beside it.
pub(super) struct Partial {
    part: PathBuf,
    note: PathBuf,
}

/// Of what a partial document is a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    /// Where it comes from.
    url: String,
    /// The `ETag` of the answer; empty where it had none.
    pub(super) etag: String,
    /// The `Last-Modified` of the answer; empty where it had none.
    pub(super) modified: String,
    /// What `If-Range` may say, where the vendor lets a version be told from others for sure.
    pub(super) validator: Option<String>,
    /// It is packed with gzip.
    pub(super) gzip: bool,
    /// Bytes of the whole document as it is sent, where the vendor said.
    pub(super) length: Option<u64>,
    /// The boot of the machine: what was written before a power cut may not be on the disk.
    boot: String,
}

impl Note {
    /// Of an answer with status 200.
    pub(super) fn of(url: &Url, headers: &HeaderMap, gzip: bool) -> Self {
        let text = |name: HeaderName| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (etag, modified) = (text(ETAG), text(LAST_MODIFIED));
        let validator = validator(&etag, &modified, &text(DATE));
        let (length, boot) = (text(CONTENT_LENGTH).parse().ok(), boot());
        Self { url: url.to_string(), etag, modified, validator, gzip, length, boot }
    }
}

impl Partial {
    /// The document of the table `id`.
    pub(super) fn new(folder: &Path, id: &str) -> Self {
        let stem = stem(id);
        Self {
            part: folder.join(format!("{stem}.part")),
            note: folder.join(format!("{stem}.json")),
        }
    }

    /// Where the document is.
    pub(super) fn path(&self) -> &Path {
        &self.part
    }

    /// How many bytes of it are there.
    pub(super) fn len(&self) -> u64 {
        fs::metadata(&self.part).map_or(0, |part| part.len())
    }

    /// The bytes that need not be fetched again, and of what they are a part. One byte at least is
    /// left to be fetched: a whole document has nothing that a range could ask for.
    pub(super) fn resumable(&self, url: &Url) -> Option<(Note, u64)> {
        let note: Note = serde_json::from_slice(&fs::read(&self.note).ok()?).ok()?;
        let whole = note.length.unwrap_or(u64::MAX).saturating_sub(1);
        let there = self.len().min(whole);
        let same = note.url == url.as_str() && note.boot == boot() && note.validator.is_some();
        (same && there > 0).then_some((note, there))
    }

    /// Begins anew.
    ///
    /// # Errors
    /// The files cannot be written.
    pub(super) fn begin(&self, note: &Note) -> io::Result<File> {
        // Without the note what is in the other file is nobody's.
        self.forget();
        let part = anew(&self.part)?;
        let text = serde_json::to_vec(note)?;
        io::Write::write_all(&mut anew(&self.note)?, &text)?;
        Ok(part)
    }

    /// Goes on behind the first `there` bytes.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn go_on(&self, there: u64) -> io::Result<File> {
        let part = OpenOptions::new().append(true).open(&self.part)?;
        part.set_len(there)?;
        Ok(part)
    }

    /// What is there is not to be gone on with.
    pub(super) fn forget(&self) {
        // It was not there.
        let _ = fs::remove_file(&self.note);
    }

    /// The document has been read, or cannot be.
    pub(super) fn remove(&self) {
        self.forget();
        let _ = fs::remove_file(&self.part);
    }
}

/// Removes what is left in `folder` of tables that are not among `wanted` any more.
pub(in super::super) fn tidy(folder: &Path, wanted: &HashSet<&str>) {
    let wanted: HashSet<String> = wanted.iter().map(|id| stem(id)).collect();
    let old = |path: &Path| {
        let changed = fs::metadata(path).and_then(|file| file.modified()).ok()?;
        SystemTime::now().duration_since(changed).ok()
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let ours = path.extension().is_some_and(|end| end == "part" || end == "json");
        if ours && !wanted.contains(name) && old(&path).is_some_and(|age| age > LEFT_FOR) {
            // It stays until the next sync.
            let _ = fs::remove_file(&path);
        }
    }
}

/// A file's name for a table: what can be read of its id, and what tells it from all others.
fn stem(id: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let readable: String = id.chars().map(plain).take(80).collect();
    format!("{readable}-{:016x}", xxhash_rust::xxh3::xxh3_64(id.as_bytes()))
}

fn anew(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path)
}

/// What `If-Range` may say (RFC 9110, 13.1.5): a strong tag; a date only where there is no tag, and
/// only one that is a minute older than the answer, so that no second change had the same.
fn validator(etag: &str, modified: &str, date: &str) -> Option<String> {
    if !etag.is_empty() {
        return (!etag.starts_with("W/")).then(|| etag.to_owned());
    }
    let time = |text: &str| rfc2822::parse(text).ok().map(|time| time.timestamp());
    let age = time(date)?.duration_since(time(modified)?);
    (age.as_secs() >= 60).then(|| modified.to_owned())
}

/// Which boot of the machine this is; the same at all times where the system does not say.
fn boot() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id");
    id.map(|id| id.trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_strong_validator_lets_a_download_go_on() {
        let (modified, soon, later) = (
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:50:36 GMT",
            "Sun, 06 Nov 1994 08:50:37 GMT",
        );
        assert_eq!(validator("\"a\"", modified, soon).as_deref(), Some("\"a\""));
        assert_eq!(validator("W/\"a\"", modified, later), None);
        assert_eq!(validator("", modified, soon), None);
        assert_eq!(validator("", modified, later).as_deref(), Some(modified));
        assert_eq!(validator("", "", later), None);
    }

    #[test]
    fn each_table_has_a_file_of_its_own() {
        assert_ne!(stem("a/b"), stem("a-b"));
        assert!(stem("AmazonEC2/eu-west-1").starts_with("AmazonEC2-eu-west-1-"));
        assert!(stem(&"../".repeat(100)).len() < 100);
    }

    #[test]
    fn what_nobody_wants_goes_after_a_week() {
        let folder = tempfile::tempdir().unwrap();
        let put = |id: &str, age: u64| {
            let path = folder.path().join(format!("{}.part", stem(id)));
            let file = File::create(&path).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(age * 24 * 3600)).unwrap();
            path
        };
        let [wanted, fresh, old] = [put("wanted", 30), put("fresh", 6), put("old", 8)];
        let foreign = folder.path().join("notes.txt");
        fs::write(&foreign, "mine").unwrap();
        tidy(folder.path(), &HashSet::from(["wanted"]));
        assert_eq!(
            [wanted, fresh, old, foreign].map(|path| path.exists()),
            [true, true, false, true]
        );
    }
}
