//! Documents that are not what they should be.

use super::*;

fn error(body: &str) -> String {
    read("Virtual Machines", "eastus", body).unwrap_err().to_string()
}

#[test]
fn a_refusal_is_told_in_microsofts_words() {
    let refused = r#"{"Error":{"Code":"BadRequest","Message":"Invalid parameters supplied"}}"#;
    assert_eq!(
        error(refused),
        "the document is no price list: Microsoft answered BadRequest: Invalid parameters supplied"
    );
    assert!(error(r#"{"Error":"no"}"#).contains("without a code"));
}

#[test]
fn a_web_page_and_other_documents_are_no_price_list() {
    assert!(error("  <!DOCTYPE html><html></html>").contains("web page"));
    for other in ["[]", "42", "true story", "\u{0}"] {
        assert!(error(other).contains("no price list"), "{other}");
    }
    let not_a_list = error(r#"{"Items":"none"}"#);
    assert!(not_a_list.contains("no price list"), "{not_a_list}");
}

#[test]
fn a_document_that_ends_early_is_cut_off() {
    let whole = body(&[MACHINE.json()]);
    for length in [0, 1, 20, whole.len() / 2, whole.len() - 1] {
        assert!(error(&whole[..length]).contains("cut off or damaged"), "{length}");
    }
    assert!(error(&whole.replacen("\"Items\"", "\"Items\u{1}", 1)).contains("cut off or damaged"));
}

#[test]
fn a_list_without_items_is_missing_or_empty() {
    assert_eq!(
        error(r#"{"BillingCurrency":"USD","NextPageLink":null}"#),
        "the price list has no list Items; its format may have changed: look for a newer agent"
    );
    let empty = error(&body::<&str>(&[]));
    assert!(empty.contains("lists no Virtual Machines in eastus"), "{empty}");
}

#[test]
fn another_currency_of_the_page_is_an_error() {
    let euros =
        body(&[MACHINE.json()]).replace(r#""BillingCurrency":"USD""#, r#""BillingCurrency":"EUR""#);
    assert!(error(&euros).contains("in \"EUR\", not in USD"), "{}", error(&euros));
}

#[test]
fn an_odd_item_is_dropped_and_the_others_stay() {
    let good = MACHINE.json();
    let odd = [
        good.replace("0.096", "\"cheap\""),
        good.replace("0.096", "null"),
        good.replace(r#""tierMinimumUnits":0.0"#, r#""tierMinimumUnits":[]"#),
        good.replace(r#""Standard_D2s_v3""#, "7"),
        good.replace(r#""meterName":"D2s v3","#, ""),
        good.replace("2017-12-15T00:00:00Z", "last year"),
        "null".to_owned(),
        "17".to_owned(),
        r#"{"a":{"b":[1,2,{"c":"d"}]}}"#.to_owned(),
    ];
    let count = odd.len() as u64;
    let mut items = odd.to_vec();
    items.insert(4, good);
    let harvest = read("Virtual Machines", "eastus", &body(&items)).unwrap();
    assert_eq!(rows(&harvest).len(), 1);
    assert_eq!(dropped(&harvest), [(Dropped::Unreadable, count)]);
}

#[test]
fn a_list_of_which_no_item_can_be_read_says_what_is_missing() {
    let renamed = MACHINE.json().replace("retailPrice", "listPrice");
    let error = error(&body(&[renamed]));
    assert!(error.contains("missing field `retailPrice`"), "{error}");
    assert!(error.contains("look for a newer agent"), "{error}");
}

#[test]
fn fields_that_are_absent_null_or_new_do_not_matter() {
    let item = MACHINE.json();
    for changed in [
        item.replace(r#""isPrimaryMeterRegion":true,"#, ""),
        item.replace(r#""isPrimaryMeterRegion":true"#, r#""isPrimaryMeterRegion":"maybe""#),
        item.replace(r#""meterId":"one for all","#, r#""meterId":null,"brandNew":{"x":[1]},"#),
        item.replace(r#""location":"somewhere","#, r#""savingsPlan":null,"#),
        item.replace("2017-12-15T00:00:00Z", "2017-12-15T00:00:00"),
        item.replace("2017-12-15T00:00:00Z", "2017-12-15T00:00:00.1234567Z"),
    ] {
        let harvest =
            read("Virtual Machines", "eastus", &body(std::slice::from_ref(&changed))).unwrap();
        assert_eq!((rows(&harvest).len(), harvest.dropped()), (1, nothing()), "{changed}");
    }
    let marked = format!("\u{feff}{}\n", body(&[item]));
    assert_eq!(rows(&read("Virtual Machines", "eastus", &marked).unwrap()).len(), 1);
}

fn next(link: &str) -> Result<Next, ParseError> {
    let page = body(&[MACHINE.json()]).replace(r#""NextPageLink":null"#, link);
    parser("Virtual Machines", "eastus").page(page.as_bytes(), &mut Harvest::new(TODAY))
}

#[test]
fn the_link_to_the_next_page_is_followed_until_there_is_none() {
    let link = "https://prices.azure.com:443/api/retail/prices?api-version=2023-01-01-preview&\
                $filter=serviceName%20eq%20%27Storage%27&$skip=1000";
    let page = next(&format!(r#""NextPageLink":"{link}""#)).unwrap();
    assert_eq!(page, Next::Page(link.parse().unwrap()));
    for end in [r#""NextPageLink":null"#, r#""NextPageLink":"""#, r#""Other":1"#] {
        assert_eq!(next(end).unwrap(), Next::End, "{end}");
    }
}

#[test]
fn a_link_that_is_no_address_is_an_error_and_not_the_end() {
    for link in [r#""NextPageLink":"page two""#, r#""NextPageLink":7"#, r#""NextPageLink":["x"]"#] {
        let error = next(link).unwrap_err().to_string();
        assert!(error.contains("link to the next page is no address"), "{error}");
    }
}

/// The largest number that an exact decimal holds.
const LARGEST: &str = "79228162514264337593543950335";

#[test]
fn a_price_too_large_to_be_counted_with_is_dropped() {
    let executions = Sample {
        service: "Functions",
        product: "Functions",
        meter: "Standard Total Executions",
        unit: "10",
        price: LARGEST,
        ..MACHINE
    };
    let tens = Sample { unit: "1", ..executions };
    assert_eq!(dropped(&harvest(&[tens])), [(Dropped::Unreadable, 1)]);
    let database = Sample {
        service: "SQL Database",
        product: "SQL Database Single Standard",
        sku: "S3",
        meter: "S3 DTUs",
        unit: "1/Day",
        price: LARGEST,
        ..MACHINE
    };
    let of_ten = Sample { sku: "S12", meter: "10 DTUs", price: "145.2", ..database };
    let harvest_of_both = harvest(&[database, of_ten]);
    assert_eq!(dropped(&harvest_of_both), [(Dropped::Ambiguous, 1)]);
    let negative = "-79228162514264337593543950335";
    let owed = Sample { price: negative, ..of_ten };
    let usual = Sample { price: "4.84", ..database };
    assert_eq!(dropped(&harvest(&[usual, owed])), [(Dropped::Ambiguous, 1)]);
}

#[test]
fn a_day_before_our_era_is_dropped_and_loses_nothing_else() {
    let ancient = Sample { since: "-000044-03-15T00:00:00Z", sku: "D4s v3", ..MACHINE };
    let harvest = harvest(&[MACHINE, ancient]);
    assert_eq!((rows(&harvest).len(), dropped(&harvest)), (1, vec![(Dropped::Unreadable, 1)]));
}
