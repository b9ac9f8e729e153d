//! The environment of a command: the minimal one, and what is configured.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use secrecy::ExposeSecret as _;

use super::Command;

/// Where programs are looked up.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Output is UTF-8, and numbers have a point.
const LOCALE: &str = "C.UTF-8";
/// The home of this process's user; looked up once, as it may read the user database.
static HOME: LazyLock<PathBuf> =
    LazyLock::new(|| std::env::home_dir().unwrap_or_else(|| PathBuf::from("/")));

/// Gives `process` exactly the variables that `command` has.
pub(super) fn set(process: &mut std::process::Command, command: &Command) {
    let home: &Path = command.user.as_ref().map_or(&HOME, |user| &user.home);
    process.env_clear();
    process.env("PATH", PATH).env("LANG", LOCALE).env("LC_ALL", LOCALE).env("HOME", home);
    for (name, value) in &command.environment {
        process.env(name, value.expose_secret());
    }
}

/// The folders in which `command` looks up programs, as `PATH` has them.
pub(super) fn search_path(command: &Command) -> &str {
    command.environment.get("PATH").map_or(PATH, |path| path.expose_secret())
}
