use std::sync::Arc;

use finops_core::inventory::PricedLine;
use finops_core::model::{Price, Quantity, Unit};
use rust_decimal::Decimal;

use super::super::books::tests::{book, synced_table};
use super::*;
use crate::book::PriceBook;
use crate::book::encode::SourceEntry;
use crate::prices::ListPrices;

const ROWS: [&str; 4] = [
    "aws/ec2 m5.large us-east-1 linux hour 0.096",
    "aws/ec2 m5.large us-east-1 windows hour 0.188",
    "aws/ec2 m5.large.search us-east-1 linux hour 0.1",
    "aws/ebs gp3/throughput us-east-1 - GiBps-mo 40.96",
];

fn prices() -> ListPrices {
    ListPrices::layered(Some(synced()), embedded())
}

fn synced() -> PriceBook {
    book(synced_table("aws/ec2@us-east-1 aws/ebs@us-east-1"), &ROWS)
}

fn embedded() -> PriceBook {
    book(
        SourceEntry::new("karp", "a file", "MIT"),
        &["aws/ec2 m5.large eu-west-1 linux hour 0.107", ROWS[0]],
    )
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn line(component: &str, quantity: &str, usd: &str, unit: Unit, key: &str) -> PricedLine {
    let source = if key.contains(" of ") { "overrides.yaml" } else { "AmazonEC2/us-east-1" };
    PricedLine {
        component: component.to_owned(),
        quantity: Quantity::new(decimal(quantity)),
        price: Arc::new(Price {
            unit_price: decimal(usd),
            unit,
            source: source.into(),
            as_of: jiff::civil::date(2026, 11, 21),
            sku_key: key.into(),
        }),
    }
}

const KEY: &str = "aws/ec2/m5.large/us-east-1/linux/od/hour";

fn resource(id: &str, name: Option<&str>, lines: Vec<PricedLine>) -> PricedResource {
    PricedResource {
        provider: "aws".into(),
        account: "123456789012".into(),
        region: "us-east-1".to_owned(),
        service: "ec2".into(),
        kind: "instance".to_owned(),
        id: id.to_owned(),
        name: name.map(str::to_owned),
        seen_at: "2026-11-22T10:00:00Z".parse().unwrap(),
        lines,
        unpriced: Vec::new(),
    }
}

fn web() -> PricedResource {
    let compute = line("compute", "2", "0.096", Unit::Hour, KEY);
    resource("i-0abcdef", Some("web"), vec![compute])
}

fn ask(question: &str, inventory: Vec<PricedResource>) -> Explanation {
    let prices = prices();
    let books = Books::new(&prices, None);
    explain(question, &books, inventory, &[])
}

fn explained(question: &str, inventory: Vec<PricedResource>) -> ExplainedResource {
    match ask(question, inventory).found {
        Explained::Resource(resource) => *resource,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_line_is_explained_by_its_arithmetic_and_where_its_price_comes_from() {
    // 2 × 0.096 are 0.192 an hour, × 730 are 140.16.
    let found = explained("i-0abcdef", vec![web()]);
    assert_eq!(
        found.lines[0].arithmetic,
        "2 × 0.096 USD per hour (aws/ec2/m5.large/us-east-1/linux/hour, AmazonEC2/us-east-1 \
         published 2026-11-20, effective 2026-11-01) = 0.192 USD per hour = 140.16 USD per month of \
         730 hours"
    );
    assert_eq!(found.monthly, Some(decimal("140.16")));
    assert_eq!(found.hourly_rounded, Some(decimal("0.192")));
    assert_eq!(found.list_monthly, None);
}

#[test]
fn every_way_to_name_a_resource_finds_it() {
    for question in [
        "i-0abcdef",
        "I-0ABCDEF",
        "web",
        "cdef",
        " i-0abcdef ",
        "arn:aws:ec2:us-east-1:123456789012:instance/i-0abcdef",
        "123456789012/us-east-1/ec2/instance/i-0abcdef",
    ] {
        assert_eq!(explained(question, vec![web()]).resource.id, "i-0abcdef", "{question}");
    }
    let elsewhere = "arn:aws:ec2:eu-west-1:123456789012:instance/i-0abcdef";
    assert!(matches!(ask(elsewhere, vec![web()]).found, Explained::Nothing(_)));
}

#[test]
fn a_whole_identifier_goes_before_a_name_and_a_name_before_an_end() {
    let others = || {
        vec![
            resource("i-9web", None, Vec::new()),
            resource("i-8", Some("web"), Vec::new()),
            resource("web", None, Vec::new()),
        ]
    };
    assert_eq!(explained("web", others()).resource.id, "web");
    assert_eq!(explained("web", others()[..2].to_vec()).resource.id, "i-8");
    assert_eq!(explained("web", others()[..1].to_vec()).resource.id, "i-9web");
}

#[test]
fn resources_of_one_name_are_told_apart() {
    let second = PricedResource { account: "2".into(), ..web() };
    let answer = ask("web", vec![web(), second.clone()]);
    let text = answer.to_string();
    assert!(text.starts_with("2 resources are called web. Ask for one of:\n"), "{text}");
    for qualified in
        ["123456789012/us-east-1/ec2/instance/i-0abcdef", "2/us-east-1/ec2/instance/i-0abcdef"]
    {
        assert!(text.contains(qualified), "{text}");
        assert!(
            explained(qualified, vec![web(), second.clone()]).resource.qualified() == qualified
        );
    }
}

#[test]
fn adjustments_stand_below_their_line_and_the_sum_is_what_is_paid() {
    let why = format!("private pricing: 12.5 % of {KEY}");
    let mut web = web();
    web.lines.push(line("discount", "2", "-0.012", Unit::Hour, &why));
    web.lines.push(line(
        "storage",
        "50",
        "0.04",
        Unit::GigabyteMonth,
        "aws/ebs/gp3/us-east-1/od/GB-Mo",
    ));
    web.unpriced.push(("license".to_owned(), "no list price".to_owned()));
    // 140.16 − 2 × 0.012 × 730 = 17.52, + 50 × 0.04 = 2: 124.64; the list says 142.16.
    let found = explained("web", vec![web]);
    assert_eq!((found.lines.len(), found.lines[0].adjustments.len()), (2, 1));
    let shown: Decimal = found
        .lines
        .iter()
        .flat_map(|line| line.adjustments.iter().map(|one| one.monthly).chain([line.monthly]))
        .sum();
    assert_eq!((shown, found.monthly), (decimal("124.64"), Some(decimal("124.64"))));
    assert_eq!(found.list_monthly, Some(decimal("142.16")));
    let text = Explanation { question: String::new(), found: Explained::Resource(Box::new(found)) }
        .to_string();
    for part in [
        "i-0abcdef (web)\ninstance of ec2, aws 123456789012, us-east-1, seen 2026-11-22T10:00:00Z\n",
        "\n      discount: 2 × -0.012 USD (private pricing: 12.5 % of aws/ec2/m5.large/us-east-1/linux/od/hour; overrides.yaml of 2026-11-21) = -17.52 USD per month\n",
        "\n  storage: 50 × 0.04 USD per GB-month (aws/ebs/gp3/us-east-1/GB-Mo, AmazonEC2/us-east-1 of 2026-11-21) = 2 USD per month of 730 hours\n",
        "\n  at list prices 142.16 USD per month of 730 hours\n  costs 124.64 USD per month of 730 hours (0.17074 USD per hour)\n",
        "  not counted: license: no list price\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn a_price_that_the_book_has_changed_since_is_said_to_be_another() {
    let mut web = web();
    web.lines = vec![line("compute", "1", "0.09", Unit::Hour, KEY)];
    let found = explained("web", vec![web]);
    let end = "; the price book now has 0.096 USD per hour: the next cycle uses it";
    assert!(found.lines[0].arithmetic.ends_with(end), "{}", found.lines[0].arithmetic);
}

#[test]
fn a_price_that_was_worked_out_names_the_row_it_is_of() {
    let mut web = web();
    let key = format!("{KEY} ÷ 2");
    web.lines = vec![line("compute", "1", "0.048", Unit::VcpuHour, &key)];
    // 0.048 × 730 are 35.04.
    let found = explained("web", vec![web]);
    assert!(found.lines[0].worked_out);
    assert_eq!(
        found.lines[0].arithmetic,
        "1 × 0.048 USD per vCPU-hour (aws/ec2/m5.large/us-east-1/linux/od/hour ÷ 2, \
         AmazonEC2/us-east-1 published 2026-11-20, effective 2026-11-01) = 0.048 USD per hour = \
         35.04 USD per month of 730 hours"
    );
}

#[test]
fn what_has_no_price_at_all_has_an_unknown_cost() {
    let mut unknown = resource("i-1", None, Vec::new());
    unknown.unpriced.push(("compute".to_owned(), "no list price for x9".to_owned()));
    let answer = ask("i-1", vec![unknown]);
    let text = answer.to_string();
    assert!(text.contains("nothing about it has a price: its cost is not known\n"), "{text}");
    assert!(text.contains("  not counted: compute: no list price for x9\n"), "{text}");
    assert_eq!(
        serde_json::to_value(&answer).unwrap()["resource"]["monthly"],
        serde_json::Value::Null
    );
}

#[test]
fn a_key_is_explained_by_its_row_and_its_table() {
    for key in [KEY, "aws/ec2/m5.large/us-east-1/linux/hour"] {
        let text = ask(key, Vec::new()).to_string();
        let expected = "aws/ec2/m5.large/us-east-1/linux/hour\n  0.096 USD per hour\n  from the synced \
                        table AmazonEC2/us-east-1: the AWS price list of AmazonEC2\n  \
                        https://pricing.example/AmazonEC2/us-east-1/index.csv\n  published \
                        2026-11-20T12:00:00Z\n  effective since 2026-11-01\n  taken \
                        2026-11-21T06:00:00Z\n  last seen to hold on 2026-11-21\n";
        assert_eq!(text, expected);
    }
    let throughput = ask("aws/ebs/gp3/throughput/us-east-1/GiBps-mo", Vec::new()).to_string();
    assert!(throughput.contains("in cost lines: 0.04 USD per MiBps-month"), "{throughput}");
}

#[test]
fn parts_of_a_key_find_the_keys_that_have_them() {
    let keys = |question: &str| match ask(question, Vec::new()).found {
        Explained::Prices { rows, .. } => rows.into_iter().map(|row| row.key).collect(),
        other => vec![format!("{other:?}")],
    };
    assert_eq!(keys("m5.large us-east-1").len(), 2);
    assert_eq!(keys("M5.large linux eu-west-1"), ["aws/ec2/m5.large/eu-west-1/linux/hour"]);
    assert_eq!(keys("m5.large/us-east-1/windows"), ["aws/ec2/m5.large/us-east-1/windows/hour"]);
    // No part is called so: those that begin so.
    assert_eq!(keys("m5.la us-east-1").len(), 3);
}

#[test]
fn who_finds_nothing_is_told_where_was_looked_and_how_there_will_be_something() {
    let nothing = ask("i-404", Vec::new()).to_string();
    assert!(nothing.starts_with("Neither a resource nor a price is called i-404.\n"), "{nothing}");
    assert!(nothing.contains("There is no inventory yet: run the agent once (`--once`)"));
    let prices = prices();
    let books = Books::new(&prices, None);
    let answered = [Answered {
        provider: "aws".to_owned(),
        account: "1".to_owned(),
        region: "us-east-1".to_owned(),
        service: "ebs".to_owned(),
        at: "2026-11-22T10:00:00Z".parse().unwrap(),
        complete: false,
    }];
    let text = explain("i-404", &books, [web()], &answered).to_string();
    let looked = "Looked at 1 resource of 1 service, the last of which answered \
                  2026-11-22T10:00:00Z, and at 5 prices.\nIt may be in 1 us-east-1 ebs, which \
                  answered in part.\n";
    assert!(text.contains(looked), "{text}");
    assert!(matches!(ask("", Vec::new()).found, Explained::Nothing(_)));
}

#[test]
fn machines_get_exact_figures_as_text() {
    let json = serde_json::to_value(ask("web", vec![web()])).unwrap();
    assert_eq!(json["question"], "web");
    let resource = &json["resource"];
    assert_eq!((&resource["id"], &resource["monthly"]), (&"i-0abcdef".into(), &"140.16".into()));
    assert_eq!(resource["lines"][0]["row"]["layer"], "synced");
}
