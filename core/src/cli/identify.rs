//! `identify`: who this process is, as its documents say it.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::{columns, complain, print};
use crate::identity::{Collected, Collector, Fields, Identity, Outcome, Report, Trouble};
use crate::run::ExitStatus;

/// Show what this process is known by: cloud, host, pod, process, service.
///
/// Nothing but the metadata services of this machine and, in a cluster, its API is asked.
#[derive(Debug, Clone, Args)]
pub struct IdentifyCommand {
    /// How to print it.
    #[arg(long, value_enum, value_name = "WHAT", default_value = "json")]
    output: IdentifyFormat,
}

/// How an identity is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum IdentifyFormat {
    /// The document, exactly as it is sent.
    Json,
    /// For reading, with what each detector said.
    Table,
}

impl IdentifyCommand {
    /// Collects and prints. What could not be learned is no failure: it is said on standard error,
    /// or in the table.
    pub async fn run(&self, program: &str, collector: &Collector) -> ExitStatus {
        let collected = collector.collect().await;
        match self.output {
            IdentifyFormat::Table => print(&table(&collected)),
            IdentifyFormat::Json => {
                match serde_json::to_string_pretty(&collected.identity) {
                    Ok(text) => print(&format!("{text}\n")),
                    Err(error) => complain(program, error),
                }
                for report in &collected.reports {
                    for trouble in &report.troubles {
                        complain(program, format_args!("{}: {}", report.detector, line(trouble)));
                    }
                }
            }
        }
        ExitStatus::Success
    }
}

/// The identity by its parts, then what each detector said.
fn table(collected: &Collected) -> String {
    let mut text = columns(&identity_rows(&collected.identity));
    text.push('\n');
    if collected.cached {
        text.push_str("from the cache; no detector was asked\n");
        return text;
    }
    text.push_str(&columns(&report_rows(&collected.reports)));
    for report in &collected.reports {
        for trouble in &report.troubles {
            let _ = writeln!(text, "{}: {}", report.detector, line(trouble));
        }
    }
    text
}

fn identity_rows(identity: &Identity) -> Vec<[String; 3]> {
    let mut rows = vec![["part", "key", "value"].map(str::to_owned)];
    let parts: [(&str, &Fields); 6] = [
        ("cloud", &identity.cloud),
        ("host", &identity.host),
        ("k8s", &identity.k8s),
        ("process", &identity.process),
        ("resource", &identity.resource),
        ("service", &identity.service),
    ];
    for (part, fields) in parts {
        let mut name = part;
        for (key, value) in fields {
            rows.push([name.to_owned(), key.clone(), plain(value)]);
            name = "";
        }
    }
    rows.push(["environment".to_owned(), String::new(), identity.environment.clone()]);
    rows
}

fn report_rows(reports: &[Report]) -> Vec<[String; 3]> {
    let mut rows = vec![["detector", "said", "ms"].map(str::to_owned)];
    rows.extend(reports.iter().map(|report| {
        let said = match (report.outcome, report.troubles.is_empty()) {
            (Outcome::Here, true) => "here",
            (Outcome::Here, false) => "here, in part",
            (Outcome::NotHere, _) => "not here",
            (Outcome::Failed, _) => "failed",
        };
        let took = format!("{:.1}", report.took.as_secs_f64() * 1e3);
        [report.detector.to_owned(), said.to_owned(), took]
    }));
    rows
}

/// A value without JSON's quotes; labels as `key=value`, lists with commas.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let pair = |(key, value): (&String, &Value)| format!("{key}={}", plain(value));
            fields.iter().map(pair).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// A trouble on one line, with what to do about it.
fn line(trouble: &Trouble) -> String {
    match &trouble.hint {
        Some(hint) => format!("{}; {hint}", trouble.what),
        None => trouble.what.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    fn collected() -> Collected {
        let fields = |value| serde_json::from_value(value).unwrap();
        let identity = Identity {
            cloud: fields(json!({ "provider": "aws", "region": "us-east-1" })),
            host: fields(json!({ "name": "host", "public_ip": null })),
            k8s: fields(json!({ "pod_labels": { "app": "api" }, "services": ["a", "b"] })),
            process: fields(json!({ "pid": 1 })),
            resource: fields(json!({ "os.type": "linux" })),
            service: fields(json!({ "name": "agent" })),
            environment: "prod".to_owned(),
        };
        let what = "the instance identity document: the answer is status 500".to_owned();
        let trouble = Trouble { what, hint: Some("single values were asked for".to_owned()) };
        let report = Report {
            detector: "ec2",
            outcome: Outcome::Here,
            troubles: vec![trouble],
            took: Duration::from_micros(1_500),
        };
        Collected { identity, reports: vec![report], cached: false }
    }

    #[test]
    fn the_table_has_a_row_a_key_and_what_each_detector_said() {
        let text = table(&collected());
        let cells: Vec<Vec<&str>> =
            text.lines().map(|line| line.split_whitespace().collect()).collect();
        for row in [
            &["cloud", "provider", "aws"][..],
            &["region", "us-east-1"],
            &["public_ip", "none"],
            &["k8s", "pod_labels", "app=api"],
            &["services", "a,", "b"],
            &["environment", "prod"],
            &["ec2", "here,", "in", "part", "1.5"],
        ] {
            assert!(cells.iter().any(|cells| cells == row), "{row:?} in\n{text}");
        }
        let hint = "ec2: the instance identity document: the answer is status 500; single values";
        assert!(text.contains(hint), "{text}");
    }

    #[test]
    fn a_cached_identity_says_so() {
        let cached = Collected { reports: Vec::new(), cached: true, ..collected() };
        assert!(table(&cached).ends_with("from the cache; no detector was asked\n"));
    }
}
