//! What is fetched for what is wanted.

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;

use async_trait::async_trait;
use url::Url;

use super::super::Aws;
use crate::sync::{Coverage, Fetch, FetchError, Plan, Vendor, Wanted};

/// Documents at hand, and which of them were asked for.
#[derive(Default)]
struct Documents {
    bodies: HashMap<&'static str, &'static str>,
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl Fetch for Documents {
    async fn small(&self, url: &Url) -> Result<Vec<u8>, FetchError> {
        self.asked.lock().unwrap().push(url.to_string());
        match self.bodies.get(url.as_str()) {
            Some(body) => Ok(body.as_bytes().to_vec()),
            None => Err(FetchError {
                url: url.to_string(),
                problem: "there is none".to_owned(),
                status: Some(404),
            }),
        }
    }
}

fn documents() -> Documents {
    let bodies = [
        (
            "http://global.test/offers/v1.0/aws/index.json",
            r#"{"formatVersion": "v1.0", "offers": {
                "AmazonEC2": {"offerCode": "AmazonEC2",
                    "currentRegionIndexUrl": "/offers/v1.0/aws/AmazonEC2/current/region_index.json",
                    "currentSavingsPlanIndexUrl":
                        "/savingsPlan/v1.0/aws/AWSComputeSavingsPlan/current/region_index.json"},
                "AmazonEKS": {"currentRegionIndexUrl":
                    "/offers/v1.0/aws/AmazonEKS/current/region_index.json"},
                "AmazonS3": {"currentRegionIndexUrl": "http://elsewhere.test/s3.json"},
                "AWSLambda": {"currentRegionIndexUrl": "/offers/gone.json"},
                "Odd": 7
            }}"#,
        ),
        (
            "http://global.test/offers/v1.0/aws/AmazonEC2/current/region_index.json",
            r#"{"regions": {
                "eu-west-1": {"regionCode": "eu-west-1",
                    "currentVersionUrl": "/offers/v1.0/aws/AmazonEC2/2026/eu-west-1/index.json"},
                "us-west-2": {"regionCode": "us-west-2",
                    "currentVersionUrl": "http://elsewhere.test/us-west-2/index.json"},
                "us-west-2-lax-1": {"regionCode": "us-west-2-lax-1",
                    "currentVersionUrl": "/offers/v1.0/aws/AmazonEC2/2026/lax/index.json"}
            }}"#,
        ),
        (
            "http://global.test/offers/v1.0/aws/AmazonEKS/current/region_index.json",
            r#"{"regions": {"eu-west-1": {"regionCode": "eu-west-1",
                "currentVersionUrl": "/offers/v1.0/aws/AmazonEKS/2026/eu-west-1/index.json"}}}"#,
        ),
        (
            "http://global.test/savingsPlan/v1.0/aws/AWSComputeSavingsPlan/current/region_index.json",
            r#"{"regions": [{"regionCode": "eu-west-1",
                "versionUrl": "/savingsPlan/v1.0/aws/AWSComputeSavingsPlan/2026/eu-west-1/index.json"}]}"#,
        ),
        (
            "http://china.test/offers/v1.0/cn/index.json",
            r#"{"offers": {"AmazonEC2": {"currentRegionIndexUrl":
                "/offers/v1.0/cn/AmazonEC2/current/region_index.json"}}}"#,
        ),
        (
            "http://china.test/offers/v1.0/cn/AmazonEC2/current/region_index.json",
            r#"{"regions": {"cn-north-1": {"regionCode": "cn-north-1",
                "currentVersionUrl": "/offers/v1.0/cn/AmazonEC2/2026/cn-north-1/index.json"}}}"#,
        ),
    ];
    Documents { bodies: bodies.into(), ..Documents::default() }
}

fn vendor() -> Aws {
    Aws::new("http://global.test".parse().unwrap()).china("http://china.test".parse().unwrap())
}

fn wanted(services: &[&str], regions: &[&str]) -> Wanted {
    let set = |names: &[&str]| {
        let names: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
        (!names.is_empty()).then_some(names)
    };
    Wanted { services: set(services), regions: set(regions) }
}

async fn plan(wanted: &Wanted) -> (Plan, Vec<String>) {
    let documents = documents();
    let plan = vendor().plan(&documents, wanted).await.unwrap();
    (plan, documents.asked.into_inner().unwrap())
}

fn tables(plan: &Plan) -> Vec<(&str, &str, &str)> {
    let table = |request: &'_ crate::sync::TableRequest| {
        (request.id.clone(), request.url.to_string(), request.currency)
    };
    plan.requests
        .iter()
        .map(|request| (&*request.id, request.url.as_str(), table(request).2))
        .collect()
}

