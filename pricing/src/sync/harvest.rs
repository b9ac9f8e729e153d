//! The rows of one table while it is read, and what was left out.

use std::collections::btree_map::BTreeMap;
use std::collections::hash_map::{Entry, HashMap};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::civil::Date;
use rust_decimal::Decimal;

/// A price as a vendor lists it, under the keys of the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed<'a> {
    /// Provider and service: `aws/ec2`.
    pub service: &'a str,
    /// What is priced: `m5.large`.
    pub sku: &'a str,
    /// Operating system, engine and deployment, or architecture; empty where none matters.
    pub variant: &'a str,
    /// The unit as the book has it: `hour`, `GB-Mo`.
    pub unit: &'a str,
    /// The vendor's name of the region.
    pub region: &'a str,
    /// For one unit, in the table's currency.
    pub price: Decimal,
    /// Since when the price holds.
    pub effective: Date,
}

/// Why a row of a vendor's document is not in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Dropped {
    /// The price is zero: free tiers, included quantities, and what is billed elsewhere.
    ZeroPrice,
    /// The price is in another currency than the table's.
    OtherCurrency,
    /// The unit is not known.
    UnknownUnit,
    /// The price held until a day that has passed.
    Expired,
    /// The price holds from a day that has not come.
    NotYet,
    /// A reservation, a commitment, a spot or low-priority price: no list price on demand.
    NotOnDemand,
    /// Dedicated hosts and instances, capacity blocks and reservations.
    OtherTenancy,
    /// A place that is no region: a local zone, an edge location.
    OtherLocation,
    /// A product that no agent prices.
    OtherProduct,
    /// The row cannot be read: no number, no date.
    Unreadable,
    /// Two rows of the same day with the same key have different prices.
    Ambiguous,
    /// An older price of the same key.
    Superseded,
}

impl Dropped {
    /// Every reason, in the order in which they are shown.
    pub const ALL: [Self; 12] = [
        Self::ZeroPrice,
        Self::OtherCurrency,
        Self::UnknownUnit,
        Self::Expired,
        Self::NotYet,
        Self::NotOnDemand,
        Self::OtherTenancy,
        Self::OtherLocation,
        Self::OtherProduct,
        Self::Unreadable,
        Self::Ambiguous,
        Self::Superseded,
    ];

    /// The reason's name in the book and on the screen: `zero price`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ZeroPrice => "zero price",
            Self::OtherCurrency => "other currency",
            Self::UnknownUnit => "unknown unit",
            Self::Expired => "expired",
            Self::NotYet => "not yet valid",
            Self::NotOnDemand => "not on demand",
            Self::OtherTenancy => "other tenancy",
            Self::OtherLocation => "other location",
            Self::OtherProduct => "other product",
            Self::Unreadable => "unreadable",
            Self::Ambiguous => "ambiguous",
            Self::Superseded => "superseded",
        }
    }
}

impl fmt::Display for Dropped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Collects the rows of one table.
///
/// **The order of the rows never changes the outcome.** Of several rows with one key the youngest
/// counts; where two of the youngest day differ in price, the key has none.
#[derive(Debug, Clone)]
pub struct Harvest {
    today: Date,
    strings: Strings,
    rows: HashMap<[u32; 5], Kept>,
    dropped: BTreeMap<Dropped, u64>,
    /// How many rows were kept so far, for whoever watches.
    watched: Arc<AtomicU64>,
}

/// What is known of one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kept {
    effective: Date,
    /// `None` where rows of that day disagree.
    price: Option<Decimal>,
}

/// A row of a finished harvest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableRow<'a> {
    /// Service, sku, variant, unit and region.
    pub key: [&'a str; 5],
    /// For one unit.
    pub price: Decimal,
    /// Since when it holds.
    pub effective: Date,
}

impl Harvest {
    /// Nothing yet; rows that do not hold on `today` are left out.
    #[must_use]
    pub fn new(today: Date) -> Self {
        Self {
            today,
            strings: Strings::default(),
            rows: HashMap::new(),
            dropped: BTreeMap::new(),
            watched: Arc::default(),
        }
    }

    /// The same, and `kept` is told how many keys there are.
    #[must_use]
    pub fn watched(mut self, kept: Arc<AtomicU64>) -> Self {
        self.watched = kept;
        self
    }

    /// The day on which prices must hold.
    #[must_use]
    pub fn today(&self) -> Date {
        self.today
    }

    /// Keeps a row, unless its price is zero or negative, or holds only from a day to come or since
    /// one that no book can hold.
    pub fn keep(&mut self, row: &Listed<'_>) {
        if row.price.is_zero() {
            return self.drop(Dropped::ZeroPrice);
        }
        // No book has a day before the year 0.
        if row.price.is_sign_negative() || row.effective.year() < 0 {
            return self.drop(Dropped::Unreadable);
        }
        if row.effective > self.today {
            return self.drop(Dropped::NotYet);
        }
        let key = [row.service, row.sku, row.variant, row.unit, row.region]
            .map(|string| self.strings.id(string));
        let new = Kept { effective: row.effective, price: Some(row.price.normalize()) };
        match self.rows.entry(key) {
            Entry::Vacant(place) => {
                place.insert(new);
                self.watched.fetch_add(1, Ordering::Relaxed);
            }
            Entry::Occupied(mut place) => {
                let merged = place.get().merge(new);
                place.insert(merged);
                self.drop(Dropped::Superseded);
            }
        }
    }

