//! The folder that survives restarts: the agent's id and its outbox.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use crate::outbox::write_synced;

/// An agent's data directory, made and writable.
#[derive(Debug, Clone)]
pub struct DataDir {
    path: PathBuf,
}

/// The data directory cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the data directory {path}: {source}; give another with --data-dir", path = path.display())]
pub struct DataDirError {
    path: PathBuf,
    source: io::Error,
}

impl DataDir {
    /// Opens `given`, or the default for `agent`: `$XDG_STATE_HOME/openfinops/<agent>`, else
    /// `~/.local/state/openfinops/<agent>`, else `/var/lib/openfinops/<agent>`.
    ///
    /// # Errors
    /// The folder cannot be made or written.
    pub fn open(given: Option<&Path>, agent: &str) -> Result<Self, DataDirError> {
        let path = given.map_or_else(|| default_path(agent), Path::to_path_buf);
        let attempt = || {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(&path)?;
            // Only writing tells whether the folder can be written (read-only mounts, quotas).
            let probe = path.join(".writable");
            write_synced(&probe, b"")?;
            fs::remove_file(&probe)
        };
        match attempt() {
            Ok(()) => Ok(Self { path }),
            Err(source) => Err(DataDirError { path, source }),
        }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The agent's id: made once from `agent` and `hostname`, then read back at every start.
    ///
    /// # Errors
    /// The id cannot be read or written.
    pub fn agent_id(&self, agent: &str, hostname: &str) -> Result<String, DataDirError> {
        let file = self.path.join("agent-id");
        let failed = |source| DataDirError { path: file.clone(), source };
        match fs::read_to_string(&file) {
            Ok(id) if !id.trim().is_empty() => return Ok(id.trim().to_owned()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        let host: String = hostname
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
            .take(64)
            .collect();
        let id = format!("{agent}-{host}-{:08x}", fastrand::u32(..));
        write_synced(&file, id.as_bytes()).map_err(failed)?;
        Ok(id)
    }
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
    fn a_folder_that_cannot_be_made_is_one_sentence_with_a_remedy() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = DataDir::open(Some(&file.path().join("below")), "aws-agent").unwrap_err();
        let text = error.to_string();
        assert!(text.contains("below") && text.contains("--data-dir"), "{text}");
    }
}
