//! The four layers, and which of them wins.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::error::ConfigError;
use super::file::{self, Entry, Node, NodeValue, Position};
use super::setting::{Place, Setting};

/// A value given on the command line.
#[derive(Debug, Clone)]
pub struct Flag {
    /// The setting's key.
    pub key: &'static str,
    /// The flag, with its dashes.
    pub name: &'static str,
    /// What it was given.
    pub value: String,
}

/// A raw value and where it was written.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    pub(super) place: Place,
    pub(super) value: NodeValue,
}

/// Raw values by key: each layer overrides the ones before it.
#[derive(Debug)]
pub struct Layers {
    pub(super) settings: Vec<&'static Setting>,
    pub(super) values: BTreeMap<&'static str, Raw>,
    pub(super) errors: Vec<ConfigError>,
}

impl Layers {
    /// The defaults of `settings`.
    #[must_use]
    pub fn new(settings: impl IntoIterator<Item = &'static Setting>) -> Self {
        let settings: Vec<_> = settings.into_iter().collect();
        let values = settings
            .iter()
            .filter_map(|setting| Some((setting.key, scalar(Place::Default, setting.default?))))
            .collect();
        Self { settings, values, errors: Vec::new() }
    }

    /// Adds a YAML file. One that cannot be read or parsed is a mistake like any other.
    pub fn file(&mut self, path: &Path) {
        let shared: Arc<Path> = path.into();
        match read(path) {
            Ok(text) => self.yaml(&shared, &text),
            Err(problem) => self.errors.push(ConfigError {
                key: String::new(),
                place: Place::File { path: shared, line: 1, column: 1 },
                problem,
                remedy: "check the path given to --config and the file's permissions".to_owned(),
            }),
        }
    }

    /// Adds a file's text, as it would be read from `path`.
    pub fn text(&mut self, path: &Path, text: &str) {
        self.yaml(&path.into(), text);
    }

    /// Adds a YAML text, as read from `path`.
    pub(super) fn yaml(&mut self, path: &Arc<Path>, text: &str) {
        match file::parse(text) {
            Ok(Node { value: NodeValue::Table(entries), .. }) => self.table(path, "", entries),
            Ok(Node { value: NodeValue::Null, .. }) => {}
            Ok(Node { at, .. }) => self.errors.push(ConfigError {
                key: String::new(),
                place: place(path, at),
                problem: "the file is not a table of settings".to_owned(),
                remedy: "write lines like `server: http://localhost:8080`".to_owned(),
            }),
            Err(error) => {
                let at = error.location().map_or(Position { line: 1, column: 1 }, |location| {
                    Position { line: location.line(), column: location.column() }
                });
                self.errors.push(ConfigError {
                    key: String::new(),
                    place: place(path, at),
                    problem: format!("not valid YAML: {}", first_line(&error.to_string())),
                    remedy: "see `config example` for a file that works".to_owned(),
                });
            }
        }
    }

    fn table(&mut self, path: &Arc<Path>, prefix: &str, entries: Vec<Entry>) {
        let mut given: BTreeMap<&'static str, String> = BTreeMap::new();
        for entry in entries {
            let key = format!("{prefix}{}", entry.key);
            let here = place(path, entry.at);
            let Some(setting) = self.find(&key) else {
                self.group_or_unknown(path, &key, here, entry.value);
                continue;
            };
            if let Some(before) = given.insert(setting.key, key.clone()) {
                self.errors.push(ConfigError {
                    key,
                    place: here,
                    problem: format!("says again what `{before}` said above"),
                    remedy: "keep one of the two".to_owned(),
                });
                continue;
            }
            // A key with nothing behind it (`region:`) is as good as absent.
            if !matches!(entry.value.value, NodeValue::Null) {
                self.values.insert(
                    setting.key,
                    Raw { place: place(path, entry.value.at), value: entry.value.value },
                );
            }
        }
    }

    fn group_or_unknown(&mut self, path: &Arc<Path>, key: &str, here: Place, node: Node) {
        let group = format!("{key}.");
        let is_group = self.settings.iter().any(|setting| setting.key.starts_with(&group));
        match node.value {
            NodeValue::Table(entries) if is_group => self.table(path, &group, entries),
            NodeValue::Null if is_group => {}
            _ if is_group => self.errors.push(ConfigError {
                key: key.to_owned(),
                place: here,
                problem: "is a group of settings, not a value".to_owned(),
                remedy: format!("indent its settings below `{key}:`"),
            }),
            _ => {
                let remedy = unknown_remedy(key, self.names());
                self.errors.push(ConfigError {
                    key: key.to_owned(),
                    place: here,
                    problem: "is not a setting".to_owned(),
                    remedy,
                });
            }
        }
    }

    fn find(&self, key: &str) -> Option<&'static Setting> {
        self.settings
            .iter()
            .copied()
            .find(|setting| setting.key == key || setting.aliases.contains(&key))
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.settings
            .iter()
            .flat_map(|setting| std::iter::once(setting.key).chain(setting.aliases.iter().copied()))
    }

    /// Adds the environment. A variable that is set to nothing counts as unset.
    pub fn environment(&mut self, lookup: impl Fn(&str) -> Option<String>) {
        for setting in &self.settings {
            let found = setting.environment.iter().find_map(|name| {
                lookup(name).filter(|value| !value.is_empty()).map(|value| (*name, value))
            });
            if let Some((name, value)) = found {
                self.values.insert(setting.key, scalar(Place::Environment(name), &value));
            }
        }
    }

    /// Adds the flags. A flag given several times is a list.
    pub fn flags(&mut self, flags: Vec<Flag>) {
        let mut lists: BTreeMap<&'static str, (&'static str, Vec<String>)> = BTreeMap::new();
        for flag in flags {
            lists.entry(flag.key).or_insert((flag.name, Vec::new())).1.push(flag.value);
        }
        for (key, (name, values)) in lists {
            self.values.insert(key, scalar(Place::Flag(name), &values.join(",")));
        }
    }
}

fn read(path: &Path) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("the file cannot be read: {error}");
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > file::MAX_FILE_BYTES {
        return Err(format!("the file has {length} bytes, more than the limit of 1 MiB"));
    }
    std::fs::read_to_string(path).map_err(unreadable)
}

fn scalar(place: Place, text: &str) -> Raw {
    Raw { place, value: NodeValue::Scalar(text.to_owned()) }
}

pub(super) fn place(path: &Arc<Path>, at: Position) -> Place {
    Place::File { path: Arc::clone(path), line: at.line, column: at.column }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// What to do about an unknown key: the nearest known one, where it is near.
pub(super) fn unknown_remedy(key: &str, names: impl Iterator<Item = &'static str>) -> String {
    let nearest = names.map(|name| (strsim::damerau_levenshtein(key, name), name)).min();
    match nearest {
        Some((distance, name)) if distance <= 1 + key.len() / 4 => {
            format!("did you mean `{name}`?")
        }
        _ => "remove it, or see `config example` for every setting".to_owned(),
    }
}
