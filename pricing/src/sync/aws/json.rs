//! The JSON of an offer: its products, and behind them their terms.
//!
//! The document is read as a stream: one product and the terms of one product at a time are in
//! memory, and of the products those that are in the book.
//! <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html>
//!
//! An answer of `GetProducts` has the same products and terms, each pair in a text of its own.
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html>

use std::collections::HashMap;
use std::fmt;
use std::io::{BufRead, BufReader};

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::attributes::Attributes;
use super::facts::{Column, Owned};
use super::listing::Listing;
use super::part::{Part, Parts};
use super::reader::{Reader, Written, check_format};
use crate::sync::{Dropped, Harvest, ParseError, Published};

/// Reads the whole JSON of an offer.
///
/// # Errors
/// It is cut off, no price list, of another offer, or lacks its products or terms.
pub(super) fn parse(
    reader: &Reader,
    document: &mut dyn BufRead,
    harvest: &mut Harvest,
) -> Result<Published, ParseError> {
    let mut state = State {
        reader,
        harvest,
        published: Published::default(),
        products: None,
        terms: false,
        problem: None,
        part: Part::default(),
    };
    read(document, &mut state)?;
    if state.products.is_none() {
        return Err(ParseError::Missing("products".to_owned()));
    }
    if !state.terms {
        return Err(ParseError::Missing("terms".to_owned()));
    }
    let published = state.published;
    (reader.offer.finish)(harvest);
    Ok(published)
}

fn read(document: &mut dyn BufRead, state: &mut State<'_>) -> Result<(), ParseError> {
    // It takes one byte at a time.
    let document = Parts::new(document, &state.part);
    let mut json = serde_json::Deserializer::from_reader(BufReader::new(document));
    let read = Whole(state).deserialize(&mut json).and_then(|()| json.end());
    match (read, state.problem.take()) {
        (_, Some(problem)) => Err(problem),
        (Err(error), None) => Err(broken(&error)),
        (Ok(()), None) => Ok(()),
    }
}

/// What is wrong with a document that is not the JSON it should be.
pub(super) fn broken(error: &serde_json::Error) -> ParseError {
    if error.is_data() {
        return ParseError::NotAPriceList(error.to_string());
    }
    ParseError::CutOff(error.to_string())
}

/// What is known so far.
struct State<'a> {
    reader: &'a Reader,
    harvest: &'a mut Harvest,
    published: Published,
    /// The products that are in the book, by their SKU.
    products: Option<HashMap<String, Kept>>,
    terms: bool,
    /// Why reading was given up.
    problem: Option<ParseError>,
    /// What was read since the last product or terms.
    part: Part,
}

struct Kept {
    listing: Listing<'static>,
    region: String,
}

#[derive(Deserialize)]
struct Product<'a> {
    #[serde(default, rename = "productFamily", borrow)]
    family: Option<&'a RawValue>,
    #[serde(borrow)]
    attributes: Attributes<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Term<'a> {
    #[serde(borrow)]
    effective_date: &'a RawValue,
    #[serde(borrow)]
    price_dimensions: HashMap<String, &'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dimension<'a> {
    #[serde(borrow)]
    unit: &'a RawValue,
    #[serde(default, borrow)]
    begin_range: Option<&'a RawValue>,
    #[serde(default, borrow)]
    end_range: Option<&'a RawValue>,
    #[serde(borrow)]
    price_per_unit: HashMap<String, &'a RawValue>,
}

/// A product of `GetProducts` with its terms.
#[derive(Deserialize)]
struct Pair<'a> {
    #[serde(borrow)]
    product: &'a RawValue,
    #[serde(borrow)]
    terms: HashMap<String, &'a RawValue>,
}

/// The text of a value: what is in quotes, or a number as it is written; nothing of `null`.
pub(super) fn text(value: &RawValue) -> String {
    let written = serde_json::from_str::<Option<String>>(value.get());
    written.map(Option::unwrap_or_default).unwrap_or_else(|_| value.get().to_owned())
}

