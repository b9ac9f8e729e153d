//! GKE: what managing a cluster costs, and the pods of Autopilot.
//! <https://cloud.google.com/kubernetes-engine/pricing>
//!
//! The nodes of a Standard cluster are Compute Engine instances and priced there. The free tier, a
//! monthly credit of a billing account for one zonal or Autopilot cluster, is not taken off:
//! nothing that a cluster tells says which one the credit goes to.

use finops_core::model::{Costs, Quantity};
use rust_decimal::Decimal;

use crate::ListPrices;
use crate::book::PriceKey;
use crate::measured::quantity;
use crate::prices::Found;

/// How a cluster is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Standard, with a control plane in one zone.
    Zonal,
    /// Standard, with a control plane in several zones.
    Regional,
    /// Autopilot: Google runs the nodes, and pods are billed.
    Autopilot,
}

impl Mode {
    /// The mode of a cluster by its `location` (`us-central1`, `us-central1-a`) and
    /// `autopilot.enabled`. A multi-zonal cluster has its control plane in one zone.
    /// <https://cloud.google.com/kubernetes-engine/docs/concepts/configuration-overview>
    #[must_use]
    pub fn of(location: &str, autopilot: bool) -> Self {
        // A zone is its region with one more letter.
        let last = location.rsplit('-').next().unwrap_or_default();
        match (autopilot, last.len()) {
            (true, _) => Self::Autopilot,
            (false, 1) => Self::Zonal,
            (false, _) => Self::Regional,
        }
    }

    fn sku(self) -> &'static str {
        match self {
            Self::Zonal => "cluster-management-fee/zonal",
            Self::Regional => "cluster-management-fee/regional",
            Self::Autopilot => "cluster-management-fee/autopilot",
        }
    }
}

/// The pods of a cluster that Autopilot runs. Google does not bill those of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workloads {
    /// What the running pods of the general-purpose class that are not Spot pods request together,
    /// or why that is not known.
    pub general_purpose: Result<PodRequests, &'static str>,
    /// How many running pods are billed in another way: Spot pods, other compute classes,
    /// accelerators. <https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-compute-classes>
    pub other_pods: u64,
}

/// What pods request, as the running pods have it: Autopilot raises what is too little.
/// <https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PodRequests {
    /// Processors, in vCPUs.
    pub vcpus: Decimal,
    /// Memory in GiB.
    pub memory_gib: Decimal,
    /// Ephemeral storage in GiB.
    pub ephemeral_storage_gib: Decimal,
}

/// The management of a cluster for an hour, as component `control_plane`: one price everywhere.
///
/// A cluster on the Extended release channel costs more once its version is past its standard
/// support; the price book does not have that price, so that such a cluster has an unpriced
/// component `extended_support`.
/// <https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels>
#[must_use]
pub fn control_plane(prices: &ListPrices, mode: Mode, extended_channel: bool) -> Costs {
    let mut costs = Costs::free();
    let price = price(prices, "global", mode.sku(), "hour");
    costs.add_or_miss("control_plane", Quantity::ONE, price);
    if extended_channel {
        costs.miss(
            "extended_support",
            "it is on the Extended channel, which is charged for versions past their standard \
             support: the price book has no price of that",
        );
    }
    costs
}

/// The pods of Autopilot for an hour, as component `workloads`: a line each for processors, memory
/// and ephemeral storage.
#[must_use]
pub fn workloads(prices: &ListPrices, region: &str, workloads: &Workloads) -> Costs {
    let mut costs = match workloads.general_purpose {
        Ok(requests) => general_purpose(prices, region, &requests),
        Err(reason) => Costs::unpriced("workloads", reason),
    };
    if workloads.other_pods > 0 {
        let reason = format!(
            "{} pods are Spot pods or of another class than general-purpose: \
             the price book has no prices of those",
            workloads.other_pods
        );
        costs.miss("workloads", reason);
    }
    costs
}

