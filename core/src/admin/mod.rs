//! The admin port of an agent: `/healthz`, `/readyz`, `/metrics` and the status page `/`.
//!
//! It is off unless asked for, and then meant for the loopback address or a network of operators:
//! there is no login. [`serve`] answers from a [`Source`]; [`View`] is everything that is shown.
//!
//! What holds, whatever a client does:
//! - No route changes anything, and no request body is read.
//! - At most 32 connections are open; further ones wait for one of them to end.
//! - A connection carries one request of HTTP/1, sends at most 32 KiB of it, and ends 10 seconds after it
//!   began, so that slow clients cannot hold the port for longer.
//! - Once the agent stops, connections end within a second.

mod answer;
mod cycle;
mod health;
mod limits;
mod live;
mod metrics;
mod page;
mod readiness;
mod server;
mod view;

#[cfg(test)]
mod fixture;

use futures::future::BoxFuture;

pub use cycle::{Cycle, Dear, Figures, Group, GroupValue, Note, Service};
pub use health::{Health, Level};
pub use live::{Live, Watched};
pub use metrics::metrics;
pub use page::page;
pub use readiness::Readiness;
pub use server::serve;
pub use view::{
    Agent, Calls, HistoryPoint, Outbox, PriceBook, PriceWatch, Registration, Sink, SinkState,
    SyncedPrices, View,
};

/// Where the admin port's answers come from.
pub trait Source: Send + Sync + 'static {
    /// Everything that is shown, as of now. Asked once a request and given five seconds.
    fn view(&self) -> BoxFuture<'_, View>;

    /// What readiness depends on. Answers at once: probes have short timeouts.
    fn ready(&self) -> Readiness;
}
