//! A small service whose functions are traced.
//!
//! ```text
//! TELEMETRY_FILE=stderr RUST_LOG=off cargo run -p finops-core --example traced_service
//! TELEMETRY_FILE=telemetry.jsonl SERVICE_NAME=shop ENVIRONMENT=dev \
//!     cargo run -p finops-core --example traced_service
//! ```

use finops_core::telemetry::{self, TraceContext};
use tracing::{info, instrument};

/// Why an order was not taken.
#[derive(Debug, thiserror::Error)]
enum OrderError {
    /// Nothing was ordered.
    #[error("order {0} is empty")]
    Empty(u32),
}

/// What came with a request.
struct Request {
    order: u32,
    items: Vec<&'static str>,
    /// The caller's place in its trace, if it sent one.
    traceparent: Option<String>,
}

/// Takes an order. `order` and `items` are told by name; `order.items` is told with its value.
#[instrument(
    skip_all,
    fields(order, items, traceparent = request.traceparent, order.items = request.items.len()),
    err
)]
async fn handle(request: Request) -> Result<(), OrderError> {
    validate(request.order, &request.items)?;
    for item in &request.items {
        reserve(item).await;
    }
    Ok(())
}

#[instrument(err)]
fn validate(order: u32, items: &[&str]) -> Result<(), OrderError> {
    if items.is_empty() {
        let error = OrderError::Empty(order);
        // The event of `err` knows the message only; this says the type too.
        telemetry::record_error(&error);
        return Err(error);
    }
    Ok(())
}

#[instrument]
async fn reserve(item: &str) {
    // What a request to the next service would carry in its header `traceparent`.
    let onward = telemetry::current().map(|context: TraceContext| context.to_string());
    info!(onward, "asking the warehouse");
    tokio::task::yield_now().await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), telemetry::InitError> {
    let _telemetry = telemetry::init()?;
    let traceparent = Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned());
    let taken = Request { order: 1, items: vec!["chair", "table"], traceparent };
    let refused = Request { order: 2, items: Vec::new(), traceparent: None };
    for request in [taken, refused] {
        let order = request.order;
        if handle(request).await.is_err() {
            info!(order, "the order was refused");
        }
    }
    Ok(())
}
