//! The agents' programs: built by the cargo that runs this one, or found.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::process::{self, Stop};
use super::{Error, say};

/// Where the agents' programs are: in `given`, else beside this program, where cargo builds them
/// first if it is cargo that runs this one.
pub(super) async fn folder(
    given: Option<&Path>,
    clouds: &[&'static str],
    stop: &mut Stop,
) -> Result<PathBuf, Error> {
    let folder = match given {
        Some(folder) => folder.to_owned(),
        None => {
            let own = std::env::current_exe()?;
            let folder = own.parent().unwrap_or(Path::new("/")).to_owned();
            if let Some(cargo) = std::env::var_os("CARGO") {
                build(cargo, &folder, clouds, stop).await?;
            }
            folder
        }
    };
    for cloud in clouds {
        let program = folder.join(format!("{cloud}-agent"));
        if !program.is_file() {
            return Err(Error::Missing(program));
        }
    }
    Ok(folder)
}

/// Builds the agents into the folder where this program is.
async fn build(
    cargo: OsString,
    folder: &Path,
    clouds: &[&'static str],
    stop: &mut Stop,
) -> Result<(), Error> {
    say("Building the agents. The first time this takes some ten minutes, then seconds.");
    let mut command = Command::new(cargo);
    command.args(["build", "--locked"]).args(place(folder)).kill_on_drop(true);
    if let Some(workspace) = std::env::var_os("CARGO_MANIFEST_DIR") {
        command.arg("--manifest-path").arg(Path::new(&workspace).with_file_name("Cargo.toml"));
    }
    for cloud in clouds {
        command.arg("--package").arg(format!("{cloud}-agent"));
    }
    let mut child = command.stdin(std::process::Stdio::null()).spawn()?;
    match process::wait(&mut child, stop).await? {
        None => Err(Error::Stopped),
        Some(status) if status.success() => Ok(()),
        Some(_) => Err(Error::Build),
    }
}

/// The flags of cargo for what is built into `folder`: `TARGET/debug`, or `TARGET/TRIPLE/debug`
/// where a platform was named. Cargo marks the root of a target folder with `CACHEDIR.TAG`.
fn place(folder: &Path) -> Vec<OsString> {
    let name = folder.file_name().unwrap_or_default();
    let profile = if name == "debug" { "dev".into() } else { name.to_owned() };
    let mut flags: Vec<OsString> = vec!["--profile".into(), profile];
    let Some(parent) = folder.parent() else { return flags };
    let target = match (parent.parent(), parent.file_name()) {
        (Some(above), Some(platform))
            if !parent.join("CACHEDIR.TAG").exists() && above.join("CACHEDIR.TAG").exists() =>
        {
            flags.extend(["--target".into(), platform.to_owned()]);
            above
        }
        _ => parent,
    };
    flags.extend(["--target-dir".into(), target.into()]);
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(folder: &Path) -> String {
        let flags = place(folder);
        flags.iter().map(|flag| flag.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn agents_are_built_where_this_program_was() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path();
        std::fs::write(target.join("CACHEDIR.TAG"), "").unwrap();
        let shown = target.display();
        assert_eq!(flags(&target.join("debug")), format!("--profile dev --target-dir {shown}"));
        assert_eq!(
            flags(&target.join("release")),
            format!("--profile release --target-dir {shown}")
        );
        assert_eq!(
            flags(&target.join("x86_64-unknown-linux-musl/debug")),
            format!("--profile dev --target x86_64-unknown-linux-musl --target-dir {shown}")
        );
    }
}
