//! Items shaped after Microsoft's, the rows they give, and what things then cost.

mod costs;
mod databases;
mod keys;
mod odd;
mod order;
mod plan;
mod recorded;
mod traps;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::*;
use crate::sync::{Dropped, Harvest, Next, PageParser, ParseError};

/// The day of every test.
const TODAY: Date = date(2026, 11, 22);

/// An item as it is sent.
#[derive(Debug, Clone, Copy)]
struct Sample {
    service: &'static str,
    product: &'static str,
    sku: &'static str,
    meter: &'static str,
    arm_sku: &'static str,
    region: &'static str,
    kind: &'static str,
    currency: &'static str,
    price: &'static str,
    tier: &'static str,
    unit: &'static str,
    since: &'static str,
    until: &'static str,
    plans: &'static str,
    primary: bool,
}

/// A D2s v3 without Windows.
const MACHINE: Sample = Sample {
    service: "Virtual Machines",
    product: "Virtual Machines Dsv3 Series",
    sku: "D2s v3",
    meter: "D2s v3",
    arm_sku: "Standard_D2s_v3",
    region: "eastus",
    kind: "Consumption",
    currency: "USD",
    price: "0.096",
    tier: "0.0",
    unit: "1 Hour",
    since: "2017-12-15T00:00:00Z",
    until: "",
    plans: "",
    primary: true,
};

impl Sample {
    fn json(&self) -> String {
        let Self { service, product, sku, meter, arm_sku, region, kind, .. } = self;
        let Self { currency, price, tier, unit, since, until, plans, primary, .. } = self;
        let until = match *until {
            "" => String::new(),
            until => format!(r#""effectiveEndDate":"{until}","#),
        };
        let plans = match *plans {
            "" => String::new(),
            plans => format!(r#","savingsPlan":{plans}"#),
        };
        format!(
            r#"{{"currencyCode":"{currency}","tierMinimumUnits":{tier},"retailPrice":{price},
            "unitPrice":{price},"armRegionName":"{region}","location":"somewhere",
            "effectiveStartDate":"{since}",{until}"meterId":"one for all","meterName":"{meter}",
            "productId":"P","skuId":"P/1","productName":"{product}","skuName":"{sku}",
            "serviceName":"{service}","serviceId":"S","serviceFamily":"F",
            "unitOfMeasure":"{unit}","type":"{kind}","isPrimaryMeterRegion":{primary},
            "armSkuName":"{arm_sku}"{plans}}}"#
        )
    }
}

/// The last page of a list.
fn body<T: AsRef<str>>(items: &[T]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    format!(
        r#"{{"BillingCurrency":"USD","CustomerEntityId":"Default","CustomerEntityType":"Retail",
        "Items":[{}],"NextPageLink":null,"Count":{}}}"#,
        items.join(","),
        items.len()
    )
}

/// The parser of a service's table.
fn parser(service: &str, region: &str) -> Pages {
    let service = SERVICES.iter().find(|one| one.name == service).unwrap();
    Pages::new(service.name, region, (service.mapping)())
}

/// What a list of one page gives.
fn read(service: &str, region: &str, body: &str) -> Result<Harvest, ParseError> {
    let mut harvest = Harvest::new(TODAY);
    let mut parser = parser(service, region);
    assert_eq!(parser.page(body.as_bytes(), &mut harvest)?, Next::End);
    parser.finish(&mut harvest)?;
    Ok(harvest)
}

/// What items give, in the table of the first one's service and region.
fn harvest(samples: &[Sample]) -> Harvest {
    harvest_of(&samples[0], samples)
}

/// What items give, in the table of one's service and region.
fn harvest_of(table: &Sample, samples: &[Sample]) -> Harvest {
    let region = if table.region.is_empty() { GLOBAL } else { table.region };
    let items: Vec<String> = samples.iter().map(Sample::json).collect();
    read(table.service, region, &body(&items)).unwrap()
}

/// `azure/vm Standard_D2s_v3 [linux] eastus: 0.096 hour`, sorted.
fn rows(harvest: &Harvest) -> Vec<String> {
    let line = |row: crate::sync::TableRow<'_>| {
        let [service, sku, variant, unit, region] = row.key;
        let variant = if variant.is_empty() { String::new() } else { format!(" [{variant}]") };
        format!("{service} {sku}{variant} {region}: {} {unit}", row.price)
    };
    let mut rows: Vec<String> = harvest.rows().map(line).collect();
    rows.sort();
    rows
}

/// How many items were left out, by reason.
fn dropped(harvest: &Harvest) -> Vec<(Dropped, u64)> {
    harvest.dropped().into_iter().collect()
}

/// Nothing was left out.
fn nothing() -> BTreeMap<Dropped, u64> {
    BTreeMap::new()
}
