//! Writes a price list with the shape and size of AWS's largest, and measures how it is read.
//!
//! ```text
//! cargo run --release -p finops-pricing --example offer-file -- --megabytes 450 > list.csv
//! cargo run --release -p finops-pricing --example offer-file -- --read list.csv
//! ```
//!
//! The list has the preamble and the 88 columns of the list of EC2, and for each instance type its
//! operating systems, tenancies and capacity states, with sixteen rows of reservations for each
//! that can be reserved. Its figures are made up.
//!
//! Read is first with a CSV reader alone, which counts the rows, then as the sync does it: in
//! turns, of which the best counts. Printed are MB (10^6 bytes) a second, the rows, and the most
//! memory that the process ever had.

mod measure;
mod write;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: offer-file --megabytes <number> | --read <file>";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["--megabytes", number] => match number.parse() {
            Ok(megabytes) => write::list(megabytes).map_err(|error| error.to_string()),
            Err(error) => Err(format!("{number}: {error}; {USAGE}")),
        },
        ["--read", file] => measure::both(Path::new(file)),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}
