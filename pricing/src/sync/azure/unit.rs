//! The units in which Microsoft states prices: `1 Hour`, `10K`, `1 GB/Month`.
//! <https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices>

use rust_decimal::Decimal;

/// What one of a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// One of anything: an operation, an execution.
    Each,
    /// One of anything for an hour.
    Hour,
    /// One of anything for a day.
    Day,
    /// One of anything for a month.
    Month,
    /// A GB, which is 2^30 bytes there.
    Gigabyte,
    /// A GiB.
    Gibibyte,
    /// A TB.
    Terabyte,
    /// A GB for a second.
    GigabyteSecond,
    /// A GB for an hour.
    GigabyteHour,
    /// A GiB for an hour.
    GibibyteHour,
    /// A GB for a month.
    GigabyteMonth,
}

/// So many of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    /// How many: 10,000 of `10K`.
    pub(super) block: Decimal,
    /// Of what.
    pub(super) measure: Measure,
}

impl Unit {
    /// The unit that is written so; `None` where it is not known.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        let block: u64 = text[..digits].parse().ok().filter(|block| *block > 0)?;
        let rest = &text[digits..];
        let (thousands, rest) = match rest.as_bytes().first() {
            Some(b'K') => (1_000, &rest[1..]),
            Some(b'M') => (1_000_000, &rest[1..]),
            _ => (1, rest),
        };
        let block = Decimal::from(block.checked_mul(thousands)?);
        Some(Self { block, measure: measure(rest)? })
    }

    /// The price of one, where it is exact.
    pub(super) fn one(self, price: Decimal) -> Option<Decimal> {
        let one = price.checked_div(self.block)?;
        (one.checked_mul(self.block)? == price).then(|| one.normalize())
    }

    /// The name that the price book has for what is stored and for its operations, and the price
    /// of one of that. Operations keep Microsoft's blocks of 10,000 and of a million.
    pub(super) fn stored(self, price: Decimal) -> Option<(&'static str, Decimal)> {
        let name = match (self.measure, u32::try_from(self.block).ok()?) {
            (Measure::Each, 10_000) => return Some(("10K", price)),
            (Measure::Each, 1_000_000) => return Some(("1M", price)),
            (Measure::Month, 10_000) => return Some(("10K/Month", price)),
            (Measure::Each, _) => "1",
            (Measure::Hour, _) => "1/Hour",
            (Measure::Day, _) => "1/Day",
            (Measure::Month, _) => "1/Month",
            (Measure::Gigabyte, _) => "1 GB",
            (Measure::Gibibyte, _) => "1 GiB",
            (Measure::Terabyte, _) => "1 TB",
            (Measure::GigabyteSecond, _) => "GB-second",
            (Measure::GigabyteHour, _) => "1 GB/Hour",
            (Measure::GibibyteHour, _) => "1 GiB/Hour",
            (Measure::GigabyteMonth, _) => "1 GB/Month",
        };
        Some((name, self.one(price)?))
    }
}

fn measure(text: &str) -> Option<Measure> {
    let mut words = text.replace('/', " ").to_ascii_lowercase();
    // `100 Hours`
    if words.ends_with('s') {
        words.pop();
    }
    let words: Vec<&str> = words.split_whitespace().collect();
    Some(match words.as_slice() {
        [] => Measure::Each,
        ["hour"] => Measure::Hour,
        ["day"] => Measure::Day,
        ["month"] => Measure::Month,
        ["gb"] => Measure::Gigabyte,
        ["gib"] => Measure::Gibibyte,
        ["tb"] => Measure::Terabyte,
        ["gb", "second"] => Measure::GigabyteSecond,
        ["gb", "hour"] => Measure::GigabyteHour,
        ["gib", "hour"] => Measure::GibibyteHour,
        ["gb", "month"] => Measure::GigabyteMonth,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_a_number_and_what_it_counts() {
        for (text, block, measure) in [
            ("1 Hour", 1, Measure::Hour),
            ("100 Hours", 100, Measure::Hour),
            ("1/Hour", 1, Measure::Hour),
            ("1/Day", 1, Measure::Day),
            ("1/Month", 1, Measure::Month),
            ("1 /Month", 1, Measure::Month),
            ("10", 10, Measure::Each),
            ("10K", 10_000, Measure::Each),
            ("1M", 1_000_000, Measure::Each),
            ("10K/Month", 10_000, Measure::Month),
            ("1 GB", 1, Measure::Gigabyte),
            ("1 GiB", 1, Measure::Gibibyte),
            ("1 TB", 1, Measure::Terabyte),
            ("1 GB Second", 1, Measure::GigabyteSecond),
            ("50000 GB Seconds", 50_000, Measure::GigabyteSecond),
            ("1 GiB Hour", 1, Measure::GibibyteHour),
            ("1 GiB/Hour", 1, Measure::GibibyteHour),
            ("1 GB/Hour", 1, Measure::GigabyteHour),
            ("100 GB/Month", 100, Measure::GigabyteMonth),
        ] {
            let expected = Unit { block: Decimal::from(block), measure };
            assert_eq!(Unit::parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn an_unknown_unit_is_none() {
        for text in
            ["", "Hour", "0 Hours", "1 Fortnight", "1 PB", "-1 Hour", "99999999999999999999", "½"]
        {
            assert_eq!(Unit::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_block_is_divided_exactly_or_not_at_all() {
        let price = |text: &str| text.parse::<Decimal>().unwrap();
        let hundred = Unit::parse("100 Hours").unwrap();
        assert_eq!(hundred.one(price("1.6")), Some(price("0.016")));
        assert_eq!(Unit::parse("3 Hours").unwrap().one(price("1")), None);
        let stored = |unit: &str| Unit::parse(unit).unwrap().stored(price("2")).unwrap();
        assert_eq!(stored("100 GB/Month"), ("1 GB/Month", price("0.02")));
        assert_eq!(stored("10K"), ("10K", price("2")));
        assert_eq!(stored("100"), ("1", price("0.02")));
    }
}
