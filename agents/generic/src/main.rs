//! `generic-agent`: parse, build, run, drain.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use finops_core::cli;

fn main() -> ExitCode {
    match cli::runtime() {
        // Boxed: the future of a whole agent is too large for the stack of a debug build.
        Ok(runtime) => runtime.block_on(Box::pin(generic_agent::cli::run())).into(),
        Err(error) => {
            cli::complain("generic-agent", format_args!("cannot start: {error}"));
            ExitCode::from(2)
        }
    }
}
