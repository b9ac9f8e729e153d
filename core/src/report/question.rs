//! What can be asked.

use std::str::FromStr;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::config::parse_duration;

/// What to report, as flags.
#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// What to add up by: service, region, account, resource, or a tag as tag:KEY.
    ///
    /// `--by tag:team` shows what each team costs; resources without that tag are a group of their
    /// own. A resource counts under the tags that it had when it was last seen.
    #[arg(long, value_name = "GROUP", default_value = "service")]
    pub by: Grouping,
    /// How far back to look: 30d, 7d, 24h.
    ///
    /// Costs are added up by UTC day: the first one is shown whole. At most 48h also draw the
    /// hours, by service or account on a terminal.
    #[arg(long, value_name = "TIME", default_value = "30d", value_parser = parse_duration)]
    pub since: Duration,
    /// How many rows of each table to show; 0 shows all. json and csv always have all.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
}

impl ReportArgs {
    /// The question that the flags ask.
    #[must_use]
    pub fn question(&self) -> Question {
        Question { by: self.by.clone(), since: self.since, limit: self.limit }
    }
}

/// What a report should answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What costs are added up by.
    pub by: Grouping,
    /// How far back.
    pub since: Duration,
    /// How many rows of each table are printed; 0 for all.
    pub limit: usize,
}

/// What costs are added up by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grouping {
    /// The service, over all scopes.
    Service,
    /// The region that a resource is billed in.
    Region,
    /// The account, subscription or project.
    Account,
    /// The value of one tag.
    Tag(String),
    /// Each resource alone.
    Resource,
}

impl FromStr for Grouping {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "service" => Ok(Self::Service),
            "region" => Ok(Self::Region),
            "account" => Ok(Self::Account),
            "resource" => Ok(Self::Resource),
            other => match other.strip_prefix("tag:") {
                Some(key) if !key.is_empty() => Ok(Self::Tag(key.to_owned())),
                _ => Err("must be service, region, account, resource or tag:KEY".to_owned()),
            },
        }
    }
}

impl std::fmt::Display for Grouping {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Service => formatter.write_str("service"),
            Self::Region => formatter.write_str("region"),
            Self::Account => formatter.write_str("account"),
            Self::Tag(key) => write!(formatter, "tag:{key}"),
            Self::Resource => formatter.write_str("resource"),
        }
    }
}

/// How a report is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Tables for a person.
    #[default]
    Table,
    /// One JSON object with everything.
    Json,
    /// The cost over time, one row a day and group, for a spreadsheet.
    Csv,
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        report: ReportArgs,
    }

    #[test]
    fn without_flags_it_is_a_month_by_service() {
        Line::command().debug_assert();
        let question = Line::parse_from(["report"]).report.question();
        let month = Duration::from_secs(30 * 86_400);
        assert_eq!(question, Question { by: Grouping::Service, since: month, limit: 20 });
    }

    #[test]
    fn a_tag_key_may_hold_anything() {
        for key in ["team", "aws:cloudformation:stack-name", "a.b", "it's \"odd\"", "größe"] {
            let by: Grouping = format!("tag:{key}").parse().unwrap();
            assert_eq!(by, Grouping::Tag(key.to_owned()));
            assert_eq!(by.to_string(), format!("tag:{key}"));
        }
    }

    #[test]
    fn nonsense_is_refused_with_what_would_be_right() {
        for by in ["", "tag:", "team"] {
            assert!(by.parse::<Grouping>().unwrap_err().contains("tag:KEY"));
        }
        let error = Line::try_parse_from(["report", "--since", "soon"]).unwrap_err();
        assert!(error.to_string().contains("soon"), "{error}");
    }
}
