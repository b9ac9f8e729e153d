//! Raw values become typed ones; every mistake is kept until all have been looked at.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use secrecy::SecretString;

use super::agent_settings::{one_word, read_token};
use super::branch::{Branch, Mistakes};
use super::duration::parse_duration;
use super::error::{ConfigError, ConfigErrors};
use super::file::{Node, NodeValue, Position};
use super::layers::{Layers, Raw, unknown_remedy};
use super::setting::{Kind, Place, Setting};
use super::size::parse_size;

/// Reads typed values out of the layers and collects the mistakes.
#[derive(Debug)]
pub struct Checker {
    layers: Layers,
    errors: Vec<ConfigError>,
    /// What nested settings have noted.
    nested: Mistakes,
}

/// One entry of a list of tables: its settings as text.
pub type Table = BTreeMap<&'static str, String>;

impl Checker {
    /// Starts with the mistakes that reading the layers found.
    #[must_use]
    pub fn new(mut layers: Layers) -> Self {
        let errors = std::mem::take(&mut layers.errors);
        Self { layers, errors, nested: Mistakes::default() }
    }

    /// Ends with every mistake, if there is one.
    ///
    /// # Errors
    /// All mistakes that were found.
    pub fn finish(mut self) -> Result<(), ConfigErrors> {
        self.errors.append(&mut self.nested.borrow_mut());
        if self.errors.is_empty() { Ok(()) } else { Err(ConfigErrors(self.errors)) }
    }

    /// Where `key`'s value was written, where it has one.
    #[must_use]
    pub fn place(&self, key: &str) -> Option<Place> {
        self.layers.values.get(key).map(|raw| raw.place.clone())
    }

    /// Notes a mistake in `key`'s value.
    pub fn mistake(&mut self, key: &str, problem: impl Into<String>, remedy: impl Into<String>) {
        let place = self.place(key).unwrap_or(Place::Default);
        self.errors.push(ConfigError {
            key: key.to_owned(),
            place,
            problem: problem.into(),
            remedy: remedy.into(),
        });
    }

    /// A text.
    pub fn text(&mut self, key: &'static str) -> Option<String> {
        let raw = self.layers.values.get(key)?;
        if let NodeValue::Scalar(text) = &raw.value {
            return Some(text.trim().to_owned());
        }
        self.wrong_kind(key);
        None
    }

