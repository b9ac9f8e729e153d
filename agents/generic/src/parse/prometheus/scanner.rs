//! Goes through a line from its beginning to its end.

/// Something wrong at an offset of the line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// In bytes.
    pub(super) at: usize,
    pub(super) text: String,
}

impl Problem {
    pub(super) fn new(at: usize, text: impl Into<String>) -> Self {
        Self { at, text: text.into() }
    }
}

/// A line, and how far it has been read.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(line: &'a str) -> Self {
        Self { line, at: 0 }
    }

    /// The offset of what comes next, in bytes.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Something wrong with what comes next.
    pub(super) fn problem(&self, text: impl Into<String>) -> Problem {
        Problem::new(self.at, text)
    }

    /// Skips blanks and tabs, the only white space that the format knows within a line.
    pub(super) fn blanks(&mut self) {
        self.take_while(is_blank);
    }

    /// Takes `letter` where it comes next.
    pub(super) fn takes(&mut self, letter: char) -> bool {
        let is_next = self.rest().starts_with(letter);
        if is_next {
            self.at += letter.len_utf8();
        }
        is_next
    }

    /// Takes one character.
    pub(super) fn next(&mut self) -> Option<char> {
        let letter = self.rest().chars().next()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    /// Takes what is not blank.
    pub(super) fn word(&mut self) -> &'a str {
        self.take_while(|letter| !is_blank(letter))
    }

    /// Takes characters as long as they are `wanted`.
    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|letter| !wanted(letter)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }
}

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t')
}

/// Whether a label's name may have `letter`, at its start or later.
pub(super) fn is_label_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// Whether a metric's name may have `letter`, at its start or later.
pub(super) fn is_metric_letter(letter: char) -> bool {
    is_label_letter(letter) || letter == ':'
}

/// Whether `text` is a metric's name: `[a-zA-Z_:][a-zA-Z0-9_:]*`
/// (<https://prometheus.io/docs/concepts/data_model/>).
pub(super) fn is_metric_name(text: &str) -> bool {
    begins_well(text) && text.chars().all(is_metric_letter)
}

/// Whether `text` begins as a name does: with no digit.
pub(super) fn begins_well(text: &str) -> bool {
    text.starts_with(|letter: char| !letter.is_ascii_digit())
}
