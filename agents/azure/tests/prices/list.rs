//! Microsoft's list of retail prices, as scripted: what it is asked by `$filter`, in pages of a few
//! items that link to each other.
//! <https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices>

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use url::Url;

use crate::support::azure::errors::json_reply;
use crate::support::http::{Reply, Request, Server};

/// Where it is on its host.
pub(crate) const PATH: &str = "/api/retail/prices";

/// Items of a page: Microsoft's have 1,000.
const PAGE: usize = 2;

pub(crate) const MACHINES: &str = "Virtual Machines";
pub(crate) const LICENCES: &str = "Virtual Machines Licenses";
pub(crate) const STORAGE: &str = "Storage";

/// An item of West Europe.
fn item(service: &str, product: &str, meter: &str, unit: &str, usd: &str) -> Value {
    // A price is written as a number, digit for digit.
    let price: Value = serde_json::from_str(usd).unwrap();
    json!({
        "currencyCode": "USD", "tierMinimumUnits": 0.0, "retailPrice": price, "unitPrice": price,
        "armRegionName": "westeurope", "location": "EU West",
        "effectiveStartDate": "2026-02-01T00:00:00Z",
        "meterId": "00000000-0000-4000-8000-000000000001", "meterName": meter,
        "productId": "DZH318Z0XXXX", "skuId": "DZH318Z0XXXX/0001", "productName": product,
        "skuName": meter, "serviceName": service, "serviceId": "DZH313Z7XXXX",
        "serviceFamily": "Compute", "unitOfMeasure": unit, "type": "Consumption",
        "isPrimaryMeterRegion": true, "armSkuName": "",
    })
}

/// A machine of the series Dsv5 for an hour.
pub(crate) fn machine(size: &str, usd: &str) -> Value {
    let name = size.trim_start_matches("Standard_").replace('_', " ");
    let mut item = item(MACHINES, "Virtual Machines Dsv5 Series", &name, "1 Hour", usd);
    item["armSkuName"] = size.into();
    item
}

/// The same with Windows.
pub(crate) fn windows(size: &str, usd: &str) -> Value {
    let mut item = machine(size, usd);
    item["productName"] = "Virtual Machines Dsv5 Series Windows".into();
    item
}

/// The same at the price of what is left over.
pub(crate) fn spot(size: &str, usd: &str) -> Value {
    let mut item = machine(size, usd);
    for key in ["skuName", "meterName"] {
        item[key] = format!("{} Spot", item[key].as_str().unwrap()).into();
    }
    item
}

/// A disk of a tier of Premium SSD for a month.
pub(crate) fn premium(tier: &str, usd: &str) -> Value {
    let meter = format!("{tier} LRS Disk");
    item(STORAGE, "Premium SSD Managed Disks", &meter, "1/Month", usd)
}

/// Red Hat's licence for a machine of so many processors, the same everywhere.
pub(crate) fn red_hat(processors: u32, usd: &str) -> Value {
    let meter = format!("{processors} vCPU VM License");
    let mut item = item(LICENCES, "Red Hat Enterprise Linux", &meter, "1 Hour", usd);
    item["armRegionName"] = "".into();
    item["location"] = "".into();
    item
}

/// A list that ends here.
pub(crate) fn last_page(items: &[Value]) -> Value {
    json!({ "BillingCurrency": "USD", "CustomerEntityId": "Default", "CustomerEntityType": "Retail",
            "Items": items, "NextPageLink": null, "Count": items.len() })
}

/// How a request for a list is answered; `None` for the list's own page.
type Answer = Box<dyn Fn(&Question) -> Option<Reply> + Send>;

/// What the API was asked.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) request: Request,
    pub(crate) service: String,
    /// Empty where it is not named.
    pub(crate) region: String,
    pub(crate) skip: usize,
}

impl Question {
    fn of(request: &Request) -> Self {
        let url = address(request);
        let of = |name: &str| {
            let mut pairs = url.query_pairs();
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        let filter = of("$filter").unwrap_or_default();
        let quoted = |field: &str| {
            let rest = filter.split_once(&format!("{field} eq '"));
            rest.and_then(|(_, rest)| rest.split('\'').next()).unwrap_or_default().to_owned()
        };
        Self {
            request: request.clone(),
            service: quoted("serviceName"),
            region: quoted("armRegionName"),
            skip: of("$skip").map_or(0, |skip| skip.parse().unwrap()),
        }
    }

    /// What is listed of it, page by page.
    fn page(&self, items: &[Value]) -> Reply {
        let asked = |item: &&Value| {
            let region = self.region.is_empty() || item["armRegionName"] == *self.region;
            item["serviceName"] == *self.service && region
        };
        let all: Vec<Value> = items.iter().filter(asked).cloned().collect();
        let end = all.len().min(self.skip + PAGE);
        let mut page = last_page(&all[self.skip.min(end)..end]);
        if end < all.len() {
            let mut next = address(&self.request);
            let kept: Vec<(String, String)> = next.query_pairs().into_owned().collect();
            let kept = kept.iter().filter(|(name, _)| name != "$skip");
            next.query_pairs_mut()
                .clear()
                .extend_pairs(kept)
                .append_pair("$skip", &end.to_string());
            page["NextPageLink"] = next.as_str().into();
        }
        json_reply(200, &page)
    }
}

/// The address that was asked for.
fn address(request: &Request) -> Url {
    let host = request.header("host").unwrap();
    format!("http://{host}{}?{}", request.path, request.query).parse().unwrap()
}

/// The list's server.
pub(crate) struct PriceList {
    server: Server,
    items: Arc<Mutex<Vec<Value>>>,
    answer: Arc<Mutex<Answer>>,
    asked: Arc<Mutex<Vec<Question>>>,
}

impl PriceList {
    /// One that has these items.
    pub(crate) fn of(items: &[Value]) -> Self {
        let items = Arc::new(Mutex::new(items.to_vec()));
        let answer: Arc<Mutex<Answer>> = Arc::new(Mutex::new(Box::new(|_| None)));
        let asked: Arc<Mutex<Vec<Question>>> = Arc::default();
        let (listed, script, log) = (Arc::clone(&items), Arc::clone(&answer), Arc::clone(&asked));
        let server = Server::start(move |request| {
            if request.path != PATH {
                return Reply::of(404, "text/plain", "no such API");
            }
            let question = Question::of(request);
            log.lock().unwrap().push(question.clone());
            let scripted = (script.lock().unwrap())(&question);
            scripted.unwrap_or_else(|| question.page(&listed.lock().unwrap()))
        });
        Self { server, items, answer, asked }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// Has other items from now on, and lists them as it should.
    pub(crate) fn lists(&self, items: &[Value]) {
        *self.items.lock().unwrap() = items.to_vec();
        *self.answer.lock().unwrap() = Box::new(|_| None);
    }

    /// Answers so from now on.
    pub(crate) fn answers(&self, answer: impl Fn(&Question) -> Option<Reply> + Send + 'static) {
        *self.answer.lock().unwrap() = Box::new(answer);
    }

    /// What was asked since the last call.
    pub(crate) fn asked(&self) -> Vec<Question> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}
