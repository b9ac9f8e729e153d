//! Rows of several tables in one order, and which counts where two have the same key.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashSet};

use crate::book::Row;
use crate::book::encode::SourceEntry;

/// Which of two tables that list the same key counts: the one that covers it, else the younger.
pub(super) struct Rank<'a> {
    covers: HashSet<&'a str>,
    /// When it was taken and published. One form of timestamp: the order of the texts is theirs.
    age: [String; 2],
    id: &'a str,
}

impl<'a> Rank<'a> {
    pub(super) fn of(entry: &SourceEntry<'a>) -> Self {
        let covers = entry.covers.split(' ').collect();
        Self { covers, age: [entry.taken, entry.published].map(str::to_owned), id: entry.id }
    }

    fn covers(&self, row: &Row<'_>) -> bool {
        let place = |region| format!("{}@{region}", row.service);
        self.covers.contains(&*place(row.region)) || self.covers.contains(&*place("*"))
    }

    /// The name settles what nothing else does, so that the order of tables does not matter.
    pub(super) fn beats(&self, other: &Self, row: &Row<'_>) -> bool {
        let rank = |one: &Self| (one.covers(row), one.age.clone(), Reverse(one.id.to_owned()));
        rank(self) > rank(other)
    }
}

/// Rows of several sorted lists in one order.
#[derive(Default)]
pub(super) struct Merge<'a> {
    lists: Vec<Box<dyn Iterator<Item = Row<'a>> + 'a>>,
    heads: BinaryHeap<Reverse<Head<'a>>>,
}

/// The next row of a list.
struct Head<'a> {
    row: Row<'a>,
    list: usize,
}

impl<'a> Merge<'a> {
    pub(super) fn add(&mut self, list: Box<dyn Iterator<Item = Row<'a>> + 'a>) {
        self.lists.push(list);
        self.draw(self.lists.len() - 1);
    }

    fn draw(&mut self, list: usize) {
        if let Some(row) = self.lists[list].next() {
            self.heads.push(Reverse(Head { row, list }));
        }
    }

    pub(super) fn next(&mut self) -> Option<Row<'a>> {
        let Reverse(Head { row, list }) = self.heads.pop()?;
        self.draw(list);
        Some(row)
    }

    /// The next row, if it has the same key.
    pub(super) fn next_of(&mut self, row: &Row<'_>) -> Option<Row<'a>> {
        let same = self.heads.peek().is_some_and(|Reverse(head)| key(&head.row) == key(row));
        if same { self.next() } else { None }
    }
}

impl Head<'_> {
    fn place(&self) -> ([&str; 5], usize) {
        (key(&self.row), self.list)
    }
}

impl PartialEq for Head<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.place() == other.place()
    }
}

impl Eq for Head<'_> {}

impl PartialOrd for Head<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Head<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.place().cmp(&other.place())
    }
}

fn key<'a>(row: &Row<'a>) -> [&'a str; 5] {
    [row.service, row.sku, row.variant, row.unit, row.region]
}
