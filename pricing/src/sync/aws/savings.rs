//! The rates of compute savings plans: what an instance costs an hour under a commitment.
//!
//! One term may have hundreds of thousands of rates; one at a time is in memory.
//! <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/sp-offer-file.html>

use std::collections::HashMap;
use std::fmt;
use std::io::{BufRead, BufReader};

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::json::{broken, text};
use super::listing::exact;
use super::part::{Part, Parts};
use super::reader::day;
use super::usage;
use crate::aws::ec2::Platform;
use crate::sync::{Dropped, Harvest, Listed, ParseError, Published};

/// The service of the rates of instances.
pub(super) const SERVICE: &str = "aws/ec2-savings-plan";

/// Which rates are read.
pub(super) struct Wanted {
    /// The region whose file it is.
    pub(super) region: String,
    /// The currency of the table.
    pub(super) currency: &'static str,
}

/// Reads the whole document.
///
/// # Errors
/// It is cut off, no list of savings plans, or lacks its products or terms.
pub(super) fn parse(
    wanted: &Wanted,
    document: &mut dyn BufRead,
    harvest: &mut Harvest,
) -> Result<Published, ParseError> {
    let mut state = State {
        wanted,
        harvest,
        published: Published::default(),
        plans: None,
        terms: false,
        problem: None,
        part: Part::default(),
    };
    let document = Parts::new(document, &state.part);
    let mut json = serde_json::Deserializer::from_reader(BufReader::new(document));
    let read = Node(&mut state, Place::Document).deserialize(&mut json).and_then(|()| json.end());
    match (read, state.problem.take()) {
        (_, Some(problem)) => Err(problem),
        (Err(error), None) => Err(broken(&error)),
        (Ok(()), None) if state.plans.is_none() => Err(ParseError::Missing("products".to_owned())),
        (Ok(()), None) if !state.terms => Err(ParseError::Missing("terms".to_owned())),
        (Ok(()), None) => Ok(state.published),
    }
}

struct State<'a> {
    wanted: &'a Wanted,
    harvest: &'a mut Harvest,
    published: Published,
    /// The end of the variant of each plan, by its SKU: `compute/1yr/no-upfront`.
    plans: Option<HashMap<String, String>>,
    terms: bool,
    /// Why reading was given up.
    problem: Option<ParseError>,
    /// What was read since the last plan or rate.
    part: Part,
}

/// What is known of a term before its rates.
#[derive(Default, Clone)]
struct Term {
    sku: String,
    effective: Option<Date>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Plan<'a> {
    #[serde(borrow)]
    sku: &'a RawValue,
    #[serde(default, borrow)]
    product_family: Option<&'a RawValue>,
    #[serde(borrow)]
    attributes: HashMap<String, &'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rate<'a> {
    #[serde(borrow)]
    discounted_usage_type: &'a RawValue,
    #[serde(borrow)]
    discounted_operation: &'a RawValue,
    #[serde(borrow)]
    discounted_service_code: &'a RawValue,
    #[serde(borrow)]
    discounted_rate: HashMap<String, &'a RawValue>,
    #[serde(borrow)]
    unit: &'a RawValue,
    #[serde(default, borrow)]
    discounted_region_code: Option<&'a RawValue>,
    #[serde(default, borrow)]
    discounted_instance_type: Option<&'a RawValue>,
}

impl State<'_> {
    fn plan(&mut self, written: &RawValue) {
        let plans = self.plans.get_or_insert_default();
        let Ok(plan) = serde_json::from_str::<Plan<'_>>(written.get()) else {
            return;
        };
        let attribute = |name: &str| plan.attributes.get(name).map(|value| text(value));
        let family = plan.product_family.map(text).or_else(|| attribute("productFamily"));
        let kind = match &*family.unwrap_or_default() {
            "ComputeSavingsPlans" => "compute",
            "EC2InstanceSavingsPlans" => "ec2-instance",
            _ => return,
        };
        if let (Some(option), Some(term)) = (attribute("purchaseOption"), attribute("purchaseTerm"))
        {
            let option = option.to_ascii_lowercase().replace(' ', "-");
            plans.insert(text(plan.sku), format!("{kind}/{term}/{option}"));
        }
    }

    fn rate(&mut self, term: &Term, written: &RawValue) {
        let Ok(rate) = serde_json::from_str::<Rate<'_>>(written.get()) else {
            return self.harvest.drop(Dropped::Unreadable);
        };
        let Some(plan) = self.plans.as_ref().and_then(|plans| plans.get(&term.sku)) else {
            return self.harvest.drop(Dropped::OtherProduct);
        };
        let instance = rate.discounted_instance_type.map(text).unwrap_or_default();
        let usage_type = text(rate.discounted_usage_type);
        let instance = match (&*instance, usage_type.split_once(':')) {
            ("", Some((_, instance))) => instance,
            (instance, _) => instance,
        };
        let listed = self.platform(&rate, &usage_type).and_then(|platform| {
            let price = self.price(&rate)?;
            if instance.is_empty() {
                return Err(Dropped::Unreadable);
            }
            Ok((format!("{platform}/{plan}"), price))
        });
        match (listed, term.effective) {
            (Err(why), _) => self.harvest.drop(why),
            (Ok(_), None) => self.harvest.drop(Dropped::Unreadable),
            (Ok((variant, price)), Some(effective)) => self.harvest.keep(&Listed {
                service: SERVICE,
                sku: instance,
                variant: &variant,
                unit: "hour",
                region: &self.wanted.region,
                price,
                effective,
            }),
        }
    }

    /// The variant of the instance, where the rate is for a running instance of shared tenancy in
    /// the region.
    fn platform(&self, rate: &Rate<'_>, usage_type: &str) -> Result<&'static str, Dropped> {
        if text(rate.discounted_service_code) != "AmazonEC2" {
            return Err(Dropped::OtherProduct);
        }
        let region = rate.discounted_region_code.map(text);
        if region.is_some_and(|region| region != self.wanted.region) {
            return Err(Dropped::OtherLocation);
        }
        if !usage::name(usage_type).starts_with("BoxUsage:") {
            return Err(Dropped::OtherTenancy);
        }
        Platform::from_usage_operation(&text(rate.discounted_operation))
            .variant()
            .ok_or(Dropped::OtherProduct)
    }

    fn price(&self, rate: &Rate<'_>) -> Result<rust_decimal::Decimal, Dropped> {
        let part = |name: &str| rate.discounted_rate.get(name).map(|value| text(value));
        if part("currency").as_deref() != Some(self.wanted.currency) {
            return Err(Dropped::OtherCurrency);
        }
        if !matches!(&*text(rate.unit).to_ascii_lowercase(), "hrs" | "hour" | "hours") {
            return Err(Dropped::UnknownUnit);
        }
        part("price").and_then(|price| exact(&price)).ok_or(Dropped::Unreadable)
    }

    fn missing<E: Error>(&mut self, what: &str) -> E {
        self.problem = Some(ParseError::Missing(what.to_owned()));
        E::custom("what is needed comes too late")
    }
}

