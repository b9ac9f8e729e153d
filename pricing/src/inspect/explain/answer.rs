//! What a question is answered with.

use rust_decimal::Decimal;
use serde::Serialize;

use super::super::books::Layer;

/// An answer.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// What was asked.
    pub question: String,
    /// What it is.
    #[serde(flatten)]
    pub found: Explained,
}

/// What a question is about.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Explained {
    /// Prices whose key is the question, or has it as a part.
    Prices {
        /// The first of them.
        rows: Vec<ExplainedRow>,
        /// How many more there are.
        more: usize,
    },
    /// A resource.
    Resource(Box<ExplainedResource>),
    /// Several resources that are called so.
    Candidates {
        /// The first of them.
        resources: Vec<Candidate>,
        /// How many more there are.
        more: usize,
    },
    /// Nothing of the kind.
    Nothing(NotFound),
}

/// A price of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedRow {
    /// Its key: `aws/ec2/m5.large/us-east-1/linux/hour`.
    pub key: String,
    /// For one unit, exact.
    pub price: Decimal,
    /// The currency of the price.
    pub currency: String,
    /// The vendor's unit.
    pub unit: String,
    /// What a cost line bills, exact; `None` where no cost line bills such a unit.
    pub billed: Option<Billed>,
    /// The book it is from.
    pub layer: Layer,
    /// Its table.
    pub table: String,
    /// What the table is.
    pub what: String,
    /// Where the table was fetched; empty where that is not known.
    pub url: String,
    /// When the vendor published the table; empty where that is not known.
    pub published: String,
    /// When the table was last seen to hold; empty where that is not known.
    pub taken: String,
    /// Since when the price holds, where the table tells.
    pub effective: Option<String>,
    /// The day on which the price was last seen to hold.
    pub as_of: String,
}

/// A price as a cost line has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Billed {
    /// For one unit, exact.
    pub price: Decimal,
    /// The unit.
    pub unit: &'static str,
}

/// A resource with the arithmetic of its cost. Money is USD and exact; a month has 730 hours.
#[derive(Debug, Clone, Serialize)]
pub struct ExplainedResource {
    /// What it is and where.
    #[serde(flatten)]
    pub resource: Candidate,
    /// When it was seen.
    pub seen_at: String,
    /// Its list lines with what adjusts each.
    pub lines: Vec<ExplainedLine>,
    /// The parts without a price, each with its reason.
    pub unpriced: Vec<(String, String)>,
    /// What is paid for it in a month; `None` where nothing about it has a price.
    pub monthly: Option<Decimal>,
    /// The same in an hour, rounded to six places.
    pub hourly_rounded: Option<Decimal>,
    /// What the list says of a month, where that is another figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_monthly: Option<Decimal>,
}

/// A cost line.
#[derive(Debug, Clone, Serialize)]
pub struct ExplainedLine {
    /// Which part of the resource it pays for.
    pub component: String,
    /// How many units.
    pub quantity: Decimal,
    /// For one unit.
    pub unit_price: Decimal,
    /// The unit.
    pub unit: &'static str,
    /// The key of the price.
    pub sku_key: String,
    /// The source of the price.
    pub source: String,
    /// The day of the source.
    pub as_of: String,
    /// What it comes to in a month.
    pub monthly: Decimal,
    /// The row of the book that has the key now, where there is one; of a price that was worked out
    /// of others, the first of these.
    pub row: Option<ExplainedRow>,
    /// The price was worked out of that row's, as the key says.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub worked_out: bool,
    /// The whole as a sentence.
    pub arithmetic: String,
    /// What adjusts it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<ExplainedAdjustment>,
}

/// A line that adjusts the one before it.
#[derive(Debug, Clone, Serialize)]
pub struct ExplainedAdjustment {
    /// Its kind: `discount`.
    pub component: String,
    /// What is added for one unit.
    pub unit_price: Decimal,
    /// What it is.
    pub why: String,
    /// The file it is from.
    pub source: String,
    /// The day on which the file was changed.
    pub as_of: String,
    /// What it comes to in a month.
    pub monthly: Decimal,
}

/// A resource that is called as was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// `aws`, `azure`, `gcp` or `generic`.
    pub provider: String,
    /// The account, subscription or project.
    pub account: String,
    /// The region it is billed in.
    pub region: String,
    /// The agent's name of its service.
    pub service: String,
    /// What it is within its service.
    pub kind: String,
    /// The vendor's identifier.
    pub id: String,
    /// The name a person gave it.
    pub name: Option<String>,
}

impl Candidate {
    /// What tells it apart from every other resource, and may be asked for:
    /// `123456789012/us-east-1/ec2/instance/i-0abc`.
    #[must_use]
    pub fn qualified(&self) -> String {
        let Self { account, region, service, kind, id, .. } = self;
        format!("{account}/{region}/{service}/{kind}/{id}")
    }
}

/// Where was looked in vain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotFound {
    /// How many prices were looked at.
    pub prices: usize,
    /// How many resources were looked at.
    pub resources: usize,
    /// How many services of how many scopes they are of.
    pub services: usize,
    /// When the last of them answered.
    pub last_seen: Option<String>,
    /// Services that answered in part only, or whose last answer is older than the others':
    /// what is asked for may be there.
    pub incomplete: Vec<String>,
}
