//! One run, from its start to the last of its processes.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt as _;
use std::time::{Duration, Instant};

use futures::future::{join, pending, try_join};
use tokio::time::timeout;

use super::leader::Leader;
use super::output::{Excess, Output};
use super::{Command, CommandError, message, start};

/// How long the end of the output is waited for once the leader has ended and its group is killed.
const GRACE: Duration = Duration::from_millis(100);
/// How long a command is left alone at first.
const SOON: Duration = Duration::from_millis(20);
/// How long a killed leader is waited for.
const DEATH: Duration = Duration::from_secs(1);

/// What became of one run. `stderr` may go into a document as it is; `stdout` is as it was printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// With which status it exited; `None` if it did not by itself.
    pub exit_status: Option<i32>,
    /// Which signal ended it; `None` also for one that was ended for its [`failure`](Self::failure).
    pub signal: Option<i32>,
    /// What it printed, at most [`Command::max_output`] bytes.
    pub stdout: Vec<u8>,
    /// What it said on standard error, at most the first 4 KiB: without secrets, in UTF-8, trimmed,
    /// with its control characters made visible.
    pub stderr: String,
    /// It said more than that.
    pub stderr_truncated: bool,
    /// From its start until nothing more was waited for.
    pub duration: Duration,
    /// Why there is no answer. An exit status other than zero is none of it.
    pub failure: Option<CommandError>,
    /// Something about it that a person may want to know.
    pub note: Option<String>,
}

/// Runs `command` once.
pub(super) async fn run(command: &Command) -> Run {
    let begun = Instant::now();
    let mut run = match Running::start(command) {
        Ok(running) => running.follow().await,
        Err(failure) => Run { failure: Some(failure), ..Run::default() },
    };
    run.duration = begun.elapsed();
    run
}

/// A run while it goes on.
struct Running<'a> {
    command: &'a Command,
    leader: Leader,
    stdout: Output,
    stderr: Output,
}

impl<'a> Running<'a> {
    fn start(command: &'a Command) -> Result<Self, CommandError> {
        let (leader, (stdout, stderr)) = start::start(command)?;
        let stdout = output(stdout, command.max_output, Excess::Ends)?;
        let stderr = output(stderr, message::kept(&command.environment), Excess::Dropped)?;
        Ok(Self { command, leader, stdout, stderr })
    }

    /// Sees the run to its end.
    async fn follow(mut self) -> Run {
        let mut failure = match self.ends_soon().await {
            true => self.read_now().err(),
            false => self.until_it_ends().await.err(),
        };
        match failure {
            None => self.leader.end_group(),
            Some(_) => {
                self.leader.end_all();
                // Nothing more is done about one that the kernel does not let die.
                let _ = timeout(DEATH, self.leader.ended()).await;
            }
        }
        if let Err(error) = self.rest().await {
            failure = failure.or(Some(error));
        }
        self.report(failure)
    }

    /// Most commands have ended before anything could be gained by reading meanwhile: what they
    /// print waits in the pipes, which hold them up when they are full.
    async fn ends_soon(&self) -> bool {
        timeout(SOON.min(self.command.timeout), self.leader.ended()).await.is_ok()
    }

    fn read_now(&mut self) -> Result<(), CommandError> {
        let read = self.stdout.read_now().and_then(|()| self.stderr.read_now());
        read.map_err(|error| unreadable(&error))?;
        within_limit(&self.stdout)
    }

    /// Reads what the command prints until its leader has ended, or until it must be ended.
    async fn until_it_ends(&mut self) -> Result<(), CommandError> {
        let Self { command, leader, stdout, stderr } = self;
        let after = command.timeout;
        let left = after.saturating_sub(SOON);
        let reading = async {
            match read(stdout, stderr).await {
                // It may go on without its output.
                Ok(()) => pending().await,
                Err(error) => Err(error),
            }
        };
        let ended = async {
            tokio::select! {
                biased;
                failed = reading => failed,
                () = leader.ended() => Ok(()),
            }
        };
        timeout(left, ended).await.unwrap_or(Err(CommandError::TimedOut { after }))
    }

    /// Reads what is left in the pipes. Only a process that has left the group can still hold them.
    async fn rest(&mut self) -> Result<(), CommandError> {
        if self.is_open() {
            let reading = join(self.stdout.read(), self.stderr.read());
            if let Ok((stdout, stderr)) = timeout(GRACE, reading).await {
                stdout.and(stderr).map_err(|error| unreadable(&error))?;
            }
        }
        within_limit(&self.stdout)
    }

    fn is_open(&self) -> bool {
        self.stdout.is_open() || self.stderr.is_open()
    }

    /// Reaps the leader, and puts together what became of the run.
    fn report(mut self, failure: Option<CommandError>) -> Run {
        let held = self.is_open();
        let status = self.leader.reap();
        let note = match status {
            None if failure.is_some() => Some("it was killed, but has not ended yet"),
            _ if held => Some("a process it started still held its output"),
            _ => None,
        };
        let failure = failure.or(status.is_none().then_some(CommandError::Lost));
        let status = status.filter(|_| failure.is_none());
        let cut = self.stderr.exceeded();
        let said = self.stderr.into_kept();
        let (stderr, stderr_truncated) = message::show(&said, cut, &self.command.environment);
        Run {
            exit_status: status.and_then(|status| status.code()),
            signal: status.and_then(|status| status.signal()),
            stdout: self.stdout.into_kept(),
            stderr,
            stderr_truncated,
            duration: Duration::ZERO,
            failure,
            note: note.map(str::to_owned),
        }
    }
}

/// One of the two outputs of a command.
fn output(
    pipe: Option<impl Into<OwnedFd>>,
    limit: usize,
    excess: Excess,
) -> Result<Output, CommandError> {
    // Both were asked for.
    let pipe = pipe.ok_or_else(|| io::Error::from(io::ErrorKind::BrokenPipe));
    pipe.and_then(|pipe| Output::new(pipe.into(), limit, excess))
        .map_err(|error| unreadable(&error))
}

/// Reads both outputs to their end, or until there is too much of the first.
async fn read(stdout: &mut Output, stderr: &mut Output) -> Result<(), CommandError> {
    let limited = async {
        stdout.read().await.map_err(|error| unreadable(&error))?;
        within_limit(stdout)
    };
    let drained = async { stderr.read().await.map_err(|error| unreadable(&error)) };
    try_join(limited, drained).await.map(|_| ())
}

fn within_limit(stdout: &Output) -> Result<(), CommandError> {
    let limit = stdout.limit();
    if stdout.exceeded() { Err(CommandError::TooMuchOutput { limit }) } else { Ok(()) }
}

fn unreadable(error: &io::Error) -> CommandError {
    CommandError::Read { reason: error.to_string() }
}
