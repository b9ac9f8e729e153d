//! Runs an agent until it is told to stop.

use std::fmt::Display;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::complain;
use super::signals::{Request, Signals};
use crate::admin::{self, Live, Watched};
use crate::agent::Agent;
use crate::run::{
    ExitStatus, Plan, Shutdown, notify_ready, notify_reloading, notify_stopping, watchdog,
};

/// The admin port of an agent, bound and not yet served.
pub struct Admin {
    listener: TcpListener,
    live: Arc<Live>,
}

impl Admin {
    /// Binds `address` for `live`.
    ///
    /// # Errors
    /// The address is taken or not this machine's.
    pub async fn bind(address: SocketAddr, live: Live) -> Result<Self, String> {
        match TcpListener::bind(address).await {
            Ok(listener) => {
                let address = listener.local_addr().unwrap_or(address);
                tracing::info!(%address, "the status page is served");
                Ok(Self { listener, live: Arc::new(live) })
            }
            Err(error) => Err(format!(
                "cannot listen on {address}: {error}; give another address with --listen"
            )),
        }
    }

    /// Serves it until `stop`; the answer is what to tell of a reload.
    fn serve(self, stop: CancellationToken) -> Arc<Live> {
        let live = Arc::clone(&self.live);
        tokio::spawn(async move {
            if let Err(error) = admin::serve(self.listener, self.live, stop).await {
                tracing::error!(%error, "the status page is not served any more");
            }
        });
        live
    }
}

/// Cycle after cycle until SIGTERM or SIGINT. SIGHUP asks `reload` for a new agent, which takes
/// over after the cycle that runs; where there is none, the old one goes on.
pub async fn continuous<A: Agent, E: Display>(
    program: &str,
    agent: A,
    plan: Plan,
    admin: Option<Admin>,
    mut reload: impl FnMut() -> Result<(A, Plan), E>,
) -> ExitStatus {
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => {
            complain(program, format_args!("cannot listen for signals: {error}"));
            return ExitStatus::Usage;
        }
    };
    let alive = tokio::spawn(watchdog());
    let stop = CancellationToken::new();
    let live = admin.map(|admin| admin.serve(stop.clone()));
    let mut current = Some((agent, plan));
    notify_ready();
    while let Some((agent, plan)) = current.take() {
        if let Some(live) = &live {
            live.replace(Watched::of(&agent, plan.interval));
        }
        tracing::info!(seconds = plan.interval.as_secs(), "running a cycle every interval");
        current = until_replaced(&agent, &plan, &mut signals, &mut reload).await;
    }
    stop.cancel();
    alive.abort();
    ExitStatus::Success
}

/// Runs one agent to its end; the answer is the one that takes over, if any.
async fn until_replaced<A: Agent, E: Display>(
    agent: &A,
    plan: &Plan,
    signals: &mut Signals,
    reload: &mut impl FnMut() -> Result<(A, Plan), E>,
) -> Option<(A, Plan)> {
    let shutdown = Shutdown::default();
    let mut next = None;
    let mut running = std::pin::pin!(agent.run_continuous(plan, &shutdown));
    loop {
        let request = tokio::select! {
            () = &mut running => return next,
            request = signals.next() => request,
        };
        match request {
            Request::Stop if shutdown.now.is_cancelled() => {
                tracing::warn!("stopped at once; what was collected is in the outbox");
                return None;
            }
            Request::Stop => {
                notify_stopping();
                tracing::info!(seconds = plan.grace.as_secs(), "stopping within the grace period");
                next = None;
                shutdown.now.cancel();
            }
            Request::Reload => {
                notify_reloading();
                match reload() {
                    Ok(new) => {
                        tracing::info!("the new configuration is valid and follows this cycle");
                        next = Some(new);
                        shutdown.after_cycle.cancel();
                        // systemd waits for this, and a cycle may be longer than its patience.
                        notify_ready();
                    }
                    Err(problem) => {
                        tracing::error!("the old configuration stays: {problem}");
                        notify_ready();
                    }
                }
            }
        }
    }
}
