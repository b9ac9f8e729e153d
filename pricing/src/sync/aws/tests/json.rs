//! The JSON of offers.

use super::*;

/// An offer with two products, one of them with a reservation.
const OFFER: &str = r#"{
  "formatVersion": "v1.0",
  "offerCode": "AmazonEC2",
  "version": "20261030080000",
  "publicationDate": "2026-10-30T08:00:00Z",
  "somethingNew": [{"deep": [1, 2, {"er": null}]}],
  "products": {
    "AAAA": {
      "sku": "AAAA",
      "productFamily": "Compute Instance",
      "attributes": {
        "servicecode": "AmazonEC2", "regionCode": "eu-west-1", "location": "EU (Ireland)",
        "locationType": "AWS Region", "instanceType": "m5.large", "tenancy": "Shared",
        "operatingSystem": "Linux", "preInstalledSw": "NA", "licenseModel": "No License required",
        "capacitystatus": "Used", "marketoption": "OnDemand",
        "usagetype": "EU-BoxUsage:m5.large", "operation": "RunInstances", "vcpu": 2
      }
    },
    "BBBB": {
      "sku": "BBBB",
      "productFamily": "Compute Instance",
      "attributes": {
        "regionCode": "eu-west-1", "locationType": "AWS Region", "instanceType": "m5.large",
        "tenancy": "Dedicated", "operatingSystem": "Linux", "preInstalledSw": "NA",
        "usagetype": "EU-DedicatedUsage:m5.large", "operation": "RunInstances"
      }
    },
    "CCCC": "not a product"
  },
  "terms": {
    "OnDemand": {
      "AAAA": {"AAAA.JRTCKXETXF": {
        "sku": "AAAA", "effectiveDate": "2026-10-01T00:00:00Z",
        "priceDimensions": {"AAAA.JRTCKXETXF.6YS6EN2CT7": {
          "unit": "Hrs", "beginRange": "0", "endRange": "Inf",
          "pricePerUnit": {"USD": "0.1070000000", "CNY": "0.7"}
        }}
      }},
      "BBBB": {"BBBB.JRTCKXETXF": {
        "sku": "BBBB", "effectiveDate": "2026-10-01T00:00:00Z",
        "priceDimensions": {"BBBB.JRTCKXETXF.6YS6EN2CT7": {
          "unit": "Hrs", "beginRange": "0", "endRange": "Inf", "pricePerUnit": {"USD": "0.2"}
        }}
      }}
    },
    "Reserved": {
      "AAAA": {"AAAA.38NPMPTW36": {
        "priceDimensions": {"one": {"unit": "Hrs"}, "two": {"unit": "Quantity"}}
      }}
    }
  }
}"#;

fn outcome(text: &str) -> (Harvest, Result<Published, ParseError>) {
    read("AmazonEC2", "eu-west-1", text.as_bytes())
}

#[test]
fn products_meet_their_terms() {
    let (harvest, published) = outcome(OFFER);
    let published = published.unwrap();
    assert_eq!(published.at, Some("2026-10-30T08:00:00Z".parse().unwrap()));
    assert_eq!(published.version, "20261030080000");
    assert_eq!(lines(&harvest), ["aws/ec2 m5.large linux hour eu-west-1 0.107"]);
    let counts = [(Dropped::OtherTenancy, 1), (Dropped::Unreadable, 1), (Dropped::NotOnDemand, 2)];
    assert_eq!(harvest.dropped(), dropped(counts));
}

#[test]
fn a_price_in_another_currency_or_as_a_number_is_read_as_it_is() {
    let number = OFFER.replace("\"0.1070000000\"", "0.1070000000000000000000001");
    let (harvest, _) = outcome(&number);
    assert_eq!(
        lines(&harvest),
        ["aws/ec2 m5.large linux hour eu-west-1 0.1070000000000000000000001"]
    );
    let (harvest, _) = outcome(&OFFER.replace("\"USD\": \"0.1070000000\",", ""));
    assert_eq!(lines(&harvest), [""; 0]);
    assert_eq!(harvest.dropped()[&Dropped::OtherCurrency], 1);
}

#[test]
fn an_offer_that_is_cut_off_is_refused_wherever_it_is_cut() {
    for end in 0..OFFER.len() {
        let (_, cut) = outcome(&OFFER[..end]);
        assert!(matches!(cut, Err(ParseError::CutOff(_))), "{end}: {cut:?}");
    }
}

#[test]
fn what_is_no_offer_is_refused() {
    let refused = |text: &str| outcome(text).1.unwrap_err();
    assert_eq!(refused("{}"), ParseError::Missing("products".to_owned()));
    assert_eq!(refused("{\"products\": {}}"), ParseError::Missing("terms".to_owned()));
    let late = "{\"terms\": {\"OnDemand\": {}}, \"products\": {}}";
    assert_eq!(refused(late), ParseError::Missing("products before its terms".to_owned()));
    for other in ["{\"products\": 7}", "{\"offerCode\": \"AmazonRDS\"}", "{\"formatVersion\": 2}"] {
        assert!(matches!(refused(other), ParseError::NotAPriceList(_)), "{other}");
    }
    assert!(matches!(refused(&format!("{OFFER}{{")), ParseError::CutOff(_)));
}

#[test]
fn an_answer_of_get_products_has_the_same_prices() {
    let offer: serde_json::Value = serde_json::from_str(OFFER).unwrap();
    let pair = |sku: &str| {
        let reserved = &offer["terms"]["Reserved"][sku];
        let terms = serde_json::json!({
            "OnDemand": offer["terms"]["OnDemand"][sku],
            "Reserved": if reserved.is_null() { serde_json::json!({}) } else { reserved.clone() },
        });
        serde_json::json!({"product": offer["products"][sku], "terms": terms}).to_string()
    };
    let answer = serde_json::json!({
        "FormatVersion": "aws_v1",
        "PriceList": [pair("AAAA"), pair("BBBB"), "not a product"],
        "NextToken": "",
    });
    let (harvest, published) = outcome(&answer.to_string());
    published.unwrap();
    let (whole, _) = outcome(OFFER);
    assert_eq!(lines(&harvest), lines(&whole));
    assert_eq!(harvest.dropped(), whole.dropped());
}

#[test]
fn of_two_attributes_for_one_column_the_first_counts_as_in_the_csv() {
    let twice = OFFER.replace(
        "\"instanceType\": \"m5.large\", \"tenancy\": \"Shared\"",
        "\"instanceType\": \"m5.large\", \"instancetype\": \"m5.metal\", \"tenancy\": \"Shared\"",
    );
    // A chance of one half each time would be seen.
    for _ in 0..64 {
        let (harvest, _) = outcome(&twice);
        assert_eq!(lines(&harvest), ["aws/ec2 m5.large linux hour eu-west-1 0.107"]);
    }
}

#[test]
fn an_attribute_that_is_null_says_nothing_as_an_empty_column_does() {
    let nameless = OFFER.replace("\"instanceType\": \"m5.large\"", "\"instanceType\": null");
    let (harvest, published) = outcome(&nameless);
    published.unwrap();
    assert_eq!(lines(&harvest), [""; 0]);
    let anywhere = OFFER.replace("\"marketoption\": \"OnDemand\"", "\"marketoption\": null");
    assert_eq!(lines(&outcome(&anywhere).0), lines(&outcome(OFFER).0));
}