#[tokio::test]
async fn only_what_is_wanted_is_asked_for() {
    let (plan, asked) = plan(&wanted(&["aws/ec2"], &["eu-west-1"])).await;
    let url = "http://global.test/offers/v1.0/aws/AmazonEC2/2026/eu-west-1/index.csv";
    assert_eq!(tables(&plan), [("AmazonEC2/eu-west-1", url, "USD")]);
    let coverage = |service: &str| Coverage {
        service: service.to_owned(),
        region: Some("eu-west-1".to_owned()),
    };
    assert_eq!(plan.requests[0].covers, [coverage("aws/ec2"), coverage("aws/ebs")]);
    assert_eq!(plan.missing, [""; 0]);
    assert_eq!(asked.len(), 2);
    assert!(asked.iter().all(|url| url.starts_with("http://global.test/")));
}

#[tokio::test]
async fn what_is_not_listed_is_named() {
    let services = ["aws/eks", "aws/ebs", "aws/quantum", "gcp/compute"];
    let (plan, _) = plan(&wanted(&services, &["mars-north-1", "us-west-2-lax-1"])).await;
    assert_eq!(tables(&plan), []);
    assert_eq!(
        plan.missing,
        [
            "aws/quantum: no price list is known to have it",
            "AmazonEC2 in mars-north-1",
            "AmazonEC2 in us-west-2-lax-1",
            "AmazonEKS in mars-north-1",
            "AmazonEKS in us-west-2-lax-1",
        ]
    );
}

#[tokio::test]
async fn everything_is_every_region_of_both_worlds() {
    let (plan, _) = plan(&Wanted::everything()).await;
    let ids: Vec<&str> = plan.requests.iter().map(|request| &*request.id).collect();
    assert_eq!(
        ids,
        [
            "AmazonEC2/eu-west-1",
            "AmazonEKS/eu-west-1",
            "AWSComputeSavingsPlan/eu-west-1",
            "cn/AmazonEC2/cn-north-1"
        ]
    );
    assert_eq!(plan.requests[3].currency, "CNY");
    assert!(plan.requests[2].url.path().ends_with("/eu-west-1/index.json"));
    // Other hosts, an index that is gone, offers that are not listed.
    for missing in ["AmazonEC2 in us-west-2: ", "AmazonS3: ", "AWSLambda: ", "AWSELB"] {
        let named = plan.missing.iter().filter(|what| what.starts_with(missing)).count();
        assert!(named >= 1, "{missing}: {:?}", plan.missing);
    }
    assert!(plan.missing.contains(&"AmazonEKS for China".to_owned()));
}

#[tokio::test]
async fn china_is_asked_for_its_own_regions_only() {
    let (plan, asked) = plan(&wanted(&["aws/ec2"], &["cn-north-1"])).await;
    let url = "http://china.test/offers/v1.0/cn/AmazonEC2/2026/cn-north-1/index.csv";
    assert_eq!(tables(&plan), [("cn/AmazonEC2/cn-north-1", url, "CNY")]);
    assert!(asked.iter().all(|url| url.starts_with("http://china.test/")), "{asked:?}");
}

#[tokio::test]
async fn a_mirror_may_have_json_only() {
    let documents = documents();
    let wanted = wanted(&["aws/eks"], &["eu-west-1"]);
    let plan = vendor().json().plan(&documents, &wanted).await.unwrap();
    assert!(plan.requests[0].url.path().ends_with("/index.json"));
}

#[tokio::test]
async fn without_an_index_there_is_no_plan_but_the_world_does_not_wait_for_china() {
    let mut documents = documents();
    documents.bodies.remove("http://china.test/offers/v1.0/cn/index.json");
    let plan = vendor().plan(&documents, &Wanted::everything()).await.unwrap();
    assert!(plan.missing.iter().any(|what| what.contains("China regions: http://china.test/")));
    let china = wanted(&[], &["cn-north-1"]);
    let failed = vendor().plan(&documents, &china).await.map(|plan| plan.requests.len());
    assert_eq!(failed.unwrap_err().status, Some(404));
    documents.bodies.insert("http://global.test/offers/v1.0/aws/index.json", "<html>");
    assert!(vendor().plan(&documents, &Wanted::everything()).await.is_err());
}

#[test]
fn the_usual_addresses_are_addresses() {
    let vendor = Aws::default();
    assert_eq!(vendor.provider(), "aws");
    assert_eq!(vendor.global.base.as_str(), "https://pricing.us-east-1.amazonaws.com/");
    assert_eq!(vendor.china.base.as_str(), "https://pricing.cn-north-1.amazonaws.com.cn/");
}
