//! Lambda: functions, 50 a page.
//! <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html>

mod function;

use rust_decimal::Decimal;

use super::page::{number_of, page};
use super::place::Place;
use super::tiers::Tiers;
use super::{Aws, FUNCTIONS, refusals};
use crate::cloud::Call;
use crate::http::{Reply, Request};
use crate::truth::{Cost, HOURS, Sum};
pub(super) use function::{Architecture, Function};

/// The most functions of a page.
const PAGE: u64 = 50;

pub(super) fn answer(aws: &Aws, request: &Request, call: &Call) -> Reply {
    if call.operation != "ListFunctions" {
        let message = "The resource you requested does not exist.";
        return refusals::json_error("ResourceNotFoundException", message)
            .status(http::StatusCode::NOT_FOUND);
    }
    let place = aws.place(call);
    let all = place.as_ref().map_or(0, |place| aws.count(FUNCTIONS, place));
    let (marker, wanted) = (request.parameter("Marker"), request.parameter("MaxItems"));
    let (range, next) = page(marker.as_deref(), wanted.as_deref(), PAGE, all);
    let mut body = Vec::with_capacity(64 << 10);
    body.extend_from_slice(b"{\"Functions\":[");
    if let Some(place) = &place {
        for index in range.clone() {
            if index > range.start {
                body.push(b',');
            }
            Function::of(place, index).write(&mut body, place);
        }
    }
    body.extend_from_slice(b"],\"NextMarker\":");
    match next {
        Some(next) => body.extend_from_slice(format!("\"{next}\"}}").as_bytes()),
        None => body.extend_from_slice(b"null}"),
    }
    Reply::of("application/json", body)
}

/// The function of this name, where there is one.
pub(super) fn find(aws: &Aws, place: &Place, name: &str) -> Option<Function> {
    let index = number_of(name).filter(|index| *index < aws.count(FUNCTIONS, place))?;
    Some(Function::of(place, index)).filter(|function| function.name == name)
}

/// The prices of an architecture in a region, and how far its tiers are filled.
struct Meter {
    requests: Option<Decimal>,
    durations: [Option<Decimal>; 3],
    tiers: Tiers,
}

impl Meter {
    /// Tiers of an account, region and month: 6 and 9 billion GB-seconds, of Arm a quarter more,
    /// here by the hour to nine places. <https://aws.amazon.com/lambda/pricing/>
    fn of(aws: &Aws, region: &str, architecture: Architecture) -> Self {
        let (variant, suffix, month) = match architecture {
            Architecture::X86 => ("x86", "", [6_000_000_000_u64, 9_000_000_000]),
            Architecture::Arm => ("arm", "-ARM", [7_500_000_000, 11_250_000_000]),
        };
        let price = |sku: &str, unit| aws.facts.price("aws/lambda", sku, variant, unit, region);
        let duration = |tier| price(&format!("Lambda Duration{suffix}{tier}"), "GB-second");
        let hour = month.map(|size| (Decimal::from(size) / HOURS).round_dp(9));
        Self {
            requests: price(&format!("Lambda Requests{suffix}"), "request"),
            durations: ["", " Tier2", " Tier3"].map(duration),
            tiers: Tiers::of(hour),
        }
    }

    fn cost(&mut self, function: &Function) -> Cost {
        // Managed instances are billed as EC2, at prices that no table has.
        let mut cost = if function.managed { Cost::FREE.and(None) } else { Cost::FREE };
        if function.invocations > 0 {
            let requests = Decimal::from(function.invocations);
            cost = cost.and_hourly(self.requests.map(|price| price * requests));
        }
        for (tier, part) in self.tiers.fill(function.gigabyte_seconds()) {
            cost = cost.and_hourly(self.durations[tier].map(|price| price * part));
        }
        cost
    }
}

/// What the functions of a place cost, by what they did in the last hour.
pub(super) fn sum(aws: &Aws, place: &Place) -> Sum {
    let mut sum = Sum::default();
    let mut x86 = Meter::of(aws, place.region, Architecture::X86);
    let mut arm = Meter::of(aws, place.region, Architecture::Arm);
    for index in 0..aws.count(FUNCTIONS, place) {
        let function = Function::of(place, index);
        let meter = match function.architecture {
            Architecture::X86 => &mut x86,
            Architecture::Arm => &mut arm,
        };
        sum.add(&meter.cost(&function));
    }
    sum
}
