//! Azure Functions: what Consumption and Flex Consumption apps used in the last hour, and Premium
//! plans by their instances. <https://azure.microsoft.com/pricing/details/functions/>
//!
//! The monthly free grants of a subscription are not considered. Neither are storage accounts and
//! transfer, which are billed by themselves.

use finops_core::model::{Costs, Quantity};
use rust_decimal::Decimal;

use crate::book::PriceKey;
use crate::measured::quantity;
use crate::prices::{Found, ListPrices};

/// Azure Monitor measures executions in MB-milliseconds; 1,024,000 of them are a GB-second.
/// <https://learn.microsoft.com/azure/azure-functions/functions-consumption-costs>
const EXECUTION_UNITS_PER_GIGABYTE_SECOND: Decimal = Decimal::from_parts(1_024_000, 0, 0, false, 0);

/// Executions of the last hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Executions {
    /// How many.
    pub count: Decimal,
    /// Their memory over their time, in MB-milliseconds.
    pub megabyte_milliseconds: Decimal,
}

/// What a Flex Consumption app used in the last hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FlexUse {
    /// On instances that came and went.
    pub on_demand: Executions,
    /// On instances that are always ready.
    pub always_ready: Executions,
    /// The memory of all instances that are always ready over the time that they were, at work or
    /// not, in MB-milliseconds.
    pub baseline_megabyte_milliseconds: Decimal,
}

/// An app on the Consumption plan as components `executions` and `execution_time`. One that did
/// not run costs nothing.
#[must_use]
pub fn consumption(prices: &ListPrices, region: &str, used: &Executions) -> Costs {
    let meters = [
        Meter::count("executions", "Functions/Standard Total Executions/over-1M", used),
        Meter::time("execution_time", "Functions/Standard Execution Time/over-400000GBs", used),
    ];
    metered(prices, region, &meters)
}

/// An app on Flex Consumption as components `on_demand_executions`, `on_demand_execution_time`,
/// `always_ready_executions`, `always_ready_execution_time` and `always_ready_baseline`, of which
/// those that were not used are left out.
#[must_use]
pub fn flex(prices: &ListPrices, region: &str, used: &FlexUse) -> Costs {
    let FlexUse { on_demand, always_ready, baseline_megabyte_milliseconds } = used;
    let meters = [
        Meter::count(
            "on_demand_executions",
            "Flex Consumption/On Demand Total Executions/over-250K",
            on_demand,
        ),
        Meter::time(
            "on_demand_execution_time",
            "Flex Consumption/On Demand Execution Time/over-100000GBs",
            on_demand,
        ),
        Meter::count(
            "always_ready_executions",
            "Flex Consumption/Always Ready Total Executions",
            always_ready,
        ),
        Meter::time(
            "always_ready_execution_time",
            "Flex Consumption/Always Ready Execution Time",
            always_ready,
        ),
        Meter {
            component: "always_ready_baseline",
            sku: "Flex Consumption/Always Ready Baseline",
            unit: "GB-second",
            amount: *baseline_megabyte_milliseconds,
            per_unit: EXECUTION_UNITS_PER_GIGABYTE_SECOND,
        },
    ];
    metered(prices, region, &meters)
}

/// A Premium plan (`EP1`, `EP2`, `EP3`) as components `vcpu` and `memory`, for the instances that
/// it has now. Its apps cost nothing by themselves.
///
/// Any other plan is one of App Service, of which the price book has nothing.
#[must_use]
pub fn premium_plan(prices: &ListPrices, region: &str, size: &str, instances: u64) -> Costs {
    let Some((vcpus, memory_gib)) = premium_instance(size) else {
        let reason = format!(
            "no list price for plan size {size} in {region}: \
             the price book has no prices of App Service plans"
        );
        return Costs::unpriced("plan", reason);
    };
    let quantity = |each: Decimal| Quantity::new(each * Decimal::from(instances));
    let mut costs = Costs::free();
    let price = price(prices, region, "Premium Functions/Premium vCPU Duration", "vCPU-hour");
    costs.add_or_miss("vcpu", quantity(vcpus), price);
    let price =
        self::price(prices, region, "Premium Functions/Premium Memory Duration", "GiB-hour");
    costs.add_or_miss("memory", quantity(memory_gib), price);
    costs
}

/// vCPUs and GiB of memory of one instance.
/// <https://learn.microsoft.com/azure/azure-functions/functions-premium-plan#available-instance-skus>
fn premium_instance(size: &str) -> Option<(Decimal, Decimal)> {
    let (vcpus, half_gibibytes) = match size.to_ascii_uppercase().as_str() {
        "EP1" => (1, 7),
        "EP2" => (2, 14),
        "EP3" => (4, 28),
        _ => return None,
    };
    Some((Decimal::from(vcpus), Decimal::from(half_gibibytes) / Decimal::TWO))
}

/// One meter and what it counted.
struct Meter {
    component: &'static str,
    sku: &'static str,
    unit: &'static str,
    amount: Decimal,
    per_unit: Decimal,
}

