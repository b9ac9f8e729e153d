//! How runs end, and what is left of them then.

use std::time::Duration;

use futures::future::join_all;
use generic_agent::command::{Command, CommandError};

use super::{Mark, arguments, printed, run, shell};

/// Runs `line` into its timeout, and once more with its future dropped in the middle. It must
/// start `count` processes that stay.
async fn is_ended(line: &str, count: usize) {
    let short = Duration::from_millis(500);
    let ended = run(Command { timeout: short, ..shell(line) }).await;
    assert_eq!(ended.failure, Some(CommandError::TimedOut { after: short }), "{ended:?}");
    assert_eq!((ended.exit_status, ended.signal, ended.note), (None, None, None));

    let mark = Mark::new();
    let command = Command { environment: mark.environment(), ..shell(line) };
    tokio::select! {
        run = command.run() => panic!("it ended by itself: {run:?}"),
        () = mark.wait_for(count) => {}
    }
    mark.wait_until_gone().await;
}

#[tokio::test]
async fn a_command_that_hangs_is_ended() {
    is_ended("exec sleep 1000", 1).await;
}

#[tokio::test]
async fn one_that_forks_and_hangs_is_ended() {
    is_ended("sleep 1000 & (sleep 1000 | sleep 1000) & sleep 1000", 5).await;
}

#[tokio::test]
async fn one_whose_children_have_left_its_group_is_ended() {
    is_ended("setsid sh -c 'setsid sleep 1000 & sleep 1000; true' & wait", 4).await;
}

#[tokio::test]
async fn one_that_ignores_signals_is_ended() {
    is_ended("trap '' TERM HUP INT; while :; do sleep 1000; done", 2).await;
}

#[tokio::test]
async fn one_that_has_stopped_itself_is_ended() {
    is_ended("kill -STOP $$", 1).await;
}

#[tokio::test]
async fn one_that_closes_its_output_is_waited_for() {
    let ended = run(shell("exec >&- 2>&-; sleep 0.1; exit 3")).await;
    assert_eq!((ended.exit_status, ended.failure), (Some(3), None));
}

#[tokio::test]
async fn what_it_leaves_in_the_background_is_killed() {
    let ended = run(shell("sleep 1000 & echo done")).await;
    assert_eq!(printed(&ended), "done\n");
    assert_eq!(ended.note, None);
}

#[tokio::test]
async fn a_failure_is_an_answer() {
    let ended = run(shell("echo partly; echo 'no such volume' >&2; exit 1")).await;
    assert_eq!((ended.exit_status, ended.signal, &ended.failure), (Some(1), None, &None));
    assert_eq!(
        (ended.stdout.as_slice(), ended.stderr.as_str()),
        (&b"partly\n"[..], "no such volume")
    );
    assert!(!ended.stderr_truncated && ended.duration > Duration::ZERO);
}

#[tokio::test]
async fn a_signal_is_named() {
    let ended = run(shell("kill -TERM $$")).await;
    assert_eq!((ended.exit_status, ended.signal, ended.failure), (None, Some(15), None));
}

#[tokio::test]
async fn many_run_side_by_side() {
    let runs = join_all((0..50).map(|number| async move {
        let command = match number % 3 {
            0 => arguments(&["echo", &number.to_string()]),
            1 => shell(&format!("sleep 0.05; echo {number}")),
            _ => Command { timeout: Duration::from_millis(50), ..shell("sleep 1000 & sleep 1000") },
        };
        (number, run(command).await)
    }));
    for (number, run) in runs.await {
        if number % 3 == 2 {
            assert!(matches!(run.failure, Some(CommandError::TimedOut { .. })), "{run:?}");
        } else {
            assert_eq!(printed(&run), format!("{number}\n"));
        }
    }
}
