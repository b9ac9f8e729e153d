//! Bytes, as they are billed.

use rust_decimal::{Decimal, RoundingStrategy};

/// GiB of so many bytes, to nine places: amounts are counted no finer, so that sums of costs are exact
/// (`docs/adr/0001-rates-per-month-of-730-hours.md`).
pub(super) fn gibibytes(bytes: u64) -> Decimal {
    let exact = Decimal::from(bytes) / Decimal::from(1_u64 << 30);
    exact.round_dp_with_strategy(9, RoundingStrategy::MidpointAwayFromZero)
}
