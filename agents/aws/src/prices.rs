//! Where the prices of AWS come from, as configured.

use std::collections::BTreeSet;

use url::Url;

use finops_pricing::sync::Vendor;
use finops_pricing::sync::aws::Aws;

use crate::config::{AwsConfig, Regions};

/// The price lists of AWS.
pub(crate) fn vendor(config: &AwsConfig) -> Box<dyn Vendor> {
    let mut aws = config.prices.url.clone().map_or_else(Aws::default, Aws::new);
    if let Some(china) = &config.china_prices {
        aws = aws.china(china.clone());
    }
    Box::new(aws)
}

/// Every address that is configured for them.
pub(crate) fn addresses(config: &AwsConfig) -> Vec<Url> {
    config.prices.url.iter().chain(&config.china_prices).cloned().collect()
}

/// The regions that are configured by their names.
pub(crate) fn regions(config: &AwsConfig) -> BTreeSet<String> {
    match &config.regions {
        Regions::Named(names) => names.iter().cloned().collect(),
        Regions::Default | Regions::All => BTreeSet::new(),
    }
}
