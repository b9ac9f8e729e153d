//! EC2: instances, what spot costs, and who owns an address.

mod instance;
mod spot;
mod write;

use std::fmt::Write as _;

use http::StatusCode;

use super::place::{Place, REGIONS};
use super::{Aws, xml};
use crate::cloud::Call;
use crate::http::{Reply, Request};
use crate::size::Mix;
use crate::truth::Sum;
pub(super) use instance::{Instance, State};

/// The most instances, volumes or prices that EC2 gives in one page.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html>
pub(super) const PAGE: u64 = 1_000;

pub(super) fn answer(aws: &Aws, request: &Request, call: &Call) -> Reply {
    match call.operation.as_str() {
        "DescribeInstances" => describe(aws, request, call),
        "DescribeSpotPriceHistory" => spot::history(aws, request, call),
        "DescribeAddresses" => addresses(aws, call),
        "DescribeRegions" => regions(aws),
        other => xml::error(
            "ec2",
            "InvalidAction",
            &format!("The action {other} is not valid for this web service."),
        )
        .status(StatusCode::BAD_REQUEST),
    }
}

/// One page: its first index and the token of the next.
pub(super) fn page(request: &Request, all: u64) -> (std::ops::Range<u64>, Option<String>) {
    let wanted = request.field("MaxResults").and_then(|text| text.parse().ok()).unwrap_or(PAGE);
    let start: u64 = request.field("NextToken").and_then(|text| text.parse().ok()).unwrap_or(0);
    let end = all.min(start.saturating_add(wanted.clamp(1, PAGE)));
    (start.min(end)..end, (end < all).then(|| end.to_string()))
}

/// How many records are listed: in a mixed fleet one in a hundred beyond those that exist, which
/// are terminated and which AWS still remembers.
fn listed(aws: &Aws, place: &Place) -> u64 {
    let count = aws.instances(place);
    match aws.size.mix {
        Mix::All => count + count / 100,
        Mix::Machines => count,
    }
}

fn describe(aws: &Aws, request: &Request, call: &Call) -> Reply {
    let place = aws.place(call);
    let (range, next) = page(request, place.as_ref().map_or(0, |place| listed(aws, place)));
    // An instance takes five to six thousand bytes.
    let count = usize::try_from(range.end - range.start).unwrap_or_default();
    let mut items = String::with_capacity(count * 6_000);
    if let Some(place) = &place {
        for index in range {
            write::reservation(&mut items, place, &Instance::of(aws, place, index));
        }
    }
    xml::ec2("DescribeInstances", "reservationSet", &items, next.as_deref())
}

/// Every Elastic IP address of the place: EC2 has no pages for these.
fn addresses(aws: &Aws, call: &Call) -> Reply {
    let mut items = String::new();
    if let Some(place) = aws.place(call) {
        for index in 0..aws.instances(&place) {
            let instance = Instance::of(aws, &place, index);
            let Some(elastic) = &instance.elastic else { continue };
            let pool = if elastic.own_pool { "ipv4pool-ec2-0123456789abcdef0" } else { "amazon" };
            let _ = write!(
                items,
                "<item><publicIp>{}</publicIp><allocationId>eipalloc-{}</allocationId>\
                 <domain>vpc</domain><instanceId>{}</instanceId><publicIpv4Pool>{pool}</publicIpv4Pool>\
                 <networkBorderGroup>{}</networkBorderGroup></item>",
                elastic.address,
                &instance.id[2..],
                instance.id,
                place.region
            );
        }
    }
    xml::ec2("DescribeAddresses", "addressesSet", &items, None)
}

fn regions(aws: &Aws) -> Reply {
    let count = usize::try_from(aws.size.regions).unwrap_or(REGIONS.len());
    let mut items = String::new();
    for name in &REGIONS[..count] {
        let _ = write!(
            items,
            "<item><regionName>{name}</regionName><regionEndpoint>ec2.{name}.amazonaws.com\
             </regionEndpoint><optInStatus>opt-in-not-required</optInStatus></item>"
        );
    }
    xml::ec2("DescribeRegions", "regionInfo", &items, None)
}

/// What the instances of a place cost.
pub(super) fn sum(aws: &Aws, place: &Place) -> Sum {
    let mut sum = Sum::default();
    for index in 0..aws.instances(place) {
        sum.add(&Instance::of(aws, place, index).cost(aws, place));
    }
    sum
}
