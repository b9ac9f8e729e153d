//! The folder that survives restarts: the agent's id, its file, its lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// An agent's data directory.
#[derive(Debug, Clone)]
pub struct DataDir {
    path: PathBuf,
}

/// The data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// It cannot be made or read.
    #[error("cannot use the data directory {path}: {source}; give another with --data-dir", path = path.display())]
    Unusable {
        /// The folder, or the file in it.
        path: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
    /// Another agent runs with it.
    #[error(
        "another agent{holder} uses the data directory {path}; stop that one, or give this one its own with --data-dir",
        path = path.display()
    )]
    Locked {
        /// The folder.
        path: PathBuf,
        /// ` (process 4711)`, where it is known.
        holder: String,
    },
}

/// That no other agent uses the data directory, for as long as this lives. The system takes the
/// lock back when the process ends, however it ends.
#[derive(Debug)]
pub struct DataDirLock {
    _file: Option<File>,
}

impl DataDir {
    /// Opens `given`, or the default for `agent`: `$XDG_STATE_HOME/openfinops/<agent>`, else
    /// `~/.local/state/openfinops/<agent>`, else `/var/lib/openfinops/<agent>`.
    ///
    /// A folder that is there but cannot be written is no error here: collecting goes on, and the
    /// outbox says what that means.
    ///
    /// # Errors
    /// There is no such folder, and it cannot be made.
    pub fn open(given: Option<&Path>, agent: &str) -> Result<Self, DataDirError> {
        let path = Self::locate(given, agent);
        match fs::DirBuilder::new().recursive(true).mode(0o700).create(&path) {
            Ok(()) => Ok(Self { path }),
            Err(source) => Err(DataDirError::Unusable { path, source }),
        }
    }

    /// Where the folder is or would be, without making it.
    #[must_use]
    pub fn locate(given: Option<&Path>, agent: &str) -> PathBuf {
        given.map_or_else(|| default_path(agent), Path::to_path_buf)
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps other agents out. Where the folder cannot be written there is nothing to keep them
    /// out of, and the lock is empty.
    ///
    /// # Errors
    /// Another agent is in.
    pub fn lock(&self) -> Result<DataDirLock, DataDirError> {
        let path = self.path.join("lock");
        let options =
            OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(&path);
        let Ok(mut file) = options else {
            return Ok(DataDirLock { _file: None });
        };
        match file.try_lock() {
            Ok(()) => {
                // Only for the message below; a full disk does not make the lock worth less.
                let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
                Ok(DataDirLock { _file: Some(file) })
            }
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&path).unwrap_or_default();
                let holder = match holder.trim() {
                    "" => String::new(),
                    process => format!(" (process {process})"),
                };
                Err(DataDirError::Locked { path: self.path.clone(), holder })
            }
            // A file system without locks: as before there were any.
            Err(TryLockError::Error(_)) => Ok(DataDirLock { _file: None }),
        }
    }

    /// The agent's id: made once from `agent` and `hostname`, then read back at every start.
    ///
    /// # Errors
    /// The id cannot be read.
    pub fn agent_id(&self, agent: &str, hostname: &str) -> Result<String, DataDirError> {
        let file = self.path.join("agent-id");
        match fs::read_to_string(&file) {
            Ok(id) if !id.trim().is_empty() => return Ok(id.trim().to_owned()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(DataDirError::Unusable { path: file, source }),
        }
        let host: String = hostname
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
            .take(64)
            .collect();
        let id = format!("{agent}-{host}-{:08x}", fastrand::u32(..));
        match write_synced(&file, id.as_bytes()) {
            Ok(()) => Ok(id),
            // It cannot be kept, so it must come out the same at the next start.
            Err(_) => Ok(format!("{agent}-{host}-{:08x}", stable(hostname))),
        }
    }
}

/// A number that is the same for the same name in every process.
fn stable(name: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    // The lower half: truncation is the purpose.
    u32::try_from(hasher.finish() & u64::from(u32::MAX)).unwrap_or_default()
}

/// Writes `content` to `path`, readable by this user only, and waits until the disk has it.
///
/// # Errors
/// The file cannot be created, written or synced.
pub fn write_synced(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn default_path(agent: &str) -> PathBuf {
    let absolute =
        |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME")
        .or_else(|| Some(absolute("HOME")?.join(".local/state")))
        .unwrap_or_else(|| PathBuf::from("/var/lib"));
    state.join("openfinops").join(agent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_survives_restarts() {
        let folder = tempfile::tempdir().unwrap();
        let id = || {
            let data = DataDir::open(Some(folder.path()), "aws-agent").unwrap();
            data.agent_id("aws-agent", "ip-10-0-0-7.ec2.internal").unwrap()
        };
        let first = id();
        assert!(first.starts_with("aws-agent-ip-10-0-0-7-ec2-internal-"), "{first}");
        assert_eq!(first, id());
    }

    #[test]
    fn an_id_that_cannot_be_kept_is_made_the_same_way_again() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::open(Some(folder.path()), "aws-agent").unwrap();
        fs::remove_dir(folder.path()).unwrap();
        let id = |host: &str| data.agent_id("aws-agent", host).unwrap();
        assert_eq!(id("one"), id("one"));
        assert_ne!(id("one"), id("two"));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_one_sentence_with_a_remedy() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = DataDir::open(Some(&file.path().join("below")), "aws-agent").unwrap_err();
        let text = error.to_string();
        assert!(text.contains("below") && text.contains("--data-dir"), "{text}");
    }

    #[test]
    fn a_second_agent_is_told_who_is_in_until_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::open(Some(folder.path()), "aws-agent").unwrap();
        let lock = data.lock().unwrap();
        let text = data.lock().unwrap_err().to_string();
        let process = format!("process {}", std::process::id());
        assert!(text.contains(&process) && text.contains("--data-dir"), "{text}");
        drop(lock);
        assert!(data.lock().is_ok());
    }
}
