//! Two sorted lists of rows side by side.

use std::cmp::Ordering;
use std::iter::Peekable;

use crate::book::Row;

/// A key of either list.
pub(super) enum Pair<'a> {
    /// It is in the first only.
    Gone(Row<'a>),
    /// It is in the second only.
    New(Row<'a>),
    /// It is in both.
    Both(Row<'a>, Row<'a>),
}

impl<'a> Pair<'a> {
    /// The row that names it.
    pub(super) fn row(&self) -> &Row<'a> {
        match self {
            Self::Gone(row) | Self::New(row) | Self::Both(_, row) => row,
        }
    }
}

/// Every key of both lists, which are sorted by key.
pub(super) fn merged<'a>(
    old: impl Iterator<Item = Row<'a>>,
    new: impl Iterator<Item = Row<'a>>,
) -> impl Iterator<Item = Pair<'a>> {
    let (mut old, mut new) = (old.peekable(), new.peekable());
    std::iter::from_fn(move || match order(&mut old, &mut new)? {
        Ordering::Less => old.next().map(Pair::Gone),
        Ordering::Greater => new.next().map(Pair::New),
        Ordering::Equal => old.next().zip(new.next()).map(|(old, new)| Pair::Both(old, new)),
    })
}

/// Which list has the next key; `None` at the end of both.
fn order<'a>(
    old: &mut Peekable<impl Iterator<Item = Row<'a>>>,
    new: &mut Peekable<impl Iterator<Item = Row<'a>>>,
) -> Option<Ordering> {
    Some(match (old.peek(), new.peek()) {
        (None, None) => return None,
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (Some(old), Some(new)) => sorted_by(old).cmp(&sorted_by(new)),
    })
}

/// What a book's rows are sorted by.
fn sorted_by<'a>(row: &Row<'a>) -> [&'a str; 5] {
    [row.service, row.sku, row.variant, row.unit, row.region]
}
