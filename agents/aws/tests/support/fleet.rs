//! A fleet to describe: plain records with the fields that costs depend on.

use std::collections::BTreeMap;

/// The account that the scripted credentials belong to.
pub(crate) const ACCOUNT: &str = "123456789012";
/// The region of everything that does not say otherwise.
pub(crate) const REGION: &str = "us-east-1";

/// An instance, as it is written into `DescribeInstances`.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) state: &'static str,
    pub(crate) zone: &'static str,
    pub(crate) tenancy: &'static str,
    pub(crate) usage_operation: &'static str,
    pub(crate) platform_details: &'static str,
    pub(crate) lifecycle: Option<&'static str>,
    /// Public addresses and their owners: `amazon`, or the account of an Elastic IP address.
    pub(crate) addresses: Vec<(&'static str, &'static str)>,
}

impl Instance {
    /// A running Linux instance on demand.
    pub(crate) fn linux(id: impl Into<String>, kind: &'static str) -> Self {
        Self {
            id: id.into(),
            kind,
            state: "running",
            zone: "us-east-1a",
            tenancy: "default",
            usage_operation: "RunInstances",
            platform_details: "Linux/UNIX",
            lifecycle: None,
            addresses: Vec::new(),
        }
    }
}

/// A volume.
#[derive(Debug, Clone)]
pub(crate) struct Volume {
    pub(crate) id: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) size: u32,
    pub(crate) iops: Option<u32>,
    pub(crate) throughput: Option<u32>,
    pub(crate) state: &'static str,
    pub(crate) attached_to: Option<&'static str>,
}

impl Volume {
    /// A gp3 volume as it comes, attached to `instance`.
    pub(crate) const fn gp3(id: &'static str, size: u32, instance: &'static str) -> Self {
        Self {
            id,
            kind: "gp3",
            size,
            iops: Some(3_000),
            throughput: Some(125),
            state: "in-use",
            attached_to: Some(instance),
        }
    }
}

/// A row of the spot market's history.
#[derive(Debug, Clone)]
pub(crate) struct SpotPrice {
    pub(crate) kind: &'static str,
    pub(crate) zone: &'static str,
    pub(crate) product: &'static str,
    pub(crate) price: &'static str,
    pub(crate) at: &'static str,
}

/// A function.
#[derive(Debug, Clone)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) memory: u32,
    pub(crate) architecture: &'static str,
}

/// A database instance.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub(crate) id: &'static str,
    pub(crate) class: &'static str,
    pub(crate) engine: &'static str,
    pub(crate) license: &'static str,
    pub(crate) storage_type: &'static str,
    pub(crate) storage: u32,
    pub(crate) multi_az: bool,
    pub(crate) status: &'static str,
    pub(crate) version: &'static str,
}

/// Everything in the account.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fleet {
    pub(crate) instances: Vec<Instance>,
    pub(crate) volumes: Vec<Volume>,
    pub(crate) spot_prices: Vec<SpotPrice>,
    /// Elastic IP addresses and their pools.
    pub(crate) elastic_ips: Vec<(&'static str, &'static str)>,
    /// Names and Kubernetes versions; each has one node group.
    pub(crate) clusters: Vec<(&'static str, &'static str)>,
    pub(crate) functions: Vec<Function>,
    pub(crate) databases: Vec<Database>,
    /// Names and regions.
    pub(crate) buckets: Vec<(&'static str, &'static str)>,
    /// Metrics by name and the values of their dimensions, with slashes between.
    pub(crate) metrics: BTreeMap<&'static str, f64>,
}

/// A gibibyte.
pub(crate) const GIB: u32 = 1 << 30;

impl Fleet {
    /// A small fleet of which everything has a price; `facts` tells what it costs.
    pub(crate) fn healthy() -> Self {
        Self {
            instances: vec![
                Instance {
                    addresses: vec![("203.0.113.10", "amazon")],
                    ..Instance::linux("i-web", "m5.large")
                },
                Instance { state: "stopped", ..Instance::linux("i-batch", "c5.xlarge") },
            ],
            volumes: vec![
                Volume::gp3("vol-web", 100, "i-web"),
                Volume {
                    id: "vol-spare",
                    kind: "gp2",
                    size: 50,
                    iops: Some(150),
                    throughput: None,
                    state: "available",
                    attached_to: None,
                },
            ],
            clusters: vec![("shop", "1.34")],
            functions: vec![Function { name: "resize", memory: 512, architecture: "x86_64" }],
            databases: vec![Database {
                id: "orders",
                class: "db.m5.large",
                engine: "mysql",
                license: "general-public-license",
                storage_type: "gp2",
                storage: 100,
                multi_az: false,
                status: "available",
                version: "8.4.3",
            }],
            buckets: vec![("logs", REGION)],
            metrics: BTreeMap::from([
                ("CPUUtilization/i-web", 12.5),
                ("Invocations/resize", 1_000.0),
                ("Duration/resize", 100_000.0),
                ("CPUUtilization/orders", 3.25),
                ("BucketSizeBytes/logs/StandardStorage", 100.0 * f64::from(GIB)),
                ("NumberOfObjects/logs/AllStorageTypes", 1_200.0),
            ]),
            ..Self::default()
        }
    }
}
