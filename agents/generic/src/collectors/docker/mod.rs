//! Containers: what the Docker Engine runs here, and what each uses.
//!
//! The keys of a container are those that the upstream Python agent takes from `docker ps` and
//! `docker stats`, with the same texts; those in lower case are ours, and numbers. There is no need
//! for the `docker` program.

mod answers;
mod engine;
mod figures;
mod view;
mod words;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{self, StreamExt as _};

use self::answers::Container;
use self::engine::{Engine, Fault};
use self::figures::{Clock, Figures};
use super::{CollectError, Collected, Collector};

/// How long a collection takes at most.
const WAIT: Duration = Duration::from_secs(10);
/// How many containers are asked for side by side.
const SIDE_BY_SIDE: usize = 8;
/// The state of a container that runs.
const RUNNING: &str = "running";
/// The states of containers that use something: one that is paused keeps its memory.
const ALIVE: &[&str] = &[RUNNING, "paused"];

/// Measures containers: collector `docker_metrics`. Other engines with Docker's API, such as
/// Podman's service, answer too.
///
/// Where no engine listens there are no containers, which is no failure. How busy a container is
/// shows from its second collection on.
#[derive(Debug)]
pub struct DockerMetrics {
    socket: PathBuf,
    wait: Duration,
    /// The containers' clocks at the last collection, by id.
    before: Mutex<HashMap<String, Clock>>,
}

/// A container, and its figures if it is alive.
#[derive(Debug)]
struct Seen {
    container: Container,
    figures: Option<Result<Figures, String>>,
}

impl DockerMetrics {
    /// Where the engine's socket is unless it was told otherwise.
    pub const SOCKET: &str = "/var/run/docker.sock";

    /// Measures the containers of the engine that listens on `socket`.
    #[must_use]
    pub fn new(socket: PathBuf) -> Self {
        Self { socket, wait: WAIT, before: Mutex::default() }
    }

    /// The same, with another limit than 10 s for a collection.
    #[must_use]
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    async fn measure(&self) -> Result<Collected, CollectError> {
        match self.look().await {
            Ok(seen) => Ok(view::collected(&seen)),
            Err(Fault::Absent(error)) => {
                let socket = self.socket.display();
                Ok(view::absent(&format!("no Docker Engine listens on {socket}: {error}")))
            }
            Err(fault) => Err(self.failure(&fault)),
        }
    }

    async fn look(&self) -> Result<Vec<Seen>, Fault> {
        let engine = Engine::new(&self.socket, self.wait)?;
        let containers = engine.containers().await?;
        let before = self.before().clone();
        let seen = stream::iter(containers).map(|container| see(&engine, container, &before));
        let seen: Vec<_> = seen.buffered(SIDE_BY_SIDE).collect().await;
        *self.before() = (seen.iter())
            .filter_map(|(seen, clock)| Some((seen.container.id.clone(), (*clock)?)))
            .collect();
        Ok(seen.into_iter().map(|(seen, _)| seen).collect())
    }

    fn failure(&self, fault: &Fault) -> CollectError {
        let socket = self.socket.display();
        let error = CollectError::new(format!("the Docker Engine on {socket}: {fault}"));
        match fault {
            Fault::Denied(_) => error.hint(
                "add the agent's user to the group docker (usermod -aG docker <user>) and start \
                 the agent again",
            ),
            Fault::Strange(_) => error.hint("see that the socket is a Docker Engine's"),
            _ => error.hint("see how the engine is: docker info, journalctl -u docker"),
        }
    }

    fn before(&self) -> MutexGuard<'_, HashMap<String, Clock>> {
        // It is replaced as a whole.
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A container with its figures, and its clock for the next collection. A container whose figures
/// cannot be had keeps its old clock, and has the reason in their place.
async fn see(
    engine: &Engine,
    container: Container,
    before: &HashMap<String, Clock>,
) -> (Seen, Option<Clock>) {
    if !ALIVE.contains(&container.state.as_str()) {
        return (Seen { container, figures: None }, None);
    }
    let before = before.get(&container.id).copied();
    match engine.stats(&container.id).await {
        Ok(stats) => {
            let figures = Some(Ok(Figures::of(&stats, before)));
            (Seen { container, figures }, Clock::of(&stats))
        }
        Err(fault) => {
            let figures = Some(Err(format!("its figures cannot be had: {fault}")));
            (Seen { container, figures }, before)
        }
    }
}

impl Collector for DockerMetrics {
    fn name(&self) -> &str {
        "docker_metrics"
    }

    fn collect(&self) -> BoxFuture<'_, Result<Collected, CollectError>> {
        Box::pin(self.measure())
    }
}
