//! What becomes of a damaged file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::StoreError;

/// A damaged file under its new name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Where it is now.
    pub path: PathBuf,
    /// What SQLite said of it.
    pub reason: String,
}

/// Renames the file at `path` and its side files, so that what can be read of it still can.
pub(super) fn set_aside(path: &Path, reason: &rusqlite::Error) -> Result<SetAside, StoreError> {
    let aside = free_name(path);
    for suffix in ["", "-wal", "-shm"] {
        match fs::rename(with_suffix(path, suffix), with_suffix(&aside, suffix)) {
            Err(error) if suffix.is_empty() || error.kind() != io::ErrorKind::NotFound => {
                return Err(StoreError::File { path: path.to_path_buf(), source: error });
            }
            _ => {}
        }
    }
    Ok(SetAside { path: aside, reason: reason.to_string() })
}

/// `agent.db.damaged-20261121T080102Z`, with a number where there is one already.
fn free_name(path: &Path) -> PathBuf {
    let stamp = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let first = with_suffix(path, &format!(".damaged-{stamp}"));
    (1..)
        .map(|number| match number {
            1 => first.clone(),
            _ => with_suffix(&first, &format!("-{number}")),
        })
        .find(|name| !name.exists())
        .unwrap_or(first)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
