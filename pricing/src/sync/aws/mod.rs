//! AWS Price List bulk files: index, region index, offer files; savings plans.
//!
//! ```text
//! /offers/v1.0/aws/index.json ─► …/AmazonEC2/current/region_index.json ─► …/eu-west-1/index.csv
//! ```
//!
//! They need no credentials.
//! <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html>
//!
//! Spot prices are in none of them; the agent asks EC2 for those in each cycle.

mod attributes;
mod csv;
mod facts;
mod file;
mod index;
mod json;
mod listing;
mod part;
mod place;
mod plan;
mod product;
mod reader;
mod savings;
mod tail;
mod usage;

use std::io::BufRead;

use async_trait::async_trait;
use url::Url;

use super::{Fetch, FetchError, FileParser, Harvest, ParseError, Plan, Published, Vendor, Wanted};
use file::{OfferFile, SavingsFile};
use plan::{Partition, Planner};
use product::OFFERS;
use reader::Reader;

/// Where the price lists of all regions but China's are.
const GLOBAL: &str = "https://pricing.us-east-1.amazonaws.com";
/// Where those of the China regions are, in CNY.
const CHINA: &str = "https://pricing.cn-north-1.amazonaws.com.cn";

/// The price lists of AWS.
///
/// The China regions have their own, at another address; they are asked for where a region that
/// begins with `cn-` is wanted, or every region.
#[derive(Debug, Clone)]
pub struct Aws {
    global: Partition,
    china: Partition,
    json: bool,
}

impl Default for Aws {
    fn default() -> Self {
        let address = |text: &str| text.parse().expect("a constant address, which a test parses");
        Self::new(address(GLOBAL)).china(address(CHINA))
    }
}

impl Aws {
    /// The price lists at `base` (by default `https://pricing.us-east-1.amazonaws.com`), and those
    /// of China at their own address.
    #[must_use]
    pub fn new(base: Url) -> Self {
        let china = CHINA.parse().expect("a constant address, which a test parses");
        let global = Partition {
            base,
            index: "/offers/v1.0/aws/index.json",
            currency: "USD",
            prefix: "",
            china: false,
        };
        let china = Partition {
            base: china,
            index: "/offers/v1.0/cn/index.json",
            currency: "CNY",
            prefix: "cn/",
            china: true,
        };
        Self { global, china, json: false }
    }

    /// The same, with the price lists of the China regions at `base` (by default
    /// `https://pricing.cn-north-1.amazonaws.com.cn`).
    #[must_use]
    pub fn china(mut self, base: Url) -> Self {
        self.china.base = base;
        self
    }

    /// The same, with offers as JSON: from a mirror that has no CSV.
    #[must_use]
    pub fn json(mut self) -> Self {
        self.json = true;
        self
    }
}

#[async_trait]
impl Vendor for Aws {
    fn provider(&self) -> &'static str {
        "aws"
    }

    async fn plan(&self, fetch: &dyn Fetch, wanted: &Wanted) -> Result<Plan, FetchError> {
        let mut plan = Plan::default();
        for service in wanted.services.iter().flatten() {
            if service.starts_with("aws/") && !plan::is_listed(service) {
                plan.missing.push(format!("{service}: no price list is known to have it"));
            }
        }
        let planner = |partition| Planner { partition, fetch, wanted, json: self.json };
        let global = self.global.is_wanted(wanted);
        if global {
            planner(&self.global).plan(&mut plan).await?;
        }
        if self.china.is_wanted(wanted)
            && let Err(error) = planner(&self.china).plan(&mut plan).await
        {
            // The world does not wait for China.
            if !global {
                return Err(error);
            }
            plan.missing.push(format!("the price lists of the China regions: {error}"));
        }
        Ok(plan)
    }
}

/// Reads the price list of one offer (`AmazonEC2`), as CSV or JSON, that is at hand: of one region,
/// or of all where `region` is `None`.
///
/// # Errors
/// The offer is not known, or the document is not its price list.
pub fn read_offer(
    offer: &str,
    region: Option<&str>,
    currency: &'static str,
    document: &mut dyn BufRead,
    harvest: &mut Harvest,
) -> Result<Published, ParseError> {
    let Some(offer) = OFFERS.iter().find(|known| known.code == offer) else {
        return Err(ParseError::NotAPriceList(format!("no offer {offer} is known")));
    };
    let region = region.map(str::to_owned);
    OfferFile(Reader { offer, region, currency }).parse(document, harvest)
}

/// Reads the rates of the compute savings plans of one region, as JSON, that are at hand.
///
/// # Errors
/// The document is no list of savings plans, or is cut off.
pub fn read_savings_plans(
    region: &str,
    currency: &'static str,
    document: &mut dyn BufRead,
    harvest: &mut Harvest,
) -> Result<Published, ParseError> {
    let region = region.to_owned();
    SavingsFile(savings::Wanted { region, currency }).parse(document, harvest)
}

#[cfg(test)]
mod tests;
