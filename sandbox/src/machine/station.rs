//! `sandbox station`: what a plugin command prints of the racks.

use std::io::{self, Write as _};

use super::MOST_RECORDS;
use super::host::{COLUMNS, Host};

/// Print racks of GPU hosts as CSV: what generic-agent's plugin reads
#[derive(Debug, clap::Args)]
pub struct Station {
    /// The seed of the fleet.
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub seed: u64,
    /// How many hosts there are.
    #[arg(long, value_name = "N", default_value_t = 299)]
    pub resources: u64,
    /// How many hosts come before the first.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub skip: u64,
}

impl Station {
    /// Prints them.
    ///
    /// # Errors
    /// Nobody reads any more.
    pub fn print(&self) -> io::Result<()> {
        let mut output = io::BufWriter::new(io::stdout().lock());
        writeln!(output, "{COLUMNS}")?;
        let mut row = String::new();
        for index in self.skip..self.skip.saturating_add(self.resources.min(MOST_RECORDS)) {
            row.clear();
            Host::of(self.seed, index).write(&mut row);
            output.write_all(row.as_bytes())?;
        }
        output.flush()
    }
}
