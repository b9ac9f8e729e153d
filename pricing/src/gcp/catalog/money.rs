//! Google's amounts of money, exactly.

use rust_decimal::Decimal;
use serde_json::{Number, Value};

use super::reply::Money;
use super::rows::Problem;
use crate::exact::exact;
use crate::sync::Dropped;

/// The most nanos that an amount has, on either side of zero.
const MOST_NANOS: i64 = 999_999_999;

/// An amount in USD: `units` and billionths of one.
/// <https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list#money>
///
/// # Errors
/// It is in another currency, or no amount by Google's own rules: nanos in their range, and of the
/// same sign as the units.
pub(super) fn usd(money: &Money) -> Result<Decimal, Problem> {
    match money.currency_code.as_deref() {
        Some("USD") => Ok(amount(money)?),
        Some(other) => {
            let reason = format!("its price is in {other}, not in USD");
            Err(Problem { why: Dropped::OtherCurrency, reason })
        }
        None => Err("its price does not say its currency".into()),
    }
}

fn amount(money: &Money) -> Result<Decimal, String> {
    let units = units(money.units.as_ref())?;
    let nanos = match &money.nanos {
        None => 0,
        Some(nanos) => whole(nanos).ok_or_else(|| format!("its price has {nanos} nanos"))?,
    };
    if nanos.abs() > MOST_NANOS {
        return Err(format!("its price has {nanos} nanos: more than a whole unit"));
    }
    if units.signum() * nanos.signum() < 0 {
        return Err(format!("its price has {units} units and {nanos} nanos: the signs differ"));
    }
    Ok(Decimal::from(units) + Decimal::new(nanos, 9))
}

/// An int64 as a text or a number; absent where it is zero.
fn units(units: Option<&Value>) -> Result<i64, String> {
    let read = match units {
        None => Some(0),
        Some(Value::String(text)) => text.parse().ok(),
        Some(other) => other.as_i64(),
    };
    read.ok_or_else(|| format!("its price has {} units", units.unwrap_or(&Value::Null)))
}

/// A number without a fraction, of at most as many digits as any int32.
fn whole(number: &Number) -> Option<i64> {
    number.as_i64().filter(|number| i32::try_from(*number).is_ok())
}

/// A number as it is written. Google's doubles are short: `0`, `1024`, `14999.999925`.
pub(super) fn decimal(number: &Number) -> Option<Decimal> {
    exact(&number.to_string())
}
