//! EC2 instances, on demand, shared tenancy.

use finops_core::model::{Costs, Quantity};

use crate::book::PriceKey;
use crate::prices::Found;
use crate::prices::ListPrices;
pub use platform::{Platform, SqlServer};

mod platform;

/// The region in which the licence premiums were taken. The Windows premium of an instance type is
/// the same in every region, so that one figure serves all of them.
pub(crate) const PREMIUM_REGION: &str = "eu-west-1";
/// The variant of the premium.
pub(crate) const WINDOWS_PREMIUM: &str = "windows-premium";

/// One running instance for an hour, as component `compute`; where the Windows price is Linux plus
/// the licence premium of the type, the premium is component `license`.
///
/// `region` is the region, not the zone. Dedicated tenancy, spot and reservations have other
/// prices. <https://aws.amazon.com/ec2/pricing/on-demand/>
#[must_use]
pub fn on_demand(
    prices: &ListPrices,
    region: &str,
    instance_type: &str,
    platform: &Platform,
) -> Costs {
    let price = |region, variant| hourly(prices, region, instance_type, variant);
    let compute = match platform {
        Platform::Windows => return windows(region, price),
        // With their own licence Windows and Red Hat are billed as Linux.
        Platform::RhelByol | Platform::WindowsByol => price(region, "linux"),
        // What is not known has no price: the answer is the reason why, with its name.
        other => price(region, other.variant().unwrap_or_else(|| other.name())),
    };
    let mut costs = Costs::free();
    costs.add_or_miss("compute", Quantity::ONE, compute);
    costs
}

fn hourly(prices: &ListPrices, region: &str, sku: &str, variant: &str) -> Found {
    prices.price(&PriceKey { service: "aws/ec2", sku, region, variant, unit: "hour" })
}

fn windows<'a>(region: &'a str, price: impl Fn(&'a str, &'a str) -> Found) -> Costs {
    let mut costs = Costs::free();
    let listed = price(region, "windows");
    if listed.is_err()
        && let Ok(linux) = price(region, "linux")
        && let Ok(premium) = price(PREMIUM_REGION, WINDOWS_PREMIUM)
    {
        costs.add("compute", Quantity::ONE, linux);
        costs.add("license", Quantity::ONE, premium);
        return costs;
    }
    costs.add_or_miss("compute", Quantity::ONE, listed);
    costs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hourly_cost(region: &str, instance_type: &str, platform: &Platform) -> String {
        let costs = on_demand(&ListPrices::aws(), region, instance_type, platform);
        assert!(costs.unpriced.is_empty(), "{costs:?}");
        costs.known().unwrap().hourly().to_string()
    }

    fn reason(region: &str, instance_type: &str, platform: &Platform) -> String {
        let costs = on_demand(&ListPrices::aws(), region, instance_type, platform);
        assert!(costs.is_unpriced(), "{costs:?}");
        assert_eq!(costs.unpriced[0].component, "compute");
        costs.unpriced[0].reason.to_string()
    }

    #[test]
    fn listed_platforms_have_their_listed_price() {
        assert_eq!(hourly_cost("us-east-1", "m5.large", &Platform::Linux), "0.096");
        // 0.096 + 2 vCPU × 0.046.
        assert_eq!(hourly_cost("us-east-1", "m5.large", &Platform::Windows), "0.188");
        // 0.107 + 0.056.
        assert_eq!(hourly_cost("eu-west-1", "m5.large", &Platform::Suse), "0.163");
    }

    #[test]
    fn an_own_licence_is_billed_as_linux() {
        assert_eq!(hourly_cost("us-east-1", "m5.large", &Platform::RhelByol), "0.096");
        assert_eq!(hourly_cost("us-east-1", "m5.large", &Platform::WindowsByol), "0.096");
    }

    #[test]
    fn windows_without_a_listed_price_is_linux_plus_the_premium() {
        let prices = ListPrices::aws();
        let (region, sku) = ("us-west-2", "m5n.large");
        let listed = PriceKey { service: "aws/ec2", sku, region, variant: "windows", unit: "hour" };
        assert!(prices.book().find(&listed).is_none());
        let costs = on_demand(&prices, region, sku, &Platform::Windows);
        assert_eq!(costs.component("compute").unwrap().hourly(), "0.119".parse().unwrap());
        // 2 vCPU × 0.046.
        assert_eq!(costs.component("license").unwrap().hourly(), "0.092".parse().unwrap());
        let key = &costs.lines[1].price.sku_key;
        assert_eq!(&**key, "aws/ec2/m5n.large/eu-west-1/windows-premium/od/hour");
    }

    #[test]
    fn what_the_book_lacks_is_named() {
        assert_eq!(
            reason("eu-west-1", "x9.large", &Platform::Linux),
            "no list price for x9.large linux in eu-west-1: the price book does not know x9.large"
        );
        assert!(
            reason("cn-north-1", "m5.large", &Platform::Windows).ends_with("not in this region")
        );
        // The SUSE premium was seen in eu-west-1 only and is not carried to other regions.
        assert!(
            reason("us-east-1", "m5.large", &Platform::Suse).ends_with("for linux, windows only")
        );
        assert_eq!(
            reason("us-east-1", "m5.large", &Platform::Rhel),
            "no list price for m5.large Red Hat Enterprise Linux in us-east-1: \
             the price book has it there for linux, windows only"
        );
        let unknown = Platform::from_usage_operation("RunInstances:zzzz");
        assert!(reason("us-east-1", "m5.large", &unknown).contains("RunInstances:zzzz"));
    }
}