/// Where in the document a node is.
enum Place {
    Document,
    Plans,
    /// The object of the terms.
    Terms,
    /// The list of the terms.
    Plural,
    Term,
    Rates(Term),
}

/// A node that is read as a stream.
struct Node<'a, 'b>(&'a mut State<'b>, Place);

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.1 {
            Place::Document | Place::Terms | Place::Term => deserializer.deserialize_map(self),
            Place::Plans | Place::Plural | Place::Rates(_) => deserializer.deserialize_seq(self),
        }
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of savings plans")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self(state, place) = self;
        let mut term = Term::default();
        while let Some(name) = map.next_key::<String>()? {
            match (&place, &*name) {
                (Place::Document, "products") => {
                    state.plans.get_or_insert_default();
                    map.next_value_seed(Node(state, Place::Plans))?;
                }
                (Place::Document, "terms") if state.plans.is_none() => {
                    return Err(state.missing("products before its terms"));
                }
                (Place::Document, "terms") => map.next_value_seed(Node(state, Place::Terms))?,
                (Place::Document, "version") => {
                    state.published.version = text(&map.next_value::<Box<RawValue>>()?);
                }
                (Place::Document, "publicationDate") => {
                    state.published.at = text(&map.next_value::<Box<RawValue>>()?).parse().ok();
                }
                (Place::Terms, "savingsPlan") => {
                    state.terms = true;
                    map.next_value_seed(Node(state, Place::Plural))?;
                }
                (Place::Term, "sku") => term.sku = text(&map.next_value::<Box<RawValue>>()?),
                (Place::Term, "effectiveDate") => {
                    term.effective = day(&text(&map.next_value::<Box<RawValue>>()?));
                }
                (Place::Term, "rates") if term.sku.is_empty() => {
                    return Err(state.missing("SKU of a plan before its rates"));
                }
                (Place::Term, "rates") => {
                    map.next_value_seed(Node(state, Place::Rates(term.clone())))?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Self(state, place) = self;
        match &place {
            Place::Plans => {
                while let Some(plan) = seq.next_element::<Box<RawValue>>()? {
                    state.plan(&plan);
                    state.part.end();
                }
            }
            Place::Rates(term) => {
                while let Some(rate) = seq.next_element::<Box<RawValue>>()? {
                    state.rate(term, &rate);
                    state.part.end();
                }
            }
            _ => while seq.next_element_seed(Node(state, Place::Term))?.is_some() {},
        }
        Ok(())
    }
}
