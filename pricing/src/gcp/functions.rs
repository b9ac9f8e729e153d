//! Cloud Run functions of the first generation by what they used in the last hour; those of the
//! second generation run on Cloud Run, of which the price book has nothing.
//! <https://cloud.google.com/functions/pricing-1stgen>
//!
//! The monthly free tier of a billing account is not taken off. Transfer to the internet, builds
//! and stored images are not included.

use finops_core::model::{Costs, Quantity};
use rust_decimal::Decimal;

use crate::ListPrices;
use crate::book::PriceKey;
use crate::measured::{Measured, quantity};
use crate::prices::Found;

/// MB-milliseconds in a GB-second. A GB has 1,024 MB: the page's price of a function of 128 MB is
/// that of an eighth of a GB.
const MEGABYTE_MILLISECONDS: Decimal = Decimal::from_parts(1_024_000, 0, 0, false, 0);

/// MHz-milliseconds in a GHz-second.
const MEGAHERTZ_MILLISECONDS: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// What each execution is rounded up to a multiple of, in milliseconds.
const STEP: Decimal = Decimal::from_parts(100, 0, 0, false, 0);

/// The processor that comes with an amount of memory: MB, MHz.
/// <https://cloud.google.com/functions/pricing-1stgen#compute_time>,
/// <https://cloud.google.com/functions/1stgendocs/configuring/memory> (one vCPU is 2.4 GHz)
const PROCESSORS: &[(u64, u64)] = &[
    (128, 200),
    (256, 400),
    (512, 800),
    (1_024, 1_400),
    (2_048, 2_400),
    (4_096, 4_800),
    (8_192, 4_800),
];

/// A function of the first generation and what it did in the last hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionUse {
    /// The configured memory in MB.
    pub memory_mb: u64,
    /// Invocations in the last hour, or why they are not known.
    pub invocations: Measured,
    /// Milliseconds of all executions of the last hour together, each rounded up to the next 100
    /// as Google bills it, or why they are not known; see [`least_billed_milliseconds`].
    pub billed_milliseconds: Measured,
    /// How many instances are kept ready (`minInstances`).
    pub minimum_instances: u64,
}

/// The least that is billed for `executions` that took `milliseconds` together: none of them less
/// than 100 milliseconds. What is billed may be more, by less than 100 milliseconds for each
/// execution, because each is rounded up by itself.
#[must_use]
pub fn least_billed_milliseconds(executions: Decimal, milliseconds: Decimal) -> Decimal {
    milliseconds.max(executions.saturating_mul(STEP))
}

/// A function of the first generation as components `invocations`, `memory` and `cpu`, of which
/// those that were not used are left out. One that did not run costs nothing.
///
/// Instances that are kept ready have a price of their own while they idle, which the price book
/// does not have: they are the unpriced component `idle_instances`.
#[must_use]
pub fn first_generation(prices: &ListPrices, region: &str, used: &FunctionUse) -> Costs {
    let mut costs = Costs::free();
    let mut add =
        |component, amount: Result<Quantity, &'static str>, sku: &str, unit: &str| match amount {
            Ok(amount) if amount == Quantity::ZERO => {}
            Ok(amount) => costs.add_or_miss(component, amount, price(prices, region, sku, unit)),
            Err(reason) => costs.miss(component, reason),
        };
    let invocations = used.invocations.and_then(|count| quantity(count, Decimal::ONE));
    add("invocations", invocations, "invocations", "invocation");
    let memory = over_time(used, used.memory_mb, MEGABYTE_MILLISECONDS);
    add("memory", memory, "memory", "GB-second");
    let cpu = match processor(used.memory_mb) {
        Some(megahertz) => over_time(used, megahertz, MEGAHERTZ_MILLISECONDS),
        None if used.billed_milliseconds == Ok(Decimal::ZERO) => Ok(Quantity::ZERO),
        None => Err("how much processor comes with its memory is not known"),
    };
    add("cpu", cpu, "cpu", "GHz-second");
    if used.minimum_instances > 0 {
        let reason = format!(
            "{} instances are kept ready: the price book has no price of idle instances",
            used.minimum_instances
        );
        costs.miss("idle_instances", reason);
    }
    costs
}

/// A function of the second generation, unpriced as component `executions`.
///
/// It is a service of Cloud Run too: one of the two is to be counted, not both.
/// <https://cloud.google.com/functions/docs/concepts/version-comparison>
#[must_use]
pub fn second_generation(region: &str) -> Costs {
    no_prices("functions of the second generation", region)
}

/// A service or job of Cloud Run, unpriced as component `executions`.
/// <https://cloud.google.com/run/pricing>
#[must_use]
pub fn cloud_run(region: &str) -> Costs {
    no_prices("Cloud Run", region)
}

fn no_prices(what: &str, region: &str) -> Costs {
    let reason =
        format!("no list price for {what} in {region}: the price book has no prices of Cloud Run");
    Costs::unpriced("executions", reason)
}

/// MHz of the processor that comes with so much memory.
fn processor(memory_mb: u64) -> Option<u64> {
    PROCESSORS.iter().find(|(memory, _)| *memory == memory_mb).map(|(_, megahertz)| *megahertz)
}