fn general_purpose(prices: &ListPrices, region: &str, requests: &PodRequests) -> Costs {
    let mut costs = Costs::free();
    for (amount, sku, unit) in [
        (requests.vcpus, "autopilot/vcpu", "vCPU-hour"),
        (requests.memory_gib, "autopilot/memory", "GiB-hour"),
        (requests.ephemeral_storage_gib, "autopilot/ephemeral-storage", "GiB-hour"),
    ] {
        match quantity(amount, Decimal::ONE) {
            Ok(requested) if requested == Quantity::ZERO => {}
            Ok(requested) => {
                let price = price(prices, region, sku, unit);
                costs.add_or_miss("workloads", requested, price);
            }
            Err(reason) => costs.miss("workloads", reason),
        }
    }
    costs
}

fn price(prices: &ListPrices, region: &str, sku: &str, unit: &str) -> Found {
    prices.price(&PriceKey { service: "gcp/gke", sku, region, variant: "", unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(costs: &Costs) -> String {
        assert!(costs.unpriced.is_empty(), "{costs:?}");
        costs.known().unwrap().hourly().normalize().to_string()
    }

    fn requests(vcpus: &str, memory: &str, storage: &str) -> Workloads {
        let general_purpose = PodRequests {
            vcpus: vcpus.parse().unwrap(),
            memory_gib: memory.parse().unwrap(),
            ephemeral_storage_gib: storage.parse().unwrap(),
        };
        Workloads { general_purpose: Ok(general_purpose), other_pods: 0 }
    }

    #[test]
    fn a_cluster_is_zonal_where_its_location_is_a_zone() {
        assert_eq!(Mode::of("us-central1-a", false), Mode::Zonal);
        assert_eq!(Mode::of("europe-west12-c", false), Mode::Zonal);
        assert_eq!(Mode::of("us-central1", false), Mode::Regional);
        assert_eq!(Mode::of("us-central1", true), Mode::Autopilot);
    }

    #[test]
    fn every_cluster_pays_ten_cents_an_hour() {
        let prices = ListPrices::gcp();
        for mode in [Mode::Zonal, Mode::Regional, Mode::Autopilot] {
            let costs = control_plane(&prices, mode, false);
            assert_eq!(hour(&costs), "0.1", "{mode:?}");
            assert_eq!(costs.lines[0].component, "control_plane");
        }
    }

    #[test]
    fn the_extended_channel_has_a_part_without_a_price() {
        let costs = control_plane(&ListPrices::gcp(), Mode::Regional, true);
        assert_eq!(costs.known().unwrap().hourly(), "0.1".parse().unwrap());
        assert_eq!(costs.unpriced[0].component, "extended_support");
    }

    #[test]
    fn pods_of_autopilot_pay_for_what_they_request() {
        let costs = workloads(&ListPrices::gcp(), "us-central1", &requests("2.5", "10", "20"));
        // 2.5 × 0.0445 + 10 × 0.0049225 + 20 × 0.0000548 = 0.11125 + 0.049225 + 0.001096.
        assert_eq!(hour(&costs), "0.161571");
        assert_eq!(costs.lines.len(), 3);
        assert!(costs.lines.iter().all(|line| line.component == "workloads"));
    }

    #[test]
    fn a_cluster_without_pods_pays_for_none() {
        let costs = workloads(&ListPrices::gcp(), "europe-west1", &requests("0", "0", "0"));
        assert_eq!(costs, Costs::free());
    }

    #[test]
    fn requests_that_are_not_known_are_unpriced() {
        let prices = ListPrices::gcp();
        let unknown = Workloads { general_purpose: Err("no pods were read"), other_pods: 0 };
        let costs = workloads(&prices, "us-central1", &unknown);
        assert_eq!(costs, Costs::unpriced("workloads", "no pods were read"));
        let negative = workloads(&prices, "us-central1", &requests("-1", "0", "0"));
        assert!(negative.unpriced[0].reason.contains("negative"));
        let elsewhere = workloads(&prices, "europe-west1", &requests("1", "0", "0"));
        assert!(elsewhere.unpriced[0].reason.contains("not in this region"));
    }

    #[test]
    fn pods_of_other_classes_leave_the_workloads_without_a_whole_price() {
        let mixed = Workloads { other_pods: 3, ..requests("1", "0", "0") };
        let costs = workloads(&ListPrices::gcp(), "us-central1", &mixed);
        assert_eq!(costs.known().unwrap().hourly(), "0.0445".parse().unwrap());
        assert_eq!(costs.component("workloads"), None);
        assert!(costs.unpriced[0].reason.starts_with("3 pods"));
    }
}
