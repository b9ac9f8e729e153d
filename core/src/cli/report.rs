//! `report`: what this agent saw, answered from its own history.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use clap::Args;
use jiff::Timestamp;
use rusqlite::Connection;

use super::{complain, print};
use crate::report::{self, Report, ReportArgs, ReportFormat};
use crate::run::ExitStatus;
use crate::store::Store;

/// Show costs over time and what changed since yesterday.
///
/// It is answered from the history in the data directory; no server and no cloud is asked.
#[derive(Debug, Clone, Args)]
pub struct ReportCommand {
    #[command(flatten)]
    question: ReportArgs,
    /// How to print it.
    #[arg(long, value_enum, value_name = "WHAT", default_value = "table")]
    output: ReportFormat,
}

impl ReportCommand {
    /// Answers from the file in `folder`.
    #[must_use]
    pub fn run(&self, program: &str, folder: &Path) -> ExitStatus {
        match self.answer(folder).and_then(|report| self.show(&report)) {
            Ok(()) => ExitStatus::Success,
            Err(problem) => {
                complain(program, problem);
                ExitStatus::Usage
            }
        }
    }

    fn answer(&self, folder: &Path) -> Result<Report, String> {
        let store = Store::open_existing(folder).map_err(|error| error.to_string())?;
        let ask = |connection: &Connection| {
            // One state of the history, also where an agent stores snapshots meanwhile.
            let reading = connection.unchecked_transaction()?;
            report::report(&reading, &self.question.question(), Timestamp::now())
        };
        match store {
            Some(store) => store.read(ask).map_err(|error| error.to_string()),
            None => Err(format!(
                "there is no history in {} yet; it begins with the agent's first run",
                folder.display()
            )),
        }
    }

    fn show(&self, report: &Report) -> Result<(), String> {
        match self.output {
            ReportFormat::Table => {
                print(&report::table(report, std::io::stdout().is_terminal()));
            }
            ReportFormat::Csv => print(&report::csv(report)),
            ReportFormat::Json => {
                let mut out = std::io::BufWriter::new(std::io::stdout().lock());
                let written = serde_json::to_writer(&mut out, &report::json(report));
                written
                    .map_err(std::io::Error::from)
                    .and_then(|()| writeln!(out))
                    .or_else(|error| gone(&error))?;
            }
        }
        Ok(())
    }
}

/// A reader that went away (`| head`) is no error.
fn gone(error: &std::io::Error) -> Result<(), String> {
    match error.kind() {
        std::io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(format!("the report could not be printed: {error}")),
    }
}
