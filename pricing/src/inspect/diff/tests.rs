use std::sync::Arc;

use finops_core::inventory::{PricedLine, PricedResource};
use finops_core::model::{Price, Quantity, Unit};

use super::*;
use crate::book::encode::SourceEntry;
use crate::inspect::books::tests::book;

fn books() -> (PriceBook, PriceBook) {
    let table = SourceEntry::new("t", "a table", "");
    let old = book(
        table,
        &[
            "aws/ebs gp3/throughput us-east-1 - GiBps-mo 40.96",
            "aws/ec2 a.large us-east-1 linux hour 0.10",
            "aws/ec2 b.large us-east-1 linux hour 0.2",
            "aws/ec2 c.large us-east-1 linux hour 0.3",
            "aws/ec2 d.large us-east-1 linux hour 0.4",
            "aws/ec2 same.large us-east-1 linux hour 0.50",
        ],
    );
    let new = book(
        table,
        &[
            "aws/ebs gp3/throughput us-east-1 - GiBps-mo 20.48",
            "aws/ec2 a.large us-east-1 linux hour 0.11",
            "aws/ec2 b.large us-east-1 linux hour 0.16",
            "aws/ec2 d.large us-east-1 linux hour 0.5",
            "aws/ec2 e.large us-east-1 linux hour 0.6",
            "aws/ec2 same.large us-east-1 linux hour 0.5",
        ],
    );
    (old, new)
}

