//! An agent as a process, with what the sandbox tells it and nothing of the person's own.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use super::process::{self, Stop};
use super::{Error, INTERVAL};
use crate::running::Directions;

/// How long an agent that stays may take until its status page answers.
const START: Duration = Duration::from_secs(20);
/// How many lines of an agent's log are shown where it failed.
const LINES: usize = 8;

/// An agent that can be run.
#[derive(Debug)]
pub(super) struct Agent {
    /// `aws`, `generic`.
    pub(super) cloud: &'static str,
    program: PathBuf,
    folder: PathBuf,
    directions: Directions,
}

/// How the one run of an agent went.
#[derive(Debug)]
pub(super) struct Ran {
    /// `None` where a signal ended it.
    pub(super) status: Option<i32>,
    pub(super) took: Duration,
}

impl Agent {
    /// The agent of `cloud` among `programs`, with a folder of its own in `folder`.
    pub(super) fn new(
        cloud: &'static str,
        programs: &Path,
        folder: &Path,
        directions: Directions,
    ) -> io::Result<Self> {
        let (program, folder) = (programs.join(format!("{cloud}-agent")), folder.join(cloud));
        fs::create_dir(&folder)?;
        // JSON is YAML.
        fs::write(folder.join("agent.yaml"), directions.settings.to_string())?;
        Ok(Self { cloud, program, folder, directions })
    }

    /// What it is called, as a program and at the receiver.
    pub(super) fn name(&self) -> String {
        format!("{}-agent", self.cloud)
    }

    fn command(&self) -> io::Result<Command> {
        let log = OpenOptions::new().create(true).append(true).open(self.folder.join("log"))?;
        let mut command = Command::new(&self.program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(&self.directions.environment)
            // The machine at hand may be on a cloud: nothing of it may be mistaken for the fleet's.
            .env("OPENFINOPS_METADATA_ROOT", "/nonexistent")
            .env("OPENFINOPS_AGENT_ID", self.name())
            .arg("--config")
            .arg(self.folder.join("agent.yaml"))
            .arg("--data-dir")
            .arg(self.folder.join("data"))
            .args(["--output", "none"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            // Ctrl-C is for this program, which then ends its agents; a second signal would cut
            // their ending short.
            .process_group(0)
            .kill_on_drop(true);
        Ok(command)
    }

    /// Runs it once over its fleet.
    pub(super) async fn once(&self, stop: &mut Stop) -> Result<Ran, Error> {
        let started = Instant::now();
        let mut child = self.command()?.arg("--once").spawn()?;
        match process::wait(&mut child, stop).await? {
            Some(status) => Ok(Ran { status: status.code(), took: started.elapsed() }),
            None => Err(Error::Stopped),
        }
    }

    /// Starts it to stay, on a port that is free; gives its status page once that answers.
    pub(super) async fn stay(&self) -> Result<(Child, String), Error> {
        let address = free()?;
        let listen = address.to_string();
        let interval = INTERVAL.to_string();
        let mut command = self.command()?;
        let mut child = command.args(["--listen", &listen, "--interval", &interval]).spawn()?;
        let answering = async {
            while TcpStream::connect(address).await.is_err() {
                if child.try_wait()?.is_some() {
                    return Ok(false);
                }
                sleep(Duration::from_millis(20)).await;
            }
            Ok::<bool, io::Error>(true)
        };
        match timeout(START, answering).await {
            Ok(Ok(true)) => Ok((child, format!("http://{address}/"))),
            Ok(Err(error)) => Err(error.into()),
            Ok(Ok(false)) | Err(_) => {
                Err(Error::Silent { name: self.name(), log: self.last_lines() })
            }
        }
    }

    /// The end of its log.
    pub(super) fn last_lines(&self) -> String {
        let log = fs::read(self.folder.join("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        let last = lines.len().saturating_sub(LINES);
        lines[last..].iter().map(|line| format!("  {line}\n")).collect()
    }

    /// Begins its log anew: what the first run said was shown.
    pub(super) fn clear_log(&self) -> io::Result<()> {
        File::create(self.folder.join("log")).map(drop)
    }
}

/// A port of this machine that nobody has.
fn free() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
