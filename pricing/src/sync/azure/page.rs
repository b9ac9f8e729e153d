//! One page of the list.
//! <https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices#api-response-pagination>

use serde::Deserialize;
use serde_json::Value;
use serde_json::error::Category;
use serde_json::value::RawValue;
use url::Url;

use super::CURRENCY;
use crate::sync::{Next, ParseError};

/// A page, with its items unread: one that is odd must not fail the others.
#[derive(Debug)]
pub(super) struct Page<'a> {
    /// At most 1,000.
    pub(super) items: Vec<&'a RawValue>,
    /// Where the next one is.
    pub(super) next: Next,
}

#[derive(Debug, Deserialize)]
struct Sent<'a> {
    #[serde(rename = "Items", alias = "items", borrow)]
    items: Option<Vec<&'a RawValue>>,
    #[serde(rename = "NextPageLink", alias = "nextPageLink")]
    next: Option<Value>,
    #[serde(rename = "BillingCurrency")]
    currency: Option<Value>,
    #[serde(rename = "Error", alias = "error")]
    error: Option<Value>,
}

impl<'a> Page<'a> {
    /// Reads a page.
    ///
    /// # Errors
    /// It is cut off, none at all, a refusal, in another currency, or has no list of items.
    pub(super) fn read(body: &'a [u8]) -> Result<Self, ParseError> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
        let sent: Sent<'a> = serde_json::from_slice(body).map_err(|error| fault(body, &error))?;
        if let Some(error) = &sent.error {
            return Err(ParseError::NotAPriceList(refusal(error)));
        }
        match sent.currency.as_ref() {
            None => {}
            Some(currency) if currency.as_str() == Some(CURRENCY) => {}
            Some(other) => {
                let problem = format!("its prices are in {other}, not in {CURRENCY}");
                return Err(ParseError::NotAPriceList(problem));
            }
        }
        let items = sent.items.ok_or_else(|| ParseError::Missing("list Items".to_owned()))?;
        Ok(Self { items, next: next(sent.next)? })
    }
}

/// The last page has `null`, nothing or an empty text.
fn next(link: Option<Value>) -> Result<Next, ParseError> {
    let link = match link {
        None | Some(Value::Null) => return Ok(Next::End),
        Some(Value::String(link)) if link.trim().is_empty() => return Ok(Next::End),
        Some(Value::String(link)) => link,
        Some(other) => other.to_string(),
    };
    let no_address = |error| {
        ParseError::CutOff(format!(
            "its link to the next page is no address ({error}): {link:.100}"
        ))
    };
    link.trim().parse::<Url>().map(Next::Page).map_err(no_address)
}

/// What Microsoft says instead of a list: `{"Code": "BadRequest", "Message": "…"}`.
fn refusal(error: &Value) -> String {
    let field = |names: [&str; 2]| names.iter().find_map(|name| error.get(*name)?.as_str());
    let code = field(["Code", "code"]).unwrap_or("an error without a code");
    let message = field(["Message", "message"]).unwrap_or("no message");
    format!("Microsoft answered {code}: {message}")
}

fn fault(body: &[u8], error: &serde_json::Error) -> ParseError {
    if body.first() == Some(&b'<') {
        let problem = "it is a web page (HTML), as proxies send one; look at what is between this \
                       machine and the price API";
        return ParseError::NotAPriceList(problem.to_owned());
    }
    match error.classify() {
        Category::Eof if body.is_empty() => ParseError::CutOff("it is empty".to_owned()),
        Category::Eof | Category::Io => ParseError::CutOff(error.to_string()),
        Category::Syntax if body.first() == Some(&b'{') => ParseError::CutOff(error.to_string()),
        Category::Syntax | Category::Data => ParseError::NotAPriceList(error.to_string()),
    }
}
