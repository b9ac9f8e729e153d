//! What is fetched for what is wanted.

use std::collections::BTreeMap;

use url::Url;

use super::file::{OfferFile, SavingsFile};
use super::index::{self, Index};
use super::place::is_region;
use super::product::{OFFERS, Offer};
use super::reader::Reader;
use super::savings;
use crate::sync::{Coverage, Fetch, FetchError, Parser, Plan, TableRequest, Wanted};

/// One of AWS's separate worlds, with its own price lists.
#[derive(Debug, Clone)]
pub(super) struct Partition {
    /// Where its price lists are.
    pub(super) base: Url,
    /// The path of the index of its offers.
    pub(super) index: &'static str,
    /// The currency of its prices.
    pub(super) currency: &'static str,
    /// What its table ids begin with.
    pub(super) prefix: &'static str,
    /// Whether it is the one of the China regions.
    pub(super) china: bool,
}

impl Partition {
    /// Whether a region belongs to it.
    pub(super) fn has(&self, region: &str) -> bool {
        region.starts_with("cn-") == self.china
    }

    /// Whether anything of it is wanted.
    pub(super) fn is_wanted(&self, wanted: &Wanted) -> bool {
        wanted.regions.as_ref().is_none_or(|regions| regions.iter().any(|region| self.has(region)))
    }
}

/// Whether a service of AWS is in some price list.
pub(super) fn is_listed(service: &str) -> bool {
    service == savings::SERVICE || OFFERS.iter().any(|offer| offer.services.contains(&service))
}

/// Plans what is wanted of one partition.
pub(super) struct Planner<'a> {
    pub(super) partition: &'a Partition,
    pub(super) fetch: &'a dyn Fetch,
    pub(super) wanted: &'a Wanted,
    /// Whether the JSON of offers is fetched and not the CSV.
    pub(super) json: bool,
}

impl Planner<'_> {
    /// Adds to `plan`.
    ///
    /// # Errors
    /// The index of the offers cannot be fetched or read.
    pub(super) async fn plan(&self, plan: &mut Plan) -> Result<(), FetchError> {
        let url = index::join(&self.partition.base, self.partition.index)?;
        let index = Index::fetch(self.fetch, &url).await?;
        for offer in OFFERS.iter().filter(|offer| self.wanted.any_service(offer.services)) {
            let regions = self.regions(offer.code, index.regions_of(offer.code), plan).await;
            for (region, url) in regions {
                plan.requests.push(self.offer(offer, region, url));
            }
        }
        if self.wanted.service(savings::SERVICE) {
            let what = "compute savings plans";
            for (region, url) in self.regions(what, index.savings_plans(), plan).await {
                plan.requests.push(self.savings_plans(region, url));
            }
        }
        Ok(())
    }

    /// The wanted regions of a price list and where their documents are. What is not there, or
    /// cannot be found out, is missing.
    async fn regions(
        &self,
        what: &str,
        index: Option<&str>,
        plan: &mut Plan,
    ) -> Vec<(String, Url)> {
        let Some(index) = index else {
            let world = if self.partition.china { " for China" } else { "" };
            plan.missing.push(format!("{what}{world}"));
            return Vec::new();
        };
        let regions = match index::join(&self.partition.base, index) {
            Ok(url) => index::regions(self.fetch, &url).await,
            Err(error) => Err(error),
        };
        let listed = regions.unwrap_or_else(|error| {
            plan.missing.push(format!("{what}: {error}"));
            BTreeMap::new()
        });
        for region in self.wanted.regions.iter().flatten() {
            if self.partition.has(region) && !(is_region(region) && listed.contains_key(region)) {
                plan.missing.push(format!("{what} in {region}"));
            }
        }
        let mut found = Vec::new();
        for (region, address) in listed {
            if !(is_region(&region) && self.partition.has(&region) && self.wanted.region(&region)) {
                continue;
            }
            match index::join(&self.partition.base, &address) {
                Ok(url) => found.push((region, url)),
                Err(error) => plan.missing.push(format!("{what} in {region}: {error}")),
            }
        }
        found
    }

    fn offer(&self, offer: &'static Offer, region: String, url: Url) -> TableRequest {
        let Partition { prefix, currency, .. } = *self.partition;
        let Offer { code, covers, .. } = *offer;
        let cover = |service: &&str| Coverage {
            service: (*service).to_owned(),
            region: Some(region.clone()),
        };
        TableRequest {
            id: format!("{prefix}{code}/{region}"),
            what: format!("the AWS price list of {code} in {region}"),
            url: if self.json { url } else { csv(url) },
            covers: covers.iter().map(cover).collect(),
            currency,
            authorization: None,
            parser: Parser::File(Box::new(OfferFile(Reader {
                offer,
                region: Some(region),
                currency,
            }))),
        }
    }

    fn savings_plans(&self, region: String, url: Url) -> TableRequest {
        let Partition { prefix, currency, .. } = *self.partition;
        let coverage =
            Coverage { service: savings::SERVICE.to_owned(), region: Some(region.clone()) };
        TableRequest {
            id: format!("{prefix}AWSComputeSavingsPlan/{region}"),
            what: format!("the AWS price list of compute savings plans in {region}"),
            url,
            covers: vec![coverage],
            currency,
            authorization: None,
            parser: Parser::File(Box::new(SavingsFile(savings::Wanted { region, currency }))),
        }
    }
}

/// The CSV beside a JSON: it is smaller, and read as a stream without looking for terms.
fn csv(mut url: Url) -> Url {
    if let Some(stem) = url.path().strip_suffix(".json") {
        let path = format!("{stem}.csv");
        url.set_path(&path);
    }
    url
}
