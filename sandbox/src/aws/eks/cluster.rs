//! One cluster: what it is and what it costs.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::support::Support;
use crate::aws::place::Place;
use crate::facts::Facts;
use crate::names;
use crate::truth::Cost;

/// A cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) name: String,
    pub(crate) version: &'static str,
    pub(crate) status: &'static str,
    pub(crate) kind: Kind,
    /// How many node groups it has.
    pub(crate) groups: u64,
    pub(crate) tags: Vec<(&'static str, &'static str)>,
    bits: u64,
}

/// What is billed beside the control plane, or instead of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ordinary,
    /// AWS manages the nodes and bills a share of each, which no table has.
    AutoMode,
    /// A control plane of a fixed size, which no table has.
    Provisioned,
    /// It runs elsewhere; EKS shows it and charges nothing.
    Connected,
}

/// Versions by how often they are seen. The last is past the calendar.
const VERSIONS: &[(u64, &str)] =
    &[(40, "1.35"), (28, "1.34"), (15, "1.33"), (11, "1.32"), (4, "1.31"), (2, "1.29")];
const KINDS: &[(u64, Kind)] =
    &[(86, Kind::Ordinary), (9, Kind::AutoMode), (3, Kind::Provisioned), (2, Kind::Connected)];

impl Cluster {
    /// The cluster number `index` of a place.
    pub(crate) fn of(place: &Place, index: u64) -> Self {
        let mut draw = place.draw("cluster", index);
        let kind = *draw.weighted(KINDS);
        let groups = *draw.weighted(&[(10, 0), (50, 1), (25, 2), (14, 4), (1, 103)]);
        Self {
            name: names::name(&mut draw, index),
            version: *draw.weighted(VERSIONS),
            status: *draw.weighted(&[(95, "ACTIVE"), (5, "UPDATING")]),
            kind,
            groups: if kind == Kind::Connected { 0 } else { groups },
            tags: names::tags(&mut draw),
            bits: draw.bits(),
        }
    }

    /// The control plane by the hour, dearer in extended support.
    /// <https://aws.amazon.com/eks/pricing/>
    pub(super) fn cost(&self, facts: &Facts, region: &str, today: Date) -> Cost {
        if self.kind == Kind::Connected {
            return Cost::FREE;
        }
        let price = |sku| facts.price("aws/eks", sku, "", "hour", region);
        let cost = Cost::FREE.and_hourly(price("cluster"));
        let cost = match Support::of(self.version, today) {
            Support::Standard => cost,
            Support::Extended => cost.and_hourly(price("cluster-extended-support-surcharge")),
            Support::Unknown => cost.and(None),
        };
        if self.kind == Kind::Ordinary { cost } else { cost.and(None) }
    }

    fn tag_map(&self) -> Map<String, Value> {
        self.tags.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect()
    }

    /// <https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html>
    pub(super) fn describe(&self, place: &Place) -> Value {
        let Self { name, version, status, bits, .. } = self;
        let Place { account, region, .. } = place;
        let arn = format!("arn:aws:eks:{region}:{account}:cluster/{name}");
        if self.kind == Kind::Connected {
            return json!({
                "name": name, "arn": arn, "status": status, "tags": self.tag_map(),
                "createdAt": 1_790_000_000.25,
                "connectorConfig": { "activationId": format!("{bits:016x}"), "provider": "RANCHER",
                    "roleArn": format!("arn:aws:iam::{account}:role/eks-connector") },
            });
        }
        let subnets: Vec<String> =
            (0..3).map(|zone| format!("subnet-{:016x}{zone}", bits % 97)).collect();
        let tier = if self.kind == Kind::Provisioned { "tier-xl" } else { "standard" };
        json!({
            "name": name, "arn": arn, "createdAt": 1_790_000_000.25, "version": version,
            "endpoint": format!("https://{bits:032X}.gr7.{region}.eks.amazonaws.com"),
            "roleArn": format!("arn:aws:iam::{account}:role/eks-cluster"),
            "resourcesVpcConfig": {
                "subnetIds": subnets, "securityGroupIds": [], "vpcId": format!("vpc-{:016x}3", bits % 7),
                "clusterSecurityGroupId": format!("sg-{:016x}4", bits % 31),
                "endpointPublicAccess": true, "endpointPrivateAccess": true,
                "publicAccessCidrs": ["0.0.0.0/0"],
            },
            "kubernetesNetworkConfig": { "serviceIpv4Cidr": "172.20.0.0/16", "ipFamily": "ipv4",
                "elasticLoadBalancing": { "enabled": self.kind == Kind::AutoMode } },
            "logging": { "clusterLogging": [{ "types": ["api", "audit"], "enabled": false }] },
            "identity": { "oidc": { "issuer": format!("https://oidc.eks.{region}.amazonaws.com/id/{bits:032X}") } },
            "status": status, "certificateAuthority": { "data": "LS0tLS1CRUdJTi".repeat(70) },
            "platformVersion": "eks.9", "tags": self.tag_map(), "health": { "issues": [] },
            "accessConfig": { "authenticationMode": "API_AND_CONFIG_MAP" },
            "upgradePolicy": { "supportType": "EXTENDED" },
            "computeConfig": { "enabled": self.kind == Kind::AutoMode, "nodePools": [] },
            "controlPlaneScalingConfig": { "tier": tier },
            "deletionProtection": false,
        })
    }

    /// <https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html>
    pub(crate) fn describe_group(&self, place: &Place, number: u64) -> Value {
        let Self { name, version, bits, .. } = self;
        let Place { account, region, .. } = place;
        let mut draw = place.draw(name, number);
        let desired = 1 + draw.below(20);
        json!({
            "nodegroupName": format!("workers-{number:03}"), "clusterName": name,
            "nodegroupArn": format!("arn:aws:eks:{region}:{account}:nodegroup/{name}/workers-{number:03}/{bits:016x}"),
            "version": version, "releaseVersion": format!("{version}.0-20261001"),
            "createdAt": 1_790_000_100.5, "modifiedAt": 1_790_000_200.5, "status": "ACTIVE",
            "capacityType": draw.weighted(&[(80, "ON_DEMAND"), (20, "SPOT")]),
            "scalingConfig": { "minSize": 1, "maxSize": desired * 2, "desiredSize": desired },
            "instanceTypes": [draw.one(&["m5.large", "m6i.2xlarge", "c7g.large"])],
            "subnets": [], "amiType": "AL2023_x86_64_STANDARD",
            "nodeRole": format!("arn:aws:iam::{account}:role/eks-nodes"),
            "labels": { "pool": "workers" }, "diskSize": 80, "health": { "issues": [] },
            "updateConfig": { "maxUnavailable": 1 }, "tags": {},
        })
    }
}