impl Meter {
    fn count(component: &'static str, sku: &'static str, used: &Executions) -> Self {
        Self { component, sku, unit: "10 executions", amount: used.count, per_unit: Decimal::ONE }
    }

    fn time(component: &'static str, sku: &'static str, used: &Executions) -> Self {
        Self {
            component,
            sku,
            unit: "GB-second",
            amount: used.megabyte_milliseconds,
            per_unit: EXECUTION_UNITS_PER_GIGABYTE_SECOND,
        }
    }
}

fn metered(prices: &ListPrices, region: &str, meters: &[Meter]) -> Costs {
    let mut costs = Costs::free();
    for Meter { component, sku, unit, amount, per_unit } in meters {
        match quantity(*amount, *per_unit) {
            Ok(used) if used == Quantity::ZERO => {}
            Ok(used) => costs.add_or_miss(component, used, price(prices, region, sku, unit)),
            Err(reason) => costs.miss(component, reason),
        }
    }
    costs
}

fn price(prices: &ListPrices, region: &str, sku: &str, unit: &str) -> Found {
    prices.price(&PriceKey { service: "azure/functions", sku, region, variant: "", unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn executions(count: u64, units: &str) -> Executions {
        Executions { count: Decimal::from(count), megabyte_milliseconds: units.parse().unwrap() }
    }

    fn month(costs: &Costs, component: &str) -> String {
        costs.component(component).unwrap().exact_monthly().to_string()
    }

    #[test]
    fn a_consumption_app_pays_for_executions_and_gigabyte_seconds() {
        // Microsoft's own example: 1,110,000,000 MB-milliseconds are 1,083.984375 GB-seconds.
        let used = executions(20_000, "1110000000");
        let costs = consumption(&ListPrices::azure(), "eastus", &used);
        // 20,000 × 730 × 0.000002/10.
        assert_eq!(month(&costs, "executions"), "2.92");
        // 1,083.984375 × 730 × 0.000016 = 12.6609375.
        assert_eq!(month(&costs, "execution_time"), "12.6609375");
        assert_eq!(costs.lines[1].quantity, Quantity::new("1083.984375".parse().unwrap()));
        let key = &costs.lines[0].price.sku_key;
        assert_eq!(
            &**key,
            "azure/functions/Functions/Standard Total Executions/over-1M/eastus/od/10 executions"
        );
    }

    #[test]
    fn flex_pays_for_its_baseline_beside_what_ran() {
        let used = FlexUse {
            on_demand: executions(1_000, "102400000"),
            always_ready: executions(2_000, "204800000"),
            // One instance of 2,048 MB for an hour: 2,048 × 3,600,000 MB-milliseconds.
            baseline_megabyte_milliseconds: "7372800000".parse().unwrap(),
        };
        let costs = flex(&ListPrices::azure(), "eastus", &used);
        assert_eq!(month(&costs, "on_demand_executions"), "0.292"); // 1,000 × 730 × 0.0000004
        assert_eq!(month(&costs, "on_demand_execution_time"), "1.898"); // 100 × 730 × 0.000026
        assert_eq!(month(&costs, "always_ready_executions"), "0.584"); // 2,000 × 730 × 0.0000004
        assert_eq!(month(&costs, "always_ready_execution_time"), "2.336"); // 200 × 730 × 0.000016
        assert_eq!(month(&costs, "always_ready_baseline"), "21.024"); // 7,200 × 730 × 0.000004
        assert!(costs.unpriced.is_empty());
    }

    #[test]
    fn an_app_that_did_not_run_costs_nothing_even_where_there_is_no_price() {
        let prices = ListPrices::azure();
        assert_eq!(consumption(&prices, "eastus", &Executions::default()), Costs::free());
        assert_eq!(flex(&prices, "westeurope", &FlexUse::default()), Costs::free());
    }

    #[test]
    fn a_premium_plan_pays_for_its_instances() {
        let costs = premium_plan(&ListPrices::azure(), "eastus", "EP2", 3);
        assert_eq!(month(&costs, "vcpu"), "757.74"); // 3 × 2 × 730 × 0.173
        assert_eq!(month(&costs, "memory"), "188.559"); // 3 × 7 × 730 × 0.0123
        let small = premium_plan(&ListPrices::azure(), "eastus", "ep1", 1);
        assert_eq!(month(&small, "memory"), "31.4265"); // 3.5 × 730 × 0.0123
    }

    #[test]
    fn what_has_no_price_says_why() {
        let prices = ListPrices::azure();
        let dedicated = premium_plan(&prices, "eastus", "P1v3", 2);
        assert!(dedicated.is_unpriced());
        assert!(dedicated.unpriced[0].reason.contains("P1v3"), "{dedicated:?}");
        let elsewhere = consumption(&prices, "westeurope", &executions(1, "128000"));
        assert_eq!(elsewhere.unpriced.len(), 2);
        assert!(elsewhere.unpriced[0].reason.ends_with("but not in this region"));
        let nonsense = consumption(&prices, "eastus", &executions(1, "-1"));
        assert!(nonsense.is_partly_priced());
        assert_eq!(nonsense.unpriced[0].component, "execution_time");
    }
}
