//! Texts with fields of a record in them: `gpu-{index}`.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// The longest text that a template becomes, in bytes: an identifier, not a document.
const LONGEST: usize = 512;

/// A text with fields of a record in it. `{{` and `}}` are braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field(String),
}

/// The field `name` of a record: one that is called so, or, with dots, one within another:
/// `metadata.name`, `labels.mode`.
#[must_use]
pub fn field<'a>(record: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some(value) = record.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    match record.get(first)? {
        Value::Object(below) => field(below, rest),
        _ => None,
    }
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// Says which brace has no other, or where a name is missing.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text.chars().peekable();
        while let Some(letter) = rest.next() {
            match letter {
                '{' | '}' if rest.peek() == Some(&letter) => {
                    rest.next();
                    plain.push(letter);
                }
                '{' => {
                    let name: String = rest.by_ref().take_while(|letter| *letter != '}').collect();
                    let closed = text.matches('}').count() > 0;
                    if name.trim().is_empty() || !closed || name.contains('{') {
                        return Err("has a { without a field's name and a }".to_owned());
                    }
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    }
                    pieces.push(Piece::Field(name.trim().to_owned()));
                }
                '}' => return Err("has a } without a {".to_owned()),
                letter => plain.push(letter),
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self(pieces))
    }

    /// The text for `record`.
    ///
    /// # Errors
    /// The name of a field that the record does not have, or that holds no plain value.
    pub fn render(&self, record: &Map<String, Value>) -> Result<String, String> {
        let mut text = String::new();
        for piece in &self.0 {
            let _ = match piece {
                Piece::Text(plain) => write!(text, "{plain}"),
                Piece::Field(name) => match field(record, name) {
                    Some(Value::String(value)) => write!(text, "{value}"),
                    Some(value @ (Value::Number(_) | Value::Bool(_))) => write!(text, "{value}"),
                    _ => return Err(name.clone()),
                },
            };
        }
        if text.len() > LONGEST {
            let end = text.floor_char_boundary(LONGEST);
            text.truncate(end);
        }
        Ok(text)
    }

    /// The one field that the template is, where it is nothing else.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Field(name)] => Some(name),
            _ => None,
        }
    }

    /// Every field it names.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Field(name) => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn render(template: &str, record: Value) -> Result<String, String> {
        let Value::Object(record) = record else { panic!("a record") };
        Template::parse(template).unwrap().render(&record)
    }

    #[test]
    fn fields_take_their_values() {
        assert_eq!(render("gpu-{index}", json!({ "index": 3 })).unwrap(), "gpu-3");
        assert_eq!(render("{ a }/{b}", json!({ "a": "x", "b": true })).unwrap(), "x/true");
        assert_eq!(render("{{{a}}}", json!({ "a": 1 })).unwrap(), "{1}");
        assert_eq!(render("plain", json!({})).unwrap(), "plain");
        let nested = json!({ "metadata": { "name": "node1" }, "a.b": 1, "a": { "b": 2 } });
        assert_eq!(render("{metadata.name}-{a.b}", nested).unwrap(), "node1-1");
    }

    #[test]
    fn a_missing_field_is_named() {
        assert_eq!(render("{a}{b}", json!({ "a": 1 })), Err("b".to_owned()));
        assert_eq!(render("{a}", json!({ "a": null })), Err("a".to_owned()));
        assert_eq!(render("{a}", json!({ "a": [1] })), Err("a".to_owned()));
    }

    #[test]
    fn a_brace_alone_is_a_mistake() {
        for text in ["{", "a}", "{}", "{ }", "{a", "{a{b}}"] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }
}
