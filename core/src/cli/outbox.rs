//! `outbox list | show | retry | drop`: what waits and what was refused, for an operator.

use std::path::Path;

use clap::{ArgGroup, Subcommand};
use jiff::Timestamp;

use super::{columns, complain, print};
use crate::outbox::listing::{self, Letter, LetterState};
use crate::run::ExitStatus;
use crate::store::{Store, StoreError};

/// How many documents `outbox list` shows.
const SHOWN: usize = 1_000;

/// What to do with the outbox. An agent may run meanwhile.
#[derive(Debug, Clone, Subcommand)]
pub enum OutboxCommand {
    /// List what waits for a sink and what a sink has refused, the oldest first.
    List,
    /// Print one document as it is sent.
    Show {
        /// The document's number, as `outbox list` has it.
        id: i64,
    },
    /// Send refused documents again, with the next cycle.
    #[command(group(ArgGroup::new("which").required(true)))]
    Retry {
        /// The document's number.
        #[arg(group = "which")]
        id: Option<i64>,
        /// Every refused document.
        #[arg(long, group = "which")]
        all: bool,
    },
    /// Remove documents for good: they are sent to no sink any more.
    #[command(group(ArgGroup::new("which").required(true)))]
    Drop {
        /// The document's number, waiting or refused.
        #[arg(group = "which")]
        id: Option<i64>,
        /// Every refused document.
        #[arg(long, group = "which")]
        refused: bool,
    },
}

impl OutboxCommand {
    /// Does it, in the file of `folder`.
    #[must_use]
    pub fn run(&self, program: &str, folder: &Path) -> ExitStatus {
        match self.work(folder) {
            Ok(text) => {
                print(&text);
                ExitStatus::Success
            }
            Err(problem) => {
                complain(program, problem);
                ExitStatus::Usage
            }
        }
    }

    fn work(&self, folder: &Path) -> Result<String, String> {
        let told = |error: StoreError| error.to_string();
        let Some(store) = Store::open_existing(folder).map_err(told)? else {
            return self.nothing(folder);
        };
        match *self {
            Self::List => store.read(|it| listing::letters(it, SHOWN)).map(|all| list(&all)),
            Self::Show { id } => return show(&store, id),
            Self::Retry { id, .. } => match store.transaction(|it| listing::retry(it, id)) {
                Ok(0) => return Err(none_refused(id)),
                retried => retried.map(|count| format!("{count} to be sent again\n")),
            },
            Self::Drop { id: Some(id), .. } => {
                match store.transaction(|it| listing::drop_document(it, id)) {
                    Ok(false) => return Err(missing(id)),
                    dropped => dropped.map(|_| format!("document {id} is gone\n")),
                }
            }
            Self::Drop { id: None, .. } => {
                store.transaction(listing::drop_refused).map(|count| format!("{count} dropped\n"))
            }
        }
        .map_err(told)
    }

    /// What there is to say where no agent has stored anything yet.
    fn nothing(&self, folder: &Path) -> Result<String, String> {
        match self {
            Self::List => Ok("nothing waits and nothing was refused\n".to_owned()),
            _ => Err(format!("there is no outbox in {} yet", folder.display())),
        }
    }
}

fn list(letters: &[Letter]) -> String {
    if letters.is_empty() {
        return "nothing waits and nothing was refused\n".to_owned();
    }
    let mut rows =
        vec![["id", "sink", "scope", "stored", "age", "bytes", "state"].map(str::to_owned)];
    let now = Timestamp::now();
    rows.extend(letters.iter().map(|letter| {
        [
            letter.id.to_string(),
            letter.sink.clone(),
            letter.scope.clone(),
            letter.stored_at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
            age(letter.stored_at, now),
            letter.length.to_string(),
            state(&letter.state),
        ]
    }));
    let mut text = columns(&rows);
    if letters.len() == SHOWN {
        text.push_str(&format!("only the first {SHOWN} are shown\n"));
    }
    text
}

fn state(state: &LetterState) -> String {
    match state {
        LetterState::Waiting { attempts: 0 } => "waiting".to_owned(),
        LetterState::Waiting { attempts } => format!("waiting, failed {attempts} times"),
        LetterState::Refused { reason, .. } => format!("refused: {reason}"),
    }
}

/// `4 min`, `3 h`, `2 d`.
fn age(since: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(since).as_secs().max(0);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

fn show(store: &Store, id: i64) -> Result<String, String> {
    let body = store.read(|it| listing::body(it, id)).map_err(|error| error.to_string())?;
    let document = body.ok_or_else(|| missing(id))?.unpack().map_err(|error| error.to_string())?;
    Ok(format!("{}\n", String::from_utf8_lossy(&document)))
}

fn missing(id: i64) -> String {
    format!("there is no document {id} in the outbox; `outbox list` shows what there is")
}

fn none_refused(id: Option<i64>) -> String {
    match id {
        Some(id) => format!("document {id} was not refused; `outbox list` shows what was"),
        None => "no document was refused".to_owned(),
    }
}