    /// Texts: a list, or one text with commas. Empty ones are dropped.
    pub fn texts(&mut self, key: &'static str) -> Vec<String> {
        let Some(raw) = self.layers.values.get(key) else {
            return Vec::new();
        };
        let texts: Option<Vec<&str>> = match &raw.value {
            NodeValue::Scalar(text) => Some(vec![text]),
            NodeValue::List(nodes) => nodes
                .iter()
                .map(|node| match &node.value {
                    NodeValue::Scalar(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        let Some(texts) = texts else {
            self.wrong_kind(key);
            return Vec::new();
        };
        texts
            .into_iter()
            .flat_map(|text| text.split(','))
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
            .collect()
    }

    /// The secret that the file of this path holds: one visible word.
    pub fn secret_file(&mut self, key: &'static str) -> Option<SecretString> {
        let path = self.text(key)?;
        match read_token(&path).and_then(|text| one_word(&text)) {
            Ok(Some(secret)) => Some(secret),
            Ok(None) => {
                self.mistake(key, format!("names the empty file {path}"), "write the key into it");
                None
            }
            Err((problem, remedy)) => {
                self.mistake(key, format!("{path} {problem}"), remedy);
                None
            }
        }
    }

    /// A whole number of at least `least`.
    pub fn whole(&mut self, key: &'static str, least: u64) -> Option<u64> {
        let text = self.text(key)?;
        match text.replace('_', "").parse::<u64>() {
            Ok(number) if number >= least => Some(number),
            Ok(number) => {
                self.mistake(key, format!("is {number}"), format!("write at least {least}"));
                None
            }
            Err(_) => {
                self.mistake(key, format!("is \"{text}\""), "write a whole number");
                None
            }
        }
    }

    /// A number from 0 to 1.
    pub fn ratio(&mut self, key: &'static str) -> Option<f64> {
        let text = self.text(key)?;
        let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
        if number.is_none() {
            self.mistake(key, format!("is \"{text}\""), "write a number from 0 to 1");
        }
        number
    }

    /// A duration of at least `least`.
    pub fn duration(&mut self, key: &'static str, least: Duration) -> Option<Duration> {
        let text = self.text(key)?;
        match parse_duration(&text) {
            Ok(duration) if duration >= least => Some(duration),
            Ok(duration) => {
                let (is, least) = (duration.as_secs(), least.as_secs());
                self.mistake(key, format!("is {is} s"), format!("write at least {least} s"));
                None
            }
            Err(problem) => {
                self.mistake(key, problem, "write seconds (300) or a duration (5m, 1h)");
                None
            }
        }
    }

    /// A size of at least `least` bytes.
    pub fn size(&mut self, key: &'static str, least: u64) -> Option<u64> {
        let text = self.text(key)?;
        match parse_size(&text) {
            Ok(size) if size >= least => Some(size),
            Ok(size) => {
                self.mistake(key, format!("is {size} bytes"), format!("write at least {least}"));
                None
            }
            Err(problem) => {
                self.mistake(key, problem, "write bytes (1048576) or a size (512MiB, 2GiB)");
                None
            }
        }
    }

    /// One of the words of the setting's [`Kind::Choice`], in small or capital letters.
    pub fn choice(&mut self, key: &'static str) -> Option<String> {
        let text = self.text(key)?;
        let words = match self.setting(key).map(|setting| setting.kind) {
            Some(Kind::Choice(words)) => words,
            _ => &[],
        };
        let known = words.iter().find(|word| word.eq_ignore_ascii_case(&text));
        if let Some(word) = known {
            return Some((*word).to_owned());
        }
        self.mistake(key, format!("is \"{text}\""), format!("write one of {}", words.join(", ")));
        None
    }

    /// Yes or no.
    pub fn flag(&mut self, key: &'static str) -> Option<bool> {
        let text = self.text(key)?;
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => {
                self.mistake(key, format!("is \"{text}\""), "write true or false");
                None
            }
        }
    }

    /// A list of tables, each checked against the setting's own settings.
    pub fn tables(&mut self, key: &'static str) -> Vec<Table> {
        let Some(Kind::Tables(columns)) = self.setting(key).map(|setting| setting.kind) else {
            return Vec::new();
        };
        let Some(Raw { place, value }) = self.layers.values.get(key).cloned() else {
            return Vec::new();
        };
        let NodeValue::List(nodes) = value else {
            self.wrong_kind(key);
            return Vec::new();
        };
        nodes.iter().map(|node| self.table(key, &place, columns, node)).collect()
    }

    fn table(
        &mut self,
        key: &str,
        place: &Place,
        columns: &'static [Setting],
        node: &Node,
    ) -> Table {
        let mut table = Table::new();
        let NodeValue::Table(entries) = &node.value else {
            self.errors.push(ConfigError {
                key: key.to_owned(),
                place: at(place, node.at),
                problem: "has an entry that is not a table".to_owned(),
                remedy: format!("write `- {}: …`", columns.first().map_or("key", |c| c.key)),
            });
            return table;
        };
        for entry in entries {
            let full = format!("{key}[].{}", entry.key);
            let column = columns.iter().find(|column| column.key == entry.key);
            let (problem, remedy) = match (column, &entry.value.value) {
                (Some(column), NodeValue::Scalar(text)) => {
                    table.insert(column.key, text.trim().to_owned());
                    continue;
                }
                (Some(_), NodeValue::Null) => continue,
                (Some(column), _) => {
                    ("is not a text".to_owned(), format!("write {}", column.kind.expected()))
                }
                (None, _) => {
                    let names = columns.iter().map(|column| column.key);
                    ("is not a setting".to_owned(), unknown_remedy(&entry.key, names))
                }
            };
            self.errors.push(ConfigError {
                key: full,
                place: at(place, entry.at),
                problem,
                remedy,
            });
        }
        table
    }

    /// The table of a [`Kind::Tree`].
    pub fn branch(&mut self, key: &'static str) -> Option<Branch> {
        let (at, place, value) = self.tree(key)?;
        Branch::new(key.to_owned(), place, at, value, Rc::clone(&self.nested))
    }

    /// The tables of a [`Kind::Tree`] that is a list.
    pub fn branches(&mut self, key: &'static str) -> Vec<Branch> {
        let Some((_, place, value)) = self.tree(key) else { return Vec::new() };
        let NodeValue::List(nodes) = value else {
            self.wrong_kind(key);
            return Vec::new();
        };
        let branch = |(index, node): (usize, Node)| {
            let (path, nested) = (format!("{key}[{index}]"), Rc::clone(&self.nested));
            Branch::new(path, place.clone(), node.at, node.value, nested)
        };
        nodes.into_iter().enumerate().filter_map(branch).collect()
    }

    fn tree(&self, key: &str) -> Option<(Position, Place, NodeValue)> {
        let Raw { place, value } = self.layers.values.get(key)?.clone();
        let at = match &place {
            Place::File { line, column, .. } => Position { line: *line, column: *column },
            _ => Position { line: 1, column: 1 },
        };
        Some((at, place, value))
    }

    fn setting(&self, key: &str) -> Option<&'static Setting> {
        self.layers.settings.iter().copied().find(|setting| setting.key == key)
    }

    fn wrong_kind(&mut self, key: &'static str) {
        let expected = self.setting(key).map_or_else(String::new, |it| it.kind.expected());
        self.mistake(key, "has the wrong shape", format!("write {expected}"));
    }
}

/// `position` in the file of `place`.
pub(super) fn at(place: &Place, position: Position) -> Place {
    match place {
        Place::File { path, .. } => super::layers::place(path, position),
        other => other.clone(),
    }
}
