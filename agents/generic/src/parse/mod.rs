//! What a command printed becomes records.
//!
//! Pure functions: [`parse`] takes the bytes that a command printed and the [`Rules`] by which they
//! are read. Whatever the bytes are, the answer is records or a [`ParseError`] that says where the
//! output departs from the rules. The result is linear in the output, which the caller bounds.

mod field;
mod json;
mod key_value;
mod pattern;
mod position;
mod prometheus;
mod records;
mod rules;
mod table;

use serde_json::{Map, Value};

pub use records::{MAX_RECORDS, Parsed};
pub use rules::{Delimiter, Format, Rules, Table};
pub use table::MAX_NAME_BYTES;

use position::Output;

/// Why an output could not be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct ParseError {
    /// The line of the output, from 1. Lines that the rules skip count.
    pub line: usize,
    /// The column in characters, from 1. One more than the line has where something is missing at
    /// its end.
    pub column: usize,
    /// What is wrong there.
    pub problem: String,
}

/// Reads `output` by `rules`. It must be UTF-8; a byte order mark at its start is dropped, and lines
/// may end in `\n` or `\r\n`.
///
/// # Errors
/// The first place where the output departs from the rules, or that it has more than
/// [`MAX_RECORDS`] records.
pub fn parse(output: &[u8], rules: &Rules) -> Result<Parsed, ParseError> {
    let output = Output::decode(output, rules.skip_lines)?;
    let comment = rules.comment.as_deref().filter(|comment| !comment.is_empty());
    match &rules.format {
        Format::Json { records } => json::document(&output, records.as_deref()),
        Format::Jsonl => json::lines(&output, comment),
        Format::Table(table) => table::parse(&output, table, comment, rules.numbers),
        Format::KeyValue { separator } => {
            key_value::parse(&output, separator.as_deref(), comment, rules.numbers)
        }
        Format::Prometheus => prometheus::parse(&output),
        Format::Regex(pattern) => pattern::parse(&output, pattern, comment, rules.numbers),
        Format::Text => Ok(text(&output)),
    }
}

/// The output as it is, without white space at its end.
fn text(output: &Output<'_>) -> Parsed {
    let text = Value::from(output.rest().trim_end());
    Parsed::Object(Map::from_iter([("text".to_owned(), text)]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn data(output: &[u8], rules: &Rules) -> Value {
        Value::Object(parse(output, rules).unwrap().into_data())
    }

    #[test]
    fn text_is_kept_up_to_its_last_letter() {
        let rules = Rules::new(Format::Text);
        let uptime = b" 10:02:11 up 41 days,  load average: 0.08\n\n";
        let expected = json!({"text": " 10:02:11 up 41 days,  load average: 0.08"});
        assert_eq!(data(uptime, &rules), expected);
        assert_eq!(data(b"", &rules), json!({"text": ""}));
        assert_eq!(data(b" \r\n", &rules), json!({"text": ""}));
    }

    #[test]
    fn skipped_lines_are_not_text_and_comments_are() {
        let rules =
            Rules { skip_lines: 1, comment: Some("#".to_owned()), ..Rules::new(Format::Text) };
        assert_eq!(data(b"banner\n# one\ntwo\n", &rules), json!({"text": "# one\ntwo"}));
    }

    #[test]
    fn the_first_wrong_byte_is_named_with_its_place() {
        let error = parse(b"ok\n\xc3\xa9t\xe9\n", &Rules::new(Format::Text)).unwrap_err();
        assert_eq!((error.line, error.column), (2, 3));
        assert!(error.problem.contains("0xe9"), "{error}");
        assert!(error.to_string().starts_with("line 2, column 3: "), "{error}");
    }

    #[test]
    fn an_empty_comment_drops_nothing() {
        let rules = Rules { comment: Some(String::new()), ..Rules::new(Format::Jsonl) };
        assert_eq!(data(b"1\n", &rules), json!({"records": [{"value": 1}]}));
    }
}
