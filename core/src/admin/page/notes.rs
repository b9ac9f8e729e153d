//! What has no price, and what an operator should know of.

use std::cmp::Reverse;

use super::{bounds, text};
use crate::admin::Note;

/// A reason why resources or parts have no price.
pub(super) struct ReasonRow<'a> {
    pub(super) count: String,
    pub(super) reason: &'a str,
}

/// The reasons that keep most from having a price, and how many more there are.
pub(super) fn reasons(reasons: &[(String, u64)]) -> (Vec<ReasonRow<'_>>, usize) {
    let mut sorted: Vec<_> = reasons.iter().collect();
    sorted.sort_by_key(|(reason, count)| (Reverse(*count), reason.as_str()));
    let left_out = sorted.len().saturating_sub(bounds::REASONS);
    sorted.truncate(bounds::REASONS);
    let rows = sorted
        .into_iter()
        .map(|(reason, count)| ReasonRow { count: text::count(*count), reason })
        .collect();
    (rows, left_out)
}

/// A note, and whether it is a failure.
pub(super) struct NoteRow<'a> {
    pub(super) note: &'a Note,
    pub(super) failure: bool,
}

/// The notes, failures first, and how many more there are.
pub(super) fn notes(notes: &[Note]) -> (Vec<NoteRow<'_>>, usize) {
    let mut rows: Vec<_> =
        notes.iter().map(|note| NoteRow { note, failure: note.kind.ends_with("failed") }).collect();
    // Stable: apart from that they stay in the order in which they were noticed.
    rows.sort_by_key(|row| !row.failure);
    let left_out = rows.len().saturating_sub(bounds::NOTES);
    rows.truncate(bounds::NOTES);
    (rows, left_out)
}
