//! Telemetry: `tracing` spans as telemetry.v2 events, and where they go.
//!
//! A span becomes two events: `function_entry` when it is made and `function_exit` when it closes.
//! They go to a file or standard error as JSON Lines, to a receiver as JSON arrays, and as spans to
//! an OpenTelemetry collector, all from one thread in the background.
//!
//! - **Names only.** A span's fields are told by name (`function.parameters`), never by value. A
//!   field with a dot in its name (`cloud.region`) is an attribute that someone chose to tell, with
//!   its value.
//! - **Place.** `caller.file` and `caller.line` are where the span is made: Rust does not know
//!   where a function was called from.
//! - **Traces.** A span's field `traceparent` continues a trace of another process
//!   ([`TraceContext`]); `TRACEPARENT` does so for all spans without a parent.
//! - **Sampling.** A trace that is sampled out is one span for every layer of the subscriber: what
//!   would be below it is never made. An error in it records the trace from then on.
//! - **Errors.** An event at level ERROR marks the span around it as failed, so does
//!   [`record_error`], and so does a panic that unwinds through it.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let _telemetry = finops_core::telemetry::init()?;
//! let span = tracing::info_span!("process_order", order_id = 7, order.kind = "express");
//! span.in_scope(|| tracing::info_span!("validate_payment").in_scope(|| 42));
//! # Ok(())
//! # }
//! ```

mod capture;
mod clock;
mod context;
mod described;
mod emit;
mod failure;
mod fields;
mod ids;
mod init;
mod layer;
mod mark;
mod metrics;
mod reach;
mod render;
mod settings;
mod shared;
mod start;
mod state;
mod ways;

pub use capture::{Capture, Captured};
pub use context::{ContextError, TraceContext};
pub use init::{Guard, InitError, init};
pub use metrics::Metrics;
pub use opentelemetry::trace::{SpanId, TraceId};
pub use reach::{capture, context_of, current, fail, record_error};
pub use settings::{
    Destination, FILE_VARIABLE, OTLP_VARIABLE, PARENT_VARIABLE, RATIO_VARIABLE, RECEIVER_VARIABLE,
    Settings, SettingsError,
};
pub use start::{StartError, Telemetry};
