//! Spot instances cost what the spot market says now, never the on-demand price.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use aws_sdk_ec2::types::InstanceType;
use aws_smithy_types::DateTime;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use finops_core::model::{Costs, Event, Price, Quantity, ServiceFailure, Unit};

use super::instance::{Lifecycle, Seen};
use crate::failure::failure;
use crate::pages;
use crate::scope::AwsScope;

pub(super) const ACTION: &str = "ec2:DescribeSpotPriceHistory";

/// The market's present prices by type, zone and product.
pub(super) struct Prices {
    known: HashMap<(String, String, String), Arc<Price>>,
    failed: bool,
}

impl Prices {
    /// Asks for the types and products that are running, all in one list: history from now to now
    /// is the price in force of each type, zone and product.
    pub(super) async fn ask(scope: &AwsScope, seen: &[Seen]) -> Self {
        let mut prices = Self { known: HashMap::new(), failed: false };
        let spot: Vec<&Seen> =
            seen.iter().filter(|seen| seen.lifecycle == Lifecycle::Spot).collect();
        let types: BTreeSet<&str> = spot.iter().map(|seen| &*seen.instance_type).collect();
        let products: BTreeSet<&str> =
            spot.iter().filter_map(|seen| seen.platform.spot_product_description()).collect();
        if types.is_empty() || products.is_empty() {
            return prices;
        }
        if let Err(ServiceFailure { error, hint }) = prices.read(scope, &types, &products).await {
            let mut event = Event::now("spot_prices_failed", Some("ec2"), error);
            event.hint = hint;
            scope.note(event);
            prices.failed = true;
        }
        prices
    }

    async fn read(
        &mut self,
        scope: &AwsScope,
        types: &BTreeSet<&str>,
        products: &BTreeSet<&str>,
    ) -> Result<(), ServiceFailure> {
        let now = DateTime::from_secs(scope.now.as_second());
        let mut request = scope.ec2().describe_spot_price_history().start_time(now).end_time(now);
        for kind in types {
            request = request.instance_types(InstanceType::from(*kind));
        }
        for product in products {
            // Accounts from before VPC name the same product with this suffix.
            request = request
                .product_descriptions(*product)
                .product_descriptions(format!("{product} (Amazon VPC)"));
        }
        let mut pages = request.into_paginator().page_size(1_000).send();
        let mut count = pages::Count::default();
        let mut newest: HashMap<(String, String, String), i64> = HashMap::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failure(ACTION, &error))?;
            count.next(ACTION, page.next_token())?;
            for row in page.spot_price_history() {
                let Some((key, at, price)) = self::row(row) else {
                    continue;
                };
                if newest.get(&key).is_some_and(|known| *known >= at) {
                    continue;
                }
                newest.insert(key.clone(), at);
                self.known.insert(key.clone(), Arc::new(market_price(scope, &key, at, price)));
            }
        }
        Ok(())
    }

    /// The compute cost of a spot instance.
    pub(super) fn compute(&self, seen: &Seen) -> Costs {
        let Some(product) = seen.platform.spot_product_description() else {
            let name = seen.platform.name();
            return Costs::unpriced("compute", format!("no spot price for {name}"));
        };
        let zone = seen.resource.zone.as_deref().unwrap_or_default();
        let key = (seen.instance_type.to_string(), zone.to_owned(), product.to_owned());
        if let Some(price) = self.known.get(&key) {
            let mut costs = Costs::free();
            costs.add("compute", Quantity::ONE, Arc::clone(price));
            return costs;
        }
        let reason = if self.failed {
            "the spot market's price could not be asked".to_owned()
        } else {
            format!("the spot market has no price for {} {product} in {zone}", seen.instance_type)
        };
        Costs::unpriced("compute", reason)
    }
}

type Key = (String, String, String);

fn row(row: &aws_sdk_ec2::types::SpotPrice) -> Option<(Key, i64, Decimal)> {
    let product = row.product_description()?.as_str();
    let product = product.strip_suffix(" (Amazon VPC)").unwrap_or(product);
    let price: Decimal = row.spot_price()?.parse().ok()?;
    if price <= Decimal::ZERO {
        return None;
    }
    let key = (
        row.instance_type()?.as_str().to_owned(),
        row.availability_zone()?.to_owned(),
        product.to_owned(),
    );
    Some((key, row.timestamp()?.secs(), price))
}

fn market_price(scope: &AwsScope, key: &Key, at: i64, unit_price: Decimal) -> Price {
    let as_of = Timestamp::from_second(at).unwrap_or(scope.now).to_zoned(TimeZone::UTC).date();
    let (kind, zone, product) = key;
    Price {
        unit_price,
        unit: Unit::Hour,
        source: "DescribeSpotPriceHistory".into(),
        as_of,
        sku_key: format!("aws/ec2-spot/{kind}/{zone}/{product}/hour").into(),
    }
}
