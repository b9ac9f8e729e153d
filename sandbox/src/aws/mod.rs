//! AWS: the query APIs of EC2, RDS and STS, the JSON ones of EKS, Lambda and tagging, S3, and
//! CloudWatch.

mod catalog;
mod cloudwatch;
mod ebs;
mod ec2;
mod place;
mod refusals;
mod route;
mod sts;
mod xml;

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Value, json};

use crate::cloud::{Call, Cloud};
use crate::facts::Facts;
use crate::faults::Refusal;
use crate::http::{Reply, Request};
use crate::running::Directions;
use crate::size::{Size, part};
use crate::truth::{self, Sum, Truth};

pub use place::{ACCOUNTS, Place, REGIONS, account_id};

/// How many in a thousand resources of a mixed fleet are no instances.
const VOLUMES: u64 = 380;

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
        let all = self.size.machines(&[VOLUMES]);
        part(all, self.size.accounts * self.size.regions, place.index)
    }

    /// What the service's resources of a place cost, each worked out as it is made.
    fn sums(&self, place: &Place) -> BTreeMap<&'static str, Sum> {
        let empty = Sum::default();
        BTreeMap::from([
            ("ec2", ec2::sum(self, place)),
            ("ebs", ebs::sum(self, place)),
            ("eks", empty),
            ("lambda", empty),
            ("rds", empty),
            ("s3", empty),
        ])
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
        let settings = json!({ "region": REGIONS[..count], "accounts": roles });
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
            ("ec2", "DescribeVolumes") => ebs::describe(self, request, call),
            ("ec2", _) => ec2::answer(self, request, call),
            ("cloudwatch", _) => cloudwatch::answer(self, request, call),
            ("eks", "ListClusters") => Reply::json(&json!({ "clusters": [] })),
            ("lambda", "ListFunctions") => Reply::json(&json!({ "Functions": [] })),
            ("rds", operation @ "DescribeDBInstances") => {
                xml::query("http://rds.amazonaws.com/doc/2014-10-31/", operation, "<DBInstances/>")
            }
            ("rds", operation @ "DescribeDBClusters") => {
                xml::query("http://rds.amazonaws.com/doc/2014-10-31/", operation, "<DBClusters/>")
            }
            ("s3", "ListBuckets") => Reply::of(
                "application/xml",
                "<ListAllMyBucketsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Buckets/></ListAllMyBucketsResult>",
            ),
            ("tagging", "GetResources") => {
                Reply::json(&json!({ "PaginationToken": "", "ResourceTagMappingList": [] }))
            }
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
