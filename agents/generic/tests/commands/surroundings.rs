//! What a command finds around itself.

use std::collections::BTreeSet;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use generic_agent::command::{Command, CommandError, User};
use rustix::fs::OFlags;

use super::{Mark, arguments, is_root, printed, run, shell};

#[tokio::test]
async fn the_environment_is_the_minimal_one_and_what_is_given() {
    let mut command = arguments(&["env"]);
    command.environment.insert("REGION".to_owned(), "eu west".into());
    let ended = command.run().await;
    let mut lines: Vec<&str> = printed(&ended).lines().collect();
    lines.sort_unstable();
    let home = format!("HOME={}", std::env::home_dir().unwrap().display());
    assert_eq!(
        lines,
        [
            home.as_str(),
            "LANG=C.UTF-8",
            "LC_ALL=C.UTF-8",
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "REGION=eu west",
        ]
    );
}

#[tokio::test]
async fn what_is_given_goes_before_the_minimal_one() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/bin/echo", folder.path().join("say")).unwrap();
    let mut command = arguments(&["say", "hello"]);
    command.environment.insert("PATH".to_owned(), folder.path().to_str().unwrap().into());
    assert_eq!(printed(&run(command).await), "hello\n");
}

#[tokio::test]
async fn it_runs_in_its_directory_or_in_the_root() {
    assert_eq!(printed(&run(arguments(&["pwd"])).await), "/\n");
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    std::os::unix::fs::symlink("/bin/pwd", folder.join("where")).unwrap();
    for program in ["pwd", "./where"] {
        let command = Command { directory: Some(folder.clone()), ..arguments(&[program]) };
        assert_eq!(printed(&run(command).await).trim_end(), folder.to_str().unwrap());
    }
}

#[tokio::test]
async fn arguments_are_no_shell_lines() {
    assert_eq!(printed(&run(arguments(&["echo", "$HOME; ls", "*"])).await), "$HOME; ls *\n");
    assert_eq!(printed(&run(shell("echo $((6 * 7)) | cat; echo")).await), "42\n\n");
}

#[tokio::test]
async fn standard_input_is_empty() {
    assert_eq!(printed(&run(arguments(&["cat"])).await), "");
}

/// The files that this process was itself handed down by whoever started it, for its children too.
fn handed_down() -> BTreeSet<String> {
    let files = std::fs::read_dir("/proc/self/fdinfo").unwrap().filter_map(Result::ok);
    let stay_open = files.filter(|file| {
        let facts = std::fs::read_to_string(file.path()).unwrap_or_default();
        let flags = facts.lines().find_map(|line| line.strip_prefix("flags:"));
        let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
        flags.is_some_and(|flags| flags & OFlags::CLOEXEC.bits() == 0)
    });
    stay_open.map(|file| file.file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn it_inherits_three_files_and_none_that_this_process_has_opened() {
    let _open = std::fs::File::open("/proc/self/status").unwrap();
    let mut expected = handed_down();
    // The fourth is the folder that is listed.
    expected.extend(["0", "1", "2", "3"].map(str::to_owned));
    let ended = run(arguments(&["ls", "/proc/self/fd"])).await;
    let files: BTreeSet<String> = printed(&ended).lines().map(str::to_owned).collect();
    assert_eq!(files, expected);
}

/// The signals of the line `SigIgn:` or `SigBlk:`, without those from 32, which are the C library's.
fn signals(line: &str) -> u64 {
    let (_, signals) = line.split_once('\t').unwrap();
    u64::from_str_radix(signals, 16).unwrap() & 0x7fff_ffff
}

#[tokio::test]
async fn it_begins_with_no_signal_blocked_or_ignored_but_those_handed_down() {
    // Whoever started this process may have had some ignored (Python has SIGXFSZ); SIGPIPE is
    // what Rust itself ignores.
    let own = std::fs::read_to_string("/proc/self/status").unwrap();
    let own = own.lines().find(|line| line.starts_with("SigIgn:")).map(signals).unwrap();
    let handed_down = own & !(1 << (rustix::process::Signal::PIPE.as_raw() - 1));
    let ended = run(arguments(&["grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"])).await;
    for line in printed(&ended).lines() {
        let allowed = if line.starts_with("SigIgn:") { handed_down } else { 0 };
        assert_eq!(signals(line) & !allowed, 0, "{line}");
    }
}

#[tokio::test]
async fn another_user_has_a_home_and_no_supplementary_groups() {
    if !is_root() {
        let root = Some(User::find("root").unwrap());
        let ended = run(Command { user: root, ..arguments(&["id"]) }).await;
        assert_eq!(ended.failure, Some(CommandError::User { user: "root".to_owned() }));
        return;
    }
    let nobody = User::find("nobody").unwrap();
    let user = Some(nobody.clone());
    let line = "id -u; id -g; id -G; echo $HOME";
    let ended = run(Command { user: user.clone(), ..shell(line) }).await;
    let User { uid, gid, home, .. } = nobody;
    assert_eq!(printed(&ended), format!("{uid}\n{gid}\n{gid}\n{}\n", home.display()));

    let mark = Mark::new();
    let hangs = shell("sleep 1000 & sleep 1000");
    let command = Command { user, environment: mark.environment(), ..hangs };
    tokio::select! {
        run = command.run() => panic!("it ended by itself: {run:?}"),
        () = mark.wait_for(3) => {}
    }
    mark.wait_until_gone().await;
}

#[tokio::test]
async fn what_another_user_may_not_enter_is_named() {
    if !is_root() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
    let closed = folder.path().to_str().unwrap();
    std::fs::copy("/bin/echo", folder.path().join("it")).unwrap();
    let user = Some(User::find("nobody").unwrap());
    let program = format!("{closed}/it");
    let ended = run(Command { user: user.clone(), ..arguments(&[&program]) }).await;
    let reason = format!("nobody may not enter {closed}");
    assert_eq!(
        ended.failure,
        Some(CommandError::NotExecutable { program, reason: reason.clone() })
    );

    let directory = PathBuf::from(closed);
    let command = Command { user, directory: Some(directory.clone()), ..arguments(&["pwd"]) };
    assert_eq!(run(command).await.failure, Some(CommandError::Directory { directory, reason }));
}
