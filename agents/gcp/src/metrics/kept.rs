//! Daily figures: asked for once a day, and kept in between.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use finops_core::daily::DailyFigures;

use super::{Figure, Query, Window};

/// The kept figures of one project, for one day.
#[derive(Debug)]
pub(super) struct Kept<'a> {
    daily: &'a DailyFigures,
    project: &'a str,
    today: Date,
}

impl<'a> Kept<'a> {
    /// Those of the day of `now`, by UTC.
    pub(super) fn on(daily: &'a DailyFigures, project: &'a str, now: Timestamp) -> Self {
        Self { daily, project, today: now.to_zoned(TimeZone::UTC).date() }
    }

    /// What was asked and answered already today.
    pub(super) fn figures(&self, query: &Query) -> Option<Vec<Figure>> {
        self.daily.read(&self.file(query)?, self.today)
    }

    /// Keeps what was answered. That there is nothing yet is not kept: there may be something in an
    /// hour.
    pub(super) fn keep(&self, query: &Query, figures: &[Figure]) {
        if let Some(file) = self.file(query).filter(|_| !figures.is_empty()) {
            self.daily.write(&file, self.today, &figures);
        }
    }

    /// The name of a query's file; `None` for a query that is not daily, or a project that a file
    /// cannot be named by.
    fn file(&self, query: &Query) -> Option<String> {
        let project = self.project;
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-.:".contains(letter);
        (query.window == Window::Daily && !project.is_empty() && project.chars().all(plain))
            .then(|| format!("gcp-{project}-{}", query.name))
    }
}
