//! The pages of one list.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use url::Url;

use super::lists::List;
use super::mapping::{Kind, Line, Mapping};
use super::place::Place;
use super::prices::{Price, Prices, Scope};
use super::{machine_licenses, machine_types, tiers, unit};
use crate::gcp::catalog::{self, CatalogError, Sku};
use crate::sync::{Dropped, Harvest, Next, PageParser, ParseError, Published, Wanted};

/// What to do about a refusal.
const REMEDY: &str = "set an API key that may call cloudbilling.googleapis.com, or enable that API \
                      in the project of the credentials";

/// The most regions that a list may name; Google has some fifty.
/// <https://cloud.google.com/compute/docs/regions-zones>
const MOST_REGIONS: usize = 1_000;

/// Reads the pages of a list into the prices of the book.
pub(super) struct CatalogPages {
    list: &'static List,
    /// Where the first page is.
    url: Url,
    wanted: Wanted,
    prices: Prices,
    /// The wanted regions that any SKU is sold in.
    regions: BTreeSet<String>,
    /// The services of the book that any SKU is of.
    seen: BTreeSet<&'static str>,
    /// How many SKUs there were.
    skus: u64,
}

impl CatalogPages {
    pub(super) fn new(list: &'static List, url: Url, wanted: Wanted) -> Self {
        Self {
            list,
            url,
            wanted,
            prices: Prices::default(),
            regions: BTreeSet::new(),
            seen: BTreeSet::new(),
            skus: 0,
        }
    }

    fn read(&mut self, sku: &Sku, harvest: &mut Harvest) {
        for name in &sku.regions {
            if let Place::Region(region) = Place::of(name)
                && self.wanted.region(region)
                && self.regions.len() <= MOST_REGIONS
            {
                self.regions.insert(region.to_owned());
            }
        }
        let mapping = Mapping::get();
        let kind = Kind::of(sku);
        if let Some(why) = mapping.left_out(&kind) {
            return harvest.drop(why);
        }
        let meanings = mapping.meanings(self.list.short, &kind);
        if meanings.is_empty() {
            let on_demand = kind.on_demand();
            let why = if on_demand { Dropped::OtherProduct } else { Dropped::NotOnDemand };
            return harvest.drop(why);
        }
        self.seen.extend(meanings.iter().map(|line| line.service));
        match tiers::list_price(&sku.tiers) {
            Err(why) => harvest.drop(why),
            Ok(amount) => {
                let effective = sku.effective_time.to_zoned(TimeZone::UTC).date();
                self.place(sku, &meanings, Price { amount, effective }, harvest);
            }
        }
    }

    /// Adds the price of an SKU at each place where it is sold.
    fn place(&mut self, sku: &Sku, meanings: &[&Line], price: Price, harvest: &mut Harvest) {
        let scope = if sku.regions.len() == 1 { Scope::One } else { Scope::Several };
        if sku.regions.is_empty() {
            return harvest.drop(Dropped::OtherLocation);
        }
        // What is sold anywhere is at several places the same.
        let mut regions = BTreeSet::new();
        for name in &sku.regions {
            let place = Place::of(name);
            if matches!(place, Place::Region(region) if !self.wanted.region(region)) {
                let anywhere = meanings.iter().any(|line| line.region(Place::Other).is_some());
                if !anywhere {
                    harvest.drop(Dropped::OtherLocation);
                    continue;
                }
            }
            let mut here = meanings.iter().filter_map(|line| Some((*line, line.region(place)?)));
            match (here.next(), here.next()) {
                (None, _) => harvest.drop(Dropped::OtherLocation),
                (Some(_), Some(_)) => harvest.drop(Dropped::Ambiguous),
                (Some((line, region)), None) => {
                    if regions.insert(region) {
                        self.add(sku, line, region, scope, price, harvest);
                    }
                }
            }
        }
    }

    fn add(
        &mut self,
        sku: &Sku,
        line: &Line,
        region: &str,
        scope: Scope,
        price: Price,
        harvest: &mut Harvest,
    ) {
        let Some(factor) = unit::factor(&sku.unit, line.unit) else {
            return harvest.drop(Dropped::UnknownUnit);
        };
        let amount = price.amount.checked_mul(factor * line.times);
        let Some(price) = amount.and_then(|amount| Price::new(amount, price.effective)) else {
            return harvest.drop(Dropped::Unreadable);
        };
        for variant in &line.variants {
            let key = [line.service, line.sku, variant, line.unit];
            self.prices.add(key, region, scope, price, harvest);
        }
    }

    /// What the list has no price of any more: its descriptions have changed.
    fn check(&self) -> Result<(), ParseError> {
        if self.skus == 0 {
            return Err(ParseError::NotAPriceList("it has no SKU at all".to_owned()));
        }
        // Each of them has every machine type.
        if self.regions.len() > MOST_REGIONS {
            let what = format!("it names more than {MOST_REGIONS} regions");
            return Err(ParseError::NotAPriceList(what));
        }
        let mut covers = self.list.covers.iter().filter(|service| self.wanted.service(service));
        match covers.find(|service| !self.seen.contains(*service)) {
            Some(service) => Err(ParseError::Missing(format!("price that is known as {service}"))),
            None => Ok(()),
        }
    }
}

impl PageParser for CatalogPages {
    fn page(&mut self, body: &[u8], harvest: &mut Harvest) -> Result<Next, ParseError> {
        let page = catalog::page(body, harvest.today()).map_err(refusal)?;
        self.skus += (page.rows.len() + page.refused.len()) as u64;
        for refused in &page.refused {
            harvest.drop(refused.why);
        }
        for sku in &page.rows {
            self.read(sku, harvest);
        }
        Ok(match page.next_page_token {
            None => Next::End,
            Some(token) => {
                let mut url = self.url.clone();
                url.query_pairs_mut().append_pair("pageToken", &token);
                Next::Page(url)
            }
        })
    }

    fn finish(&mut self, harvest: &mut Harvest) -> Result<Published, ParseError> {
        self.check()?;
        self.prices.spread(&self.regions, harvest);
        let wanted = self.wanted.clone();
        self.prices.keep(|service| wanted.service(service), harvest);
        if wanted.service("gcp/compute") {
            machine_types::keep(&self.prices, &self.regions, harvest);
        }
        if wanted.service("gcp/compute-license") {
            machine_licenses::keep(&self.prices, harvest);
        }
        // The catalogue does not say when it was published.
        Ok(Published::default())
    }
}

fn refusal(error: CatalogError) -> ParseError {
    match error {
        CatalogError::Refused { .. } => ParseError::NotAPriceList(format!("{error}; {REMEDY}")),
        CatalogError::CutOff(reason) => ParseError::CutOff(reason),
        CatalogError::Unreadable(_) => ParseError::NotAPriceList(error.to_string()),
    }
}
