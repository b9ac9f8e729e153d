//! A scripted AWS price list: the index, the index of the regions, and offer files in the shape in
//! which AWS publishes them.
//! <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api.html>

use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::support::http::{Reply, Request, Server};

const COLUMNS: [&str; 30] = [
    "SKU",
    "OfferTermCode",
    "RateCode",
    "TermType",
    "PriceDescription",
    "EffectiveDate",
    "StartingRange",
    "EndingRange",
    "Unit",
    "PricePerUnit",
    "Currency",
    "LeaseContractLength",
    "PurchaseOption",
    "Product Family",
    "serviceCode",
    "Location",
    "Location Type",
    "Instance Type",
    "Volume Type",
    "Tenancy",
    "Operating System",
    "License Model",
    "Group",
    "usageType",
    "operation",
    "CapacityStatus",
    "MarketOption",
    "Pre Installed S/W",
    "Volume API Name",
    "Region Code",
];

/// A row: what differs from an empty one.
type Row = Vec<(&'static str, String)>;

/// An instance type on demand.
pub(crate) fn instance(kind: &str, usd: &str) -> Row {
    row(
        usd,
        "Hrs",
        &[
            ("Product Family", "Compute Instance"),
            ("Instance Type", kind),
            ("Tenancy", "Shared"),
            ("Operating System", "Linux"),
            ("License Model", "No License required"),
            ("usageType", &format!("BoxUsage:{kind}")),
            ("operation", "RunInstances"),
            ("CapacityStatus", "Used"),
            ("MarketOption", "OnDemand"),
            ("Pre Installed S/W", "NA"),
        ],
    )
}

/// A GB of a gp3 volume for a month.
pub(crate) fn gp3(usd: &str) -> Row {
    row(
        usd,
        "GB-Mo",
        &[
            ("Product Family", "Storage"),
            ("Volume Type", "General Purpose"),
            ("Volume API Name", "gp3"),
            ("usageType", "EBS:VolumeUsage.gp3"),
        ],
    )
}

fn row(usd: &str, unit: &str, more: &[(&'static str, &str)]) -> Row {
    let sku = format!("SKU{:013}", more.iter().map(|(_, value)| value.len()).sum::<usize>());
    let rate = format!("{sku}.JRTCKXETXF.6YS6EN2CT7");
    let fixed = [
        ("SKU", sku.as_str()),
        ("OfferTermCode", "JRTCKXETXF"),
        ("RateCode", rate.as_str()),
        ("TermType", "OnDemand"),
        ("EffectiveDate", "2026-01-01"),
        ("StartingRange", "0"),
        ("EndingRange", "Inf"),
        ("Unit", unit),
        ("PricePerUnit", usd),
        ("Currency", "USD"),
        ("serviceCode", "AmazonEC2"),
        ("Location", "US East (N. Virginia)"),
        ("Location Type", "AWS Region"),
        ("Region Code", "us-east-1"),
    ];
    fixed.iter().chain(more).map(|(column, value)| (*column, (*value).to_owned())).collect()
}

/// An offer file of these rows.
pub(crate) fn csv(rows: &[Row]) -> String {
    let mut text = String::from(
        "\"FormatVersion\",\"v1.0\"\n\
         \"Disclaimer\",\"This pricing list is for informational purposes only.\"\n\
         \"Publication Date\",\"2026-11-18T17:01:12Z\"\n\
         \"Version\",\"20261118170112\"\n\
         \"OfferCode\",\"AmazonEC2\"\n",
    );
    let line = |cells: Vec<&str>| format!("\"{}\"\n", cells.join("\",\""));
    text.push_str(&line(COLUMNS.to_vec()));
    for row in rows {
        let cell = |column: &&'static str| {
            row.iter().find(|(name, _)| name == column).map_or("", |(_, value)| value.as_str())
        };
        text.push_str(&line(COLUMNS.iter().map(cell).collect()));
    }
    text
}

/// What the server answers to a request for an offer file.
type File = Box<dyn Fn(&Request) -> Reply + Send>;

/// The price list's server.
pub(crate) struct PriceList {
    server: Server,
    file: Arc<Mutex<File>>,
    asked: Arc<Mutex<Vec<String>>>,
}

const INDEX: &str = "/offers/v1.0/aws/index.json";
const REGIONS: &str = "/offers/v1.0/aws/AmazonEC2/current/region_index.json";
const OFFER: &str = "/offers/v1.0/aws/AmazonEC2/20261118170112/us-east-1/index";

impl PriceList {
    /// One that has an offer file of EC2 in us-east-1.
    pub(crate) fn of(rows: &[Row]) -> Self {
        let file: Arc<Mutex<File>> = Arc::new(Mutex::new(offers(rows)));
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (answers, log) = (Arc::clone(&file), Arc::clone(&asked));
        let server = Server::start(move |request| {
            log.lock().unwrap().push(request.path.clone());
            match request.path.as_str() {
                INDEX => index(),
                REGIONS => regions(),
                path if path.strip_suffix(".csv") == Some(OFFER) => {
                    (answers.lock().unwrap())(request)
                }
                _ => Reply::of(404, "text/plain", "no such offer"),
            }
        });
        Self { server, file, asked }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// Has other rows from now on.
    pub(crate) fn lists(&self, rows: &[Row]) {
        *self.file.lock().unwrap() = offers(rows);
    }

    /// Answers requests for the offer file so from now on.
    pub(crate) fn answers(&self, reply: Reply) {
        *self.file.lock().unwrap() = Box::new(move |_| reply.clone());
    }

    /// The paths that were asked for since the last call.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

/// The file with an `ETag`, and 304 for whoever has it.
fn offers(rows: &[Row]) -> File {
    let text = csv(rows);
    let tag = format!("\"{}-{}\"", text.len(), text.bytes().map(u64::from).sum::<u64>());
    Box::new(move |request| {
        if request.header("if-none-match") == Some(&tag) {
            return Reply::of(304, "text/csv", "");
        }
        Reply::of(200, "text/csv", text.clone()).with("etag", tag.clone())
    })
}

fn index() -> Reply {
    let offer = |code: &str| {
        json!({
            "offerCode": code,
            "versionIndexUrl": format!("/offers/v1.0/aws/{code}/index.json"),
            "currentVersionUrl": format!("/offers/v1.0/aws/{code}/current/index.json"),
            "currentRegionIndexUrl": format!("/offers/v1.0/aws/{code}/current/region_index.json"),
        })
    };
    let offers = ["AmazonEC2", "AmazonRDS", "AWSLambda"].map(|code| (code.to_owned(), offer(code)));
    json_reply(&json!({
        "formatVersion": "v1.0",
        "publicationDate": "2026-11-18T17:01:12Z",
        "offers": serde_json::Map::from_iter(offers),
    }))
}

fn regions() -> Reply {
    json_reply(&json!({
        "formatVersion": "v1.0",
        "publicationDate": "2026-11-18T17:01:12Z",
        "regions": {
            "us-east-1": { "regionCode": "us-east-1", "currentVersionUrl": format!("{OFFER}.json") },
        },
    }))
}

fn json_reply(body: &serde_json::Value) -> Reply {
    Reply::of(200, "application/json", body.to_string())
}