/// What a function has over the time that it ran, in the unit that is billed.
fn over_time(used: &FunctionUse, has: u64, per_unit: Decimal) -> Result<Quantity, &'static str> {
    let milliseconds = used.billed_milliseconds?;
    quantity(milliseconds.saturating_mul(Decimal::from(has)), per_unit)
}

fn price(prices: &ListPrices, region: &str, sku: &str, unit: &str) -> Found {
    prices.price(&PriceKey { service: "gcp/functions", sku, region, variant: "gen1", unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(memory_mb: u64, invocations: u64, milliseconds: u64) -> FunctionUse {
        FunctionUse {
            memory_mb,
            invocations: Ok(Decimal::from(invocations)),
            billed_milliseconds: Ok(Decimal::from(milliseconds)),
            minimum_instances: 0,
        }
    }

    fn month(costs: &Costs, component: &str) -> String {
        costs.component(component).unwrap().exact_monthly().normalize().to_string()
    }

    #[test]
    fn a_function_pays_for_invocations_memory_and_processor() {
        let costs = first_generation(&ListPrices::gcp(), "us-central1", &used(256, 1_000, 400_000));
        assert_eq!(month(&costs, "invocations"), "0.292"); // 1,000 × 730 × 0.0000004
        // 400 s × 256/1,024 GB = 100 GB-seconds; × 730 × 0.0000025.
        assert_eq!(month(&costs, "memory"), "0.1825");
        // 400 s × 0.4 GHz = 160 GHz-seconds; × 730 × 0.00001.
        assert_eq!(month(&costs, "cpu"), "1.168");
        assert!(costs.unpriced.is_empty());
        let key = &costs.lines[2].price.sku_key;
        assert_eq!(&**key, "gcp/functions/cpu/us-central1/gen1/od/GHz-second");
    }

    #[test]
    fn a_hundred_milliseconds_cost_what_google_lists() {
        // The page's table of prices for 100 milliseconds, times 10,000,000; it rounds them.
        for (memory_mb, listed) in [
            (128, "2.31"),
            (256, "4.63"),
            (512, "9.25"),
            (1_024, "16.50"),
            (2_048, "29"),
            (4_096, "58"),
            (8_192, "68"),
        ] {
            let used = used(memory_mb, 0, 1_000_000_000);
            let costs = first_generation(&ListPrices::gcp(), "us-central1", &used);
            assert!(costs.unpriced.is_empty(), "{costs:?}");
            let hour = costs.known().unwrap().hourly();
            let difference = (hour - listed.parse::<Decimal>().unwrap()).abs();
            assert!(difference <= "0.005".parse().unwrap(), "{memory_mb}: {hour}");
        }
    }

    #[test]
    fn short_executions_are_billed_as_a_hundred_milliseconds_at_least() {
        let least = |executions: u64, milliseconds: u64| {
            least_billed_milliseconds(Decimal::from(executions), Decimal::from(milliseconds))
        };
        assert_eq!(least(10, 80), Decimal::from(1_000));
        assert_eq!(least(10, 2_600), Decimal::from(2_600));
        assert_eq!(least(0, 0), Decimal::ZERO);
    }

    #[test]
    fn a_function_that_did_not_run_is_free() {
        for memory_mb in [256, 300] {
            let idle = used(memory_mb, 0, 0);
            let costs = first_generation(&ListPrices::gcp(), "europe-west1", &idle);
            assert_eq!(costs, Costs::free());
        }
    }

    #[test]
    fn what_was_not_measured_is_unpriced() {
        let prices = ListPrices::gcp();
        let mut unknown = used(256, 5, 500);
        unknown.billed_milliseconds = Err("no metric");
        let costs = first_generation(&prices, "us-central1", &unknown);
        let missing: Vec<_> = costs.unpriced.iter().map(|part| part.component).collect();
        assert_eq!(missing, ["memory", "cpu"]);
        assert_eq!(month(&costs, "invocations"), "0.00146"); // 5 × 730 × 0.0000004
        unknown.billed_milliseconds = Ok(Decimal::MAX);
        let costs = first_generation(&prices, "us-central1", &unknown);
        assert!(costs.unpriced[0].reason.contains("too large"));
    }

    #[test]
    fn an_unknown_memory_leaves_the_processor_unpriced() {
        let costs = first_generation(&ListPrices::gcp(), "us-central1", &used(300, 1, 1_024));
        // 1.024 s × 300/1,024 GB = 0.3 GB-seconds; × 730 × 0.0000025.
        assert_eq!(month(&costs, "memory"), "0.0005475");
        assert_eq!(costs.unpriced.len(), 1);
        assert_eq!(costs.unpriced[0].component, "cpu");
    }

    #[test]
    fn instances_that_are_kept_ready_have_no_price() {
        let ready = FunctionUse { minimum_instances: 2, ..used(256, 0, 0) };
        let costs = first_generation(&ListPrices::gcp(), "us-central1", &ready);
        assert_eq!(costs.unpriced[0].component, "idle_instances");
        assert!(costs.is_unpriced());
    }

    #[test]
    fn other_regions_and_cloud_run_have_no_price() {
        let costs = first_generation(&ListPrices::gcp(), "europe-west1", &used(256, 1, 100));
        assert!(costs.is_unpriced());
        assert_eq!(costs.unpriced.len(), 3);
        for costs in [second_generation("us-central1"), cloud_run("us-central1")] {
            assert!(costs.unpriced[0].reason.ends_with("no prices of Cloud Run"));
        }
    }
}
