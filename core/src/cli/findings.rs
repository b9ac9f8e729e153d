//! `check`: what the agent may do and reach, as a table and a status.

use std::sync::Arc;

use crate::agent::Agent;
use crate::config::Output;
use crate::run::ExitStatus;
use crate::sinks::SendError;

use super::own_work::collector;
use super::{Launch, Program, Sources, columns, complain, failed, print, start_logging_once};

/// What came of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It is allowed.
    Granted,
    /// The permission is missing.
    Missing(String),
    /// It could not be tried.
    Failed(String),
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What was tried: an action by the vendor's name, `credentials`, or `server`.
    pub subject: String,
    /// Where: an account, a subscription, or the server's address.
    pub place: String,
    /// What came of it.
    pub finding: Finding,
}

impl Line {
    /// There are no credentials, or none that the vendor takes.
    #[must_use]
    pub fn no_credentials(place: &str, error: impl std::fmt::Display) -> Self {
        let finding = Finding::Failed(error.to_string());
        Self { subject: "credentials".to_owned(), place: place.to_owned(), finding }
    }
}

/// Builds the agent as it would be run, knowing where it is, and reports what `tries` finds.
pub async fn try_everything<P: Program>(
    sources: &Sources,
    tries: impl AsyncFnOnce(&P::Agent) -> Vec<Line>,
) -> ExitStatus {
    let (common, own) = match sources.read::<P>() {
        Ok(read) => read,
        Err(errors) => return failed::<P>(errors),
    };
    start_logging_once(common.log_level.as_deref(), None);
    let identity = Arc::new(collector(P::NAME, P::VERSION, &common).collect().await.identity);
    match P::build(own, Launch::of::<P>(common, Output::None).identity(&identity)) {
        Ok(agent) => report_findings(P::NAME, &tries(&agent).await),
        Err(error) => failed::<P>(error),
    }
}

/// Tries every sink of `agent`.
pub async fn try_sinks(agent: &impl Agent) -> Vec<Line> {
    let asked = agent.delivery().health().await;
    let line = |(place, health): (String, Result<(), SendError>)| Line {
        subject: "server".to_owned(),
        place,
        finding: health
            .map_or_else(|error| Finding::Failed(error.to_string()), |()| Finding::Granted),
    };
    asked.into_iter().map(line).collect()
}

/// Prints what was found, and says how it went.
fn report_findings(program: &str, lines: &[Line]) -> ExitStatus {
    print(&table(lines));
    if lines.iter().all(|line| line.finding == Finding::Granted) {
        print("everything that the agent needs is there\n");
        return ExitStatus::Success;
    }
    let missing = lines.iter().filter(|line| matches!(line.finding, Finding::Missing(_)));
    let mut missing: Vec<&str> = missing.map(|line| line.subject.as_str()).collect();
    missing.dedup();
    if !missing.is_empty() {
        complain(program, format_args!("missing permissions: {}", missing.join(", ")));
    }
    let credentials = lines.iter().any(|line| line.subject == "credentials");
    let server =
        lines.iter().any(|line| line.subject == "server" && line.finding != Finding::Granted);
    match () {
        () if credentials => ExitStatus::Usage,
        () if server => ExitStatus::Kept,
        () => ExitStatus::Partial,
    }
}

fn table(lines: &[Line]) -> String {
    let mut rows = vec![["what", "where", "result", ""].map(str::to_owned)];
    for line in lines {
        let (result, detail) = match &line.finding {
            Finding::Granted => ("ok", ""),
            Finding::Missing(detail) => ("MISSING", detail.as_str()),
            Finding::Failed(detail) => ("failed", detail.as_str()),
        };
        rows.push([&line.subject, &line.place, result, detail].map(str::to_owned));
    }
    columns(&rows)
}
