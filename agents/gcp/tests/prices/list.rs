//! The Cloud Billing Catalog as scripted: the list of Compute Engine, in pages of a few SKUs.
//! <https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list>

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::support::google::errors::json_reply;
use crate::support::http::{Reply, Request, Server};

/// Where the list of Compute Engine is on the catalogue's host.
const COMPUTE: &str = "/v1/services/6F81-5844-456A/skus";

/// SKUs of a page: Google's have 5,000.
const PAGE: usize = 4;

/// Something that is sold in Iowa on demand, for an hour: group, description, USD.
pub(crate) fn hour(group: &str, description: &str, usd: &str) -> Value {
    sku(group, "OnDemand", description, "us-central1", "h", usd)
}

/// The same at the price of what is left over.
pub(crate) fn spot(group: &str, description: &str, usd: &str) -> Value {
    let description = format!("Spot Preemptible {description}");
    sku(group, "Preemptible", &description, "us-central1", "h", usd)
}

/// A GiB of memory for an hour.
pub(crate) fn memory(sku: Value) -> Value {
    in_units(sku, "GiBy.h")
}

/// A GiB of a disk in Iowa for a month.
pub(crate) fn disk(description: &str, usd: &str) -> Value {
    sku("SSD", "OnDemand", description, "us-central1", "GiBy.mo", usd)
}

/// Something that costs the same everywhere, for an hour.
pub(crate) fn anywhere(group: &str, description: &str, usd: &str) -> Value {
    sku(group, "OnDemand", description, "global", "h", usd)
}

fn in_units(mut sku: Value, unit: &str) -> Value {
    sku["pricingInfo"][0]["pricingExpression"]["usageUnit"] = unit.into();
    sku
}

fn sku(group: &str, usage: &str, description: &str, region: &str, unit: &str, usd: &str) -> Value {
    // An id for each description.
    let number = description.bytes().fold(0_u32, |sum, byte| sum * 31 % 65_521 + u32::from(byte));
    let id = format!("0A0A-0B0B-{number:04X}");
    json!({
        "name": format!("services/6F81-5844-456A/skus/{id}"), "skuId": id,
        "description": description,
        "category": { "serviceDisplayName": "Compute Engine", "resourceFamily": "Compute",
                      "resourceGroup": group, "usageType": usage },
        "serviceRegions": [region],
        "pricingInfo": [{
            "summary": "",
            "pricingExpression": { "usageUnit": unit, "displayQuantity": 1, "tieredRates": [
                { "startUsageAmount": 0, "unitPrice": money(usd) }] },
            "currencyConversionRate": 1, "effectiveTime": "2026-05-04T10:52:50.681Z",
        }],
        "serviceProviderName": "Google",
        "geoTaxonomy": { "type": "REGIONAL", "regions": [region] },
    })
}

/// Whole dollars as a text, and billionths.
fn money(usd: &str) -> Value {
    let (units, rest) = usd.split_once('.').unwrap();
    let nanos: u32 = format!("{rest:0<9}").parse().unwrap();
    json!({ "currencyCode": "USD", "units": units, "nanos": nanos })
}

/// How a request is answered; `None` for the list's own page.
type Answer = Box<dyn Fn(&Request) -> Option<Reply> + Send>;

/// The catalogue's server.
pub(crate) struct Catalogue {
    server: Server,
    skus: Arc<Mutex<Vec<Value>>>,
    answer: Arc<Mutex<Answer>>,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Catalogue {
    /// One that sells this.
    pub(crate) fn of(skus: &[Value]) -> Self {
        let skus = Arc::new(Mutex::new(skus.to_vec()));
        let answer: Arc<Mutex<Answer>> = Arc::new(Mutex::new(Box::new(|_| None)));
        let asked: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (sold, script, log) = (Arc::clone(&skus), Arc::clone(&answer), Arc::clone(&asked));
        let server = Server::start(move |request| {
            log.lock().unwrap().push(request.clone());
            let scripted = (script.lock().unwrap())(request);
            scripted.unwrap_or_else(|| match request.path.as_str() {
                COMPUTE => page(request, &sold.lock().unwrap()),
                _ => Reply::of(404, "text/html", "<html>Error 404 (Not Found)!!1</html>"),
            })
        });
        Self { server, skus, answer, asked }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// Sells something else from now on, and answers as it should.
    pub(crate) fn sells(&self, skus: &[Value]) {
        *self.skus.lock().unwrap() = skus.to_vec();
        *self.answer.lock().unwrap() = Box::new(|_| None);
    }

    /// Answers every request so from now on.
    pub(crate) fn answers(&self, reply: Reply) {
        *self.answer.lock().unwrap() = Box::new(move |_| Some(reply.clone()));
    }

    /// The requests since the last call.
    pub(crate) fn asked(&self) -> Vec<Request> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

/// A parameter of a request.
pub(crate) fn parameter(request: &Request, name: &str) -> Option<String> {
    let mut query = form_urlencoded::parse(request.query.as_bytes());
    query.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The page that the token of the request stands for. Tokens have what an address must escape.
fn page(request: &Request, skus: &[Value]) -> Reply {
    let token = parameter(request, "pageToken").unwrap_or_default();
    let start = match token.strip_prefix("from+/=&") {
        Some(start) => start.parse().unwrap(),
        None => 0,
    };
    let end = skus.len().min(start + PAGE);
    let next = if end < skus.len() { format!("from+/=&{end}") } else { String::new() };
    json_reply(200, &json!({ "skus": skus[start..end], "nextPageToken": next }))
}
