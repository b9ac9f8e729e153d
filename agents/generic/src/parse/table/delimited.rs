//! Fields with one character between them, quoted as in RFC 4180.

use std::io::Cursor;

use csv::{Position, Reader, ReaderBuilder, StringRecord, Terminator};

use super::super::ParseError;
use super::super::position::{Output, is_comment};
use super::rows::Rows;

/// A row a record of the file.
pub(super) fn read(
    output: &Output<'_>,
    delimiter: u8,
    comment: Option<&str>,
    rows: &mut Rows<'_>,
) -> Result<(), ParseError> {
    if !delimiter.is_ascii() || matches!(delimiter, b'"' | b'\r' | b'\n') {
        return Err(output.error_at(0, format!("the byte {delimiter:#04x} cannot be a delimiter")));
    }
    let text = output.whole();
    let mut reader = reader(text, delimiter);
    let mut record = StringRecord::new();
    let mut end = 0;
    while let Some(start) = next_row(text, end.max(output.start()), delimiter, comment) {
        let unread = |error: csv::Error| output.error_at(start, error.to_string());
        if start != end {
            reader.seek(line_end_before(start)).map_err(unread)?;
        }
        if !reader.read_record(&mut record).map_err(unread)? {
            break;
        }
        end = offset(reader.position()).clamp(start, text.len());
        let row = Row { text: &text[start..end], delimiter };
        // Only the last row can be open: a quote that is not closed takes all that follows.
        if let Some(quote) = if end == text.len() { row.open_quote() } else { None } {
            return Err(output.error_at(start + quote, "the quote is not closed"));
        }
        debug_assert_eq!(row.starts().0.len(), record.len(), "places are not those of the fields");
        let fields = (0..record.len()).map(|index| &record[index]);
        rows.take(fields, |index| start + row.field(index))?;
    }
    Ok(())
}

/// Only `\n` ends a row; `\r` in front of it is trimmed with the field.
fn reader(text: &str, delimiter: u8) -> Reader<Cursor<&str>> {
    ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .terminator(Terminator::Any(b'\n'))
        .from_reader(Cursor::new(text))
}

/// Where the next row begins: behind empty lines and comments.
fn next_row(text: &str, from: usize, delimiter: u8, comment: Option<&str>) -> Option<usize> {
    let is_blank =
        |letter: char| letter.is_whitespace() && u32::from(letter) != u32::from(delimiter);
    let mut start = from;
    for line in text[from..].split_inclusive('\n') {
        if !line.chars().all(is_blank) && !is_comment(line, comment) {
            return Some(start);
        }
        start += line.len();
    }
    None
}

/// The line end in front of `start`, which the reader skips as an empty line. At `start` itself it
/// would drop a byte order mark, as if the file began there.
fn line_end_before(start: usize) -> Position {
    let mut position = Position::new();
    position.set_byte(start.saturating_sub(1) as u64);
    position
}

fn offset(position: &Position) -> usize {
    usize::try_from(position.byte()).unwrap_or(usize::MAX)
}

/// A row as it was printed, to find places in.
#[derive(Debug, Clone, Copy)]
struct Row<'a> {
    text: &'a str,
    delimiter: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Start,
    Plain,
    Quotes,
    /// Behind a quote that closes the field, unless another follows.
    Closed,
}

impl Row<'_> {
    /// Where the field begins; for an index that no field has, where the row ends.
    fn field(self, index: usize) -> usize {
        self.starts().0.get(index).copied().unwrap_or(self.text.trim_end().len())
    }

    /// Where a field begins that has no closing quote.
    fn open_quote(self) -> Option<usize> {
        let (starts, within) = self.starts();
        if within == Within::Quotes { starts.last().copied() } else { None }
    }

    /// Where each field begins, and what the row ends within.
    fn starts(self) -> (Vec<usize>, Within) {
        let mut starts = vec![0];
        let mut within = Within::Start;
        for (index, byte) in self.text.bytes().enumerate() {
            within = match (within, byte) {
                (Within::Start | Within::Closed, b'"') => Within::Quotes,
                (Within::Quotes, b'"') => Within::Closed,
                (Within::Quotes, _) => Within::Quotes,
                (_, byte) if byte == self.delimiter => {
                    starts.push(index + 1);
                    Within::Start
                }
                _ => Within::Plain,
            };
        }
        (starts, within)
    }
}
