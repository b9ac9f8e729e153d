//! Prices that are worked out from listed ones.

use std::sync::Arc;

use finops_core::model::{Price, Unit};
use rust_decimal::Decimal;

/// The listed price times `factor`, of a `unit`, where Google documents that it is so. Its key
/// names the row and `how` it was worked out: `…/core/us-central1/linux/od/vCPU-hour × 1.05`.
pub(super) fn derived(listed: &Price, factor: Decimal, unit: Unit, how: &str) -> Arc<Price> {
    Arc::new(Price {
        unit_price: (listed.unit_price * factor).normalize(),
        unit,
        source: Arc::clone(&listed.source),
        as_of: listed.as_of,
        sku_key: format!("{} {how}", listed.sku_key).into(),
    })
}
