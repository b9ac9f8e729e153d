//! Sizes as vendors bill them.

use finops_core::model::Quantity;
use rust_decimal::Decimal;

/// Bytes in the gigabyte that storage is billed by: 2^30, also where a vendor writes `GB`.
const GIBIBYTE: u64 = 1 << 30;

/// Measured bytes as a quantity of gigabyte-months, to nine places (about one byte).
#[must_use]
pub(crate) fn gigabytes(bytes: u64) -> Quantity {
    Quantity::new(Decimal::from(bytes) / Decimal::from(GIBIBYTE))
}
