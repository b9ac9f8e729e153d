//! A YAML document as a tree in which every key and value knows its line.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

/// The largest configuration file that is read, in bytes.
pub(super) const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// A line and a column, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: u64,
    pub(super) column: u64,
}

/// A value with its position.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) at: Position,
    pub(super) value: NodeValue,
    /// Where in the text a scalar stands that YAML took for something else than a text; taken away
    /// with reading.
    pub(super) written: Option<Range<usize>>,
}

/// A YAML value; scalars keep their text, since each setting knows how to read its own.
#[derive(Debug, Clone)]
pub(super) enum NodeValue {
    Null,
    Scalar(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) at: Position,
    pub(super) value: Node,
}

/// Parses a document. An empty one is an empty table.
///
/// Aliases are expanded within the parser's budget, so that an alias bomb is an error and not a
/// full memory.
pub(super) fn parse(text: &str) -> Result<Node, serde_saphyr::Error> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 100_000,
            max_aliases: 1_000,
            max_anchors: 1_000,
            // A setting is six deep at most. Each level is a few frames of the stack, which a debug build
            // makes large.
            max_depth: 24,
        },
        with_snippet: false,
    };
    let mut node: Node = serde_saphyr::from_str_with_options(text, options)?;
    as_written(&mut node, text);
    Ok(node)
}

/// Gives scalars without quotes the text that the file has: `yes` is a program, `010` an argument
/// and `1.10` a price, whatever YAML makes of them.
fn as_written(node: &mut Node, text: &str) {
    match &mut node.value {
        NodeValue::Null => {}
        NodeValue::Scalar(scalar) => {
            let written = node.written.take().and_then(|range| text.get(range)).map(str::trim);
            // What has a tag or quotes is what YAML says it is.
            let plain =
                |written: &&str| !written.is_empty() && !written.starts_with(['!', '\'', '"', '&']);
            if let Some(written) = written.filter(plain) {
                written.clone_into(scalar);
            }
        }
        NodeValue::List(nodes) => nodes.iter_mut().for_each(|node| as_written(node, text)),
        NodeValue::Table(entries) => {
            entries.iter_mut().for_each(|entry| as_written(&mut entry.value, text));
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Seen>::deserialize(deserializer)?;
        let at = Position { line: spanned.referenced.line(), column: spanned.referenced.column() };
        // Where the value stands, also where an alias took it from there.
        let span = spanned.defined.span();
        let range = || {
            let start = usize::try_from(span.byte_offset()?).ok()?;
            Some(start..start.checked_add(usize::try_from(span.byte_len()?).ok()?)?)
        };
        let Seen { value, typed } = spanned.value;
        Ok(Self { at, value, written: typed.then(range).flatten() })
    }
}

/// A value, and whether YAML took it for something else than a text.
struct Seen {
    value: NodeValue,
    typed: bool,
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

impl Seen {
    fn typed(text: String) -> Self {
        Self { value: NodeValue::Scalar(text), typed: true }
    }

    fn plain(value: NodeValue) -> Self {
        Self { value, typed: false }
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Seen;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a value")
    }

    fn visit_unit<E>(self) -> Result<Seen, E> {
        Ok(Seen::plain(NodeValue::Null))
    }

    fn visit_none<E>(self) -> Result<Seen, E> {
        Ok(Seen::plain(NodeValue::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Seen, E> {
        Ok(Seen::typed(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Seen, E> {
        Ok(Seen::typed(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Seen, E> {
        Ok(Seen::typed(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Seen, E> {
        Ok(Seen::typed(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Seen, E> {
        Ok(Seen::plain(NodeValue::Scalar(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Seen, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element()? {
            nodes.push(node);
        }
        Ok(Seen::plain(NodeValue::List(nodes)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Seen, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            let at = Position { line: key.referenced.line(), column: key.referenced.column() };
            entries.push(Entry { key: key.value, at, value: map.next_value()? });
        }
        Ok(Seen::plain(NodeValue::Table(entries)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_knows_its_line() {
        let node = parse("server: http://a\ncloudwatch:\n  max_metrics_per_cycle: 5\n").unwrap();
        let NodeValue::Table(entries) = node.value else { panic!("a table") };
        assert_eq!(entries[0].at, Position { line: 1, column: 1 });
        let NodeValue::Table(inner) = &entries[1].value.value else { panic!("a table") };
        assert_eq!(inner[0].at, Position { line: 3, column: 3 });
        assert!(matches!(&inner[0].value.value, NodeValue::Scalar(text) if text == "5"));
    }

    #[test]
    fn an_alias_bomb_is_an_error() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let below = format!("*a{}", level - 1);
            let row = vec![below; 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{row}]\n"));
        }
        assert!(parse(&text).is_err());
    }

    #[test]
    fn what_is_nested_too_deep_is_an_error_and_no_overflow() {
        for depth in [30, 10_000] {
            let text = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            assert!(parse(&text).is_err(), "{depth}");
        }
    }

    #[test]
    fn a_scalar_is_what_the_file_says() {
        let text = "- yes\n- 010\n- 1.10\n- &a 1e3\n- *a\n- 0x10\n- '010'\n- !!str 7\n- 2.1000000000000000000001\n";
        let NodeValue::List(nodes) = parse(text).unwrap().value else { panic!("a list") };
        let texts: Vec<&str> = nodes
            .iter()
            .map(|node| match &node.value {
                NodeValue::Scalar(text) => text.as_str(),
                other => panic!("{other:?}"),
            })
            .collect();
        let expected =
            ["yes", "010", "1.10", "1e3", "1e3", "0x10", "010", "7", "2.1000000000000000000001"];
        assert_eq!(texts, expected);
    }
}
