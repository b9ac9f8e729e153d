//! Commands that cannot be started, and what is said of each.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use generic_agent::command::{Command, CommandError, Program};

use super::{arguments, run};

/// Why `command` could not be started.
async fn trouble(command: Command) -> CommandError {
    let run = run(command).await;
    assert_eq!((run.exit_status, run.signal, run.stdout.len()), (None, None, 0));
    run.failure.unwrap()
}

/// A file `it` of `content` in `folder`.
fn file(folder: &Path, content: &str, mode: u32) -> String {
    let path = folder.join("it");
    std::fs::write(&path, content).unwrap();
    std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    path.to_str().unwrap().to_owned()
}

fn in_folder(directory: PathBuf) -> Command {
    Command { directory: Some(directory), ..arguments(&["pwd"]) }
}

#[tokio::test]
async fn a_program_that_is_not_there() {
    let bare = trouble(arguments(&["no-such-program", "x"])).await;
    assert_eq!(bare.to_string(), "no-such-program was not found");
    assert!(bare.hint().unwrap().contains("/usr/bin"), "{bare:?}");
    for path in ["/opt/no/such/program", "/etc/passwd/program"] {
        let error = trouble(arguments(&[path])).await;
        let program = path.to_owned();
        assert_eq!(error, CommandError::NotFound { program, searched: None });
        assert!(error.hint().unwrap().contains("path"));
    }
}

#[tokio::test]
async fn no_program_at_all() {
    for words in [&[][..], &[""]] {
        assert_eq!(trouble(arguments(words)).await, CommandError::Empty);
    }
}

#[tokio::test]
async fn a_file_that_may_not_be_executed() {
    let folder = tempfile::tempdir().unwrap();
    let program = file(folder.path(), "#!/bin/sh\necho x\n", 0o644);
    let error = trouble(arguments(&[&program])).await;
    let reason = "it has no permission to execute".to_owned();
    assert_eq!(error, CommandError::NotExecutable { program, reason });
    assert!(error.hint().unwrap().contains("chmod +x"));
}

#[tokio::test]
async fn a_folder_as_a_program() {
    let reason = "it is a folder".to_owned();
    let program = "/usr".to_owned();
    let error = trouble(arguments(&["/usr"])).await;
    assert_eq!(error, CommandError::NotExecutable { program, reason });
}

#[tokio::test]
async fn a_script_whose_interpreter_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let program = file(folder.path(), "#! /opt/none/python -u\nprint(1)\n", 0o755);
    let error = trouble(arguments(&[&program])).await;
    let interpreter = "/opt/none/python".to_owned();
    assert_eq!(error, CommandError::Interpreter { program, interpreter });
    assert!(error.hint().unwrap().contains("install /opt/none/python"));
}

#[tokio::test]
async fn a_text_that_is_no_script() {
    let folder = tempfile::tempdir().unwrap();
    let program = file(folder.path(), "echo x\n", 0o755);
    let error = trouble(arguments(&[&program])).await;
    assert!(error.to_string().contains("#!"), "{error}");
}

#[tokio::test]
async fn a_directory_that_is_none() {
    for (directory, reason) in
        [("/opt/no/such/folder", "it does not exist"), ("/etc/passwd", "it is not a folder")]
    {
        let directory = PathBuf::from(directory);
        let error = trouble(in_folder(directory.clone())).await;
        let reason = reason.to_owned();
        assert_eq!(error, CommandError::Directory { directory, reason });
        assert!(error.hint().is_some());
    }
}

#[tokio::test]
async fn what_the_system_refuses_for_another_reason() {
    let long = "x".repeat(3 << 20);
    let error = trouble(Command::new(Program::Shell(long))).await;
    assert!(matches!(error, CommandError::CannotStart { .. }));
    assert!(error.to_string().contains("/bin/sh cannot be started: "), "{error}");
    let error = trouble(arguments(&["echo", "a\0b"])).await;
    assert!(error.to_string().contains("echo cannot be started: "), "{error}");
}
