//! The command line that all agents share: flags, logging, progress, and what is printed.

mod args;
mod columns;
mod drive;
mod findings;
mod identify;
mod logging;
mod outbox;
mod own_work;
mod program;
mod progress_line;
mod report;
mod runtime;
mod serve;
mod signals;

pub use args::{CommonArgs, environment_help, parse};
pub use columns::columns;
pub use drive::{complain, once, print};
pub use findings::{Finding, Line, try_everything, try_sinks};
pub use identify::IdentifyCommand;
pub use logging::{start_logging, start_logging_once};
pub use outbox::OutboxCommand;
pub use own_work::{collector, finish_telemetry, introduce, start_telemetry};
pub use program::{ConfigCommand, Launch, Program, SharedCommand, Sources, failed, run_agent};
pub use progress_line::ProgressLine;
pub use report::ReportCommand;
pub use runtime::runtime;
pub use serve::{Admin, continuous};
