//! Figures as people read them, for the table, the report and the page.

use std::borrow::Cow;

use rust_decimal::{Decimal, RoundingStrategy};

/// `amount` rounded half away from zero, with exactly `places` places and thousands grouped:
/// `-1,234.50`. (Formatting alone would cut.)
#[must_use]
pub fn rounded(amount: Decimal, places: u32) -> String {
    let rounded = amount.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    let sign = if rounded < Decimal::ZERO { "-" } else { "" };
    let places = places as usize;
    format!("{sign}{}", grouped(&format!("{:.places$}", rounded.abs())))
}

/// `1234567.89` → `1,234,567.89`.
#[must_use]
pub fn grouped(number: &str) -> String {
    let (whole, fraction) = number.find('.').map_or((number, ""), |dot| number.split_at(dot));
    let mut text = String::with_capacity(number.len() + number.len() / 3);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text.push_str(fraction);
    text
}

/// A resource's identifier as people know it. Those of Azure Resource Manager and of Google Cloud are
/// paths of types and names: `web/sql-1/orders` is left of the one (resource group and names),
/// `my-project/us-central1-a/web-1` of the other (project, place, name).
#[must_use]
pub fn short_id(id: &str) -> Cow<'_, str> {
    let parts: Vec<&str> = id.split('/').collect();
    let (first, typed) = match *parts {
        ["", "subscriptions", _, _, group, "providers", _, ref typed @ ..] => (group, typed),
        ["projects", project, "global", ref typed @ ..] => (project, typed),
        ["projects", project, ref typed @ ..] => (project, typed),
        _ => return id.into(),
    };
    let names: Vec<&str> = typed.iter().skip(1).step_by(2).copied().collect();
    if names.is_empty() { id.into() } else { format!("{first}/{}", names.join("/")).into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_azure_identifier_is_its_group_and_names() {
        let group = "/subscriptions/1111/resourcegroups/web/providers/";
        for (rest, expected) in [
            ("microsoft.compute/disks/data", "web/data"),
            ("microsoft.sql/servers/sql-1/databases/orders", "web/sql-1/orders"),
        ] {
            assert_eq!(short_id(&format!("{group}{rest}")), expected);
        }
        for other in ["i-0123", "", "/", "arn:aws:s3:::a/b/c/d/e/f/g/h", group, "/subscriptions/1"]
        {
            assert_eq!(short_id(other), other);
        }
    }

    #[test]
    fn an_identifier_of_google_cloud_is_its_project_its_place_and_its_name() {
        for (id, expected) in [
            ("projects/web-1/zones/us-east1-b/instances/one", "web-1/us-east1-b/one"),
            ("projects/web-1/global/snapshots/nightly", "web-1/nightly"),
            ("projects/web-1/instances/orders", "web-1/orders"),
            ("projects/web-1", "projects/web-1"),
        ] {
            assert_eq!(short_id(id), expected);
        }
    }

    #[test]
    fn thousands_are_grouped() {
        for (plain, expected) in
            [("0", "0"), ("999.00", "999.00"), ("1000", "1,000"), ("1234567.89", "1,234,567.89")]
        {
            assert_eq!(grouped(plain), expected);
        }
    }

    #[test]
    fn amounts_are_rounded_half_away_from_zero_and_not_cut() {
        for (amount, places, expected) in [
            ("0", 2, "0.00"),
            ("0.00009", 4, "0.0001"),
            ("1.005", 2, "1.01"),
            ("-0.005", 2, "-0.01"),
            ("-0.004", 2, "0.00"),
            ("-1234567.891", 2, "-1,234,567.89"),
        ] {
            assert_eq!(rounded(amount.parse().unwrap(), places), expected);
        }
    }
}
