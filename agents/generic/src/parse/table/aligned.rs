//! Columns with runs of white space between them.

use super::super::ParseError;
use super::super::position::Output;
use super::rows::Rows;

/// A row a line. With `columns` given, the last one takes the rest of the line.
pub(super) fn read(
    output: &Output<'_>,
    columns: &[String],
    comment: Option<&str>,
    rows: &mut Rows<'_>,
) -> Result<(), ParseError> {
    let most = if columns.is_empty() { usize::MAX } else { columns.len() };
    for line in output.content(comment) {
        let fields = split(line.text, most);
        let end = line.text.trim_end().len();
        let place = |index| line.offset + fields.get(index).map_or(end, |(start, _)| *start);
        rows.take(fields.iter().map(|(_, text)| *text), place)?;
    }
    Ok(())
}

/// The fields of `line`, at most so many, and where each begins.
fn split(line: &str, most: usize) -> Vec<(usize, &str)> {
    let line = line.trim_end();
    let mut fields = Vec::new();
    let mut start = line.len() - line.trim_start().len();
    while start < line.len() {
        let rest = &line[start..];
        let is_last = fields.len() + 1 == most;
        let end = if is_last { None } else { rest.find(char::is_whitespace) };
        let (field, after) = rest.split_at(end.unwrap_or(rest.len()));
        fields.push((start, field));
        start = line.len() - after.trim_start().len();
    }
    fields
}
