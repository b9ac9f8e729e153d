//! Partial answers: `fields=nextPageToken,items/*/disks(id,name)`.
//! <https://cloud.google.com/compute/docs/api/how-tos/performance#partial>

use std::fmt::{Arguments, Write as _};
use std::iter::Peekable;
use std::str::Chars;

/// What is wanted of a value, by name: everything where nothing is named.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted(Vec<(String, Wanted)>);

/// Everything.
static ALL: Wanted = Wanted(Vec::new());

impl Wanted {
    /// What a parameter names; everything where there is none.
    pub(super) fn of(fields: Option<&str>) -> Self {
        let mut wanted = Self::default();
        if let Some(fields) = fields {
            wanted.list(&mut fields.chars().peekable());
        }
        wanted
    }

    /// What is wanted of the part of this name; `None` where it is not wanted.
    pub(super) fn part(&self, name: &str) -> Option<&Self> {
        if self.0.is_empty() {
            return Some(&ALL);
        }
        self.0.iter().find(|(key, _)| key == name || key == "*").map(|(_, part)| part)
    }

    /// Reads items up to the end, or to the bracket that closes them.
    fn list(&mut self, text: &mut Peekable<Chars<'_>>) {
        while text.peek().is_some() {
            self.item(text);
            if text.next() != Some(',') {
                return;
            }
        }
    }

    /// Reads a path, and what is in brackets behind it.
    fn item(&mut self, text: &mut Peekable<Chars<'_>>) {
        let mut name = String::new();
        while let Some(letter) = text.next_if(|letter| !"/(),".contains(*letter)) {
            name.push(letter);
        }
        let at = self.0.iter().position(|(key, _)| *key == name).unwrap_or_else(|| {
            self.0.push((name, Self::default()));
            self.0.len() - 1
        });
        let own = &mut self.0[at].1;
        match text.next_if(|letter| "/(".contains(*letter)) {
            Some('/') => own.item(text),
            Some(_) => own.list(text),
            None => {}
        }
    }
}

/// How a field of something is written: its name, and what writes the value and says whether there
/// is one. The text is the project's id.
pub(super) type Field<T> = (&'static str, fn(&mut String, &str, &T, &Wanted) -> bool);

/// Writes a value that needs no escaping as a text; always true.
pub(super) fn quoted(into: &mut String, value: Arguments<'_>) -> bool {
    // Writing to a string does not fail.
    let _ = write!(into, "\"{value}\"");
    true
}

/// Writes a value as it is; always true.
pub(super) fn written(into: &mut String, value: Arguments<'_>) -> bool {
    let _ = into.write_fmt(value);
    true
}
/// The fields that are wanted of some things, looked up once for all of them.
pub(super) struct Chosen<'a, T>(Vec<(&'a Field<T>, &'a Wanted)>);

impl<'a, T> Chosen<'a, T> {
    /// Those of `fields` that are `wanted`.
    pub(super) fn of(fields: &'a [Field<T>], wanted: &'a Wanted) -> Self {
        Self(fields.iter().filter_map(|field| Some((field, wanted.part(field.0)?))).collect())
    }

    /// Writes an object with these fields.
    pub(super) fn write(&self, into: &mut String, project: &str, thing: &T) {
        into.push('{');
        for ((name, write), wanted) in &self.0 {
            let before = into.len();
            super::json::comma(into);
            into.push('"');
            into.push_str(name);
            into.push_str("\":");
            if !write(into, project, thing, wanted) {
                into.truncate(before);
            }
        }
        into.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_is_wanted_and_nothing_else() {
        let wanted = Wanted::of(Some("next,items/*/disks(id,zone(name)),items/*/warning/code"));
        let place = wanted.part("items").and_then(|items| items.part("zones/a"));
        let place = place.expect("every place is wanted");
        let disks = place.part("disks").expect("disks are wanted");
        assert!(wanted.part("next").is_some() && wanted.part("kind").is_none());
        assert!(disks.part("id").is_some() && disks.part("size").is_none());
        assert!(disks.part("zone").is_some_and(|zone| zone.part("name").is_some()));
        assert!(place.part("warning").is_some_and(|warning| warning.part("data").is_none()));
    }

    #[test]
    fn without_names_everything_is_wanted() {
        assert_eq!(Wanted::of(None).part("anything"), Some(&ALL));
    }

    #[test]
    fn a_field_without_a_value_is_left_out() {
        let fields: &[Field<u64>] = &[
            ("none", |_, _, _, _| false),
            ("number", |into, project, thing, _| {
                into.push_str(&format!("\"{project} {thing}\""));
                true
            }),
        ];
        let (mut into, wanted) = (String::new(), Wanted::default());
        Chosen::of(fields, &wanted).write(&mut into, "p", &7);
        assert_eq!(into, r#"{"number":"p 7"}"#);
    }
}
