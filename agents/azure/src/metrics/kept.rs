//! Daily figures: asked for once a day, and kept in between.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use finops_core::daily::DailyFigures;

use super::{Answer, Figure, Query, Question};

/// The figures of a subscription, by target in small letters.
type Known = HashMap<String, Vec<Figure>>;

/// The kept figures of one subscription, for one day.
pub(super) struct Kept<'a> {
    daily: &'a DailyFigures,
    subscription: &'a str,
    today: Date,
    known: HashMap<&'static str, Known>,
}

impl<'a> Kept<'a> {
    /// Those of the day of `now`, by UTC.
    pub(super) fn on(daily: &'a DailyFigures, subscription: &'a str, now: Timestamp) -> Self {
        let today = now.to_zoned(TimeZone::UTC).date();
        Self { daily, subscription, today, known: HashMap::new() }
    }

    /// What was asked and answered already today.
    pub(super) fn answer(&mut self, question: &Question) -> Option<Answer> {
        let query = question.query;
        if !query.window.is_daily() {
            return None;
        }
        let name = self.file(query)?;
        let read = || self.daily.read(&name, self.today).unwrap_or_default();
        let known = self.known.entry(query.name).or_insert_with(read);
        known.get(&question.target.to_lowercase()).cloned().map(Answer::Figures)
    }

    /// Keeps what was answered beside what was kept before; of a question that failed, nothing.
    pub(super) fn keep(mut self, questions: &[Question], answers: &[Answer]) {
        let mut changed: HashMap<&'static str, &'static Query> = HashMap::new();
        for (question, answer) in questions.iter().zip(answers) {
            let query = question.query;
            let (true, Answer::Figures(figures)) = (query.window.is_daily(), answer) else {
                continue;
            };
            let known = self.known.entry(query.name).or_default();
            if let Entry::Vacant(place) = known.entry(question.target.to_lowercase()) {
                place.insert(figures.clone());
                changed.insert(query.name, query);
            }
        }
        for (name, query) in changed {
            if let (Some(file), Some(known)) = (self.file(query), self.known.get(name)) {
                self.daily.write(&file, self.today, known);
            }
        }
    }

    /// The name of a query's file; `None` for a subscription that a file cannot be named by.
    fn file(&self, query: &Query) -> Option<String> {
        let subscription = self.subscription;
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        (!subscription.is_empty() && subscription.chars().all(plain))
            .then(|| format!("azure-{subscription}-{}", query.name))
    }
}
