//! What services read out of what Google's clients and Cloud Monitoring say.

use std::collections::HashMap;
use std::sync::Arc;

use google_cloud_wkt::Timestamp;
use rust_decimal::Decimal;

use super::record::time;
use crate::metrics::{Answers, Figure, Query};
use crate::scope::GcpScope;

/// A time of Google's clients as RFC 3339 in UTC, without fractions of a second.
pub(super) fn time_of(at: Option<&Timestamp>) -> Option<String> {
    time(Some(&String::from(*at?)))
}

/// An enum's value as Google writes it (`ACTIVE`; a number where it is newer than this agent), or
/// nothing where it is left open (`STATE_UNSPECIFIED`).
pub(super) fn word(scope: &GcpScope, value: &impl ToString) -> Option<Arc<str>> {
    let name = value.to_string();
    (!name.is_empty() && !name.ends_with("UNSPECIFIED")).then(|| scope.share(&name))
}

/// A text that is not empty, shared with others of its kind.
pub(super) fn known(scope: &GcpScope, text: &str) -> Option<Arc<str>> {
    (!text.is_empty()).then(|| scope.share(text))
}

/// The figures of a query by their labels.
///
/// # Errors
/// Why they are not known.
pub(super) fn figures<'a>(
    answers: &'a Answers,
    query: &Query,
) -> Result<HashMap<Vec<&'a str>, &'a Figure>, &'static str> {
    let answer = answers.of(query).ok_or("its use was not asked for")?;
    answer.unknown_because().map_or_else(|| Ok(answer.by_labels()), Err)
}

/// Bytes of an amount as Kubernetes writes it: `512Mi`, `1G`, `134217728`.
/// <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>
pub(super) fn bytes(text: &str) -> Option<Decimal> {
    let split = text.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(text.len());
    let (amount, unit) = text.split_at(split);
    let factor: u64 = match unit {
        "" => 1,
        "k" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        _ => return None,
    };
    let amount: Decimal = amount.parse().ok()?;
    amount.checked_mul(Decimal::from(factor)).filter(|bytes| !bytes.is_sign_negative())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_memory_are_bytes() {
        let text = |amount| bytes(amount).map(|bytes| bytes.normalize().to_string());
        assert_eq!(text("512Mi").as_deref(), Some("536870912"));
        assert_eq!(text("0.5G").as_deref(), Some("500000000"));
        assert_eq!(text("1024").as_deref(), Some("1024"));
        for nonsense in
            ["", "Mi", "-1Mi", "1e999", "many", "5Zi", "99999999999999999999999999999Gi"]
        {
            assert_eq!(bytes(nonsense), None, "{nonsense}");
        }
    }
}
