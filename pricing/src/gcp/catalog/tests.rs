use serde_json::{Value, json};

use super::*;

const TODAY: Date = jiff::civil::date(2026, 11, 20);

fn page(body: &[u8]) -> Result<Page, CatalogError> {
    super::page(body, TODAY)
}

/// A row with these tiers: what use they begin at, and what they cost.
fn row(tiers: &Value) -> Value {
    json!({
        "name": "services/6F81-5844-456A/skus/AAAA-0000-0001",
        "skuId": "AAAA-0000-0001",
        "description": "Example Instance Core running in Finland",
        "category": {"serviceDisplayName": "Compute Engine", "resourceFamily": "Compute",
            "resourceGroup": "CPU", "usageType": "OnDemand"},
        "serviceRegions": ["europe-north1"],
        "pricingInfo": [{
            "pricingExpression": {"usageUnit": "h", "baseUnit": "s", "displayQuantity": 1,
                "baseUnitConversionFactor": 3600, "tieredRates": tiers},
            "currencyConversionRate": 1,
            "effectiveTime": "2026-05-04T10:52:50.681Z",
        }],
    })
}

fn usd(units: &str, nanos: i64) -> Value {
    json!({"currencyCode": "USD", "units": units, "nanos": nanos})
}

fn tier(price: &Value) -> Value {
    json!([{"startUsageAmount": 0, "unitPrice": price}])
}

fn read(rows: &[Value]) -> Page {
    page(json!({"skus": rows}).to_string().as_bytes()).unwrap()
}

/// The one price of a row.
fn price(price: &Value) -> Result<String, String> {
    let page = read(&[row(&tier(price))]);
    match page.rows.first() {
        Some(sku) => Ok(sku.tiers[0].price.normalize().to_string()),
        None => Err(page.refused[0].reason.clone()),
    }
}

#[test]
fn a_row_is_read_with_all_that_it_says() {
    let page = read(&[row(&tier(&usd("2", 933_908_000)))]);
    let expected = Sku {
        sku_id: "AAAA-0000-0001".to_owned(),
        description: "Example Instance Core running in Finland".to_owned(),
        service: "Compute Engine".to_owned(),
        resource_family: "Compute".to_owned(),
        resource_group: "CPU".to_owned(),
        usage_type: "OnDemand".to_owned(),
        regions: vec!["europe-north1".to_owned()],
        unit: Measure {
            usage_unit: "h".to_owned(),
            base_unit: "s".to_owned(),
            base_units: Some(Decimal::from(3_600)),
            display_quantity: Some(Decimal::ONE),
        },
        // 2 + 933,908,000 ÷ 1,000,000,000.
        tiers: vec![Tier { start: Decimal::ZERO, price: "2.933908".parse().unwrap() }],
        effective_time: "2026-05-04T10:52:50.681Z".parse().unwrap(),
    };
    assert_eq!(page, Page { rows: vec![expected], ..Page::default() });
}

#[test]
fn prices_are_exact() {
    for (money, expected) in [
        (usd("0", 4_237_000), "0.004237"),
        (usd("0", 1), "0.000000001"),
        (usd("9223372036854775807", 999_999_999), "9223372036854775807.999999999"),
        (usd("-1", -750_000_000), "-1.75"),
        (usd("0", -1), "-0.000000001"),
        (json!({"currencyCode": "USD", "units": 3}), "3"),
        // Google's JSON leaves out what is zero: this is free.
        (json!({"currencyCode": "USD"}), "0"),
    ] {
        assert_eq!(price(&money).as_deref(), Ok(expected), "{money}");
    }
}

#[test]
fn what_is_no_amount_by_googles_rules_is_refused() {
    for (money, word) in [
        (usd("1", -1), "signs"),
        (usd("-1", 1), "signs"),
        (usd("0", 1_000_000_000), "more than a whole unit"),
        (usd("0", -1_000_000_000), "more than a whole unit"),
        (usd("0", 99_999_999_999), "nanos"),
        (usd("9223372036854775808", 0), "units"),
        (usd("one", 0), "units"),
        (usd("1.5", 0), "units"),
        (json!({"currencyCode": "USD", "nanos": 0.5}), "nanos"),
        (json!({"currencyCode": "USD", "units": {}}), "units"),
        (json!({"units": "1"}), "currency"),
    ] {
        let reason = price(&money).unwrap_err();
        assert!(reason.contains(word), "{money}: {reason}");
    }
}

