//! The prices of Google Cloud, from its Cloud Billing Catalog.
//! <https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list>
//!
//! The catalogue sells parts (a processor of N2, a GiB of a disk), each as an SKU with a
//! description. What a description means is data: `mappings/gcp_skus.tsv`. Prices of machine types
//! and of their licences follow from the parts, by `mappings/gcp_machine_types.tsv`.
//!
//! The catalogue cannot be asked for a region: all are read, and those that are not wanted are left
//! out.

mod api_key;
mod lists;
mod machine_licenses;
mod machine_types;
mod mapping;
mod pages;
mod pattern;
mod place;
mod prices;
#[cfg(test)]
mod tests;
mod tiers;
mod unit;

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use url::Url;

use super::{
    Authorization, Coverage, Fetch, FetchError, Parser, Plan, TableRequest, Vendor, Wanted,
};
pub use api_key::ApiKey;
use lists::{LISTS, List};
use pages::CatalogPages;

/// Where Google answers.
pub const BASE: &str = "https://cloudbilling.googleapis.com/";

/// The most rows that a page may be asked to have. The same page as above.
const PAGE_SIZE: &str = "5000";

/// The Cloud Billing Catalog.
pub struct Gcp {
    base: Url,
    authorization: Option<Arc<dyn Authorization>>,
}

impl Gcp {
    /// The catalogue at `base` ([`BASE`], or a stand-in for it). Google lets in who has an
    /// [`ApiKey`] or a token with the scope `cloud-billing.readonly` or `cloud-platform`.
    #[must_use]
    pub fn new(base: Url, authorization: Option<Arc<dyn Authorization>>) -> Self {
        Self { base, authorization }
    }

    /// The first page of a list; `None` where the base cannot have a path.
    fn address(&self, list: &List) -> Option<Url> {
        let mut url = self.base.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend(["v1", "services", list.id, "skus"]);
        url.query_pairs_mut().append_pair("pageSize", PAGE_SIZE).append_pair("currencyCode", "USD");
        Some(url)
    }

    fn request(&self, list: &'static List, url: Url, wanted: &Wanted) -> TableRequest {
        TableRequest {
            id: list.name.to_owned(),
            what: format!("Google's price list of {}{}", list.name, list.derived),
            url: url.clone(),
            covers: coverage(list, wanted),
            currency: "USD",
            authorization: self.authorization.clone(),
            parser: Parser::Pages(Box::new(CatalogPages::new(list, url, wanted.clone()))),
        }
    }
}

#[async_trait]
impl Vendor for Gcp {
    fn provider(&self) -> &'static str {
        "gcp"
    }

    async fn plan(&self, _fetch: &dyn Fetch, wanted: &Wanted) -> Result<Plan, FetchError> {
        let mut plan = Plan::default();
        for list in LISTS.iter().filter(|list| wanted.any_service(list.covers)) {
            let url = self.address(list).ok_or_else(|| FetchError {
                url: self.base.to_string(),
                problem: format!("this is no address of a price API: set it as {BASE} is"),
                status: None,
            })?;
            plan.requests.push(self.request(list, url, wanted));
        }
        let known: BTreeSet<&str> = LISTS.iter().flat_map(|list| list.covers).copied().collect();
        let asked = wanted.services.iter().flatten();
        plan.missing = asked
            .filter(|service| service.starts_with("gcp/") && !known.contains(service.as_str()))
            .cloned()
            .collect();
        Ok(plan)
    }
}

/// The wanted services of a list in the wanted regions. What is sold at no region (`global`,
/// `us-multi`) is read whatever is wanted, and covered too.
fn coverage(list: &List, wanted: &Wanted) -> Vec<Coverage> {
    let places: Vec<Option<String>> = match &wanted.regions {
        None => vec![None],
        Some(regions) => {
            let fixed = place::WITHOUT_REGION.iter().map(|place| (*place).to_owned());
            regions.iter().cloned().chain(fixed).map(Some).collect()
        }
    };
    let services = list.covers.iter().filter(|service| wanted.service(service));
    services
        .flat_map(|service| {
            places
                .iter()
                .map(|region| Coverage { service: (*service).to_owned(), region: region.clone() })
        })
        .collect()
}
