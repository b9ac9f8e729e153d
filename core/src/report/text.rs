//! Names and figures as text.

use std::time::Duration;

use rust_decimal::{Decimal, RoundingStrategy};

use super::answer::{GroupKey, ResourceKey};

/// Hours to at most six places, exact to the second as far as those go: `24`, `0.083333`.
pub(super) fn hours(time: Duration) -> Decimal {
    let hours = Decimal::from(time.as_secs()) / Decimal::from(3_600);
    hours.round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero).normalize()
}

/// The group's name for machines, where it has one: a resource's is unique over all scopes.
pub(super) fn name(key: &GroupKey) -> Option<String> {
    match key {
        GroupKey::Total => Some("total".to_owned()),
        GroupKey::Named(name) => Some(name.clone()),
        GroupKey::NoSuchTag => None,
        GroupKey::Resource(ResourceKey { account, region, service, kind, id, .. }) => {
            Some(format!("{account}/{region}/{service}/{kind}/{id}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_exact_to_the_second() {
        for (seconds, expected) in [(0, "0"), (300, "0.083333"), (86_400, "24"), (5_400, "1.5")] {
            assert_eq!(hours(Duration::from_secs(seconds)).to_string(), expected);
        }
    }
}