#[test]
fn another_currency_is_refused_and_the_other_rows_are_kept() {
    let rupiah = json!({"currencyCode": "IDR", "units": "68", "nanos": 204_999_658});
    let mut converted = row(&tier(&usd("1", 0)));
    converted["pricingInfo"][0]["currencyConversionRate"] = json!(14_999.999_925);
    let mixed = json!([
        {"startUsageAmount": 0, "unitPrice": usd("1", 0)},
        {"startUsageAmount": 10, "unitPrice": rupiah},
    ]);
    let page = read(&[row(&tier(&rupiah)), row(&tier(&usd("1", 0))), row(&mixed), converted]);
    assert_eq!(page.rows.len(), 1);
    let reasons: Vec<&str> = page.refused.iter().map(|refused| &*refused.reason).collect();
    assert_eq!(
        reasons,
        [
            "its price is in IDR, not in USD",
            "its price is in IDR, not in USD",
            "its price is converted from USD at a rate of 14999.999925",
        ]
    );
    assert!(page.refused.iter().all(|refused| refused.sku_id == "AAAA-0000-0001"));
    assert!(page.refused.iter().all(|refused| refused.why == Dropped::OtherCurrency));
}

#[test]
fn a_rate_that_is_not_said_is_one() {
    for rate in [json!(1.0), json!(0), Value::Null] {
        let mut plain = row(&tier(&usd("1", 0)));
        plain["pricingInfo"][0]["currencyConversionRate"] = rate.clone();
        assert_eq!(read(&[plain]).rows.len(), 1, "{rate}");
    }
}

#[test]
fn tiers_come_by_ascending_use() {
    let tiers = json!([
        {"startUsageAmount": 1024, "unitPrice": usd("0", 110_000_000)},
        {"unitPrice": usd("0", 120_000_000)},
        {"startUsageAmount": 10240.5, "unitPrice": usd("0", 80_000_000)},
    ]);
    let page = read(&[row(&tiers)]);
    let told: Vec<String> = page.rows[0]
        .tiers
        .iter()
        .map(|tier| format!("{}: {}", tier.start.normalize(), tier.price.normalize()))
        .collect();
    assert_eq!(told, ["0: 0.12", "1024: 0.11", "10240.5: 0.08"]);
    for odd in [
        json!([{"startUsageAmount": -1, "unitPrice": usd("1", 0)}]),
        json!([{"unitPrice": usd("1", 0)}, {"startUsageAmount": 0, "unitPrice": usd("2", 0)}]),
        json!([{"startUsageAmount": 0}]),
        json!([]),
        Value::Null,
    ] {
        assert_eq!(read(&[row(&odd)]).refused.len(), 1, "{odd}");
    }
}

#[test]
fn the_newest_of_several_prices_holds() {
    let mut several = row(&tier(&usd("1", 0)));
    let mut other = several["pricingInfo"][0].clone();
    other["effectiveTime"] = "2026-09-01T00:00:00Z".into();
    other["pricingExpression"]["tieredRates"] = tier(&usd("3", 0));
    let mut older = other.clone();
    older["effectiveTime"] = "2024-09-01T00:00:00Z".into();
    older["pricingExpression"]["tieredRates"] = tier(&usd("5", 0));
    several["pricingInfo"] = json!([several["pricingInfo"][0], other, older]);
    let page = read(&[several]);
    assert_eq!(page.rows[0].tiers[0].price, Decimal::from(3));
    assert_eq!(page.rows[0].effective_time, "2026-09-01T00:00:00Z".parse().unwrap());
}