    /// Counts a row that is left out.
    pub fn drop(&mut self, why: Dropped) {
        self.drop_many(why, 1);
    }

    /// Counts rows that are left out.
    pub fn drop_many(&mut self, why: Dropped, count: u64) {
        if count > 0 {
            *self.dropped.entry(why).or_default() += count;
        }
    }

    /// How many rows were left out, by reason. Keys whose rows disagree are counted as
    /// [`Dropped::Ambiguous`].
    #[must_use]
    pub fn dropped(&self) -> BTreeMap<Dropped, u64> {
        let mut dropped = self.dropped.clone();
        let ambiguous = self.rows.values().filter(|kept| kept.price.is_none()).count() as u64;
        if ambiguous > 0 {
            *dropped.entry(Dropped::Ambiguous).or_default() += ambiguous;
        }
        dropped
    }

    /// How many keys have a price.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.values().filter(|kept| kept.price.is_some()).count()
    }

    /// No key has a price.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The price of exactly this key (service, sku, variant, unit, region), for rows that follow
    /// from others.
    #[must_use]
    pub fn find(&self, key: [&str; 5]) -> Option<TableRow<'_>> {
        let mut ids = [0; 5];
        for (id, string) in ids.iter_mut().zip(key) {
            *id = self.strings.find(string)?;
        }
        let kept = self.rows.get(&ids)?;
        Some(self.row(ids, kept.effective, kept.price?))
    }

    /// The rows, in no order.
    pub fn rows(&self) -> impl Iterator<Item = TableRow<'_>> {
        self.rows.iter().filter_map(|(key, kept)| Some(self.row(*key, kept.effective, kept.price?)))
    }

    fn row(&self, key: [u32; 5], effective: Date, price: Decimal) -> TableRow<'_> {
        TableRow { key: key.map(|id| self.strings.text(id)), price, effective }
    }
}

impl Kept {
    /// The youngest of two; neither, where they are of one day and differ. Commutative and
    /// associative, so that the order of rows does not matter.
    fn merge(self, other: Self) -> Self {
        match self.effective.cmp(&other.effective) {
            std::cmp::Ordering::Greater => self,
            std::cmp::Ordering::Less => other,
            std::cmp::Ordering::Equal if self.price == other.price => self,
            std::cmp::Ordering::Equal => Self { price: None, ..self },
        }
    }
}

/// Strings, each once.
#[derive(Debug, Clone, Default)]
struct Strings {
    ids: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
}

impl Strings {
    fn id(&mut self, text: &str) -> u32 {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let text: Arc<str> = text.into();
        // As many distinct strings as an u32 counts do not fit into memory.
        let id = self.texts.len() as u32;
        self.texts.push(Arc::clone(&text));
        self.ids.insert(text, id);
        id
    }

    fn find(&self, text: &str) -> Option<u32> {
        self.ids.get(text).copied()
    }

    fn text(&self, id: u32) -> &str {
        &self.texts[id as usize]
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn row(price: &str, effective: Date) -> Listed<'static> {
        Listed {
            service: "x/vm",
            sku: "small",
            variant: "linux",
            unit: "hour",
            region: "north",
            price: price.parse().unwrap(),
            effective,
        }
    }

    fn harvest(rows: &[Listed<'_>]) -> Harvest {
        let mut harvest = Harvest::new(date(2026, 8, 1));
        rows.iter().for_each(|row| harvest.keep(row));
        harvest
    }

    const KEY: [&str; 5] = ["x/vm", "small", "linux", "hour", "north"];

    #[test]
    fn the_youngest_price_counts_whatever_the_order() {
        let rows = [
            row("0.2", date(2020, 1, 1)),
            row("0.1", date(2026, 8, 1)),
            row("0.3", date(2026, 8, 2)), // tomorrow
            row("0", date(2026, 8, 1)),
        ];
        for turn in 0..rows.len() {
            let mut turned = rows;
            turned.rotate_left(turn);
            let harvest = harvest(&turned);
            assert_eq!(harvest.find(KEY).unwrap().price, "0.1".parse().unwrap());
            let counts = [Dropped::ZeroPrice, Dropped::NotYet, Dropped::Superseded];
            assert_eq!(harvest.dropped(), counts.map(|why| (why, 1)).into());
        }
    }

    #[test]
    fn a_key_with_two_prices_of_one_day_has_none() {
        let [one, other] = [row("0.1", date(2026, 8, 1)), row("0.2", date(2026, 8, 1))];
        for rows in [[one, other, one], [one, one, other], [other, one, one]] {
            let harvest = harvest(&rows);
            assert_eq!((harvest.find(KEY), harvest.len()), (None, 0));
            assert_eq!(harvest.dropped()[&Dropped::Ambiguous], 1);
        }
        assert_eq!(harvest(&[one, one]).find(KEY).unwrap().price, one.price);
        let younger = Listed { price: "0.3".parse().unwrap(), ..one };
        let older = |row: Listed<'static>| Listed { effective: date(2025, 1, 1), ..row };
        let settled = harvest(&[older(one), older(other), younger]);
        assert_eq!(settled.find(KEY).unwrap().price, younger.price);
    }

    #[test]
    fn a_day_that_no_book_can_hold_is_unreadable() {
        let harvest = harvest(&[row("0.1", date(-44, 3, 15)), row("0.2", date(0, 1, 1))]);
        assert_eq!(harvest.find(KEY).unwrap().effective, date(0, 1, 1));
        assert_eq!(harvest.dropped(), [(Dropped::Unreadable, 1)].into());
    }
}
