//! Nested settings, read key by key: a table whose unread keys are mistakes.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::duration::parse_duration;
use super::error::ConfigError;
use super::file::{Entry, Node, NodeValue, Position};
use super::layers::unknown_remedy;
use super::setting::Place;
use super::size::parse_size;

/// The longest duration that a nested setting takes: a year and a day, in seconds.
const LONGEST: Duration = Duration::from_secs(366 * 86_400);

/// The mistakes of a tree of tables.
pub(super) type Mistakes = Rc<RefCell<Vec<ConfigError>>>;

/// A table within a nested setting. Reading a key marks it as known; [`Branch::finish`] reports
/// those that nothing has read.
#[derive(Debug)]
pub struct Branch {
    path: String,
    file: Place,
    at: Position,
    entries: Vec<Entry>,
    read: Vec<&'static str>,
    mistakes: Mistakes,
}

/// One value of a table, with the place where it stands.
#[derive(Debug, Clone)]
pub struct Written {
    /// Its key, from the top of the file: `plugins[0].timeout`.
    pub path: String,
    /// Its text.
    pub text: String,
    at: Position,
}

impl Branch {
    /// The table at `path`, or a mistake where `value` is no table.
    pub(super) fn new(
        path: String,
        file: Place,
        at: Position,
        value: NodeValue,
        mistakes: Mistakes,
    ) -> Option<Self> {
        let branch = |entries| Self { path, file, at, entries, read: Vec::new(), mistakes };
        match value {
            NodeValue::Table(entries) => Some(branch(entries)),
            NodeValue::Null => None,
            NodeValue::Scalar(_) | NodeValue::List(_) => {
                branch(Vec::new()).mistake("has the wrong shape", "indent its settings below it");
                None
            }
        }
    }

    /// Where the table is in the file: `plugins[0]`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Notes a mistake in the table as a whole.
    pub fn mistake(&self, problem: impl Into<String>, remedy: impl Into<String>) {
        self.note(&self.path, self.at, problem.into(), remedy.into());
    }

    /// Notes a mistake in one of its values.
    pub fn wrong(&self, value: &Written, problem: impl Into<String>, remedy: impl Into<String>) {
        self.note(&value.path, value.at, problem.into(), remedy.into());
    }

    fn note(&self, key: &str, at: Position, problem: String, remedy: String) {
        let place = super::check::at(&self.file, at);
        let key = key.to_owned();
        self.mistakes.borrow_mut().push(ConfigError { key, place, problem, remedy });
    }

    fn node(&mut self, key: &'static str) -> Option<Node> {
        self.read.push(key);
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        (!matches!(entry.value.value, NodeValue::Null)).then(|| entry.value.clone())
    }

    fn full(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }

    fn misshapen(&self, key: &str, at: Position, expected: &str) {
        let remedy = format!("write {expected}");
        self.note(&self.full(key), at, "has the wrong shape".to_owned(), remedy);
    }

    /// Whether the table has the key, with something behind it.
    pub fn has(&mut self, key: &'static str) -> bool {
        self.node(key).is_some()
    }

    /// A text with its place.
    pub fn written(&mut self, key: &'static str) -> Option<Written> {
        let node = self.node(key)?;
        match node.value {
            NodeValue::Scalar(text) => Some(Written { path: self.full(key), text, at: node.at }),
            _ => {
                self.misshapen(key, node.at, "one value");
                None
            }
        }
    }

    /// A text.
    pub fn text(&mut self, key: &'static str) -> Option<String> {
        self.written(key).map(|written| written.text)
    }

    /// A text that has to be there and not be empty.
    pub fn required(&mut self, key: &'static str, remedy: &str) -> Option<Written> {
        if !self.has(key) {
            self.mistake(format!("has no `{key}`"), remedy);
            return None;
        }
        let written = self.written(key)?;
        if written.text.trim().is_empty() {
            self.wrong(&written, "is empty", remedy);
            return None;
        }
        Some(written)
    }