#[test]
fn a_price_that_is_still_to_come_does_not_hold() {
    let mut several = row(&tier(&usd("1", 0)));
    let mut coming = several["pricingInfo"][0].clone();
    coming["effectiveTime"] = "2026-11-21T00:00:00Z".into();
    coming["pricingExpression"]["tieredRates"] = tier(&usd("3", 0));
    let mut only_coming = several.clone();
    only_coming["pricingInfo"] = json!([coming]);
    let mut today = several.clone();
    today["pricingInfo"][0]["effectiveTime"] = "2026-11-20T23:59:59Z".into();
    several["pricingInfo"] = json!([coming, several["pricingInfo"][0]]);
    let page = read(&[several, only_coming, today]);
    let prices: Vec<Decimal> = page.rows.iter().map(|sku| sku.tiers[0].price).collect();
    assert_eq!(prices, [Decimal::ONE, Decimal::ONE]);
    assert_eq!(page.refused[0].why, Dropped::NotYet);
    assert_eq!(page.refused[0].reason, "its price holds only after 2026-11-20");
}

#[test]
fn a_time_may_be_spelled_with_a_capital_letter() {
    let mut capital = row(&tier(&usd("1", 0)));
    let info = capital["pricingInfo"][0].as_object_mut().unwrap();
    let time = info.remove("effectiveTime").unwrap();
    info.insert("EffectiveTime".to_owned(), time);
    assert_eq!(read(&[capital]), read(&[row(&tier(&usd("1", 0)))]));
}

#[test]
fn rows_without_a_price_are_refused_with_the_reason() {
    let with = |change: fn(&mut Value)| {
        let mut odd = row(&tier(&usd("1", 0)));
        change(&mut odd);
        odd
    };
    for (odd, word) in [
        (with(|odd| odd["pricingInfo"] = json!([])), "no price"),
        (with(|odd| odd["pricingInfo"] = Value::Null), "no price"),
        (with(|odd| odd["pricingInfo"] = json!("many")), "cannot be read"),
        (with(|odd| odd["pricingInfo"][0]["effectiveTime"] = json!("now")), "no time"),
        (with(|odd| odd["pricingInfo"][0]["effectiveTime"] = Value::Null), "no time"),
        (with(|odd| odd["pricingInfo"][0]["pricingExpression"] = Value::Null), "no price"),
        (
            with(|odd| odd["pricingInfo"][0]["pricingExpression"]["usageUnit"] = Value::Null),
            "what it is for one of",
        ),
        (with(|odd| odd["skuId"] = Value::Null), "no id"),
        (json!(7), "cannot be read"),
    ] {
        let page = read(&[odd, row(&tier(&usd("1", 0)))]);
        assert_eq!((page.rows.len(), page.refused.len()), (1, 1), "{word}");
        assert!(page.refused[0].reason.contains(word), "{}", page.refused[0].reason);
    }
    let odd = read(&[with(|odd| odd["pricingInfo"] = json!("many"))]);
    assert_eq!(odd.refused[0].sku_id, "AAAA-0000-0001");
}

#[test]
fn a_page_says_whether_there_is_another() {
    let token = |text: &str| page(text.as_bytes()).unwrap().next_page_token;
    assert_eq!(token(r#"{"skus": [], "nextPageToken": "more"}"#).as_deref(), Some("more"));
    assert_eq!(token(r#"{"skus": null, "nextPageToken": ""}"#), None);
    assert_eq!(token("{}"), None);
}

#[test]
fn a_refusal_is_told_in_googles_words() {
    let body =
        json!({"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "not yours"}});
    let error = page(body.to_string().as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the Cloud Billing Catalog refused to answer with 403 PERMISSION_DENIED: not yours"
    );
    let bare = page(br#"{"error": "no"}"#).unwrap_err();
    assert!(bare.to_string().ends_with(": Google does not say why"));
}

#[test]
fn what_is_no_page_is_told_apart() {
    for body in ["<html>", "[]", "7", r#"{"skus": 7}"#] {
        let error = page(body.as_bytes()).unwrap_err();
        assert!(matches!(error, CatalogError::Unreadable(_)), "{body:?}: {error}");
    }
    for body in ["", r#"{"skus": ["#] {
        let error = page(body.as_bytes()).unwrap_err();
        assert!(matches!(error, CatalogError::CutOff(_)), "{body:?}: {error}");
    }
}
