//! AKS clusters. Their nodes are machines and cost there.
//! <https://azure.microsoft.com/pricing/details/kubernetes-service/>

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::Azure;
use super::json::{Form, Head};
use super::kind::Kind;
use super::machines::{Power, purpose, sizes};
use super::place::{Place, REGIONS};
use super::sets::Set;
use crate::names;
use crate::truth::{Cost, Sum};

/// A pricing tier. <https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tier {
    Free,
    Standard,
    Premium,
    Automatic,
    /// One that no list has.
    Unheard,
}

/// A cluster.
#[derive(Debug)]
pub(super) struct Cluster {
    index: u64,
    id: String,
    name: String,
    pub(super) region: usize,
    pub(super) node_group: String,
    pub(super) stopped: bool,
    tier: Tier,
    tags: Vec<(&'static str, &'static str)>,
}

impl Cluster {
    pub(super) fn of(place: &Place, index: u64) -> Self {
        let mut draw = place.draw("cluster", index);
        let region = place.region(&mut draw);
        let purpose = purpose(names::name(&mut draw, index));
        let name = format!("{}-{purpose}", Kind::Cluster.start(index));
        let group = Kind::Cluster.group(index);
        Self {
            index,
            id: place.resource(&group, Kind::Cluster, &name),
            node_group: format!("MC_{group}_{name}_{}", REGIONS[region].0),
            name,
            region,
            stopped: draw.percent(8),
            tier: *draw.weighted(&[
                (35, Tier::Free),
                (35, Tier::Standard),
                (10, Tier::Premium),
                (18, Tier::Automatic),
                (2, Tier::Unheard),
            ]),
            tags: names::tags(&mut draw),
        }
    }

    /// What a pool is called.
    pub(super) const fn pool(&self, users: bool) -> &'static str {
        if users { "user" } else { "system" }
    }

    fn sets(&self, place: &Place) -> [Set; 2] {
        [0, 1].map(|pool| Set::of_cluster(place, self, self.index * 2 + pool))
    }

    fn cost(&self, azure: &Azure, place: &Place) -> Cost {
        let price =
            |sku: &str| azure.facts.price("azure/aks", sku, "", "hour", REGIONS[self.region].0);
        let control_plane = match self.tier {
            Tier::Free => return Cost::FREE,
            // Whether the fee is billed while a cluster is stopped is not documented.
            _ if self.stopped => return Cost::FREE.and(None),
            Tier::Unheard => return Cost::FREE.and(None),
            Tier::Standard => "Standard/Uptime SLA",
            Tier::Premium => "Standard/Long Term Support",
            Tier::Automatic => "Automatic/Hosted Control Plane",
        };
        let mut cost = Cost::FREE.and_hourly(price(control_plane));
        if self.tier == Tier::Automatic {
            cost = self.management(place, cost, price);
        }
        cost
    }

    /// An Automatic cluster pays for its nodes' processors, by the category of their sizes.
    /// <https://learn.microsoft.com/azure/aks/intro-aks-automatic>
    fn management(
        &self,
        place: &Place,
        mut cost: Cost,
        price: impl Fn(&str) -> Option<Decimal>,
    ) -> Cost {
        let mut processors: BTreeMap<&str, u64> = BTreeMap::new();
        let mut constrained = false;
        for set in self.sets(place) {
            let size = sizes::at(set.size);
            for number in 0..set.instances(place) {
                match set.power(place, number) {
                    Power::Deallocated | Power::Deallocating => {}
                    // How many of them are billed is not known then.
                    Power::Unknown => return cost.and(None),
                    // Which processors of such a size count is not documented.
                    _ if size.is_constrained() => constrained = true,
                    _ => *processors.entry(size.category.word()).or_default() += size.processors,
                }
            }
        }
        for (category, count) in processors {
            let each = price(&format!("Automatic/vCPU {category}"));
            cost = cost.and_hourly(each.map(|each| each * Decimal::from(count)));
        }
        if constrained { cost.and(None) } else { cost }
    }

    /// <https://learn.microsoft.com/rest/api/aks/managed-clusters/list>
    pub(super) fn write(&self, into: &mut String, place: &Place, form: Form) {
        let Self { name, node_group, .. } = self;
        let (sku, tier) = match self.tier {
            Tier::Free => ("Base", "Free"),
            Tier::Standard => ("Base", "Standard"),
            Tier::Premium => ("Base", "Premium"),
            Tier::Automatic => ("Automatic", "Standard"),
            Tier::Unheard => ("Base", "Ultimate"),
        };
        let sku = format!("{{\"name\":\"{sku}\",\"tier\":\"{tier}\"}}");
        let mut head = Head::new(&self.id, name, Kind::Cluster, self.region);
        head.tags = &self.tags;
        head.sku = Some(&sku);
        let power = if self.stopped { "Stopped" } else { "Running" };
        head.write(into, place, form, |into| {
            let _ = write!(
                into,
                "\"provisioningState\":\"Succeeded\",\"powerState\":{{\"code\":\"{power}\"}},\
                 \"kubernetesVersion\":\"1.33\",\"currentKubernetesVersion\":\"1.33.5\",\
                 \"dnsPrefix\":\"{name}\",\"fqdn\":\"{name}.hcp.azmk8s.io\",\
                 \"nodeResourceGroup\":\"{node_group}\",\"enableRBAC\":true,\
                 \"supportPlan\":\"KubernetesOfficial\",\"networkProfile\":{{\
                 \"networkPlugin\":\"azure\",\"networkPluginMode\":\"overlay\",\
                 \"networkPolicy\":\"cilium\",\"loadBalancerSku\":\"standard\",\
                 \"podCidr\":\"10.244.0.0/16\",\"serviceCidr\":\"10.0.0.0/16\",\
                 \"dnsServiceIP\":\"10.0.0.10\",\"outboundType\":\"loadBalancer\"}},\
                 \"maxAgentPools\":100,\"agentPoolProfiles\":["
            );
            for (pool, set) in self.sets(place).iter().enumerate() {
                if pool > 0 {
                    into.push(',');
                }
                self.write_pool(into, place, set, pool == 1);
            }
            into.push(']');
        });
    }

    fn write_pool(&self, into: &mut String, place: &Place, set: &Set, users: bool) {
        let (name, count) = (self.pool(users), set.instances(place));
        let (size, system) = (sizes::at(set.size).name, set.system().word());
        let mode = if users { "User" } else { "System" };
        let _ = write!(
            into,
            "{{\"name\":\"{name}\",\"count\":{count},\"vmSize\":\"{size}\",\"osDiskSizeGB\":128,\
             \"osDiskType\":\"Managed\",\"maxPods\":110,\"type\":\"VirtualMachineScaleSets\",\
             \"enableAutoScaling\":{users},\"provisioningState\":\"Succeeded\",\
             \"powerState\":{{\"code\":\"Running\"}},\"orchestratorVersion\":\"1.33\",\
             \"mode\":\"{mode}\",\"osType\":\"{system}\",\"osSKU\":\"Ubuntu\""
        );
        if users {
            into.push_str(",\"minCount\":0,\"maxCount\":100");
        }
        if set.is_spot() {
            into.push_str(",\"scaleSetPriority\":\"Spot\",\"scaleSetEvictionPolicy\":\"Delete\"");
        }
        into.push('}');
    }
}

/// What the clusters of a subscription cost.
pub(super) fn sum(azure: &Azure, place: &Place) -> Sum {
    let mut sum = Sum::default();
    for index in 0..place.counts.clusters {
        sum.add(&Cluster::of(place, index).cost(azure, place));
    }
    sum
}
