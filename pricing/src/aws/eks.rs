//! EKS control planes. Nodes are EC2 instances and priced there.

use finops_core::model::{Costs, Quantity};
use jiff::civil::{Date, date};

use crate::book::PriceKey;
use crate::prices::ListPrices;

/// Which support a cluster's Kubernetes version has, and so what its control plane costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SupportTier {
    /// The first 14 months of a version.
    Standard,
    /// The 12 months after them, at a surcharge.
    Extended,
}

impl SupportTier {
    /// `standard` or `extended`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Extended => "extended",
        }
    }
}

/// Minor version of Kubernetes 1, the day its standard support ends, the day its extended support
/// ends: the calendar of <https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html>.
/// In order.
const CALENDAR: [(u32, Date, Date); 8] = [
    (28, date(2024, 11, 26), date(2025, 11, 26)),
    (29, date(2025, 3, 23), date(2026, 3, 23)),
    (30, date(2025, 7, 23), date(2026, 7, 23)),
    (31, date(2025, 11, 26), date(2026, 11, 26)),
    (32, date(2026, 3, 23), date(2027, 3, 23)),
    (33, date(2026, 7, 29), date(2027, 7, 29)),
    (34, date(2026, 12, 2), date(2027, 12, 2)),
    (35, date(2027, 3, 27), date(2028, 3, 27)),
];

/// The support that a version (`1.31`) has on a day (UTC), or `None` where the calendar does not
/// tell.
///
/// Extended support is billed from the beginning of the day on which standard support ends. After
/// the end of extended support AWS upgrades the cluster by itself on no fixed day, and what it
/// bills until then is not documented: `None`. A version that is younger than the calendar is in
/// standard support at least as long as the youngest version of the calendar.
#[must_use]
pub fn support_tier(version: &str, on: Date) -> Option<SupportTier> {
    let minor: u32 = version.strip_prefix("1.")?.parse().ok()?;
    let (youngest, youngest_end, _) = CALENDAR[CALENDAR.len() - 1];
    if minor > youngest {
        return (on < youngest_end).then_some(SupportTier::Standard);
    }
    let (_, standard_end, extended_end) = CALENDAR.iter().find(|entry| entry.0 == minor)?;
    if on < *standard_end {
        Some(SupportTier::Standard)
    } else if on < *extended_end {
        Some(SupportTier::Extended)
    } else {
        None
    }
}

/// A control plane for an hour, as component `control_plane`; in extended support also the
/// surcharge, as component `extended_support`. <https://aws.amazon.com/eks/pricing/>
///
/// Auto Mode, Fargate, hybrid nodes and provisioned control planes are billed on top and not
/// considered.
#[must_use]
pub fn control_plane(prices: &ListPrices, region: &str, tier: SupportTier) -> Costs {
    let hourly = |sku| {
        prices.price(&PriceKey { service: "aws/eks", sku, region, variant: "", unit: "hour" })
    };
    let mut costs = Costs::free();
    costs.add_or_miss("control_plane", Quantity::ONE, hourly("cluster"));
    if tier == SupportTier::Extended {
        let surcharge = hourly("cluster-extended-support-surcharge");
        costs.add_or_miss("extended_support", Quantity::ONE, surcharge);
    }
    costs
}

/// A control plane of a Kubernetes version on a day (UTC). Where [`support_tier`] does not tell,
/// the control plane has its price, and `extended_support` is unpriced with the reason.
#[must_use]
pub fn control_plane_of_version(
    prices: &ListPrices,
    region: &str,
    version: &str,
    on: Date,
) -> Costs {
    if let Some(tier) = support_tier(version, on) {
        return control_plane(prices, region, tier);
    }
    let mut costs = control_plane(prices, region, SupportTier::Standard);
    let reason = format!("the support that Kubernetes {version} has on EKS on {on} is not known");
    costs.miss("extended_support", reason);
    costs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn support_changes_at_the_beginning_of_its_last_day() {
        assert_eq!(support_tier("1.31", date(2025, 11, 25)), Some(SupportTier::Standard));
        assert_eq!(support_tier("1.31", date(2025, 11, 26)), Some(SupportTier::Extended));
        assert_eq!(support_tier("1.31", date(2026, 11, 25)), Some(SupportTier::Extended));
        assert_eq!(support_tier("1.31", date(2026, 11, 26)), None);
    }

    #[test]
    fn an_unlisted_version_is_standard_only_while_its_elders_are() {
        assert_eq!(support_tier("1.36", date(2026, 11, 20)), Some(SupportTier::Standard));
        assert_eq!(support_tier("1.36", date(2027, 3, 27)), None);
        for unknown in ["1.21", "2.0", "", "1.x"] {
            assert_eq!(support_tier(unknown, date(2026, 11, 20)), None, "{unknown}");
        }
    }

    #[test]
    fn the_calendar_is_in_order() {
        assert!(CALENDAR.windows(2).all(|pair| pair[0] < pair[1] && pair[0].1 < pair[1].1));
        assert!(CALENDAR.iter().all(|(_, standard, extended)| standard < extended));
    }

    #[test]
    fn extended_support_adds_half_a_dollar() {
        let prices = ListPrices::aws();
        // 0.10 USD an hour; in extended support 0.10 + 0.50.
        let standard = control_plane(&prices, "us-east-1", SupportTier::Standard);
        assert_eq!(standard.known().unwrap().hourly(), "0.1".parse().unwrap());
        let extended = control_plane(&prices, "us-east-1", SupportTier::Extended);
        assert_eq!(extended.known().unwrap().hourly(), "0.6".parse().unwrap());
        let surcharge = extended.component("extended_support").unwrap();
        assert_eq!(surcharge.hourly(), "0.5".parse().unwrap());
    }

    #[test]
    fn a_version_without_known_support_is_partly_priced() {
        let prices = ListPrices::aws();
        let costs = control_plane_of_version(&prices, "eu-west-1", "1.21", date(2026, 11, 20));
        assert!(costs.is_partly_priced());
        assert_eq!(
            &*costs.unpriced[0].reason,
            "the support that Kubernetes 1.21 has on EKS on 2026-11-20 is not known"
        );
    }
}
