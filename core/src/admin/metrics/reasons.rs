//! Why something has no price.

use prometheus::{Registry, Result};

use super::family::gauges;
use super::number;

/// Adds the reasons of the last cycle to `registry`. A report keeps at most fifty, so there are not more.
pub(super) fn register(registry: &Registry, reasons: &[(String, u64)]) -> Result<()> {
    gauges(
        registry,
        "unpriced_parts",
        "Parts of resources without a price, by service, part and reason: of \
         the reasons at most the first 50 that the last cycle met.",
        &["reason"],
        reasons.iter().map(|(reason, count)| ([&**reason], number(*count))),
    )
}
