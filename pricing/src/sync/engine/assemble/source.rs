//! Sources as a book takes them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::book::Source;
use crate::book::encode::SourceEntry;
use crate::sync::{Coverage, Dropped};

/// What the tables of this program's version say of their reader. A document that another version
/// has read is read again, also where the vendor has not changed it: this one may find more in it.
pub(in super::super) const READER: &str =
    concat!("read by openfinops-agent ", env!("CARGO_PKG_VERSION"));

/// A source as it will be in the new book.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct NewSource {
    /// The table's name.
    pub(in super::super) id: String,
    /// What it is, for a person.
    pub(in super::super) what: String,
    /// Where it was fetched, without what authorizes a request.
    pub(in super::super) url: String,
    /// The `ETag` of the answer.
    pub(in super::super) etag: String,
    /// The `Last-Modified` of the answer.
    pub(in super::super) modified: String,
    /// When the vendor published it, or the vendor's version of it.
    pub(in super::super) published: String,
    /// The currency of its rows; empty for USD.
    pub(in super::super) currency: String,
    /// What it holds all prices of, as the book writes it.
    pub(in super::super) covers: String,
    /// How many rows were left out, as the book writes it.
    pub(in super::super) dropped: String,
}

/// Services and regions as a book writes them: `aws/ec2@eu-west-1 gcp/compute@*`.
pub(in super::super) fn covered(covers: &[Coverage]) -> String {
    let place =
        |one: &Coverage| format!("{}@{}", one.service, one.region.as_deref().unwrap_or("*"));
    let mut covers: Vec<String> = covers.iter().map(place).collect();
    covers.sort_unstable();
    covers.dedup();
    covers.join(" ")
}

/// Rows that were left out as a book writes them: `zero price=12; expired=3`.
pub(in super::super) fn left_out(dropped: &BTreeMap<Dropped, u64>) -> String {
    let texts: Vec<String> = dropped.iter().map(|(why, count)| format!("{why}={count}")).collect();
    texts.join("; ")
}

/// A moment in the one form in which books have it: RFC 3339, in UTC, to the second.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A table of the old book.
pub(super) fn held_entry<'a>(source: &Source<'a>, taken: &'a str) -> SourceEntry<'a> {
    SourceEntry { taken, ..*source }
}

/// A table that was fetched.
pub(super) fn fresh_entry<'a>(source: &'a NewSource, taken: &'a str) -> SourceEntry<'a> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_table_covers_is_sorted_and_each_place_is_there_once() {
        let place = |service: &str, region: Option<&str>| Coverage {
            service: service.to_owned(),
            region: region.map(str::to_owned),
        };
        let places = [
            place("gcp/compute", None),
            place("aws/ec2", Some("eu-west-1")),
            place("gcp/compute", None),
        ];
        assert_eq!(covered(&places), "aws/ec2@eu-west-1 gcp/compute@*");
        let dropped = [(Dropped::Expired, 3), (Dropped::ZeroPrice, 12)].into();
        assert_eq!(left_out(&dropped), "zero price=12; expired=3");
    }

    #[test]
    fn moments_have_one_form_so_that_their_texts_are_in_the_order_of_time() {
        let early = moment("2026-11-21T09:00:00.999Z".parse().unwrap());
        let late = moment("2026-11-21T10:00:00Z".parse().unwrap());
        assert_eq!(early, "2026-11-21T09:00:00Z");
        assert!(early < late);
    }
}
