//! Lambda functions: requests and duration.

use finops_core::model::{Costs, HOURS_PER_MONTH, Quantity};
use rust_decimal::Decimal;

use crate::book::PriceKey;
use crate::prices::Found;
use crate::prices::ListPrices;
use crate::tiers::Meter;

/// The processor architecture of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Architecture {
    /// `x86_64`.
    X86,
    /// `arm64`.
    Arm,
}

/// A function and what it did in the last hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionUse {
    /// The architecture.
    pub architecture: Architecture,
    /// The configured memory in MB, of which AWS counts 1,024 to the GB.
    pub memory_mb: u64,
    /// Invocations in the last hour.
    pub invocations_last_hour: u64,
    /// Milliseconds of all invocations of the last hour together.
    pub duration_ms_last_hour: Decimal,
}

/// GB-seconds of a month in the first and in the second tier; whatever is beyond both is in the
/// third. <https://aws.amazon.com/lambda/pricing/>
const X86_TIERS: [u64; 2] = [6_000_000_000, 9_000_000_000];
/// The same for Arm: 7.5 and 11.25 billion.
const ARM_TIERS: [u64; 2] = [7_500_000_000, 11_250_000_000];

const X86_DURATION: [&str; 3] =
    ["Lambda Duration", "Lambda Duration Tier2", "Lambda Duration Tier3"];
const ARM_DURATION: [&str; 3] =
    ["Lambda Duration-ARM", "Lambda Duration-ARM Tier2", "Lambda Duration-ARM Tier3"];

/// All functions of one account and region, each as components `requests` and `duration`, in the
/// order given. A function that did not run costs nothing.
///
/// They are priced together because the tiers count the sum of their GB-seconds in a month, for
/// each architecture: here 730 times the last hour's. The functions fill the tiers in the order
/// given; one that crosses the end of a tier has a `duration` line in each.
///
/// The free tier (a million requests and 400,000 GB-seconds a month of an account, over all
/// regions) is not considered. Neither are provisioned concurrency and ephemeral storage over
/// 512 MB.
#[must_use]
pub fn functions(prices: &ListPrices, region: &str, used: &[FunctionUse]) -> Vec<Costs> {
    let mut x86 = meter(X86_DURATION, X86_TIERS);
    let mut arm = meter(ARM_DURATION, ARM_TIERS);
    let price = |sku: &str, architecture: Architecture, unit: &str| {
        let variant = match architecture {
            Architecture::X86 => "x86",
            Architecture::Arm => "arm",
        };
        prices.price(&PriceKey { service: "aws/lambda", sku, region, variant, unit })
    };
    let cost = |function: &FunctionUse| match function.architecture {
        Architecture::X86 => one(function, &mut x86, "Lambda Requests", price),
        Architecture::Arm => one(function, &mut arm, "Lambda Requests-ARM", price),
    };
    used.iter().map(cost).collect()
}

