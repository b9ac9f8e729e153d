//! The output as text, and places in it.

use super::ParseError;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a command printed. Offsets are bytes into the whole of it.
#[derive(Debug)]
pub(super) struct Output<'a> {
    text: &'a str,
    /// Where what is read begins: behind the lines to skip.
    start: usize,
}

/// A line without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Where it begins.
    pub(super) offset: usize,
    pub(super) text: &'a str,
}

impl<'a> Output<'a> {
    /// Takes `bytes` for text and skips its first lines.
    ///
    /// # Errors
    /// The first byte that is not UTF-8.
    pub(super) fn decode(bytes: &'a [u8], skip_lines: usize) -> Result<Self, ParseError> {
        // Files that were put together may have left several.
        let mut bytes = bytes;
        while let Some(rest) = bytes.strip_prefix(BYTE_ORDER_MARK) {
            bytes = rest;
        }
        let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error))?;
        let skipped = text.split_inclusive('\n').take(skip_lines).map(str::len).sum();
        Ok(Self { text, start: skipped })
    }

    /// All of it, also the lines to skip.
    pub(super) fn whole(&self) -> &'a str {
        self.text
    }

    /// Where what is read begins.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// What is read.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.start..]
    }

    /// The lines of what is read.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'a>> + use<'a> {
        let mut offset = self.start;
        self.rest().split_inclusive('\n').map(move |line| {
            let start = offset;
            offset += line.len();
            Line { offset: start, text: without_end(line) }
        })
    }

    /// The lines with something in them that are no comments.
    pub(super) fn content(&self, comment: Option<&str>) -> impl Iterator<Item = Line<'a>> {
        self.lines()
            .filter(move |line| !line.text.trim().is_empty() && !is_comment(line.text, comment))
    }

    /// An error at `offset`.
    pub(super) fn error_at(&self, offset: usize, problem: impl Into<String>) -> ParseError {
        let (line, column) = place(&self.text[..offset]);
        ParseError { line, column, problem: problem.into() }
    }
}

/// Whether `line` is one that the rules drop.
pub(super) fn is_comment(line: &str, comment: Option<&str>) -> bool {
    comment.is_some_and(|comment| line.starts_with(comment))
}

fn without_end(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// The line and column that follow `before`.
fn place(before: &str) -> (usize, usize) {
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count() + 1, before[line..].chars().count() + 1)
}

fn not_utf8(bytes: &[u8], error: std::str::Utf8Error) -> ParseError {
    let (before, after) = bytes.split_at(error.valid_up_to());
    let (line, column) = place(std::str::from_utf8(before).unwrap_or_default());
    let byte = after.first().copied().unwrap_or_default();
    let problem = format!("the byte {byte:#04x} is not UTF-8; run the command with LC_ALL=C.UTF-8");
    ParseError { line, column, problem }
}

/// At most 40 characters of `text`, for messages.
pub(super) fn clipped(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], skip_lines: usize) -> Output<'_> {
        Output::decode(bytes, skip_lines).unwrap()
    }

    #[test]
    fn lines_end_in_either_way() {
        let output = decoded(b"one\r\n\ntwo\n three", 0);
        let lines: Vec<_> = output.lines().map(|line| (line.offset, line.text)).collect();
        assert_eq!(lines, [(0, "one"), (5, ""), (6, "two"), (10, " three")]);
    }

    #[test]
    fn content_is_what_is_neither_empty_nor_a_comment() {
        let output = decoded(b"//a\nb\n \t\n //c\n", 0);
        let lines: Vec<_> = output.content(Some("//")).map(|line| line.text).collect();
        assert_eq!(lines, ["b", " //c"]);
    }

    #[test]
    fn byte_order_marks_at_the_start_are_no_text() {
        let output = decoded(b"\xef\xbb\xbf\xef\xbb\xbfkey", 0);
        assert_eq!(output.rest(), "key");
        assert_eq!(output.error_at(0, "").column, 1);
    }

    #[test]
    fn columns_are_characters_and_skipped_lines_count() {
        let output = decoded("banner\nGrößen: 3\n".as_bytes(), 1);
        assert_eq!(output.rest(), "Größen: 3\n");
        let colon = output.whole().find(':').unwrap();
        let error = output.error_at(colon, "here");
        assert_eq!((error.line, error.column), (2, 7));
    }

    #[test]
    fn more_lines_than_there_are_can_be_skipped() {
        assert_eq!(decoded(b"one\ntwo", 9).rest(), "");
        assert_eq!(decoded(b"one\ntwo", usize::MAX).lines().count(), 0);
    }

    #[test]
    fn a_character_that_is_cut_short_is_a_wrong_byte() {
        let error = Output::decode(b"a\n\xe2\x82", 0).unwrap_err();
        assert_eq!((error.line, error.column), (2, 1));
    }

    #[test]
    fn long_names_are_clipped_between_characters() {
        assert_eq!(clipped("short"), "short");
        assert_eq!(clipped(&"é".repeat(41)), format!("{}…", "é".repeat(40)));
    }
}
