//! `custom_commands`, as upstream's agent has them: commands whose output is sent as it is.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::{BoxFuture, join_all};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;

use crate::collectors::{CollectError, Collected, Collector};
use crate::command::{Command, Program, Run};
use crate::config::CustomCommand;

/// The most output of one command that is sent, in bytes.
const MAX_OUTPUT: usize = 64 * 1024;
/// What a shell would have done something with.
const SHELL_WORDS: &[&str] = &["|", "||", "&&", ";", ">", ">>", "<", "2>&1", "&"];

/// `custom_commands`.
pub(crate) struct CustomCommands {
    commands: Vec<(CustomCommand, Command)>,
    permits: Arc<Semaphore>,
}

impl CustomCommands {
    pub(crate) fn new(commands: Vec<CustomCommand>, permits: Arc<Semaphore>) -> Self {
        let command = |custom: CustomCommand| {
            let mut command = Command::new(Program::Arguments(custom.arguments.clone()));
            command.timeout = custom.timeout;
            command.max_output = MAX_OUTPUT;
            (custom, command)
        };
        Self { commands: commands.into_iter().map(command).collect(), permits }
    }

    async fn one(&self, custom: &CustomCommand, command: &Command) -> (String, Value) {
        // The semaphore is never closed; if it were, running would still be right.
        let _permit = self.permits.acquire().await;
        let mut result = result(command.run().await);
        let shell = custom.arguments.iter().find(|word| SHELL_WORDS.contains(&word.as_str()));
        if let Some(word) = shell {
            let note = format!(
                "no shell runs this: \"{word}\" is an argument; a plugin with `shell: true` has one"
            );
            result.insert("note".to_owned(), note.into());
        }
        (custom.name.clone(), Value::Object(result))
    }
}

impl Collector for CustomCommands {
    fn name(&self) -> &'static str {
        "custom_commands"
    }

    fn collect(&self) -> BoxFuture<'_, Result<Collected, CollectError>> {
        async {
            let runs = self.commands.iter().map(|(custom, command)| self.one(custom, command));
            let results: Map<String, Value> = join_all(runs).await.into_iter().collect();
            let good = results.values().filter(|result| result["success"] == json!(true)).count();
            let lines = vec![format!("{good} of {} commands succeeded", results.len())];
            let mut data = Map::new();
            data.insert("timestamp".to_owned(), seconds(Timestamp::now()));
            data.insert("command_results".to_owned(), Value::Object(results));
            Ok(Collected { data, lines, ..Collected::default() })
        }
        .boxed()
    }
}

/// The keys that upstream's agent has; what could not be run is an error.
fn result(run: Run) -> Map<String, Value> {
    let Run { failure, stdout, stderr, exit_status, signal, .. } = run;
    if let Some(failure) = failure {
        return Map::from_iter([("error".to_owned(), failure.to_string().into())]);
    }
    let Ok(stdout) = String::from_utf8(stdout) else {
        return Map::from_iter([("error".to_owned(), "the output is not UTF-8".into())]);
    };
    // As Python has it: a signal is a negative status.
    let status = exit_status.or(signal.map(|signal| -signal));
    Map::from_iter([
        ("return_code".to_owned(), status.into()),
        ("stdout".to_owned(), stdout.trim().into()),
        ("stderr".to_owned(), stderr.into()),
        ("success".to_owned(), (status == Some(0)).into()),
    ])
}

/// Seconds since 1970, as upstream's `timestamp` has them.
fn seconds(at: Timestamp) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit a float exactly")]
    let seconds = at.as_millisecond() as f64 / 1000.0;
    seconds.into()
}
