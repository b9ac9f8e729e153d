//! The spot market: a price for each type and zone, somewhere below the list.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::page;
use crate::aws::catalog::{System, TYPES};
use crate::aws::place::Place;
use crate::aws::{Aws, xml};
use crate::cloud::Call;
use crate::draw::Draw;
use crate::http::{Reply, Request};

/// The present price of Linux of the type number `kind` in a zone, USD an hour with four to six
/// places as the market has them; the market has none of what no list has.
pub(super) fn price(aws: &Aws, place: &Place, kind: usize, zone: char) -> Option<Decimal> {
    let region = usize::try_from(place.region_index).ok()?;
    let listed = aws.catalog.on_demand(region, kind, System::Linux)?;
    let number = Draw::place(format_args!("{}{zone}", place.region));
    let mut draw = Draw::of(place.seed, number, "spot", kind as u64);
    let share = 2_500 + i64::try_from(draw.below(4_000)).unwrap_or_default();
    Some((listed * Decimal::new(share, 4)).round_dp(6).normalize())
}

/// The prices in force of the types that are asked for, and for each an older one behind it.
pub(super) fn history(aws: &Aws, request: &Request, call: &Call) -> Reply {
    let Some(place) = aws.place(call) else {
        return xml::ec2("DescribeSpotPriceHistory", "spotPriceHistorySet", "", None);
    };
    let wanted: Vec<String> =
        (1..).map_while(|number| request.field(&format!("InstanceType.{number}"))).collect();
    let linux = (1..)
        .map_while(|number| request.field(&format!("ProductDescription.{number}")))
        .any(|product| product == "Linux/UNIX");
    let kinds: Vec<usize> = (0..TYPES.len())
        .filter(|kind| linux && wanted.iter().any(|name| name == TYPES[*kind].1))
        .collect();
    let rows = kinds.iter().flat_map(|kind| ['a', 'b', 'c'].map(|zone| (*kind, zone)));
    let rows: Vec<_> = rows
        .filter_map(|(kind, zone)| Some((kind, zone, price(aws, &place, kind, zone)?)))
        .flat_map(|(kind, zone, now)| {
            [
                (kind, zone, now * Decimal::TWO, "2026-10-01T00:00:00.000Z"),
                (kind, zone, now, "2026-11-01T00:00:00.000Z"),
            ]
        })
        .collect();
    let (range, next) = page(request, rows.len() as u64);
    let mut items = String::new();
    for (kind, zone, price, at) in
        &rows[usize::try_from(range.start).unwrap_or(0)..usize::try_from(range.end).unwrap_or(0)]
    {
        let _ = write!(
            items,
            "<item><instanceType>{}</instanceType><productDescription>Linux/UNIX</productDescription>\
             <spotPrice>{price}</spotPrice><timestamp>{at}</timestamp>\
             <availabilityZone>{}{zone}</availabilityZone></item>",
            TYPES[*kind].1, place.region
        );
    }
    xml::ec2("DescribeSpotPriceHistory", "spotPriceHistorySet", &items, next.as_deref())
}
