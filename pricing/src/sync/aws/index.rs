//! The small documents that say where the price lists are.
//! <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api-fetching-price-list-files-manually.html>

use std::collections::BTreeMap;

use serde_json::Value;
use url::Url;

use crate::sync::{Fetch, FetchError};

/// The index of all offers: `/offers/v1.0/aws/index.json`.
pub(super) struct Index {
    offers: Value,
}

impl Index {
    /// Fetches it.
    ///
    /// # Errors
    /// There is no answer, or it is no index.
    pub(super) async fn fetch(fetch: &dyn Fetch, url: &Url) -> Result<Self, FetchError> {
        let mut document = document(fetch, url).await?;
        let offers = document.get_mut("offers").map(Value::take);
        match offers.filter(Value::is_object) {
            Some(offers) => Ok(Self { offers }),
            None => Err(unreadable(url, "it is no index of offers")),
        }
    }

    /// Where the index of the regions of an offer is.
    pub(super) fn regions_of(&self, offer: &str) -> Option<&str> {
        self.offers.get(offer)?.get("currentRegionIndexUrl")?.as_str()
    }

    /// Where the index of the regions of compute savings plans is. Every offer that they apply to
    /// names it.
    pub(super) fn savings_plans(&self) -> Option<&str> {
        self.offers.get("AmazonEC2")?.get("currentSavingsPlanIndexUrl")?.as_str()
    }
}

/// Where the price lists of each region are, as one of the indices of regions names them: an
/// offer's has a map and `currentVersionUrl`, that of savings plans a list and `versionUrl`.
///
/// # Errors
/// There is no answer, or it is no index.
pub(super) async fn regions(
    fetch: &dyn Fetch,
    url: &Url,
) -> Result<BTreeMap<String, String>, FetchError> {
    let document = document(fetch, url).await?;
    let entries: Vec<&Value> = match document.get("regions") {
        Some(Value::Object(regions)) => regions.values().collect(),
        Some(Value::Array(regions)) => regions.iter().collect(),
        _ => return Err(unreadable(url, "it is no index of regions")),
    };
    let text = |entry: &Value, name: &str| Some(entry.get(name)?.as_str()?.to_owned());
    let entry = |entry: &&Value| {
        let url = text(entry, "currentVersionUrl").or_else(|| text(entry, "versionUrl"))?;
        Some((text(entry, "regionCode")?, url))
    };
    Ok(entries.iter().filter_map(entry).collect())
}

/// An address that an index names, on the same host as the index.
///
/// # Errors
/// It is no address, or on another host.
pub(super) fn join(base: &Url, address: &str) -> Result<Url, FetchError> {
    match base.join(address) {
        Ok(url) if url.origin() == base.origin() => Ok(url),
        Ok(url) => Err(unreadable(&url, "an index names it, but it is on another host")),
        Err(error) => Err(unreadable(base, &format!("an index names no address: {error}"))),
    }
}

async fn document(fetch: &dyn Fetch, url: &Url) -> Result<Value, FetchError> {
    let body = fetch.small(url).await?;
    serde_json::from_slice(&body).map_err(|error| unreadable(url, &error.to_string()))
}

fn unreadable(url: &Url, problem: &str) -> FetchError {
    FetchError { url: url.to_string(), problem: problem.to_owned(), status: None }
}
