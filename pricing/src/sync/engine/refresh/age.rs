//! How old the tables of a book are.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use crate::book::{PriceBook, Source};
use crate::sync::Wanted;

/// The tables that the last sync asked for.
#[derive(Debug, Default)]
pub(super) struct Tables {
    asked: Option<BTreeSet<String>>,
}

impl Tables {
    /// A sync has asked for these.
    pub(super) fn asked<'a>(&mut self, ids: impl Iterator<Item = &'a str>) {
        self.asked = Some(ids.map(str::to_owned).collect());
    }

    /// The oldest wanted table, and its age. A table that no sync asks for any more is not wanted;
    /// as long as there was none, one is wanted if it covers anything that is.
    pub(super) fn oldest(
        &self,
        book: &PriceBook,
        wanted: &Wanted,
        now: Timestamp,
    ) -> Option<(String, Duration)> {
        let is_wanted = |source: &Source<'_>| match &self.asked {
            Some(asked) => asked.contains(source.id),
            None => source.covers.split(' ').any(|place| covers(place, wanted)),
        };
        let wanted = book.sources().filter(is_wanted);
        let aged = wanted.filter_map(|source| Some((age(&source, now)?, source.what)));
        aged.max().map(|(age, what)| (what.to_owned(), age))
    }
}

/// How long ago the youngest table was taken; `None` where no table was.
pub(super) fn youngest(book: &PriceBook, now: Timestamp) -> Option<Duration> {
    book.sources().filter_map(|source| age(&source, now)).min()
}

fn age(source: &Source<'_>, now: Timestamp) -> Option<Duration> {
    let taken: Timestamp = source.taken.parse().ok()?;
    // A clock that was set back makes a table of the future, which is as young as can be.
    Some(Duration::try_from(now.duration_since(taken)).unwrap_or_default())
}

/// Something of `aws/ec2@eu-west-1` is wanted.
fn covers(place: &str, wanted: &Wanted) -> bool {
    let Some((service, region)) = place.split_once('@') else { return false };
    wanted.service(service) && (region == "*" || wanted.region(region))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::encode::{SourceEntry, encode};

    fn book() -> PriceBook {
        let table =
            |id, covers, taken| SourceEntry { covers, taken, ..SourceEntry::new(id, id, "") };
        let sources = [
            table("ec2", "aws/ec2@eu-west-1 aws/ebs@eu-west-1", "2026-11-20T00:00:00Z"),
            table("rds", "aws/rds@*", "2026-11-10T00:00:00Z"),
            table("far", "aws/ec2@eu-west-2", "2026-11-01T00:00:00Z"),
            table("built-in", "", ""),
        ];
        PriceBook::from_bytes(encode(&sources, &[]).unwrap()).unwrap()
    }

    fn days(days: u64) -> Duration {
        Duration::from_secs(days * 24 * 3600)
    }

    #[test]
    fn the_oldest_wanted_table_is_found_and_no_other() {
        let (book, now) = (book(), "2026-11-21T00:00:00Z".parse().unwrap());
        let some = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect());
        let wanted = |services: &[&str], regions: &[&str]| Wanted {
            services: some(services),
            regions: some(regions),
        };
        let mut tables = Tables::default();
        let oldest = |tables: &Tables, wanted| tables.oldest(&book, &wanted, now);
        let of = |id: &str, age| Some((id.to_owned(), days(age)));
        assert_eq!(oldest(&tables, Wanted::everything()), of("far", 20));
        assert_eq!(oldest(&tables, wanted(&["aws/ebs"], &["eu-west-1"])), of("ec2", 1));
        assert_eq!(oldest(&tables, wanted(&["aws/rds"], &["mars"])), of("rds", 11));
        assert_eq!(oldest(&tables, wanted(&["aws/ec2"], &["mars"])), None);
        tables.asked(["ec2"].into_iter());
        assert_eq!(oldest(&tables, Wanted::everything()), of("ec2", 1));
        assert_eq!(youngest(&book, now), Some(days(1)));
        assert_eq!(youngest(&book, "2026-11-01T00:00:00Z".parse().unwrap()), Some(days(0)));
    }
}
