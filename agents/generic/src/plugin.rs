//! A plugin: its command is run, its output read, its records priced.

use std::sync::Arc;
use std::time::Instant;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use crate::collectors::{CollectError, Collected, Collector};
use crate::command::Run;
use crate::config::PluginConfig;
use crate::parse::{Format, Parsed, parse};
use crate::resources::resources;

/// The most lines that a plugin has in the table for people.
const SHOWN: usize = 4;
/// The longest of them, in letters.
const SHOWN_LETTERS: usize = 120;

/// A plugin as a collector.
#[derive(Clone)]
pub struct Plugin {
    config: PluginConfig,
    region: Arc<str>,
    /// How many commands may run at once, over all plugins.
    permits: Arc<Semaphore>,
}

impl Plugin {
    /// A plugin that finds resources in `region`, and runs where it gets one of `permits`.
    #[must_use]
    pub fn new(config: PluginConfig, region: Arc<str>, permits: Arc<Semaphore>) -> Self {
        Self { config, region, permits }
    }

    /// Runs it once.
    pub async fn run(&self) -> Run {
        // The semaphore is never closed; if it were, running would still be right.
        let _permit = self.permits.acquire().await;
        self.config.command.run().await
    }

    /// Its settings.
    #[must_use]
    pub fn config(&self) -> &PluginConfig {
        &self.config
    }

    /// What a run came to.
    ///
    /// # Errors
    /// The command failed, or printed what its rules cannot read.
    pub fn judge(&self, run: &Run) -> Result<Collected, CollectError> {
        let details = details(run);
        let judged = self.read(run);
        match judged {
            Ok(collected) => Ok(Collected { details, ..collected }),
            Err(error) => Err(CollectError { details, ..error }),
        }
    }

    /// The same, where a pattern may take its time on a thread for that.
    async fn judge_aside(&self, run: Run) -> Result<Collected, CollectError> {
        if !matches!(self.config.rules.format, Format::Regex(_)) {
            return self.judge(&run);
        }
        let aside = self.clone();
        tokio::task::spawn_blocking(move || aside.judge(&run)).await.unwrap_or_else(|error| {
            Err(CollectError::new(format!("reading the output stopped: {error}")))
        })
    }

    fn read(&self, run: &Run) -> Result<Collected, CollectError> {
        self.succeeded(run)?;
        let parsed = parse(&run.stdout, &self.config.rules).map_err(|error| {
            let hint = "see what it prints and how that is read: `generic-agent plugins test`";
            CollectError::new(format!("the output cannot be read: {error}")).hint(hint)
        })?;
        let rule = self.config.resources.as_ref();
        let resources =
            rule.map(|rule| resources(rule, parsed.records(), &self.region)).transpose()?;
        let lines = lines(&parsed);
        Ok(Collected { data: parsed.into_data(), lines, resources, ..Collected::default() })
    }

    fn succeeded(&self, run: &Run) -> Result<(), CollectError> {
        if let Some(failure) = &run.failure {
            let error = CollectError::new(failure.to_string());
            return Err(CollectError { hint: failure.hint(), ..error });
        }
        let said = run.stderr.lines().next().map(|line| format!(": {line}")).unwrap_or_default();
        match (run.exit_status, run.signal) {
            (_, Some(signal)) => {
                Err(CollectError::new(format!("the command was ended by signal {signal}{said}")))
            }
            (Some(status), _) => {
                let good = &self.config.success;
                if good.is_empty() || good.contains(&status) {
                    return Ok(());
                }
                let hint = "if that status is no failure, list it in success_exit";
                let error = format!("the command exited with status {status}{said}");
                Err(CollectError::new(error).hint(hint))
            }
            (None, None) => Err(CollectError::new("it is not known how the command ended")),
        }
    }
}

impl Collector for Plugin {
    fn name(&self) -> &str {
        &self.config.name
    }

    fn collect(&self) -> BoxFuture<'_, Result<Collected, CollectError>> {
        async {
            let asked = Instant::now();
            let run = self.run().await;
            let waited = asked.elapsed().saturating_sub(run.duration);
            let mut judged = self.judge_aside(run).await;
            let details = match &mut judged {
                Ok(collected) => &mut collected.details,
                Err(error) => &mut error.details,
            };
            // For its turn among `plugin_concurrency`.
            let waited = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
            details.insert("waited_ms".to_owned(), waited.into());
            judged
        }
        .boxed()
    }

    fn finds_resources(&self) -> bool {
        self.config.resources.is_some()
    }
}

/// What a record says of the run itself.
fn details(run: &Run) -> Map<String, Value> {
    let mut details = Map::new();
    details.insert("exit_status".to_owned(), run.exit_status.into());
    if let Some(signal) = run.signal {
        details.insert("signal".to_owned(), signal.into());
    }
    if !run.stderr.is_empty() {
        details.insert("stderr".to_owned(), run.stderr.clone().into());
        details.insert("stderr_truncated".to_owned(), run.stderr_truncated.into());
    }
    if let Some(note) = &run.note {
        details.insert("note".to_owned(), note.clone().into());
    }
    details
}

/// The first records for a person.
fn lines(parsed: &Parsed) -> Vec<String> {
    let records = parsed.records();
    let mut lines: Vec<String> = records.iter().take(SHOWN).map(line).collect();
    if records.len() > SHOWN {
        lines.push(format!("and {} more", records.len() - SHOWN));
    }
    lines
}

/// `index 0, gpu_utilization 37`.
fn line(record: &Map<String, Value>) -> String {
    let plain = |value: &Value| match value {
        Value::String(text) => text.lines().next().unwrap_or_default().to_owned(),
        other => other.to_string(),
    };
    let fields: Vec<String> =
        record.iter().map(|(name, value)| format!("{name} {}", plain(value))).collect();
    let line = fields.join(", ");
    match line.char_indices().nth(SHOWN_LETTERS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
