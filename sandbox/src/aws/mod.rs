//! AWS: the query APIs of EC2, RDS and STS, the JSON ones of EKS, Lambda and tagging, S3, and
//! CloudWatch.

mod catalog;
mod cloudwatch;
mod ebs;
mod ec2;
mod eks;
mod fleet;
mod imds;
mod lambda;
mod page;
mod place;
mod rds;
mod refusals;
mod route;
mod s3;
mod sts;
mod tagging;
mod tiers;
mod xml;

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Value, json};

use crate::cloud::{Call, Cloud};
use crate::facts::Facts;
use crate::faults::Refusal;
use crate::http::{Reply, Request};
use crate::running::Directions;
use crate::size::{Mix, Size, part};
use crate::truth::{self, Sum, Truth};

pub use place::{ACCOUNTS, Place, REGIONS, account_id};

/// How many in a thousand resources of a mixed fleet are no instances.
const VOLUMES: u64 = 380;
const FUNCTIONS: u64 = 80;
const DATABASES: u64 = 30;
const DATABASE_CLUSTERS: u64 = 5;
const BUCKETS: u64 = 40;
const CLUSTERS: u64 = 5;
const OTHERS: &[u64] = &[VOLUMES, FUNCTIONS, DATABASES, DATABASE_CLUSTERS, BUCKETS, CLUSTERS];

/// AWS with a fleet.
#[derive(Debug)]
pub struct Aws {
    size: Size,
    facts: Facts,
    catalog: catalog::Catalog,
}

impl Aws {
    /// AWS with the fleet of this size.
    #[must_use]
    pub fn new(size: Size) -> Self {
        let facts = Facts::of(&[
            include_str!("../../../pricing/tables/aws/ebs.tsv"),
            include_str!("../../../pricing/tables/aws/ec2_ondemand.tsv"),
            include_str!("../../../pricing/tables/aws/ec2_os_premium.tsv"),
            include_str!("../../../pricing/tables/aws/eks.tsv"),
            include_str!("../../../pricing/tables/aws/lambda.tsv"),
            include_str!("../../../pricing/tables/aws/rds_ondemand.tsv"),
            include_str!("../../../pricing/tables/aws/rds_storage.tsv"),
            include_str!("../../../pricing/tables/aws/s3.tsv"),
            include_str!("../../../pricing/tables/aws/vpc.tsv"),
        ]);
        let catalog = catalog::Catalog::of(&facts);
        Self { size, facts, catalog }
    }

    /// Every account and region, in the agents' order.
    fn places(&self) -> impl Iterator<Item = Place> + '_ {
        let Size { accounts, regions, .. } = self.size;
        (0..accounts).flat_map(move |account| {
            (0..regions).map(move |region| Place::new(&self.size, account, region))
        })
    }

    /// The place that a call is about, where the fleet has anything there.
    fn place(&self, call: &Call) -> Option<Place> {
        Place::find(&self.size, &call.account, &call.region)
    }

    /// How many of a kind with this share in a thousand are in a place.
    fn count(&self, share: u64, place: &Place) -> u64 {
        part(self.size.of_share(share), self.size.accounts * self.size.regions, place.index)
    }

    /// How many instances are in a place.
    fn instances(&self, place: &Place) -> u64 {
        let all = self.size.machines(OTHERS);
        part(all, self.size.accounts * self.size.regions, place.index)
    }

    /// What the service's resources of a place cost, each worked out as it is made.
    fn sums(&self, place: &Place) -> BTreeMap<&'static str, Sum> {
        let mut sums = BTreeMap::from([
            ("ec2", ec2::sum(self, place)),
            ("ebs", ebs::sum(self, place)),
            ("eks", eks::sum(self, place)),
            ("lambda", lambda::sum(self, place)),
            ("rds", rds::sum(self, place)),
        ]);
        // Buckets are the account's: the first of its documents has them.
        if place.region_index == 0 {
            sums.insert("s3", s3::sum(self, place));
        }
        sums
    }

    /// What an agent has to be told to find this cloud at `url`.
    #[must_use]
    pub fn directions(&self, url: &str) -> Directions {
        let environment = BTreeMap::from([
            ("AWS_ENDPOINT_URL", url.to_owned()),
            ("AWS_ACCESS_KEY_ID", place::ACCESS_KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "sandbox".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            // Neither a profile nor its credentials may come from the person's own files.
            ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
        ]);
        let roles: Vec<Value> = (1..self.size.accounts)
            .map(|account| {
                let role = format!("arn:aws:iam::{}:role/openfinops-agent", account_id(account));
                json!({ "role_arn": role })
            })
            .collect();
        let count = usize::try_from(self.size.regions).unwrap_or(REGIONS.len());
        let mut settings = json!({ "region": REGIONS[..count], "accounts": roles });
        if self.size.mix == Mix::All {
            // Costs of functions, clusters and buckets depend on metrics, of which no resource has
            // more than five; the scopes share the ceiling evenly.
            let most = self.size.resources * 6 + 10_000;
            settings["cloudwatch"] = json!({ "max_metrics_per_cycle": most });
        }
        Directions { environment, settings }
    }
}

impl Cloud for Aws {
    fn name(&self) -> &'static str {
        "aws"
    }

    fn call(&self, request: &Request) -> Call {
        route::call(request)
    }

    fn answer(&self, request: &Request, call: &Call) -> Reply {
        match (call.service, call.operation.as_str()) {
            ("sts", _) => sts::answer(request, call),
            ("metadata", _) => imds::answer(self, request),
            ("fleet", _) => fleet::answer(self),
            ("ec2", "DescribeVolumes") => ebs::describe(self, request, call),
            ("ec2", _) => ec2::answer(self, request, call),
            ("cloudwatch", _) => cloudwatch::answer(self, request, call),
            ("eks", _) => eks::answer(self, request, call),
            ("lambda", _) => lambda::answer(self, request, call),
            ("rds", _) => rds::answer(self, request, call),
            ("s3", _) => s3::answer(self, request, call),
            ("tagging", _) => tagging::answer(self, request, call),
            (service, operation) => {
                let text = format!("the sandbox has no {operation} of {service}");
                Reply::of("text/plain", text).status(StatusCode::NOT_IMPLEMENTED)
            }
        }
    }

    fn refuse(&self, call: &Call, refusal: Refusal) -> Reply {
        refusals::refuse(call, refusal)
    }

    fn truth(&self) -> Truth {
        let place = |place: Place| {
            let sums = self.sums(&place);
            (truth::Place { account: place.account, region: place.region.to_owned() }, sums)
        };
        Truth(self.places().map(place).collect())
    }
}

#[cfg(test)]
mod tests;
