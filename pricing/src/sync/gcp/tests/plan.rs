//! What is asked for.

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

use super::*;
use crate::sync::gcp::{ApiKey, BASE, Gcp};
use crate::sync::{Authorization as _, Coverage, Fetch, FetchError, Plan, Vendor as _};

/// No index is needed.
struct Nothing;

#[async_trait::async_trait]
impl Fetch for Nothing {
    async fn small(&self, url: &Url) -> Result<Vec<u8>, FetchError> {
        panic!("{url} is asked for")
    }
}

async fn plan(base: &str, wanted: &Wanted) -> Plan {
    let gcp = Gcp::new(base.parse().unwrap(), Some(Arc::new(ApiKey("secret".into()))));
    gcp.plan(&Nothing, wanted).await.unwrap()
}

#[tokio::test]
async fn each_list_is_a_table_of_the_services_that_it_covers() {
    let plan = plan(BASE, &Wanted::everything()).await;
    let tables: Vec<(&str, &str)> =
        plan.requests.iter().map(|request| (&*request.id, request.url.as_str())).collect();
    let url = |id| {
        format!(
            "https://cloudbilling.googleapis.com/v1/services/{id}/skus?pageSize=5000&currencyCode=USD"
        )
    };
    assert_eq!(
        tables,
        [
            ("Compute Engine", &*url("6F81-5844-456A")),
            ("Cloud Storage", &*url("95FF-2EF5-5EA1")),
            ("Cloud SQL", &*url("9662-B51E-5089")),
            ("Kubernetes Engine", &*url("CCD8-9BF1-090E")),
            ("Cloud Run Functions", &*url("29E7-DA93-CA13")),
        ]
    );
    let covers = |service: &str| Coverage { service: service.to_owned(), region: None };
    assert_eq!(
        plan.requests[0].covers,
        ["gcp/compute", "gcp/compute-license", "gcp/disk", "gcp/network"].map(covers)
    );
    assert!(plan.requests.iter().all(|request| request.authorization.is_some()));
}

#[tokio::test]
async fn only_what_is_wanted_is_asked_for_and_covered() {
    let wanted = within(only(&["gcp/disk", "gcp/bigquery", "aws/ec2"]), &["europe-west1"]);
    let plan = plan("http://127.0.0.1:9/prices/", &wanted).await;
    assert_eq!(plan.requests.len(), 1);
    assert!(
        plan.requests[0].url.as_str().starts_with("http://127.0.0.1:9/prices/v1/services/6F81")
    );
    let covered: Vec<(&str, Option<&str>)> = plan.requests[0]
        .covers
        .iter()
        .map(|coverage| (&*coverage.service, coverage.region.as_deref()))
        .collect();
    assert!(covered.iter().all(|(service, _)| *service == "gcp/disk"));
    for region in ["europe-west1", "us-multi", "global"] {
        assert!(covered.contains(&("gcp/disk", Some(region))), "{region}");
    }
    assert_eq!(plan.missing, ["gcp/bigquery"]);
}

#[tokio::test]
async fn a_key_is_a_header_and_never_shown() {
    let key = ApiKey(SecretString::from(" AIza-secret\n"));
    let headers = key.headers().await.unwrap();
    assert_eq!(headers["x-goog-api-key"], "AIza-secret");
    assert!(headers["x-goog-api-key"].is_sensitive());
    assert_eq!(format!("{key:?}"), "ApiKey");
    for odd in ["", " ", "two\nlines"] {
        let error = ApiKey(odd.into()).headers().await.unwrap_err();
        assert!(error.starts_with("the API key of Google Cloud"), "{error}");
    }
}
