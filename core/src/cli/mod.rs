//! The command line that all agents share: flags, logging, progress, and what is printed.

mod args;
mod columns;
mod drive;
mod logging;
mod progress_line;

pub use args::{CommonArgs, environment_help};
pub use columns::columns;
pub use drive::{complain, continuous, once, print};
pub use logging::start_logging;
pub use progress_line::ProgressLine;
