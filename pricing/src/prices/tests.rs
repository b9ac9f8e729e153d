use super::*;
use crate::book::encode::{self, RowEntry, SourceEntry};

fn key<'a>(sku: &'a str, region: &'a str, variant: &'a str) -> PriceKey<'a> {
    PriceKey { service: "aws/ec2", sku, region, variant, unit: "hour" }
}

#[test]
fn a_price_is_shared_and_names_its_row() {
    let prices = ListPrices::aws();
    let first = prices.price(&key("m5.large", "us-east-1", "linux")).unwrap();
    let again = prices.price(&key("m5.large", "us-east-1", "linux")).unwrap();
    assert!(Arc::ptr_eq(&first, &again));
    assert_eq!(&*first.sku_key, "aws/ec2/m5.large/us-east-1/linux/od/hour");
    assert_eq!((&*first.source, first.as_of), ("karp", jiff::civil::date(2026, 7, 20)));
    assert_eq!(first.unit_price, "0.096".parse().unwrap());
}

#[test]
fn threads_share_one_price() {
    let prices = ListPrices::aws();
    let ask = || prices.price(&key("m5.large", "eu-west-1", "linux")).unwrap();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|price| Arc::ptr_eq(price, &answers[0])));
}

#[test]
fn a_key_without_a_variant_has_no_empty_part() {
    let prices = ListPrices::aws();
    let gp3 = PriceKey {
        service: "aws/ebs",
        sku: "gp3/throughput",
        region: "us-east-1",
        variant: "",
        unit: "GiBps-mo",
    };
    let price = prices.price(&gp3).unwrap();
    assert_eq!(&*price.sku_key, "aws/ebs/gp3/throughput/us-east-1/od/GiBps-mo");
    // 40.96 USD for 1,024 MiB/s.
    assert_eq!(price.unit_price, "0.04".parse().unwrap());
    assert_eq!(price.unit, Unit::MebibytePerSecondMonth);
}

#[test]
fn the_reason_says_what_the_book_lacks() {
    let prices = ListPrices::aws();
    let reason =
        |sku, region, variant| prices.price(&key(sku, region, variant)).unwrap_err().to_string();
    assert_eq!(
        reason("x9.large", "eu-west-1", "linux"),
        "no list price for x9.large linux in eu-west-1: the price book does not know x9.large"
    );
    assert_eq!(
        reason("m5.large", "cn-north-1", "linux"),
        "no list price for m5.large linux in cn-north-1: \
         the price book has m5.large, but not in this region"
    );
    assert_eq!(
        reason("m5.large", "us-east-1", "suse"),
        "no list price for m5.large suse in us-east-1: \
         the price book has it there for linux, windows only"
    );
}

#[test]
fn what_no_line_can_bill_is_not_a_price() {
    let prices = ListPrices::aws();
    let egress = PriceKey {
        service: "aws/datatransfer",
        sku: "internet-egress/from-0-GB",
        region: "us-east-1",
        variant: "",
        unit: "GB",
    };
    let reason = prices.price(&egress).unwrap_err();
    assert!(reason.contains("priced in GB, which is not billed here"), "{reason}");
}

const ROW: RowEntry<'_> = RowEntry {
    service: "aws/ec2",
    sku: "m5.large",
    variant: "linux",
    unit: "hour",
    region: "eu-west-1",
    source: "AmazonEC2/eu-west-1",
    mantissa: 9,
    scale: 0,
    date: (2026, 5, 1),
};

/// A synced book of `rows`, and of no other prices of EC2 in Ireland and Beijing.
fn synced(rows: &[RowEntry<'_>]) -> ListPrices {
    let ireland = SourceEntry {
        covers: "aws/ec2@eu-west-1",
        taken: "2026-08-02T23:30:00Z",
        ..SourceEntry::new("AmazonEC2/eu-west-1", "", "")
    };
    let beijing = SourceEntry {
        covers: "aws/ec2@cn-north-1",
        currency: "CNY",
        ..SourceEntry::new("AmazonEC2/cn-north-1", "", "")
    };
    let book = encode::encode(&[ireland, beijing], rows).unwrap();
    let book = PriceBook::from_bytes(book).unwrap();
    ListPrices::layered(Some(book), PriceBook::aws().clone())
}

#[test]
fn a_synced_table_answers_alone_for_what_it_covers() {
    let prices = synced(&[ROW]);
    let price = prices.price(&key("m5.large", "eu-west-1", "linux")).unwrap();
    assert_eq!((price.unit_price, &*price.source), (9.into(), "AmazonEC2/eu-west-1"));
    assert_eq!(price.as_of, jiff::civil::date(2026, 8, 2));
    let row = prices.find(&key("m5.large", "eu-west-1", "linux")).unwrap();
    assert_eq!(row.effective, Some(jiff::civil::date(2026, 5, 1)));
    // The program was built with a price of it, which the vendor no longer lists.
    let reason = prices.price(&key("m5.xlarge", "eu-west-1", "linux")).unwrap_err();
    assert_eq!(
        &*reason,
        "no list price for m5.xlarge linux in eu-west-1: \
         the price book has m5.xlarge, but not in this region"
    );
    let windows = prices.price(&key("m5.large", "eu-west-1", "windows")).unwrap_err();
    assert!(windows.ends_with("has it there for linux only"), "{windows}");
}

#[test]
fn other_regions_and_services_are_answered_by_what_the_program_was_built_with() {
    let prices = synced(&[ROW, RowEntry { region: "us-east-1", ..ROW }]);
    // A row outside of what its table covers is no answer.
    let price = prices.price(&key("m5.large", "us-east-1", "linux")).unwrap();
    assert_eq!((price.unit_price, &*price.source), ("0.096".parse().unwrap(), "karp"));
    let embedded = PriceBook::aws();
    assert_eq!(prices.service_rows("aws/rds").count(), embedded.service_rows("aws/rds").count());
    let here = |row: &Row<'_>| row.region == "eu-west-1";
    assert_eq!(prices.service_rows("aws/ec2").filter(here).count(), 1);
    let of_m5 = embedded.rows("aws/ec2", "m5.large");
    let without_ireland = of_m5.filter(|row| !here(row)).count();
    assert_eq!(prices.rows("aws/ec2", "m5.large").count(), without_ireland + 1);
}

#[test]
fn a_price_in_another_currency_is_none() {
    let beijing = RowEntry {
        region: "cn-north-1",
        source: "AmazonEC2/cn-north-1",
        mantissa: 6,
        scale: 1,
        ..ROW
    };
    let reason = synced(&[beijing]).price(&key("m5.large", "cn-north-1", "linux")).unwrap_err();
    assert_eq!(
        &*reason,
        "aws/ec2/m5.large/cn-north-1/linux/od/hour is listed in CNY (0.6 for one hour); \
         costs are added up in USD only"
    );
}

#[test]
fn own_prices_are_asked_for_only_where_no_list_has_the_key() {
    let prices = ListPrices::aws();
    let listed = key("m5.large", "us-east-1", "linux");
    let unlisted = key("m5.large", "us-east-1", "rhel");
    assert!(prices.price(&unlisted).is_err());
    let price = Price { unit_price: 7.into(), ..(*prices.price(&listed).unwrap()).clone() };
    let own = [&listed, &unlisted].map(|key| (full_key(key), Arc::new(price.clone())));
    let prices = prices.with_own(own.into());
    assert_eq!(prices.price(&listed).unwrap().unit_price, "0.096".parse().unwrap());
    assert_eq!(prices.price(&unlisted).unwrap().unit_price, 7.into());
}
