//! What a process finds around it without a network: environment variables, files, its name.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;

/// The most that is read of one file, in bytes.
const FILE_LIMIT: u64 = 1 << 20;

/// Names another folder than `/` under which `/sys`, `/proc`, `/etc` and `/var/run` are read: for a
/// container that has its host's files mounted, and for tests.
pub const ROOT_VARIABLE: &str = "OPENFINOPS_METADATA_ROOT";

/// Environment variables, files and the host's name, as the detectors see them.
#[derive(Clone)]
pub struct Surroundings {
    variables: HashMap<String, String>,
    root: PathBuf,
    hostname: String,
}

impl std::fmt::Debug for Surroundings {
    /// Without the variables, some of which are secrets.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = out.debug_struct("Surroundings");
        shown.field("root", &self.root).field("hostname", &self.hostname).finish_non_exhaustive()
    }
}

impl Surroundings {
    /// Those of this process. Variables that are not UTF-8 are left out.
    #[must_use]
    pub fn of_this_process() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        let variables: HashMap<String, String> = std::env::vars_os().filter_map(text).collect();
        let root = variables.get(ROOT_VARIABLE).filter(|root| !root.is_empty());
        let root = root.map_or_else(|| PathBuf::from("/"), PathBuf::from);
        Self { variables, root, hostname: super::hostname() }
    }

    /// Made-up ones, for tests.
    #[must_use]
    pub fn scripted<const N: usize>(
        variables: [(&str, &str); N],
        root: impl Into<PathBuf>,
        hostname: &str,
    ) -> Self {
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { variables: HashMap::from(variables), root: root.into(), hostname: hostname.into() }
    }

    /// The same, with an environment variable set.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// An environment variable, unless it is unset or empty.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether a switch is on (`true`, `1`, `yes`, `on`) or off (`false`, `0`, `no`, `off`); `None`
    /// where it is unset or says something else.
    #[must_use]
    pub fn switch(&self, name: &str) -> Option<bool> {
        match self.variable(name)?.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Some(true),
            "false" | "0" | "no" | "off" => Some(false),
            _ => None,
        }
    }

    /// The text of the file at the absolute `path`, without white space around it, unless it is
    /// missing, empty, not readable or larger than 1 MiB.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<String> {
        let mut text = String::new();
        let mut file = File::open(self.path(path)).ok()?.take(FILE_LIMIT + 1);
        file.read_to_string(&mut text).ok().filter(|&read| read as u64 <= FILE_LIMIT)?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Where the absolute `path` really is.
    #[must_use]
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// The machine's name, as the kernel has it.
    #[must_use]
    pub fn hostname(&self) -> &str {
        &self.hostname
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_the_surroundings_shows_no_variable() {
        let around = Surroundings::scripted([("DB_PASSWORD", "hunter2")], "/", "host");
        let text = format!("{around:?}");
        assert!(text.contains("host") && !text.contains("hunter2"), "{text}");
    }

    #[test]
    fn a_switch_that_says_something_else_is_not_set() {
        let switch = |value: &str| Surroundings::scripted([("X", value)], "/", "host").switch("X");
        assert_eq!(switch(" True "), Some(true));
        assert_eq!(switch("off"), Some(false));
        assert_eq!(switch("perhaps"), None);
        assert_eq!(switch(""), None);
    }

    #[test]
    fn a_file_beyond_the_limit_is_not_read() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("large"), "x".repeat((1 << 20) + 1)).unwrap();
        std::fs::write(root.path().join("small"), " x\n").unwrap();
        let around = Surroundings::scripted([], root.path(), "host");
        assert_eq!(around.file("/large"), None);
        assert_eq!(around.file("/small").as_deref(), Some("x"));
        assert_eq!(around.file("/missing"), None);
    }
}
