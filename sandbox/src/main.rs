//! `sandbox`: see `sandbox --help`.
#![forbid(unsafe_code)]

use clap::Parser as _;

fn main() -> std::process::ExitCode {
    sandbox::cli::run(sandbox::cli::Arguments::parse())
}