fn resource(lines: &[(&str, &str, Unit, &'static str)]) -> PricedResource {
    let line = |(key, quantity, unit, component): &(&str, &str, Unit, &'static str)| PricedLine {
        component: (*component).to_owned(),
        quantity: Quantity::new(quantity.parse().unwrap()),
        price: Arc::new(Price {
            unit_price: Decimal::ONE,
            unit: *unit,
            source: "t".into(),
            as_of: jiff::civil::date(2026, 1, 1),
            sku_key: (*key).into(),
        }),
    };
    PricedResource {
        provider: "aws".into(),
        account: "1".into(),
        region: "us-east-1".to_owned(),
        service: "ec2".into(),
        kind: "instance".to_owned(),
        id: "i-1".to_owned(),
        name: None,
        seen_at: jiff::Timestamp::UNIX_EPOCH,
        lines: lines.iter().map(line).collect(),
        unpriced: Vec::new(),
    }
}

fn hours<'a>(key: &'a str, quantity: &'a str) -> (&'a str, &'a str, Unit, &'static str) {
    (key, quantity, Unit::Hour, "compute")
}

fn fleet() -> Usage {
    let a = "aws/ec2/a.large/us-east-1/linux/od/hour";
    let throughput = "aws/ebs/gp3/throughput/us-east-1/od/GiBps-mo";
    [
        resource(&[
            hours(a, "2"),
            (a, "2", Unit::Hour, "discount"),
            (throughput, "125", Unit::MebibytePerSecondMonth, "throughput"),
        ]),
        resource(&[hours(a, "1")]),
        resource(&[hours("aws/ec2/c.large/us-east-1/linux/od/hour", "1")]),
        resource(&[hours("aws/ec2/same.large/us-east-1/linux/od/hour", "1")]),
        resource(&[hours("aws/ec2/e.large/us-east-1/linux/od/hour", "1")]),
        resource(&[hours("aws/ec2-spot/a.large/us-east-1a/Linux/UNIX/hour", "1")]),
    ]
    .iter()
    .collect()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn keys_are_counted_by_what_became_of_them() {
    let (old, new) = books();
    let found = diff(&old, &new, &Usage::default(), 10);
    let ebs = ServiceChanges { cheaper: 1, ..ServiceChanges::of("aws/ebs") };
    let ec2 = ServiceChanges {
        dearer: 2,
        cheaper: 1,
        new: 1,
        gone: 1,
        same: 1,
        ..ServiceChanges::of("aws/ec2")
    };
    assert_eq!(found.services, [ebs, ec2]);
}

#[test]
fn the_largest_changes_come_first_and_those_in_use_apart() {
    let (old, new) = books();
    let found = diff(&old, &new, &fleet(), 10);
    let named = |keys: &[KeyChange]| -> Vec<(String, String)> {
        let percent = |one: &KeyChange| one.percent_rounded.unwrap().to_string();
        keys.iter().map(|one| (one.key.clone(), percent(one))).collect()
    };
    // 40.96 → 20.48 halves; 0.10 → 0.11 is a tenth more.
    assert_eq!(
        named(&found.in_use),
        [
            ("aws/ebs/gp3/throughput/us-east-1/GiBps-mo".to_owned(), "-50".to_owned()),
            ("aws/ec2/a.large/us-east-1/linux/hour".to_owned(), "10".to_owned()),
        ]
    );
    // 0.4 → 0.5 is a quarter more, 0.2 → 0.16 a fifth less.
    let others = named(&found.others);
    assert_eq!(others.iter().map(|(_, it)| &**it).collect::<Vec<_>>(), ["25", "-20"]);
    let one = diff(&old, &new, &Usage::default(), 1);
    assert_eq!((one.in_use.len(), named(&one.others)[0].1.as_str()), (0, "-50"));
}

#[test]
fn the_effect_on_what_is_in_use_is_exact() {
    let (old, new) = books();
    let effect = diff(&old, &new, &fleet(), 10).effect;
    // Three of a.large: 3 × 730 × 0.10 = 219 → 240.9. Throughput: 125 × 0.04 = 5 → 2.5.
    // same.large: 365 both times. Together 589 → 608.4.
    let totals = |lines, before, after, difference| Totals {
        lines,
        before: decimal(before),
        after: decimal(after),
        difference: decimal(difference),
    };
    assert_eq!(effect.priced, totals(4, "589", "608.4", "19.4"));
    let keys: Vec<_> = effect.keys.iter().map(|one| one.totals).collect();
    assert_eq!(keys, [totals(2, "219", "240.9", "21.9"), totals(1, "5", "2.5", "-2.5")]);
    // c.large: 0.3 × 730 = 219, and nothing after; e.large: 0.6 × 730 = 438, and nothing before.
    let gone = GoneInUse {
        key: "aws/ec2/c.large/us-east-1/linux/hour".to_owned(),
        lines: 1,
        before: decimal("219"),
    };
    assert_eq!(effect.gone, [gone]);
    assert_eq!(effect.added, totals(1, "0", "438", "438"));
    assert_eq!(effect.unlisted_lines, 1);
}

#[test]
fn a_person_reads_counts_changes_and_the_effect() {
    let (old, new) = books();
    let found = diff(&old, &new, &fleet(), 1);
    let text = found.to_string();
    // Of the named key 21.9; of the other lines −2.5.
    for line in [
        "Keys by service\n  service  dearer  cheaper  new  gone  other currency  same\n",
        "  aws/ec2       2        1    1     1               0     1\n",
        "Largest changes of keys in use\n",
        "  aws/ebs/gp3/throughput/us-east-1/GiBps-mo  40.96 USD  20.48 USD   -50 %\n",
        "Largest changes of other keys\n",
        "Effect on the last inventory (USD per month of 730 hours, list prices)\n",
        "  all other lines                           2     370  367.5        -2.5\n",
        "  total                                     4     589  608.4       +19.4\n",
        " and 1 line that cost 219 would have no price any more:\n",
        " and 1 line that only the second book has a price for: 438\n",
        " not compared: 1 line whose price is worked out, or not in both books\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["effect"]["priced"]["difference"], "19.4");
    assert_eq!(json["effect"]["keys"][0]["before"], "219");
}

#[test]
fn a_key_that_a_price_was_worked_out_of_is_in_use_and_the_line_is_not_compared() {
    let (old, new) = books();
    let key = "aws/ec2/d.large/us-east-1/linux/od/hour × 1.05";
    let usage: Usage = [resource(&[hours(key, "1")])].iter().collect();
    let found = diff(&old, &new, &usage, 10);
    assert_eq!(found.in_use[0].key, "aws/ec2/d.large/us-east-1/linux/hour");
    assert_eq!((found.in_use.len(), found.effect.unlisted_lines), (1, 1));
}

#[test]
fn books_that_say_the_same_and_an_agent_that_has_seen_nothing_are_said_to() {
    let (old, new) = books();
    let same = diff(&old, &old, &fleet(), 10);
    assert_eq!(same.to_string(), "Every price is the same: 6 keys.\n");
    assert_eq!(same.effect.priced.difference, Decimal::ZERO);
    let unseen = diff(&old, &new, &Usage::default(), 10).to_string();
    assert!(unseen.contains("No inventory to compare by: run the agent once"), "{unseen}");
}

#[test]
fn a_whole_book_is_the_same_as_itself() {
    let book = PriceBook::azure();
    let found = diff(book, book, &Usage::default(), 10);
    assert!(found.services.iter().all(ServiceChanges::is_same));
    let keys: u64 = found.services.iter().map(|service| service.same).sum();
    assert_eq!(keys, book.len() as u64);
}

#[test]
fn a_price_in_another_currency_is_no_change_of_price() {
    let yuan = SourceEntry { currency: "CNY", ..SourceEntry::new("t", "a table", "") };
    let (old, _) = books();
    let new = book(yuan, &["aws/ec2 a.large us-east-1 linux hour 0.7"]);
    let found = diff(&old, &new, &fleet(), 10);
    assert_eq!(found.services[1].other_currency, 1);
    assert!(found.in_use.is_empty());
    assert_eq!(found.effect.gone[0].key, "aws/ec2/same.large/us-east-1/linux/hour");
    assert!(found.effect.gone.iter().any(|one| one.key.contains("a.large")));
}

#[test]
fn a_book_that_was_fetched_for_one_region_says_nothing_about_another() {
    let table = SourceEntry::new("t", "a table", "");
    let everything = book(
        table,
        &[
            "aws/ec2 a.large eu-west-1 linux hour 0.1",
            "aws/ec2 a.large us-east-1 linux hour 0.1",
            "aws/ec2 b.large us-east-1 linux hour 0.2",
            "aws/rds db.a.large us-east-1 mysql/single-az hour 0.3",
        ],
    );
    let covers = "aws/ec2@us-east-1";
    let fetched = book(
        SourceEntry { covers, ..table },
        &["aws/ec2 a.large us-east-1 linux hour 0.1", "aws/ec2 c.large us-east-1 linux hour 0.4"],
    );
    let elsewhere = "aws/ec2/a.large/eu-west-1/linux/od/hour";
    let gone = "aws/ec2/b.large/us-east-1/linux/od/hour";
    let lines = [elsewhere, gone].map(|key| (key, "1", Unit::Hour, "compute"));
    let usage: Usage = [resource(&lines)].iter().collect();
    let found = diff(&everything, &fetched, &usage, 10);
    let [ec2] = found.services.as_slice() else { panic!("{:?}", found.services) };
    assert_eq!((ec2.new, ec2.gone, ec2.same), (1, 1, 1));
    assert_eq!(found.not_compared, 2);
    assert_eq!((found.effect.gone.len(), found.effect.unlisted_lines), (1, 1));
    let back = diff(&fetched, &everything, &usage, 10);
    assert_eq!((back.services[0].new, back.services[0].gone, back.not_compared), (1, 1, 2));
    assert_eq!(back.effect.added.lines, 1);
}