    /// What `read` makes of a text, or a mistake with `expected`.
    pub fn parsed<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let written = self.written(key)?;
        let value = read(written.text.trim());
        if value.is_none() {
            let problem = format!("is \"{}\"", written.text);
            self.wrong(&written, problem, format!("write {expected}"));
        }
        value
    }

    /// Yes or no.
    pub fn flag(&mut self, key: &'static str) -> Option<bool> {
        self.parsed(key, "true or false", |text| match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        })
    }

    /// A whole number from `least` to `most`.
    pub fn whole(&mut self, key: &'static str, least: u64, most: u64) -> Option<u64> {
        let expected = format!("a whole number from {least} to {most}");
        self.parsed(key, &expected, |text| {
            text.parse().ok().filter(|number| (least..=most).contains(number))
        })
    }

    /// An exact number that is not negative.
    pub fn amount(&mut self, key: &'static str) -> Option<Decimal> {
        self.parsed(key, "a number like \"2.10\", not negative", |text| {
            let number = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
            number.ok().filter(|number| !number.is_sign_negative() || number.is_zero())
        })
    }

    /// A day.
    pub fn date(&mut self, key: &'static str) -> Option<Date> {
        self.parsed(key, "a day like 2026-01-31", |text| text.parse().ok())
    }

    /// A duration from `least` to a year.
    pub fn duration(&mut self, key: &'static str, least: Duration) -> Option<Duration> {
        let expected = format!("a duration from {} s to 366 d: 60, 60s, 5m, 1h", least.as_secs());
        self.parsed(key, &expected, |text| {
            parse_duration(text).ok().filter(|duration| (least..=LONGEST).contains(duration))
        })
    }

    /// A size of `least` to `most` bytes.
    pub fn size(&mut self, key: &'static str, least: u64, most: u64) -> Option<u64> {
        let expected = format!("a size from {least} to {most} bytes: 1MiB");
        self.parsed(key, &expected, |text| {
            parse_size(text).ok().filter(|size| (least..=most).contains(size))
        })
    }

    /// Texts: a list, or one. Commas divide nothing.
    pub fn texts(&mut self, key: &'static str) -> Vec<Written> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let path = self.full(key);
        let (at, nodes) = match node.value {
            NodeValue::List(nodes) => (node.at, nodes),
            value => (node.at, vec![Node { at: node.at, value, written: None }]),
        };
        let texts: Option<Vec<Written>> = nodes
            .into_iter()
            .enumerate()
            .map(|(index, node)| match node.value {
                NodeValue::Scalar(text) => {
                    Some(Written { path: format!("{path}[{index}]"), text, at: node.at })
                }
                _ => None,
            })
            .collect();
        if texts.is_none() {
            self.misshapen(key, at, "a text, or a list of texts");
        }
        texts.unwrap_or_default()
    }

    /// Whether `key` holds a list.
    pub fn is_list(&mut self, key: &'static str) -> bool {
        matches!(self.node(key), Some(Node { value: NodeValue::List(_), .. }))
    }

    /// Names with a text each.
    pub fn pairs(&mut self, key: &'static str) -> Vec<(String, Written)> {
        let Some(branch) = self.branch(key) else { return Vec::new() };
        let mut pairs = Vec::new();
        for entry in &branch.entries {
            let path = branch.full(&entry.key);
            let at = entry.value.at;
            match &entry.value.value {
                NodeValue::Scalar(text) => {
                    let text = text.clone();
                    pairs.push((entry.key.clone(), Written { path, text, at }));
                }
                NodeValue::Null => {
                    pairs.push((entry.key.clone(), Written { path, text: String::new(), at }));
                }
                _ => branch.misshapen(&entry.key, at, "one value"),
            }
        }
        pairs
    }

    /// A table below this one.
    pub fn branch(&mut self, key: &'static str) -> Option<Self> {
        let node = self.node(key)?;
        self.below(self.full(key), node)
    }

    /// The tables below `key`: a list of them, or one.
    pub fn branches(&mut self, key: &'static str) -> Vec<Self> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let path = self.full(key);
        match node.value {
            NodeValue::List(nodes) => nodes
                .into_iter()
                .enumerate()
                .filter_map(|(index, node)| self.below(format!("{path}[{index}]"), node))
                .collect(),
            _ => self.below(path, node).into_iter().collect(),
        }
    }

    /// Every entry as a table, by its key, which may be any.
    pub fn named(&mut self) -> Vec<(String, Self)> {
        let entries = std::mem::take(&mut self.entries);
        let named = |entry: Entry| {
            let below = self.below(self.full(&entry.key), entry.value)?;
            Some((entry.key, below))
        };
        entries.into_iter().filter_map(named).collect()
    }

    fn below(&self, path: String, node: Node) -> Option<Self> {
        let (file, mistakes) = (self.file.clone(), Rc::clone(&self.mistakes));
        Self::new(path, file, node.at, node.value, mistakes)
    }

    /// Reports every key that nothing has read, and every one that is there twice.
    pub fn finish(self) {
        for (index, entry) in self.entries.iter().enumerate() {
            let full = self.full(&entry.key);
            if self.entries[..index].iter().any(|before| before.key == entry.key) {
                let remedy = "keep one of the two".to_owned();
                self.note(&full, entry.at, "is there twice".to_owned(), remedy);
            } else if !self.read.contains(&&*entry.key) {
                let remedy = unknown_remedy(&entry.key, self.read.iter().copied());
                self.note(&full, entry.at, "is not a setting".to_owned(), remedy);
            }
        }
    }
}
