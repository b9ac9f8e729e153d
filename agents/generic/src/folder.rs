//! `plugins_directory`: every executable in it is a plugin that prints JSON.

use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::command::{Command, Program};
use crate::config::{PluginConfig, is_plugin_name};

/// The most plugins that one folder holds.
const MOST: usize = 1_000;

/// What a folder holds.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    /// Its plugins, by name.
    pub(crate) plugins: Vec<PluginConfig>,
    /// Files that are not run, each with the reason.
    pub(crate) left_out: Vec<String>,
}

/// Looks into `folder`. One that is not there is empty: upstream's example names one that nobody
/// has.
///
/// # Errors
/// The folder cannot be read, or everyone may write to it.
pub(crate) fn read(folder: &Path) -> Result<Folder, String> {
    let shown = folder.display();
    let metadata = match std::fs::metadata(folder) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Folder::default()),
        Err(error) => return Err(format!("plugins_directory {shown} cannot be read: {error}")),
    };
    if metadata.permissions().mode() & 0o002 != 0 {
        return Err(format!(
            "plugins_directory {shown} is writable by everyone, who could then run anything as this \
             agent; take that away: chmod o-w {shown}"
        ));
    }
    let unreadable = |error| format!("plugins_directory {shown} cannot be read: {error}");
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    let mut paths: Vec<PathBuf> = entries.flatten().take(MOST).map(|entry| entry.path()).collect();
    paths.sort();
    let mut found = Folder::default();
    for path in paths {
        match plugin(&path) {
            Ok(plugin) => found.plugins.extend(plugin),
            Err(reason) => found.left_out.push(format!("{}: {reason}", path.display())),
        }
    }
    Ok(found)
}

/// The plugin that `path` is; nothing where it is a folder or hidden.
fn plugin(path: &Path) -> Result<Option<PluginConfig>, String> {
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if hidden || !metadata.is_file() {
        return Ok(None);
    }
    let mode = metadata.permissions().mode();
    if mode & 0o111 == 0 {
        let python = path.extension().is_some_and(|extension| extension == "py");
        return Err(match python {
            true => "is not executable; a Python class is not loaded: write a program that prints \
                     JSON, and chmod +x it"
                .to_owned(),
            false => "is not executable; chmod +x it".to_owned(),
        });
    }
    if mode & 0o002 != 0 {
        return Err("is writable by everyone; chmod o-w it".to_owned());
    }
    if !is_plugin_name(name) {
        return Err("has a name that is taken or has other letters than a-z 0-9 _ - .".to_owned());
    }
    let path = std::path::absolute(path).map_err(|error| error.to_string())?;
    let Some(program) = path.to_str() else {
        return Err("has a path that is not UTF-8".to_owned());
    };
    let command = Command::new(Program::Arguments(vec![program.to_owned()]));
    Ok(Some(PluginConfig::new(name, command)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(folder: &Path, name: &str, mode: u32) {
        let path = folder.join(name);
        std::fs::write(&path, "#!/bin/sh\necho '{}'\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn executables_are_plugins_and_the_rest_is_said() {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "one.sh", 0o755);
        put(folder.path(), "two", 0o700);
        put(folder.path(), "open", 0o777);
        put(folder.path(), "class.py", 0o644);
        put(folder.path(), ".hidden", 0o755);
        std::fs::create_dir(folder.path().join("below")).unwrap();
        let found = read(folder.path()).unwrap();
        let names: Vec<&str> = found.plugins.iter().map(|plugin| plugin.name.as_str()).collect();
        assert_eq!(names, ["one", "two"]);
        assert_eq!(found.left_out.len(), 2, "{:?}", found.left_out);
        assert!(found.left_out[0].contains("a Python class is not loaded"));
        assert!(found.left_out[1].contains("writable by everyone"));
    }

    #[test]
    fn a_folder_that_everyone_may_write_to_is_refused_and_a_missing_one_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(&folder.path().join("none")).unwrap().plugins.is_empty());
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        assert!(read(folder.path()).unwrap_err().contains("chmod o-w"));
    }
}
