//! The new book: what was fetched, and what stays of the old one.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

use jiff::Timestamp;

use super::held::Held;
use super::report::{Outcome, TableReport};
use super::tables::Rows;
use crate::book::encode::{EncodeError, Encoder, RowEntry, SourceEntry};
use crate::book::{PriceBook, Row, Source};
use crate::sync::{Coverage, Dropped, Harvest};

/// What the tables of this program's version say of their reader. A document that another version
/// has read is read again, also where the vendor has not changed it: this one may find more in it.
pub(super) const READER: &str = concat!("read by openfinops-agent ", env!("CARGO_PKG_VERSION"));

/// A table that was fetched and read.
pub(super) struct Fresh {
    /// What is known of it.
    pub(super) source: NewSource,
    /// Its rows, and only they, packed as a book.
    pub(super) rows: PriceBook,
}

/// A source as it will be in the new book.
#[derive(Debug, Clone, Default)]
pub(super) struct NewSource {
    /// The table's name.
    pub(super) id: String,
    /// What it is, for a person.
    pub(super) what: String,
    /// Where it was fetched, without what authorizes a request.
    pub(super) url: String,
    /// The `ETag` of the answer.
    pub(super) etag: String,
    /// The `Last-Modified` of the answer.
    pub(super) modified: String,
    /// When the vendor published it, or the vendor's version of it.
    pub(super) published: String,
    /// The currency of its rows; empty for USD.
    pub(super) currency: String,
    /// What it holds all prices of, as the book writes it.
    pub(super) covers: String,
    /// How many rows were left out, as the book writes it.
    pub(super) dropped: String,
}

/// What will be in the new book, as tables come in.
#[derive(Default)]
pub(super) struct NewBook {
    fresh: Vec<Fresh>,
    unchanged: HashSet<String>,
}

/// A new book.
pub(super) struct Written {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// Its rows.
    pub(super) rows: u64,
    /// Rows that were left out because another table lists their key.
    pub(super) overlaps: u64,
}

impl NewBook {
    /// Takes what came of a table.
    pub(super) fn take(&mut self, table: &TableReport, rows: Rows) {
        match rows {
            Rows::Fresh(fresh) => self.fresh.push(*fresh),
            Rows::Old if matches!(table.outcome, Outcome::Unchanged { .. }) => {
                self.unchanged.insert(table.id.clone());
            }
            Rows::Old | Rows::None => {}
        }
    }

    /// Writes it: fresh tables in the place of their old rows, all other tables of the old book as
    /// they are. `taken` is when fresh and unchanged tables were seen to hold.
    ///
    /// # Errors
    /// The format's limits are exceeded.
    pub(super) fn write(&self, old: &Held, taken: Timestamp) -> Result<Written, EncodeError> {
        let taken = moment(taken);
        let fresh: HashSet<&str> = self.fresh.iter().map(|one| one.source.id.as_str()).collect();
        let mut encoder = Encoder::default();
        let mut ranks = HashMap::new();
        for source in old.tables().filter(|source| !fresh.contains(source.id)) {
            let renewed = self.unchanged.contains(source.id);
            let entry = held_entry(&source, if renewed { &taken } else { source.taken });
            encoder.source(&entry)?;
            ranks.insert(source.id, Rank::of(&entry));
        }
        for Fresh { source, .. } in &self.fresh {
            let entry = fresh_entry(source, &taken);
            encoder.source(&entry)?;
            ranks.insert(&source.id, Rank::of(&entry));
        }
        let mut merge = Merge::default();
        merge.add(Box::new(old.every_row().filter(|row| !fresh.contains(row.source))));
        for Fresh { rows, .. } in &self.fresh {
            merge.add(Box::new(rows.all_rows()));
        }
        let (mut rows, mut overlaps) = (0, 0);
        while let Some(first) = merge.next() {
            let mut best = first;
            while let Some(other) = merge.next_of(&best) {
                overlaps += 1;
                if ranks[other.source].beats(&ranks[best.source], &other) {
                    best = other;
                }
            }
            encoder.row(&entry(&best))?;
            rows += 1;
        }
        Ok(Written { bytes: encoder.finish()?, rows, overlaps })
    }
}

/// Which of two tables that list the same key counts: the one that covers it, else the younger.
struct Rank<'a> {
    covers: HashSet<&'a str>,
    /// When it was taken and published. One form of timestamp: the order of the texts is theirs.
    age: [String; 2],
    id: &'a str,
}

impl<'a> Rank<'a> {
    fn of(entry: &SourceEntry<'a>) -> Self {
        let covers = entry.covers.split(' ').collect();
        Self { covers, age: [entry.taken, entry.published].map(str::to_owned), id: entry.id }
    }

    fn covers(&self, row: &Row<'_>) -> bool {
        let place = |region| format!("{}@{region}", row.service);
        self.covers.contains(&*place(row.region)) || self.covers.contains(&*place("*"))
    }

    /// The name settles what nothing else does, so that the order of tables does not matter.
    fn beats(&self, other: &Self, row: &Row<'_>) -> bool {
        let rank = |one: &Self| (one.covers(row), one.age.clone(), Reverse(one.id.to_owned()));
        rank(self) > rank(other)
    }
}

