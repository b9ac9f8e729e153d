//! What the records of every service have in common.

use jiff::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use finops_core::model::Value;

/// A figure of Cloud Monitoring: whole where it is whole.
pub(super) fn figure(value: Decimal) -> Value {
    match value.normalize() {
        whole if whole.scale() == 0 => whole
            .to_i64()
            .map_or_else(|| Value::Number(whole.to_f64().unwrap_or(f64::INFINITY)), Value::Integer),
        other => Value::Number(other.to_f64().unwrap_or(f64::INFINITY)),
    }
}

/// A time of Google's as RFC 3339 in UTC, without fractions of a second.
pub(super) fn time(text: Option<&str>) -> Option<String> {
    let at: Timestamp = text?.parse().ok()?;
    Timestamp::new(at.as_second(), 0).ok().map(|at| at.to_string())
}

/// A resource's path in lower case, `projects/p/zones/z/disks/d`, from its address in any form:
/// `https://www.googleapis.com/compute/v1/projects/…`. `None` where the address has no project.
pub(super) fn path(address: &str) -> Option<String> {
    let address = address.to_ascii_lowercase();
    let start = match address.find("/projects/") {
        Some(slash) => slash + 1,
        None if address.starts_with("projects/") => 0,
        None => return None,
    };
    Some(address[start..].to_owned())
}
