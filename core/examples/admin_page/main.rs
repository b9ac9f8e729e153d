//! Serves the admin port of an agent that does not exist, to look at its status page.
//!
//! ```text
//! cargo run -p finops-core --example admin_page -- [degraded|failing|healthy|fresh] [ADDRESS]
//! ```
//!
//! The address is 127.0.0.1:9464 unless given. Every request sees the same figures as of now.

#![allow(clippy::print_stdout, reason = "it says where it listens")]

mod sample;

use std::sync::Arc;

use finops_core::admin::serve;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::sample::{Mood, Sample};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mood = match arguments.next().as_deref() {
        None | Some("degraded") => Mood::Degraded,
        Some("failing") => Mood::Failing,
        Some("healthy") => Mood::Healthy,
        Some("fresh") => Mood::Fresh,
        Some(other) => {
            let message = format!("{other}: say degraded, failing, healthy or fresh");
            return Err(std::io::Error::other(message));
        }
    };
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:9464".to_owned());
    let listener = TcpListener::bind(&address).await?;
    println!("http://{}/", listener.local_addr()?);
    let stop = CancellationToken::new();
    let stopper = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stopper.cancel();
        }
    });
    serve(listener, Arc::new(Sample(mood)), stop).await
}