/// Tiers in GB-seconds of one hour, because that is what a duration line counts: a month's size
/// divided by 730, to nine places.
fn meter(skus: [&'static str; 3], monthly: [u64; 2]) -> Meter<&'static str> {
    let hours = Decimal::from(HOURS_PER_MONTH);
    let [first, second] = monthly.map(|size| Quantity::new(Decimal::from(size) / hours));
    Meter::new([(skus[0], first), (skus[1], second)], skus[2])
}

fn one(
    function: &FunctionUse,
    meter: &mut Meter<&'static str>,
    requests: &str,
    price: impl Fn(&str, Architecture, &str) -> Found,
) -> Costs {
    let mut costs = Costs::free();
    let FunctionUse { architecture, invocations_last_hour: invocations, .. } = *function;
    if invocations > 0 {
        let price = price(requests, architecture, "request");
        costs.add_or_miss("requests", Quantity::from(invocations), price);
    }
    let Some(duration) = gigabyte_seconds(function) else {
        costs.miss("duration", "the measured duration is too large to be true");
        return costs;
    };
    for (sku, part) in meter.fill(duration) {
        costs.add_or_miss("duration", part, price(sku, architecture, "GB-second"));
    }
    costs
}

/// `None` where the product is beyond what a decimal can hold.
fn gigabyte_seconds(function: &FunctionUse) -> Option<Quantity> {
    let gigabytes = Decimal::from(function.memory_mb) / Decimal::from(1024);
    let seconds = function.duration_ms_last_hour / Decimal::ONE_THOUSAND;
    gigabytes.checked_mul(seconds).map(Quantity::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(architecture: Architecture, memory_mb: u64, calls: u64, ms: &str) -> FunctionUse {
        FunctionUse {
            architecture,
            memory_mb,
            invocations_last_hour: calls,
            duration_ms_last_hour: ms.parse().unwrap(),
        }
    }

    fn month(costs: &Costs, component: &str) -> String {
        costs.component(component).unwrap().exact_monthly().to_string()
    }

    #[test]
    fn a_small_function_pays_for_requests_and_gigabyte_seconds() {
        // 512 MB for 100,000 ms: 50 GB-s.
        let function = used(Architecture::X86, 512, 1_000, "100000");
        let costs = functions(&ListPrices::aws(), "us-east-1", &[function]);
        assert_eq!(month(&costs[0], "requests"), "0.146"); // 1,000 × 730 × 0.0000002
        assert_eq!(month(&costs[0], "duration"), "0.60833455"); // 50 × 730 × 0.0000166667
    }

    #[test]
    fn an_impossible_duration_is_unpriced() {
        let mut function = used(Architecture::X86, u64::MAX, 1, "1");
        function.duration_ms_last_hour = Decimal::MAX;
        let costs = functions(&ListPrices::aws(), "us-east-1", &[function]);
        assert_eq!(costs[0].unpriced[0].component, "duration");
    }

    #[test]
    fn arm_has_its_own_prices() {
        let function = used(Architecture::Arm, 1024, 1_000, "1000000");
        let costs = functions(&ListPrices::aws(), "us-east-1", &[function]);
        assert_eq!(month(&costs[0], "requests"), "0.146");
        assert_eq!(month(&costs[0], "duration"), "9.733382"); // 1,000 × 730 × 0.0000133334
    }

    #[test]
    fn the_second_function_crosses_the_end_of_the_first_tier() {
        // The first tier holds 6,000,000,000/730 = 8,219,178.082191781 GB-s an hour.
        // The first function uses 8,000,000 of them, the second 1,000,000: 219,178.082191781 in
        // the first tier and 780,821.917808219 in the second.
        let function = |seconds: &str| used(Architecture::X86, 1024, 1, seconds);
        let both = [function("8000000000"), function("1000000000")];
        let costs = functions(&ListPrices::aws(), "us-east-1", &both);
        assert_eq!(costs[0].lines.len(), 2);
        let parts: Vec<_> = costs[1].lines[1..]
            .iter()
            .map(|line| (line.quantity.amount().to_string(), line.price.unit_price.to_string()))
            .collect();
        let expected = [("219178.082191781", "0.0000166667"), ("780821.917808219", "0.000015")];
        assert_eq!(parts, expected.map(|(part, price)| (part.to_owned(), price.to_owned())));
        // A month of both is 6,570,000,000 GB-s: 6,000,000,000 × 0.0000166667 = 100,000.20 and
        // 570,000,000 × 0.000015 = 8,550.00.
        let total =
            costs[0].component("duration").unwrap() + costs[1].component("duration").unwrap();
        assert_eq!(total.monthly(), "108550.20".parse().unwrap());
    }

    #[test]
    fn the_architectures_do_not_share_tiers() {
        let heavy = used(Architecture::X86, 1024, 0, "9000000000");
        let arm = used(Architecture::Arm, 1024, 0, "1000");
        let costs = functions(&ListPrices::aws(), "us-east-1", &[heavy, arm]);
        assert_eq!(costs[1].lines[0].price.unit_price, "0.0000133334".parse().unwrap());
    }

    #[test]
    fn a_function_that_did_not_run_is_free_and_an_unknown_region_unpriced() {
        let prices = ListPrices::aws();
        let idle = used(Architecture::X86, 128, 0, "0");
        assert_eq!(functions(&prices, "us-east-1", &[idle]), [Costs::free()]);
        let busy = used(Architecture::X86, 128, 5, "10");
        let costs = functions(&prices, "cn-north-1", &[busy]);
        assert!(costs[0].is_unpriced());
        assert_eq!(costs[0].unpriced.len(), 2);
    }
}
