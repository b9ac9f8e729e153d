//! Partial answers: `fields=nextPageToken,items/*/disks(id,name)`.
//! <https://cloud.google.com/compute/docs/api/how-tos/performance#partial>

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

use serde_json::Value;

use super::errors::json_reply;
use crate::support::http::Reply;

/// What is wanted of a value: everything where nothing is named.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted(BTreeMap<String, Wanted>);

/// The answer with only those fields.
pub(super) fn only(fields: Option<&str>, reply: Reply) -> Reply {
    match (fields, reply) {
        (Some(fields), Reply::Whole(answer)) if answer.status == 200 => {
            let body: Value = serde_json::from_slice(&answer.body).unwrap();
            json_reply(200, &Wanted::of(fields).pick(body))
        }
        (_, reply) => reply,
    }
}

impl Wanted {
    fn of(fields: &str) -> Self {
        let mut wanted = Self::default();
        wanted.list(&mut fields.chars().peekable());
        wanted
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
        let own = self.0.entry(name).or_default();
        match text.peek() {
            Some('/') => {
                text.next();
                own.item(text);
            }
            Some('(') => {
                text.next();
                own.list(text);
            }
            _ => {}
        }
    }

    fn pick(&self, value: Value) -> Value {
        match value {
            value if self.0.is_empty() => value,
            Value::Object(object) => {
                let named = |key: &str| self.0.get(key).or(self.0.get("*"));
                let kept = object.into_iter().filter_map(|(key, value)| {
                    let value = named(&key)?.pick(value);
                    Some((key, value))
                });
                Value::Object(kept.collect())
            }
            Value::Array(list) => list.into_iter().map(|one| self.pick(one)).collect(),
            other => other,
        }
    }
}
