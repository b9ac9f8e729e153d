//! Pages like the catalogue's, made up, and what comes of them.

mod machines;
mod mapping;
mod plan;
mod recorded;
mod rules;
mod traps;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::lists::LISTS;
use super::pages::CatalogPages;
use crate::sync::{Dropped, Harvest, Next, PageParser as _, ParseError, Wanted};

const TODAY: Date = date(2026, 11, 20);

/// An SKU that is sold on demand, as of 2026-05-04.
fn sku(group: &str, description: &str, regions: &[&str], unit: &str, nanos: u64) -> Value {
    json!({
        "name": "services/6F81-5844-456A/skus/AAAA-0000-0001",
        "skuId": "AAAA-0000-0001",
        "description": description,
        "category": {"serviceDisplayName": "Some Service", "resourceFamily": "Some Family",
            "resourceGroup": group, "usageType": "OnDemand"},
        "serviceRegions": regions,
        "pricingInfo": [{
            "summary": "",
            "pricingExpression": {"usageUnit": unit, "displayQuantity": 1,
                "tieredRates": [{"startUsageAmount": 0, "unitPrice": usd(nanos)}]},
            "currencyConversionRate": 1,
            "effectiveTime": "2026-05-04T10:52:50.681Z",
        }],
    })
}

fn usd(nanos: u64) -> Value {
    let (units, nanos) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    json!({"currencyCode": "USD", "units": units.to_string(), "nanos": nanos})
}

/// Another SKU in another way of buying it.
fn used(mut sku: Value, usage: &str) -> Value {
    sku["category"]["usageType"] = usage.into();
    sku
}

/// Only these services, in every region.
fn only(services: &[&str]) -> Wanted {
    let services = services.iter().map(|service| (*service).to_owned()).collect();
    Wanted { services: Some(services), ..Wanted::everything() }
}

/// The same, in these regions.
fn within(wanted: Wanted, regions: &[&str]) -> Wanted {
    Wanted { regions: Some(regions.iter().map(|region| (*region).to_owned()).collect()), ..wanted }
}

/// What comes of the pages of a list.
fn read(list: &str, wanted: Wanted, pages: &[&[Value]]) -> Result<Harvest, ParseError> {
    let list = LISTS.iter().find(|known| known.short == list).unwrap();
    let url = "https://catalog.example/v1/services/x/skus?pageSize=5000".parse().unwrap();
    let mut parser = CatalogPages::new(list, url, wanted);
    let mut harvest = Harvest::new(TODAY);
    for (place, skus) in pages.iter().enumerate() {
        let token = if place + 1 < pages.len() { format!("page {place}") } else { String::new() };
        let body = json!({"skus": skus, "nextPageToken": token}).to_string();
        let next = parser.page(body.as_bytes(), &mut harvest)?;
        assert_eq!(next == Next::End, token.is_empty());
    }
    parser.finish(&mut harvest)?;
    Ok(harvest)
}

/// What comes of one page of Compute Engine's list, of one service.
fn compute(service: &str, skus: &[Value]) -> Harvest {
    read("compute", only(&[service]), &[skus]).unwrap()
}

/// The price of a key (service, sku, variant, unit, region) as a text.
fn price(harvest: &Harvest, key: [&str; 5]) -> Option<String> {
    harvest.find(key).map(|row| row.price.to_string())
}

/// Every row of a harvest.
fn rows(harvest: &Harvest) -> BTreeMap<String, (Decimal, Date)> {
    harvest.rows().map(|row| (row.key.join(" "), (row.price, row.effective))).collect()
}

/// How many rows were left out for a reason.
fn dropped(harvest: &Harvest, why: Dropped) -> u64 {
    harvest.dropped().get(&why).copied().unwrap_or_default()
}
