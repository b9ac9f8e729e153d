use finops_core::model::{CostRate, Quantity, Resource, ServiceOutcome, Unit};
use jiff::civil::date;
use rust_decimal::Decimal;

use super::*;

const TODAY: Date = date(2026, 11, 22);
const M5: &str = "aws/ec2/m5.large/us-east-1/linux/od/hour";
const WHOLE: &str = "
discounts:
  - service: aws/ec2
    percent: 12.5
    label: private pricing 2026
prices:
  - key: aws/ec2/c5.large/us-east-1/linux/hour
    usd: 0.081
    label: committed c5
edp:    { percent: 7, label: EDP }
markup: { percent: 5, label: internal IT }
";

fn parse(text: &str) -> Result<Overrides, OverridesError> {
    Overrides::parse(Path::new("/etc/openfinops/overrides.yaml"), text, date(2026, 11, 1))
}

fn overrides(text: &str) -> Overrides {
    parse(text).unwrap()
}

fn mistakes(text: &str) -> Vec<String> {
    match parse(text).unwrap_err() {
        OverridesError::Mistakes(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
        other => panic!("{other}"),
    }
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn price(usd: &str, key: &str) -> Arc<Price> {
    Arc::new(Price {
        unit_price: decimal(usd),
        unit: Unit::Hour,
        source: "karp".into(),
        as_of: date(2026, 7, 20),
        sku_key: key.into(),
    })
}

fn costs(usd: &str, key: &str) -> Costs {
    let mut costs = Costs::free();
    costs.add("compute", Quantity::from(2), price(usd, key));
    costs
}

/// Component and unit price of each line, after the overrides are applied.
fn applied(text: &str, usd: &str, key: &str) -> Vec<(&'static str, String)> {
    let mut costs = costs(usd, key);
    overrides(text).apply(&mut costs, TODAY);
    let line =
        |line: &finops_core::model::CostLine| (line.component, line.price.unit_price.to_string());
    costs.lines.iter().map(line).collect()
}

/// What one unit costs after the overrides are applied.
fn paid(text: &str, usd: &str, key: &str) -> Decimal {
    let units = applied(text, usd, key);
    units.iter().map(|(_, usd)| decimal(usd)).sum::<Decimal>().normalize()
}

#[test]
fn each_step_takes_what_the_one_before_left() {
    let mut costs = costs("0.096", M5);
    overrides(WHOLE).apply(&mut costs, TODAY);
    let lines: Vec<_> = costs
        .lines
        .iter()
        .map(|line| (line.component, line.price.unit_price.to_string(), &*line.price.sku_key))
        .collect();
    // 12.5 % of 0.096 are 0.012; 7 % of 0.084 are 0.00588; 5 % of 0.07812 are 0.003906.
    let of = |text: &str| format!("{text} of {M5}");
    let expected = [
        ("compute", "0.096", M5.to_owned()),
        ("discount", "-0.012", of("private pricing 2026: 12.5 %")),
        ("edp", "-0.00588", of("EDP: 7 % of the remaining 0.084 USD")),
        ("markup", "0.003906", of("internal IT: 5 % of the remaining 0.07812 USD")),
    ];
    assert_eq!(lines.len(), expected.len());
    for (line, (component, usd, key)) in lines.iter().zip(&expected) {
        assert_eq!(*line, (*component, (*usd).to_owned(), &**key));
    }
    // 0.082026 for each of two: 0.164052 an hour, × 730 = 119.75796 a month.
    assert_eq!(costs.known().unwrap().exact_monthly(), decimal("119.75796"));
    assert_eq!(costs.list().unwrap(), CostRate::from_hourly(decimal("0.192")));
    let off = &costs.lines[1];
    assert_eq!((off.quantity, off.price.unit), (Quantity::from(2), Unit::Hour));
    assert_eq!((&*off.price.source, off.price.as_of), ("overrides.yaml", date(2026, 11, 1)));
}

#[test]
fn a_negotiated_price_takes_the_place_of_a_discount() {
    let c5 = "aws/ec2/c5.large/us-east-1/linux/od/hour";
    let lines = applied(WHOLE, "0.085", c5);
    // From 0.085 to 0.081; 7 % of that are 0.00567; 5 % of 0.07533 are 0.0037665.
    let expected = [
        ("compute", "0.085"),
        ("negotiated", "-0.004"),
        ("edp", "-0.00567"),
        ("markup", "0.0037665"),
    ];
    assert_eq!(lines, expected.map(|(component, usd)| (component, usd.to_owned())));
    let text = "prices: [{ key: aws/ec2/c5.large/us-east-1/linux/od/hour, usd: 0.09 }]";
    assert_eq!(paid(text, "0.085", c5), decimal("0.09"));
}

#[test]
fn a_price_for_many_units_is_that_of_one() {
    // 40.96 USD for 1,024 MiB/s are 0.04 for one; 20.48 are 0.02.
    let text = "prices: [{ key: aws/ebs/gp3/throughput/us-east-1/GiBps-mo, usd: 20.48 }]";
    let key = "aws/ebs/gp3/throughput/us-east-1/od/GiBps-mo";
    assert_eq!(paid(text, "0.04", key), decimal("0.02"));
}

#[test]
fn a_price_of_nothing_and_a_discount_of_all_leave_nothing_to_adjust() {
    let free = "prices: [{ key: aws/ec2/m5.large/us-east-1/linux/hour, usd: 0 }]\n\
                edp: { percent: 7 }\nmarkup: { percent: 5 }";
    let expected = [("compute", "0.096".to_owned()), ("negotiated", "-0.096".to_owned())];
    assert_eq!(applied(free, "0.096", M5), expected);
    let all = "discounts: [{ service: '*', percent: 100 }]\nedp: { percent: 7 }";
    assert_eq!(paid(all, "0.096", M5), Decimal::ZERO);
    let none = "discounts: [{ service: '*', percent: 0 }]";
    assert_eq!(applied(none, "0.096", M5).len(), 1);
}

#[test]
fn spot_prices_have_the_edp_but_no_discount_that_does_not_name_them() {
    let spot = "aws/ec2-spot/m5.large/us-east-1a/Linux/UNIX/hour";
    let text = "discounts:\n  - { service: 'aws/*', percent: 50 }\nedp: { percent: 10 }";
    assert_eq!(paid(text, "0.03", spot), decimal("0.027"));
    let named = "discounts:\n  - { service: aws/ec2-spot, percent: 50 }";
    assert_eq!(paid(named, "0.03", spot), decimal("0.015"));
}

#[test]
fn own_rates_have_the_markup_only() {
    let text = "discounts: [{ service: '*', percent: 50 }]\n\
                edp: { percent: 10, services: '*' }\nmarkup: { percent: 1000 }";
    assert_eq!(paid(text, "2", "rates/gpu"), decimal("22"));
}

#[test]
fn the_discount_that_says_the_most_counts() {
    let text = "
discounts:
  - { service: '*', percent: 1 }
  - { service: 'aws/*', percent: 2 }
  - { service: aws/ec2, percent: 3 }
  - { service: 'aws/*', region: 'eu-*', percent: 4 }
  - { service: aws/ec2, region: eu-west-1, percent: 5 }
  - { service: '*', sku: 'c5*', percent: 6 }
  - { service: '*', sku: c5.large, percent: 7 }
";
    for (key, usd) in [
        ("gcp/compute/e2-micro/us-east1/linux/od/hour", "99"),
        ("aws/ebs/gp3/storage/us-east-1/od/GB-Mo", "98"),
        ("aws/ec2/m5.large/us-east-1/linux/od/hour", "97"),
        ("aws/ec2/m5.large/eu-north-1/linux/od/hour", "96"),
        ("aws/ec2/m5.large/eu-west-1/linux/od/hour", "95"),
        ("aws/ec2/c5.xlarge/eu-west-1/linux/od/hour", "94"),
        ("aws/ec2/c5.large/eu-west-1/linux/od/hour", "93"),
    ] {
        assert_eq!(paid(text, "100", key), decimal(usd), "{key}");
    }
}

#[test]
fn an_edp_may_be_of_some_services_only() {
    let text = "edp: { percent: 10, services: [aws/ec2, 'aws/rds*'] }";
    assert_eq!(paid(text, "1", M5), decimal("0.9"));
    assert_eq!(paid(text, "1", "aws/rds-storage/gp3/eu-west-1/mysql/od/GB-Mo"), decimal("0.9"));
    assert_eq!(paid(text, "1", "aws/s3/standard/eu-west-1/od/GB-Mo"), Decimal::ONE);
}

#[test]
fn an_agreement_holds_on_its_first_and_its_last_day() {
    let overrides = overrides(
        "discounts:
  - { service: aws/ec2, percent: 10, until: 2026-11-21 }
  - { service: aws/ec2, percent: 20, from: 2026-11-22, until: 2026-11-22 }
prices:
  - { key: aws/ec2/x/us-east-1/linux/hour, usd: 1, from: 2026-11-22 }",
    );
    for (day, usd) in [(20, "90"), (21, "90"), (22, "80"), (23, "100")] {
        let mut costs = costs("100", M5);
        overrides.apply(&mut costs, date(2026, 11, day));
        let hourly = CostRate::from_hourly(decimal(usd) + decimal(usd));
        assert_eq!(costs.known(), Some(hourly), "{day}");
    }
    assert!(overrides.own_prices(date(2026, 11, 21)).is_empty());
    assert_eq!(overrides.own_prices(date(2026, 11, 22)).len(), 1);
}

#[test]
fn a_key_that_no_list_has_gets_its_price_from_the_file() {
    let overrides = overrides(WHOLE);
    let own = overrides.own_prices(TODAY);
    let price = &own["aws/ec2/c5.large/us-east-1/linux/od/hour"];
    assert_eq!((price.unit_price, price.unit), (decimal("0.081"), Unit::Hour));
    assert_eq!((&*price.source, price.as_of), ("overrides.yaml", date(2026, 11, 1)));
    // Its line is what was agreed on already: no discount, and nothing negotiated beside it.
    let mut costs = Costs::free();
    costs.add("compute", Quantity::ONE, Arc::clone(price));
    overrides.apply(&mut costs, TODAY);
    let components: Vec<_> = costs.lines.iter().map(|line| line.component).collect();
    assert_eq!(components, ["compute", "edp", "markup"]);
}

#[test]
fn only_what_does_not_fit_is_rounded_and_what_is_left_adds_up() {
    // 0.0000166667 × 33.3333 % = 0.00000555556110…: 16 places at its end, 15 kept.
    let text = "discounts: [{ service: '*', percent: 33.3333 }]\nedp: { percent: 7 }";
    let key = "aws/lambda/Lambda Duration/us-east-1/x86/od/GB-second";
    let lines = applied(text, "0.0000166667", key);
    // 166667 × 333333 = 55,555,611,111 (× 10^-16), and 0.000011111139 × 0.07 = 0.00000077777972…
    assert_eq!(lines[1].1, "-0.000005555561111");
    assert_eq!(
        decimal("0.0000166667") - decimal("0.000005555561111"),
        decimal("0.000011111138889")
    );
    assert_eq!(lines[2].1, "-0.000000777779722");
    assert_eq!(paid(text, "0.0000166667", key), decimal("0.000010333359167"));
}

#[test]
fn embedded_prices_of_every_kind_can_be_adjusted_to_the_fifteenth_place() {
    let overrides = overrides(
        "discounts: [{ service: '*', percent: 12.3456 }]\nedp: { percent: 7.0001 }\n\
         markup: { percent: 33.3333 }",
    );
    // 0.876544 × 0.929999 × 1.333333, and three roundings of half a unit of the last place.
    let left = decimal("0.876544") * decimal("0.929999") * decimal("1.333333");
    let most = decimal("0.000000000000003");
    let books = [crate::PriceBook::aws(), crate::PriceBook::azure(), crate::PriceBook::gcp()];
    for row in books.into_iter().flat_map(crate::PriceBook::all_rows).step_by(7) {
        let crate::Row { service, sku, region, unit, price: usd, .. } = row;
        let key = format!("{service}/{sku}/{region}/od/{unit}");
        let mut costs = Costs::free();
        costs.add("any", Quantity::ONE, price(&usd.to_string(), &key));
        overrides.apply(&mut costs, TODAY);
        let paid: Decimal = costs.lines.iter().map(|line| line.price.unit_price).sum();
        assert!((paid - usd * left).abs() <= most, "{key}: {paid}");
        assert!(costs.lines.iter().skip(1).all(|line| line.price.unit_price.scale() <= 15));
    }
}

#[test]
fn a_price_that_was_worked_out_has_discounts_too() {
    let text = "discounts: [{ service: gcp/compute, region: 'us-*', percent: 10 }]\n\
                prices: [{ key: gcp/compute/n2/core/us-east1/linux/vCPU-hour, usd: 1 }]";
    let worked_out = "gcp/compute/n2/core/us-east1/linux/od/vCPU-hour × 1.05";
    assert_eq!(paid(text, "2", worked_out), decimal("1.8"));
    let of_two = "gcp/compute/a/us-east1/od/hour and gcp/compute/b/us-east1/od/hour: memory";
    assert_eq!(paid(text, "2", of_two), decimal("1.8"));
}

#[test]
fn what_has_no_price_is_not_adjusted_and_nothing_is_adjusted_twice() {
    let overrides = overrides(WHOLE);
    let mut unpriced = Costs::unpriced("compute", "no list price");
    overrides.apply(&mut unpriced, TODAY);
    assert_eq!(unpriced, Costs::unpriced("compute", "no list price"));
    let mut once = costs("0.096", M5);
    overrides.apply(&mut once, TODAY);
    let mut twice = once.clone();
    overrides.apply(&mut twice, TODAY);
    assert_eq!(once, twice);
}

#[test]
fn resources_that_share_a_price_share_what_adjusts_it() {
    let price = price("0.096", M5);
    let resource = |id| {
        let mut resource = Resource::new("instance", id, &"us-east-1".into());
        resource.costs.add("compute", Quantity::ONE, Arc::clone(&price));
        resource.costs.add("address", Quantity::ONE, Arc::clone(&price));
        resource
    };
    let found = ServiceOutcome::of(vec![resource("i-1"), resource("i-2")]);
    let mut services = [ServiceSnapshot::now("ec2", found)];
    overrides(WHOLE).apply_to(&mut services, TODAY);
    let all = services[0].outcome.resources();
    let components: Vec<_> = all[0].costs.lines.iter().map(|line| line.component).collect();
    let after = ["discount", "edp", "markup"];
    assert_eq!(components, [&["compute"], &after[..], &["address"], &after[..]].concat());
    assert!(Arc::ptr_eq(&all[0].costs.lines[1].price, &all[1].costs.lines[5].price));
}

#[test]
fn every_mistake_is_named_with_its_line_and_what_would_be_right() {
    let text = "discounts:
  - service: ec2
    percent: 120
    lable: x
  - percent: 5
  - { service: aws/ec2, percent: 5, sku: 'm*.large' }
prices:
  - { key: m5.large, usd: 0.1 }
  - { key: aws/ec2/m5.large/us-east-1/linux/hour, usd: -1 }
  - { key: aws/ec2/m5.large/us-east-1/linux/hour }
edp: { percent: abc, from: 2026-02-01, until: 2026-01-01 }
markup: { percent: 1001 }
discount: 5
";
    let found = mistakes(text);
    let expected = [
        ("13:1", "`discount` is not a setting; did you mean `discounts`?"),
        ("2:14", "`discounts[0].service` is \"ec2\"; write a service like aws/ec2"),
        ("3:14", "`discounts[0].percent` is \"120\"; write a number from 0 to 100"),
        ("4:5", "`discounts[0].lable` is not a setting; did you mean `label`?"),
        ("5:5", "`discounts[1]` has no `service`; write `service: aws/ec2`"),
        ("6:42", "`discounts[2].sku` is \"m*.large\"; write m5.large, or its beginning"),
        ("8:12", "`prices[0].key` \"m5.large\" is no key of a price; write provider/"),
        ("9:56", "`prices[1].usd` is \"-1\"; write USD for one unit"),
        ("10:5", "`prices[2]` has no `usd`; write `usd: 0.081`"),
        ("11:17", "`edp.percent` is \"abc\"; write a number from 0 to 100"),
        ("11:6", "`edp` ends before it begins"),
        ("12:20", "`markup.percent` is \"1001\"; write a number from 0 to 1000"),
    ];
    for (line, message) in expected {
        let begin = format!("/etc/openfinops/overrides.yaml:{line}: {message}");
        assert!(found.iter().any(|one| one.starts_with(&begin)), "{begin}\n{found:#?}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}

#[test]
fn two_agreements_about_the_very_same_are_a_mistake_unless_their_times_differ() {
    let twice = "discounts:
  - { service: aws/ec2, percent: 5, label: old, until: 2026-06-30 }
  - { service: aws/ec2, percent: 6, from: 2026-06-30 }
prices:
  - { key: aws/ec2/m5.large/us-east-1/linux/hour, usd: 0.09 }
  - { key: aws/ec2/m5.large/us-east-1/linux/od/hour, usd: 0.08 }
";
    let found = mistakes(twice);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(
        found[0].contains("`discounts[1]` is of the very prices that `old` is of"),
        "{found:?}"
    );
    assert!(found[1].contains("`prices[1].key` has a price above"), "{found:?}");
    let follows = twice.replace("from: 2026-06-30", "from: 2026-07-01");
    assert_eq!(mistakes(&follows).len(), 1);
}

#[test]
fn a_file_that_is_no_table_and_one_that_is_not_there_say_what_to_do() {
    let not_yaml = mistakes("discounts: [\n").remove(0);
    assert!(not_yaml.contains("not valid YAML") && not_yaml.contains("docs/prices.md"));
    let missing = Overrides::read(Path::new("/nowhere/overrides.yaml")).unwrap_err().to_string();
    assert!(missing.starts_with("your own prices in /nowhere/overrides.yaml cannot be read"));
    assert!(missing.ends_with("check `prices.overrides` and the file's permissions"));
    let folder = Overrides::read(Path::new("/")).unwrap_err().to_string();
    assert!(folder.contains("it is no file"), "{folder}");
}

#[test]
fn a_file_on_disk_is_read_with_the_day_on_which_it_was_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.yaml");
    fs::write(&path, WHOLE).unwrap();
    let changed = std::time::UNIX_EPOCH + std::time::Duration::from_secs(86_400 * 20_000);
    fs::File::options().append(true).open(&path).unwrap().set_modified(changed).unwrap();
    let read = Overrides::read(&path).unwrap();
    // 20,000 days after 1970-01-01.
    assert_eq!((&*read.source, read.as_of), ("mine.yaml", date(2024, 10, 4)));
    fs::write(&path, "# nothing agreed on yet\n").unwrap();
    assert!(Overrides::read(&path).unwrap().is_empty());
}

#[test]
fn a_number_of_more_digits_than_are_exact_is_refused_and_not_rounded() {
    for percent in
        ["1.00000000000000000000000000000000001", "1.00000000000000000000000000000000001e0"]
    {
        let mistakes = mistakes(&format!("markup: {{ percent: {percent} }}"));
        assert_eq!(mistakes.len(), 1, "{percent}");
    }
}
