//! Which file a program's name stands for.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::CommandError;

/// The file that `name` stands for: a path as it is, from `directory`; a bare name by `search_path`.
///
/// What a path leads to is not looked at: the system says so at the start.
pub(super) fn resolve(
    name: &str,
    search_path: &str,
    directory: &Path,
) -> Result<PathBuf, CommandError> {
    if name.contains('/') {
        return Ok(directory.join(name));
    }
    let mut unfit = None;
    // An empty entry means the working directory, by a rule that nobody wants here.
    for folder in search_path.split(':').filter(|folder| !folder.is_empty()) {
        let candidate = directory.join(folder).join(name);
        match candidate.metadata() {
            Ok(file) if !file.is_file() => {}
            Ok(file) if file.permissions().mode() & 0o111 != 0 => return Ok(candidate),
            Ok(_) => unfit = unfit.or(Some(candidate)),
            Err(_) => {}
        }
    }
    Err(match unfit {
        Some(file) => CommandError::NotExecutable {
            program: name.to_owned(),
            reason: format!("{} has no permission to execute", file.display()),
        },
        None => CommandError::NotFound {
            program: name.to_owned(),
            searched: Some(search_path.to_owned()),
        },
    })
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;

    use super::*;

    #[test]
    fn a_bare_name_is_the_first_executable_file_of_that_name() {
        let folder = tempfile::tempdir().unwrap();
        for (place, mode) in [("first", 0o644), ("second", 0o755), ("third", 0o755)] {
            let place = folder.path().join(place);
            std::fs::create_dir(&place).unwrap();
            std::fs::write(place.join("it"), "").unwrap();
            std::fs::set_permissions(place.join("it"), Permissions::from_mode(mode)).unwrap();
        }
        let found = |path: &str| resolve("it", path, folder.path());
        assert_eq!(found("none:first::second:third").unwrap(), folder.path().join("second/it"));
        let error = found("first").unwrap_err();
        assert!(matches!(error, CommandError::NotExecutable { .. }), "{error}");
        let error = found("none:").unwrap_err();
        assert!(error.hint().unwrap().contains("none:"), "{error:?}");
    }

    #[test]
    fn a_path_is_taken_as_it_is() {
        let found = |name| resolve(name, "", Path::new("/srv")).unwrap();
        assert_eq!(found("/opt/it"), Path::new("/opt/it"));
        assert_eq!(found("./bin/it"), Path::new("/srv/./bin/it"));
    }
}
