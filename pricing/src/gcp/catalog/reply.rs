//! The catalogue's answers as they are sent. Any field may be missing.
//! <https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list>

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Number, Value};

use super::error::CatalogError;

/// An answer, with its rows unread: one that is odd must not fail the others.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reply<'a> {
    #[serde(borrow)]
    pub(super) skus: Option<Vec<&'a RawValue>>,
    pub(super) next_page_token: Option<String>,
    error: Option<Value>,
}

/// A row.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    pub(super) sku_id: Option<String>,
    pub(super) description: Option<String>,
    pub(super) category: Option<Category>,
    pub(super) service_regions: Option<Vec<String>>,
    pub(super) pricing_info: Option<Vec<PricingInfo>>,
}

/// The id of a row that is odd otherwise.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Named {
    pub(super) sku_id: Option<String>,
}

/// What kind of thing is sold.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Category {
    pub(super) service_display_name: Option<String>,
    pub(super) resource_family: Option<String>,
    pub(super) resource_group: Option<String>,
    pub(super) usage_type: Option<String>,
}

/// What it costs since a moment.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PricingInfo {
    /// Answers that went through other programs have it with a capital letter.
    #[serde(alias = "EffectiveTime")]
    pub(super) effective_time: Option<String>,
    pub(super) pricing_expression: Option<PricingExpression>,
    pub(super) currency_conversion_rate: Option<Number>,
}

/// The unit and the tiers.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PricingExpression {
    pub(super) usage_unit: Option<String>,
    pub(super) base_unit: Option<String>,
    pub(super) base_unit_conversion_factor: Option<Number>,
    pub(super) display_quantity: Option<Number>,
    pub(super) tiered_rates: Option<Vec<TierRate>>,
}

/// One tier.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TierRate {
    pub(super) start_usage_amount: Option<Number>,
    pub(super) unit_price: Option<Money>,
}

/// An amount of money.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Money {
    pub(super) currency_code: Option<String>,
    /// An int64, which Google's JSON writes as a text.
    pub(super) units: Option<Value>,
    pub(super) nanos: Option<Number>,
}

/// Reads an answer.
///
/// # Errors
/// It is Google's refusal, or nothing that the catalogue answers.
pub(super) fn read(body: &[u8]) -> Result<Reply<'_>, CatalogError> {
    let reply: Reply<'_> = serde_json::from_slice(body).map_err(|error| match error.is_eof() {
        true => CatalogError::CutOff(error.to_string()),
        false => CatalogError::Unreadable(error.to_string()),
    })?;
    match reply.error {
        Some(error) => Err(refusal(&error)),
        None => Ok(reply),
    }
}

/// <https://cloud.google.com/apis/design/errors#http_mapping>
fn refusal(error: &Value) -> CatalogError {
    let text = |key: &str| error.get(key).and_then(Value::as_str).map(str::to_owned);
    CatalogError::Refused {
        code: error.get("code").and_then(Value::as_i64),
        status: text("status").unwrap_or_default(),
        message: text("message").unwrap_or_else(|| "Google does not say why".to_owned()),
    }
}
