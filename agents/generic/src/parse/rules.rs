//! How a command's output is read.

use regex::Regex;

/// How a command's output is read.
#[derive(Debug, Clone)]
pub struct Rules {
    /// What it is.
    pub format: Format,
    /// How many lines come before it: banners, rulers.
    pub skip_lines: usize,
    /// Lines that begin with this are dropped. JSON, Prometheus' format and text have none.
    pub comment: Option<String>,
    /// Whether a field that looks like a number is one. A number is what JSON calls one: an integer
    /// that fits in 64 bits, or a finite decimal; `007`, `+1`, `nan` and `1_000` stay text, and an
    /// empty field is null. Without it every field is text.
    pub numbers: bool,
}

impl Rules {
    /// Reads `format` from the first line on, without comments and with numbers.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self { format, skip_lines: 0, comment: None, numbers: true }
    }
}

/// What a command prints.
#[derive(Debug, Clone)]
pub enum Format {
    /// One JSON value. An object is the figures, a list is records, and anything else is the
    /// `value` of one object; so it is with the elements of a list.
    Json {
        /// Where in the value the figures are: a pointer by
        /// [RFC 6901](https://www.rfc-editor.org/rfc/rfc6901).
        records: Option<String>,
    },
    /// One JSON value a line, each a record.
    Jsonl,
    /// Rows and columns.
    Table(Table),
    /// Lines of a key and its value: one object.
    KeyValue {
        /// What is between them. Without it, the first `=`, `:` or white space of the line; white
        /// space in front of `=` or `:` belongs to it.
        separator: Option<String>,
    },
    /// Prometheus' [text format](https://prometheus.io/docs/instrumenting/exposition_formats/), or
    /// OpenMetrics.
    Prometheus,
    /// A pattern with named groups. Every match is a record. Lines end in `\n` alone when it looks
    /// at them; `(?m)` makes `^` and `$` match at each.
    ///
    /// A pattern that must look far ahead for each match takes time that grows with the square of
    /// the output's length
    /// (<https://docs.rs/regex/1/regex/#iterating-over-matches>); no other format does.
    Regex(Regex),
    /// Text as it is.
    Text,
}

/// A table's shape.
#[derive(Debug, Clone)]
pub struct Table {
    /// What is between two columns.
    pub delimiter: Delimiter,
    /// The columns' names. Without any, the header has them.
    pub columns: Vec<String>,
    /// Whether the first line left is a header.
    pub header: bool,
}

/// What is between two columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// An ASCII character. Fields may be quoted as in
    /// [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180).
    Byte(u8),
    /// Runs of white space, for aligned tables such as those of `df` and `ps`. With columns given,
    /// the last one takes the rest of the line.
    Whitespace,
}
