//! Where the prices of Azure come from, as configured.

use std::collections::BTreeSet;

use url::Url;

use finops_pricing::sync::Vendor;
use finops_pricing::sync::azure::Azure;

use crate::config::AzureConfig;

/// Where the API is on its host.
const PATH: &str = "/api/retail/prices";

/// The Azure Retail Prices API. An address without a path is its host's.
pub(crate) fn vendor(config: &AzureConfig) -> Box<dyn Vendor> {
    let Some(mut address) = config.prices.url.clone() else {
        return Box::new(Azure::new());
    };
    if address.path() == "/" {
        address.set_path(PATH);
    }
    Box::new(Azure::at(address))
}

/// Every address that is configured for it.
pub(crate) fn addresses(config: &AzureConfig) -> Vec<Url> {
    config.prices.url.iter().cloned().collect()
}

/// None is configured: a subscription is collected in every region.
pub(crate) fn regions(_: &AzureConfig) -> BTreeSet<String> {
    BTreeSet::new()
}
