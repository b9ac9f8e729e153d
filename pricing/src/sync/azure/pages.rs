//! Reads the pages of one list, and leaves out what is no list price of what was asked for.

use serde_json::value::RawValue;

use super::CURRENCY;
use super::item::Item;
use super::page::Page;
use super::rows::{Mapping, Rows};
use crate::sync::{Dropped, Harvest, Next, PageParser, ParseError, Published};

/// The region of what costs the same everywhere. Microsoft writes it so, or leaves it empty.
pub(super) const GLOBAL: &str = "Global";

/// A list of one service in one region.
pub(super) struct Pages {
    /// `Virtual Machines`
    service: &'static str,
    /// `eastus`, or [`GLOBAL`].
    region: String,
    mapping: Box<dyn Mapping>,
    /// How many items could be read.
    read: u64,
    /// What is odd about the first that could not.
    odd: Option<String>,
}

impl Pages {
    pub(super) fn new(service: &'static str, region: &str, mapping: Box<dyn Mapping>) -> Self {
        Self { service, region: region.to_owned(), mapping, read: 0, odd: None }
    }

    fn item(&mut self, raw: &RawValue, harvest: &mut Harvest) {
        let item = match Item::read(raw) {
            Ok(item) => item,
            Err(odd) => {
                self.odd.get_or_insert(odd);
                return harvest.drop(Dropped::Unreadable);
            }
        };
        self.read += 1;
        match self.unwanted(&item, harvest) {
            Some(why) => harvest.drop(why),
            None => self.mapping.item(&item, &mut Rows::new(harvest, &self.region)),
        }
    }

    /// Why an item is no list price of what was asked for. The query asks for nothing else; should
    /// it be understood otherwise one day, the rows still tell.
    fn unwanted(&self, item: &Item<'_>, harvest: &Harvest) -> Option<Dropped> {
        let here = item.region.eq_ignore_ascii_case(&self.region)
            || (item.region.is_empty() && self.region == GLOBAL);
        if !item.kind.eq_ignore_ascii_case("Consumption") {
            Some(Dropped::NotOnDemand)
        } else if item.currency != CURRENCY {
            Some(Dropped::OtherCurrency)
        } else if !here {
            Some(Dropped::OtherLocation)
        } else if !item.service.eq_ignore_ascii_case(self.service) {
            Some(Dropped::OtherProduct)
        } else if item.has_expired(harvest.today()) || item.is_called(&["expired"]) {
            Some(Dropped::Expired)
        } else {
            None
        }
    }
}

impl PageParser for Pages {
    fn page(&mut self, body: &[u8], harvest: &mut Harvest) -> Result<Next, ParseError> {
        let page = Page::read(body)?;
        for raw in &page.items {
            self.item(raw, harvest);
        }
        Ok(page.next)
    }

    fn finish(&mut self, harvest: &mut Harvest) -> Result<Published, ParseError> {
        match &self.odd {
            _ if self.read > 0 => {}
            Some(odd) => return Err(ParseError::Missing(format!("item that can be read: {odd}"))),
            // A list without items would look like a service that costs nothing.
            None => {
                return Err(ParseError::NotAPriceList(format!(
                    "it has no items at all: Microsoft lists no {} in {}, or writes the region \
                     otherwise",
                    self.service, self.region
                )));
            }
        }
        self.mapping.finish(&mut Rows::new(harvest, &self.region));
        Ok(Published::default())
    }
}