impl State<'_> {
    fn head(&mut self, name: &str, value: &str) -> Result<(), ParseError> {
        match name {
            "formatVersion" => check_format(value)?,
            "offerCode" => self.reader.check_offer(value)?,
            "version" => value.clone_into(&mut self.published.version),
            "publicationDate" => self.published.at = value.parse().ok(),
            _ => {}
        }
        Ok(())
    }

    fn product(&mut self, sku: &str, written: &RawValue) {
        let Ok(product) = serde_json::from_str::<Product<'_>>(written.get()) else {
            return self.harvest.drop(Dropped::Unreadable);
        };
        let mut facts = Owned::default();
        // The first of two counts, as of two columns of the CSV: it is set last.
        for (name, value) in product.attributes.0.into_iter().rev() {
            if let Some(column) = Column::named(&name) {
                facts.set(column, text(value));
            }
        }
        facts.set(Column::ProductFamily, product.family.map(text).unwrap_or_default());
        match self.reader.listing(&facts) {
            Err(why) => self.harvest.drop(why),
            Ok((listing, region)) => {
                let kept = Kept { listing: listing.into_owned(), region: region.to_owned() };
                self.products.get_or_insert_default().insert(sku.to_owned(), kept);
            }
        }
    }

    /// The terms of one product; those of a product that is not in the book were counted with it.
    fn on_demand(&mut self, sku: &str, written: &RawValue) {
        let Some(kept) = self.products.as_ref().and_then(|products| products.get(sku)) else {
            return;
        };
        let terms: HashMap<String, &RawValue> =
            serde_json::from_str(written.get()).unwrap_or_default();
        let terms: Vec<Term<'_>> =
            terms.values().filter_map(|term| serde_json::from_str(term.get()).ok()).collect();
        if terms.is_empty() {
            self.harvest.drop(Dropped::Unreadable);
        }
        for term in &terms {
            let effective = text(term.effective_date);
            for dimension in term.price_dimensions.values() {
                match serde_json::from_str(dimension.get()) {
                    Ok(dimension) => {
                        price(self.reader, kept, &dimension, &effective, self.harvest);
                    }
                    Err(_) => self.harvest.drop(Dropped::Unreadable),
                }
            }
        }
    }

    /// A product with its terms, in a text.
    fn pair(&mut self, written: &RawValue) {
        #[derive(Deserialize)]
        struct Named {
            sku: String,
        }
        let written = text(written);
        let pair = serde_json::from_str::<Pair<'_>>(&written).and_then(|pair| {
            let named: Named = serde_json::from_str(pair.product.get())?;
            Ok((pair, named.sku))
        });
        let Ok((pair, sku)) = pair else {
            return self.harvest.drop(Dropped::Unreadable);
        };
        self.product(&sku, pair.product);
        for (kind, terms) in pair.terms {
            if kind == "OnDemand" {
                self.on_demand(&sku, terms);
            } else {
                self.reserved(&sku, terms);
            }
        }
    }

    /// Counts the prices of a product's terms that are no prices on demand.
    fn reserved(&mut self, _: &str, written: &RawValue) {
        #[derive(Deserialize)]
        struct Term {
            #[serde(default, rename = "priceDimensions")]
            dimensions: HashMap<String, IgnoredAny>,
        }
        let terms: HashMap<String, Term> = serde_json::from_str(written.get()).unwrap_or_default();
        let count: usize = terms.values().map(|term| term.dimensions.len()).sum();
        self.harvest.drop_many(Dropped::NotOnDemand, count as u64);
    }
}

fn price(
    reader: &Reader,
    kept: &Kept,
    dimension: &Dimension<'_>,
    effective: &str,
    harvest: &mut Harvest,
) {
    let Some(price) = dimension.price_per_unit.get(reader.currency) else {
        return harvest.drop(Dropped::OtherCurrency);
    };
    let bound = |value: Option<&RawValue>| value.map(text).unwrap_or_default();
    let written = Written {
        unit: &text(dimension.unit),
        start: &bound(dimension.begin_range),
        end: &bound(dimension.end_range),
        price: &text(price),
        currency: reader.currency,
        effective,
    };
    reader.price(&kept.listing, &kept.region, &written, harvest);
}

/// The whole document.
struct Whole<'a, 'b>(&'a mut State<'b>);

impl<'de> DeserializeSeed<'de> for Whole<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a price list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            match &*name {
                "products" => {
                    self.0.products.get_or_insert_default();
                    map.next_value_seed(Entries(self.0, State::product))?;
                }
                "PriceList" => {
                    self.0.products.get_or_insert_default();
                    self.0.terms = true;
                    map.next_value_seed(Pairs(self.0))?;
                }
                "terms" if self.0.products.is_none() => {
                    let missing = ParseError::Missing("products before its terms".to_owned());
                    self.0.problem = Some(missing);
                    return Err(A::Error::custom("terms before products"));
                }
                "terms" => {
                    self.0.terms = true;
                    map.next_value_seed(Terms(self.0))?;
                }
                _ => {
                    let value: Box<RawValue> = map.next_value()?;
                    if let Err(problem) = self.0.head(&name, &text(&value)) {
                        self.0.problem = Some(problem);
                        return Err(A::Error::custom("not the list that was asked for"));
                    }
                }
            }
        }
        Ok(())
    }
}

/// The terms by their kinds: `OnDemand`, `Reserved`.
struct Terms<'a, 'b>(&'a mut State<'b>);

impl<'de> DeserializeSeed<'de> for Terms<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Terms<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the terms of a price list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(kind) = map.next_key::<String>()? {
            let read = if kind == "OnDemand" { State::on_demand } else { State::reserved };
            map.next_value_seed(Entries(self.0, read))?;
        }
        Ok(())
    }
}

/// A map of which one entry at a time is in memory.
struct Entries<'a, 'b>(&'a mut State<'b>, fn(&mut State<'b>, &str, &RawValue));

impl<'de> DeserializeSeed<'de> for Entries<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("products or terms by their SKU")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self(state, read) = self;
        while let Some(sku) = map.next_key::<String>()? {
            let written: Box<RawValue> = map.next_value()?;
            read(state, &sku, &written);
            state.part.end();
        }
        Ok(())
    }
}

/// The list of `GetProducts`, of which one text at a time is in memory.
struct Pairs<'a, 'b>(&'a mut State<'b>);

impl<'de> DeserializeSeed<'de> for Pairs<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Pairs<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of products with their terms")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(pair) = seq.next_element::<Box<RawValue>>()? {
            self.0.pair(&pair);
            self.0.part.end();
        }
        Ok(())
    }
}
