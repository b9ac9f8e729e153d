//! What commands print: too much, without end, and no text.

use std::time::Duration;

use generic_agent::command::{Command, CommandError};

use super::{arguments, printed, run, shell};

/// Set in the process that measures its own memory: the other tests use some as well.
const ALONE: &str = "MEASURES_MEMORY";

/// The largest that this process has been, in KiB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_gigabyte_is_contained() {
    if std::env::var_os(ALONE).is_none() {
        let mut test = std::process::Command::new(std::env::current_exe().unwrap());
        test.args(["--exact", "output::a_gigabyte_is_contained"]).env(ALONE, "yes");
        let test = test.output().unwrap();
        assert!(test.status.success(), "{}", String::from_utf8_lossy(&test.stdout));
        return;
    }
    run(shell("echo; echo >&2")).await;
    let before = peak_memory();
    for command in [
        shell("yes | head -c 1G"),
        shell("yes | tee /dev/stderr | head -c 1G"),
        arguments(&["cat", "/dev/zero"]),
    ] {
        let limit = command.max_output;
        let ended = run(command).await;
        assert_eq!(ended.failure, Some(CommandError::TooMuchOutput { limit }));
        assert_eq!(ended.stdout.len(), limit);
    }
    let grown = peak_memory() - before;
    assert!(grown < 8 * 1024, "grew by {grown} KiB");
}

#[tokio::test]
async fn the_limit_itself_is_allowed() {
    let limited =
        |bytes| Command { max_output: 100_000, ..shell(&format!("yes | head -c {bytes}")) };
    assert_eq!(printed(&run(limited(100_000)).await).len(), 100_000);
    let ended = run(limited(100_001)).await;
    assert_eq!(ended.failure, Some(CommandError::TooMuchOutput { limit: 100_000 }));
}

#[tokio::test]
async fn too_much_from_the_background_is_too_much() {
    // The shell may have gone before the limit is reached.
    let command = Command { max_output: 10, ..shell("yes & exit 0") };
    let ended = run(command).await;
    assert!(ended.stdout.len() <= 10, "{ended:?}");
}

#[tokio::test]
async fn endless_standard_error_holds_nothing_up() {
    let long = run(shell("yes 'oh no' | head -c 3000000 >&2; echo done")).await;
    assert_eq!(printed(&long), "done\n");
    assert!(long.stderr_truncated && long.stderr.len() <= 4096 && long.stderr.len() > 4000);
    assert!(long.stderr.starts_with("oh no\noh no") && long.stderr.ends_with("no\noh"));

    let short = Duration::from_secs(2);
    let endless = run(Command { timeout: short, ..shell("yes >&2") }).await;
    assert_eq!(endless.failure, Some(CommandError::TimedOut { after: short }));
    assert!(endless.stderr_truncated);
}

#[tokio::test]
async fn what_is_not_utf8_is_kept_and_shown() {
    let ended = run(shell(r"printf 'a\377\000b'; printf 'c\377\033[31md\n' >&2")).await;
    assert_eq!(ended.stdout, b"a\xff\0b");
    assert_eq!(ended.stderr, "c\u{fffd}\\u{1b}[31md");
}

#[tokio::test]
async fn secrets_that_it_complains_of_are_redacted() {
    let mut command = shell("echo \"login with $DOOR at https://me:$DOOR@host failed\" >&2");
    command.environment.insert("DOOR".to_owned(), "sesame".into());
    let ended = run(command).await;
    assert_eq!(ended.stderr, "login with [redacted] at https://[redacted]@host failed");
}

#[tokio::test]
async fn what_was_said_before_the_end_is_told() {
    let ended = run(shell("echo 'a warning' >&2; yes")).await;
    assert!(matches!(ended.failure, Some(CommandError::TooMuchOutput { .. })));
    assert_eq!(ended.stderr, "a warning");
}