/// Rows of several sorted lists in one order.
#[derive(Default)]
struct Merge<'a> {
    lists: Vec<Box<dyn Iterator<Item = Row<'a>> + 'a>>,
    heads: BinaryHeap<Reverse<Head<'a>>>,
}

/// The next row of a list.
struct Head<'a> {
    row: Row<'a>,
    list: usize,
}

impl<'a> Merge<'a> {
    fn add(&mut self, list: Box<dyn Iterator<Item = Row<'a>> + 'a>) {
        self.lists.push(list);
        self.draw(self.lists.len() - 1);
    }

    fn draw(&mut self, list: usize) {
        if let Some(row) = self.lists[list].next() {
            self.heads.push(Reverse(Head { row, list }));
        }
    }

    fn next(&mut self) -> Option<Row<'a>> {
        let Reverse(Head { row, list }) = self.heads.pop()?;
        self.draw(list);
        Some(row)
    }

    /// The next row, if it has the same key.
    fn next_of(&mut self, row: &Row<'_>) -> Option<Row<'a>> {
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

/// The rows of a harvest as a book of one table, and what was left out of it. A book of rows is a
/// fraction of what a harvest takes.
///
/// # Errors
/// The format's limits are exceeded.
pub(super) fn pack(
    harvest: &Harvest,
    id: &str,
) -> Result<(PriceBook, BTreeMap<Dropped, u64>), String> {
    let mut dropped = harvest.dropped();
    let mut encoder = Encoder::default();
    let fault = |error: EncodeError| format!("it does not fit into a price book: {error}");
    encoder.source(&SourceEntry::new(id, "", "")).map_err(fault)?;
    for row in harvest.rows() {
        // A price of more than 19 digits is none that a vendor bills.
        let Ok(mantissa) = u64::try_from(row.price.mantissa()) else {
            *dropped.entry(Dropped::Unreadable).or_default() += 1;
            continue;
        };
        let [service, sku, variant, unit, region] = row.key;
        // An exact decimal has at most 28 places.
        let scale = row.price.scale() as u8;
        let date = day(row.effective);
        let source = id;
        let entry = RowEntry { service, sku, variant, unit, region, source, mantissa, scale, date };
        encoder.row(&entry).map_err(fault)?;
    }
    let bytes = encoder.finish().map_err(fault)?;
    let book = PriceBook::from_bytes(bytes).map_err(|error| error.to_string())?;
    Ok((book, dropped))
}

/// Services and regions as a book writes them: `aws/ec2@eu-west-1 gcp/compute@*`.
pub(super) fn covered(covers: &[Coverage]) -> String {
    let place =
        |one: &Coverage| format!("{}@{}", one.service, one.region.as_deref().unwrap_or("*"));
    let mut covers: Vec<String> = covers.iter().map(place).collect();
    covers.sort_unstable();
    covers.dedup();
    covers.join(" ")
}

/// Rows that were left out as a book writes them: `zero price=12; expired=3`.
pub(super) fn left_out(dropped: &BTreeMap<Dropped, u64>) -> String {
    let texts: Vec<String> = dropped.iter().map(|(why, count)| format!("{why}={count}")).collect();
    texts.join("; ")
}

/// A moment in the one form in which books have it: RFC 3339, in UTC, to the second.
fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn key<'a>(row: &Row<'a>) -> [&'a str; 5] {
    [row.service, row.sku, row.variant, row.unit, row.region]
}

fn day(date: jiff::civil::Date) -> (u16, u8, u8) {
    // Dates of prices are of this era; another is refused by the encoder as none.
    let year = u16::try_from(date.year()).unwrap_or(u16::MAX);
    (year, date.month().unsigned_abs(), date.day().unsigned_abs())
}

/// A row of a book as it was given to it.
fn entry<'a>(row: &Row<'a>) -> RowEntry<'a> {
    let Row { service, sku, variant, unit, region, source, price, .. } = *row;
    // It was read from a book, where it has 64 bits and at most 28 places.
    let (mantissa, scale) = (price.mantissa() as u64, price.scale() as u8);
    let date = day(row.effective.unwrap_or(row.as_of));
    RowEntry { service, sku, variant, unit, region, source, mantissa, scale, date }
}

fn held_entry<'a>(source: &Source<'a>, taken: &'a str) -> SourceEntry<'a> {
    let Source { id, what, licence, url, etag, modified, published, .. } = *source;
    let Source { currency, covers, dropped, .. } = *source;
    SourceEntry {
        id,
        what,
        licence,
        url,
        etag,
        modified,
        published,
        taken,
        currency,
        covers,
        dropped,
    }
}

fn fresh_entry<'a>(source: &'a NewSource, taken: &'a str) -> SourceEntry<'a> {
    SourceEntry {
        id: &source.id,
        what: &source.what,
        licence: READER,
        url: &source.url,
        etag: &source.etag,
        modified: &source.modified,
        published: &source.published,
        taken,
        currency: &source.currency,
        covers: &source.covers,
        dropped: &source.dropped,
    }
}
