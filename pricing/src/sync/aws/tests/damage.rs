//! Documents that are not what they should be, and such as have changed without harm.

use std::io::{BufReader, Read as _};

use super::*;

fn document() -> Document {
    let windows =
        with(&LINUX, &[("Operating System", "Windows"), ("operation", "RunInstances:0002")]);
    Document::of("AmazonEC2").row(&LINUX).row(&windows)
}

fn outcome(text: &[u8]) -> Result<Published, ParseError> {
    read("AmazonEC2", "eu-west-1", text).1
}

#[test]
fn the_preamble_says_when_it_was_published() {
    let published = outcome(document().text().as_bytes()).unwrap();
    assert_eq!(published.at, Some("2026-10-30T08:00:00Z".parse().unwrap()));
    assert_eq!(published.version, "20261030080000");
}

#[test]
fn new_and_reordered_columns_do_not_matter() {
    let mut changed = document();
    changed.header.insert(3, "Phase of the Moon".to_owned());
    changed.rows.iter_mut().for_each(|row| row.insert(3, "waning".to_owned()));
    changed.header.reverse();
    changed.rows.iter_mut().for_each(|row| row.reverse());
    // The header is known by the column that it begins with.
    let sku = changed.header.iter().position(|name| name == "SKU").unwrap();
    changed.header.swap(0, sku);
    changed.rows.iter_mut().for_each(|row| row.swap(0, sku));
    assert_eq!(lines(&changed.harvest()), lines(&document().harvest()));
}

#[test]
fn a_list_without_a_needed_column_is_refused_by_its_name() {
    for column in ["PricePerUnit", "TermType", "usageType", "Tenancy", "Pre Installed S/W"] {
        let mut changed = document();
        let place = changed.header.iter().position(|name| name == column).unwrap();
        changed.header.remove(place);
        changed.rows.iter_mut().for_each(|row| drop(row.remove(place)));
        let missing = ParseError::Missing(format!("column {column}"));
        assert_eq!(outcome(changed.text().as_bytes()), Err(missing));
    }
}

#[test]
fn older_lists_without_region_codes_are_read_by_their_locations() {
    let mut old = document();
    for column in ["Region Code", "MarketOption", "CapacityStatus"] {
        let place = old.header.iter().position(|name| name == column).unwrap();
        old.header.remove(place);
        old.rows.iter_mut().for_each(|row| drop(row.remove(place)));
    }
    assert_eq!(lines(&old.harvest()), lines(&document().harvest()));
}

#[test]
fn a_list_that_is_cut_off_is_refused_wherever_it_is_cut() {
    let text = document().text();
    let rows: Vec<usize> = text.match_indices('\n').map(|(place, _)| place + 1).collect();
    let header = rows[4];
    for end in 0..text.len() {
        // Between two rows a cut cannot be seen; the newline at the very end may be left out.
        if rows.iter().skip(5).any(|start| *start == end || *start == end + 1) {
            continue;
        }
        let cut = outcome(&text.as_bytes()[..end]);
        let seen = matches!(cut, Err(ParseError::CutOff(_)));
        // Half a word of the preamble may be taken for another word.
        assert!(seen || (end < header && cut.is_err()), "{end}: {cut:?}");
    }
}

#[test]
fn what_is_no_price_list_is_refused() {
    let refused = |text: &str| match outcome(text.as_bytes()) {
        Err(ParseError::NotAPriceList(what)) => what,
        other => panic!("{text}: {other:?}"),
    };
    assert!(refused("<!DOCTYPE html><html><body>Sign in</body></html>").contains("<!DOCTYPE"));
    assert!(refused("region,price\neu-west-1,1\n").contains("region"));
    assert!(refused("\"SKU\",\"TermType\",\"Unit\"\n").contains("SKU"));
    let mut future = document();
    future.format = "v2.0";
    assert!(refused(&future.text()).contains("v2.0"));
    let mut other = document();
    other.offer = "AmazonRDS";
    assert!(refused(&other.text()).contains("AmazonRDS"));
    assert_eq!(outcome(b""), Err(ParseError::CutOff("it is empty".to_owned())));
    let long = "\"FormatVersion\",\"v1.0\"\n".to_owned() + &"\"note\",\"x\"\n".repeat(200);
    assert!(matches!(outcome(long.as_bytes()), Err(ParseError::Missing(_))));
}

#[test]
fn a_quote_that_is_never_closed_does_not_fill_the_memory() {
    let text = document().text() + "\"";
    let json = "{\"products\": {\"A\": \"";
    for beginning in [text.as_str(), json] {
        let mut endless = BufReader::new(beginning.as_bytes().chain(std::io::repeat(b'x')));
        let mut harvest = Harvest::new(TODAY);
        let refused = read_offer("AmazonEC2", None, "USD", &mut endless, &mut harvest);
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("a part of it has more than 16777216 bytes"), "{refused}");
    }
}

#[test]
fn one_odd_row_never_loses_the_table() {
    let text = document().text();
    let odd = "\"short\"\n\"\u{fffd}\",\"\",\"\"\n";
    let place = text.rfind("\n\"").unwrap() + 1;
    let mixed = [&text[..place], odd, &text[place..]].concat();
    let (harvest, published) = read("AmazonEC2", "eu-west-1", mixed.as_bytes());
    published.unwrap();
    assert_eq!(lines(&harvest), lines(&document().harvest()));
    assert_eq!(harvest.dropped(), dropped([(Dropped::Unreadable, 2)]));
    let mut bytes = text.into_bytes();
    let linux = bytes.windows(7).position(|word| word == b"\"Linux\"").unwrap();
    bytes[linux + 1] = 0xff;
    let (harvest, published) = read("AmazonEC2", "eu-west-1", &bytes);
    published.unwrap();
    assert_eq!(harvest.dropped(), dropped([]));
}
