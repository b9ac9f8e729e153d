//! From the catalogue's units to those of the price book, exactly.
//! <https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list#pricingexpression>

use rust_decimal::Decimal;

use crate::gcp::catalog::Measure;

/// Seconds in an hour.
const HOUR: Decimal = Decimal::from_parts(3_600, 0, 0, false, 0);
/// Gigabytes of 10^9 bytes in one of 2^30: 1.073741824.
const BINARY: Decimal = Decimal::from_parts(1_073_741_824, 0, 0, false, 9);

/// A unit of the catalogue, one of the price book, and how many of the former are in one of the
/// latter. A GB of the price book's Google units is 2^30 bytes too.
const UNITS: &[(&str, &str, Decimal)] = &[
    ("h", "hour", Decimal::ONE),
    ("s", "hour", HOUR),
    ("h", "vCPU-hour", Decimal::ONE),
    ("s", "vCPU-hour", HOUR),
    ("GiBy.h", "GiB-hour", Decimal::ONE),
    ("GiBy.s", "GiB-hour", HOUR),
    ("GBy.h", "GiB-hour", BINARY),
    ("GiBy.mo", "GiB-Mo", Decimal::ONE),
    ("GBy.mo", "GiB-Mo", BINARY),
    ("mo", "IOPS-Mo", Decimal::ONE),
    ("mo", "MBPS-Mo", Decimal::ONE),
    ("GiBy.s", "GB-second", Decimal::ONE),
    ("GBy.s", "GB-second", BINARY),
    ("GHz.s", "GHz-second", Decimal::ONE),
    ("count", "invocation", Decimal::ONE),
];

/// How many base units those units have that do not change with the month.
const BASE_UNITS: &[(&str, &str, i64)] = &[
    ("h", "s", 3_600),
    ("s", "s", 1),
    ("GiBy.h", "By.s", 3_600 << 30),
    ("GiBy.s", "By.s", 1 << 30),
    ("GBy.h", "By.s", 3_600_000_000_000),
    ("GBy.s", "By.s", 1_000_000_000),
    ("count", "count", 1),
];

/// By what a price of the catalogue is multiplied to be one for `unit` of the price book. `None`
/// where that is not known, or where the catalogue contradicts itself about its unit.
pub(super) fn factor(measure: &Measure, unit: &str) -> Option<Decimal> {
    let Measure { usage_unit, base_unit, base_units, .. } = measure;
    let known = BASE_UNITS.iter().find(|(usage, base, _)| usage == usage_unit && base == base_unit);
    if let (Some((_, _, known)), Some(told)) = (known, base_units)
        && *told != Decimal::from(*known)
    {
        return None;
    }
    let pair = UNITS.iter().find(|(usage, book, _)| usage == usage_unit && *book == unit);
    pair.map(|(_, _, factor)| *factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(usage_unit: &str, base_unit: &str, base_units: Option<&str>) -> Measure {
        let number = |text: &str| text.parse().or_else(|_| Decimal::from_scientific(text)).unwrap();
        Measure {
            usage_unit: usage_unit.to_owned(),
            base_unit: base_unit.to_owned(),
            base_units: base_units.map(number),
            display_quantity: Some(Decimal::ONE_THOUSAND),
        }
    }

    #[test]
    fn units_are_converted_exactly() {
        for (usage, unit, expected) in [
            ("h", "hour", "1"),
            ("s", "vCPU-hour", "3600"),
            ("GiBy.h", "GiB-hour", "1"),
            ("GBy.h", "GiB-hour", "1.073741824"), // 2^30 / 10^9
            ("GiBy.mo", "GiB-Mo", "1"),
            ("mo", "IOPS-Mo", "1"),
            ("GHz.s", "GHz-second", "1"),
            ("count", "invocation", "1"),
        ] {
            let factor = factor(&measure(usage, "", None), unit);
            assert_eq!(factor, Some(expected.parse().unwrap()), "{usage} {unit}");
        }
    }

    #[test]
    fn units_that_do_not_fit_have_no_factor() {
        for (usage, unit) in [("GiBy", "GiB-Mo"), ("mo", "hour"), ("d", "hour"), ("h", "GiB-hour")]
        {
            assert_eq!(factor(&measure(usage, "", None), unit), None, "{usage} {unit}");
        }
    }

    #[test]
    fn a_unit_that_contradicts_its_base_is_not_known() {
        let memory = |base| factor(&measure("GiBy.h", "By.s", Some(base)), "GiB-hour");
        assert_eq!(memory("3865470566400"), Some(Decimal::ONE)); // 2^30 × 3,600
        assert_eq!(memory("3.8654705664E12"), Some(Decimal::ONE));
        assert_eq!(memory("3600000000000"), None);
        // A month's seconds are not the same in every answer.
        let month = measure("GiBy.mo", "By.s", Some("2.7831E15"));
        assert_eq!(factor(&month, "GiB-Mo"), Some(Decimal::ONE));
    }
}
