//! Rates as a user writes them.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use finops_core::model::{Price, Quantity, Unit};

/// The largest price in USD, number of units, or watts: far above anything real, and small enough
/// that no sum of products leaves the range of an exact decimal.
pub const MOST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// The most decimal places of a price: with nine of a quantity every product is exact.
pub const MOST_PLACES: u32 = 12;

/// A user's own price for one unit of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// Its name in the configuration.
    pub name: Box<str>,
    /// USD for one unit, from 0 to [`MOST`], with at most [`MOST_PLACES`] places.
    pub price: Decimal,
    /// What one unit is.
    pub unit: Unit,
    /// Where the user has it from: `datacentre contract 2026`.
    pub source: Arc<str>,
    /// The day from which on it is known to hold.
    pub as_of: Date,
}

impl Rate {
    /// The rate as the price of a cost line. Its key is its place in the configuration.
    #[must_use]
    pub fn price(&self) -> Arc<Price> {
        Arc::new(Price {
            unit_price: self.price,
            unit: self.unit,
            source: Arc::clone(&self.source),
            as_of: self.as_of,
            sku_key: format!("rates/{}", self.name).into(),
        })
    }
}

/// Reads a unit of a rate: `hour`, `vCPU-hour`, `GiB-month`, … in small or capital letters, with
/// `-`, `_` or a blank between the words.
///
/// # Errors
/// Says which units there are. `GB` is refused: it may mean 10⁹ bytes or 2³⁰.
pub fn unit(text: &str) -> Result<Unit, String> {
    let plain = text.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    match plain.as_str() {
        "hour" => Ok(Unit::Hour),
        "month" => Ok(Unit::Month),
        "vcpu-hour" => Ok(Unit::VcpuHour),
        "gib-hour" => Ok(Unit::GibibyteHour),
        "gib-month" => Ok(Unit::GibibyteMonth),
        "gpu-hour" => Ok(Unit::GpuHour),
        "kwh" => Ok(Unit::KilowattHour),
        _ if plain.starts_with("gb-") => {
            Err("write GiB (2^30 bytes) and give its price: a GB may be 10^9 bytes or 2^30".into())
        }
        _ => Err("write hour, month, vCPU-hour, GiB-hour, GiB-month, GPU-hour or kWh".into()),
    }
}

/// Bytes in GiB (2^30 bytes), to nine places.
#[must_use]
pub fn gibibytes(bytes: u64) -> Quantity {
    Quantity::new(Decimal::from(bytes) / Decimal::from(1_u64 << 30))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_may_be_written_as_people_do() {
        for (text, expected) in [
            ("hour", Unit::Hour),
            ("vCPU-hour", Unit::VcpuHour),
            ("vcpu_hour", Unit::VcpuHour),
            ("GiB month", Unit::GibibyteMonth),
            ("kWh", Unit::KilowattHour),
        ] {
            assert_eq!(unit(text), Ok(expected), "{text}");
        }
        assert!(unit("GB-month").unwrap_err().contains("2^30"));
        assert!(unit("fortnight").unwrap_err().contains("GPU-hour"));
    }

    #[test]
    fn the_largest_product_is_within_a_decimal() {
        // 10^9 units at 10^9 USD, 730 hours a month, ten thousand of them: 7.3 × 10^24.
        let month = MOST * MOST * Decimal::from(730);
        assert_eq!((month * Decimal::from(10_000)).to_string(), "7300000000000000000000000");
    }
}
