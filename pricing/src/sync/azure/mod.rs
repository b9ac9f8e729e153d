//! The Azure Retail Prices API.
//! <https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices>
//!
//! It is open to all and lists what every service costs in every region, at most 1,000 items a page.
//! A table is one of Microsoft's services in one region, read by one `Mapping` into the keys
//! that the rules of [`crate::azure`] look up.
//!
//! ```text
//! query ─► page ─► item ─► pages (what is no list price here is left out) ─► a mapping ─► rows
//! ```

mod databases;
mod disks;
mod functions;
mod item;
mod kubernetes;
mod licences;
mod machines;
mod number;
mod page;
mod pages;
mod query;
mod rows;
mod storage;
mod unit;

use std::collections::BTreeSet;

use async_trait::async_trait;
use url::Url;

use super::{Coverage, Fetch, FetchError, Parser, Plan, TableRequest, Vendor, Wanted};
use crate::book::PriceBook;
use pages::{GLOBAL, Pages};
use rows::Mapping;

/// The currency that is asked for, and the only one that is read.
const CURRENCY: &str = "USD";

/// Regions of which the program was built with no price: a new one, and those of Azure Government,
/// which the API lists like any other.
/// <https://learn.microsoft.com/azure/reliability/regions-list>
const NOT_EMBEDDED: &[&str] = &["denmarkeast", "usgovarizona", "usgovtexas", "usgovvirginia"];

/// The Azure Retail Prices API.
#[derive(Debug, Clone)]
pub struct Azure {
    base: Url,
}

/// A service of Microsoft's list.
struct Service {
    /// As the API names it.
    name: &'static str,
    /// The services of the book that its items fill.
    services: &'static [&'static str],
    /// It has a table for each region.
    in_regions: bool,
    /// Some of it costs the same everywhere, in a table of its own.
    global: Option<Global>,
    mapping: fn() -> Box<dyn Mapping>,
}

/// How the API is asked for what costs the same everywhere.
#[derive(Clone, Copy)]
enum Global {
    /// By the region `Global`.
    ByName,
    /// Without a region: some items have none, and others `Global`.
    Anywhere,
}

/// What is fetched. Disks and storage accounts are one service to Microsoft, and one table here.
const SERVICES: &[Service] = &[
    Service {
        name: "Virtual Machines",
        services: &[machines::MACHINES, machines::PLANS],
        in_regions: true,
        global: None,
        mapping: || Box::new(machines::Machines),
    },
    Service {
        name: "Virtual Machines Licenses",
        services: &[licences::LICENCES],
        in_regions: false,
        global: Some(Global::Anywhere),
        mapping: || Box::new(licences::Licences),
    },
    Service {
        name: "Storage",
        services: &[disks::DISKS, storage::STORAGE],
        in_regions: true,
        global: None,
        mapping: || Box::<storage::Storage>::default(),
    },
    Service {
        name: "Azure Kubernetes Service",
        services: &[kubernetes::CLUSTERS],
        in_regions: true,
        global: None,
        mapping: || Box::new(kubernetes::Clusters),
    },
    Service {
        name: "Functions",
        services: &[functions::FUNCTIONS],
        in_regions: true,
        global: None,
        mapping: || Box::new(functions::Functions),
    },
    Service {
        name: "SQL Database",
        services: &[databases::DATABASES],
        in_regions: true,
        global: Some(Global::ByName),
        mapping: || Box::<databases::Databases>::default(),
    },
];

impl Default for Azure {
    fn default() -> Self {
        Self::new()
    }
}

impl Azure {
    /// Microsoft's own API.
    #[must_use]
    pub fn new() -> Self {
        // A constant, which a test parses.
        Self::at(query::ADDRESS.parse().expect("the address of the API is an address"))
    }

    /// The API at another address: `https://prices.example/api/retail/prices`.
    #[must_use]
    pub fn at(base: Url) -> Self {
        Self { base }
    }

    fn table(&self, service: &Service, region: &str, asked: Option<&str>) -> TableRequest {
        let Service { name, services, mapping, .. } = *service;
        let place = if region == GLOBAL { "all regions" } else { region };
        let covers = services.iter().map(|service| Coverage {
            service: (*service).to_owned(),
            region: Some(region.to_owned()),
        });
        TableRequest {
            id: format!("{name}/{region}"),
            what: format!("the Azure retail prices of {name} in {place}"),
            url: query::first_page(&self.base, name, asked),
            covers: covers.collect(),
            currency: CURRENCY,
            authorization: None,
            parser: Parser::Pages(Box::new(Pages::new(name, region, mapping()))),
        }
    }
}

impl Service {
    /// Licences are part of what a machine costs, and are fetched with them.
    fn is_wanted(&self, wanted: &Wanted) -> bool {
        wanted.any_service(self.services)
            || (self.services.contains(&licences::LICENCES) && wanted.service(machines::MACHINES))
    }
}

#[async_trait]
impl Vendor for Azure {
    fn provider(&self) -> &'static str {
        "azure"
    }

    /// The API has no index: nothing is fetched. A region that it does not know gives an empty
    /// list, which is an error of that table.
    async fn plan(&self, _fetch: &dyn Fetch, wanted: &Wanted) -> Result<Plan, FetchError> {
        let regions = regions(wanted);
        let mut requests = Vec::new();
        for service in SERVICES.iter().filter(|service| service.is_wanted(wanted)) {
            if service.in_regions {
                let tables = regions.iter().map(|name| self.table(service, name, Some(name)));
                requests.extend(tables);
            }
            match service.global {
                None => {}
                Some(Global::ByName) => requests.push(self.table(service, GLOBAL, Some(GLOBAL))),
                Some(Global::Anywhere) => requests.push(self.table(service, GLOBAL, None)),
            }
        }
        Ok(Plan { requests, missing: Vec::new() })
    }
}

/// The regions that are wanted, in small letters as the API writes them; where all are, those in
/// which the program was built with prices of machines, and some more.
fn regions(wanted: &Wanted) -> BTreeSet<String> {
    match &wanted.regions {
        Some(regions) => regions
            .iter()
            .filter(|region| !region.eq_ignore_ascii_case(GLOBAL))
            .map(|region| region.to_lowercase())
            .collect(),
        None => PriceBook::azure()
            .regions(machines::MACHINES)
            // Licence premiums stand there in a region that is none.
            .filter(|region| region.bytes().all(|letter| letter.is_ascii_alphanumeric()))
            .chain(NOT_EMBEDDED.iter().copied())
            .map(str::to_owned)
            .collect(),
    }
}

#[cfg(test)]
mod tests;
