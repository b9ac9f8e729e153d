//! What a product is in the book, and which of its prices is which.

use std::borrow::Cow;

use rust_decimal::Decimal;

pub(super) use crate::exact::exact;
use crate::sync::Dropped;

/// A product that is priced, under the keys of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listing<'a> {
    /// Provider and service: `aws/ec2`.
    pub(super) service: &'static str,
    /// What is priced, where [`Tiers`] does not say otherwise.
    pub(super) sku: Cow<'a, str>,
    /// As the rules ask for it.
    pub(super) variant: Cow<'a, str>,
    /// The unit of the book.
    pub(super) unit: &'static str,
    /// Whether the price falls with the quantity.
    pub(super) tiers: Tiers,
}

impl<'a> Listing<'a> {
    /// At one price, without a variant.
    pub(super) fn flat(service: &'static str, sku: &'static str, unit: &'static str) -> Self {
        Self {
            service,
            sku: Cow::Borrowed(sku),
            variant: Cow::Borrowed(""),
            unit,
            tiers: Tiers::None,
        }
    }

    /// At prices that fall with the quantity.
    pub(super) fn tiered(
        service: &'static str,
        unit: &'static str,
        tiers: &'static [Tier],
    ) -> Self {
        Self { tiers: Tiers::Of(tiers), ..Self::flat(service, "", unit) }
    }

    /// The same without what it borrows.
    pub(super) fn into_owned(self) -> Listing<'static> {
        let Self { service, sku, variant, unit, tiers } = self;
        let [sku, variant] = [sku, variant].map(|text| Cow::Owned(text.into_owned()));
        Listing { service, sku, variant, unit, tiers }
    }

    /// The sku of the price for quantities from `start` to `end`, in the vendor's `unit`.
    ///
    /// # Errors
    /// The unit is not the book's, or the quantities are no tier that a rule knows.
    pub(super) fn sku(&self, unit: &str, start: &str, end: &str) -> Result<&str, Dropped> {
        if !accepts(self.unit, unit) {
            return Err(Dropped::UnknownUnit);
        }
        let range = (bound(start)?.unwrap_or_default(), bound(end)?);
        let is = |from: u64, to: Option<u64>| range == (from.into(), to.map(Decimal::from));
        match self.tiers {
            Tiers::None if is(0, None) => Ok(&self.sku),
            Tiers::None => Err(Dropped::OtherProduct),
            Tiers::Of(tiers) => tiers
                .iter()
                .find(|tier| is(tier.from, tier.to))
                .map(|tier| tier.sku)
                .ok_or(Dropped::OtherProduct),
        }
    }
}

/// Whether a price falls with the quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tiers {
    /// One price for any quantity. A price for a part of them only is not known to any rule.
    None,
    /// Several prices.
    Of(&'static [Tier]),
}

/// A price for a part of the quantities of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tier {
    /// From this quantity on, in the listing's unit.
    pub(super) from: u64,
    /// Up to this one; `None` for all above.
    pub(super) to: Option<u64>,
    /// What the rules call the price.
    pub(super) sku: &'static str,
}

/// A tier.
pub(super) const fn tier(from: u64, to: Option<u64>, sku: &'static str) -> Tier {
    Tier { from, to, sku }
}

/// A bound of a range: nothing and `Inf` are none.
fn bound(text: &str) -> Result<Option<Decimal>, Dropped> {
    match text {
        "" | "Inf" => Ok(None),
        number => exact(number).map(Some).ok_or(Dropped::Unreadable),
    }
}

/// Whether the vendor's unit is the book's. AWS spells units in many ways, and leaves out what is
/// counted: Fargate's processors and memory are in `hours`, Lambda's memory is in `seconds`.
fn accepts(book: &str, vendor: &str) -> bool {
    let spellings: &[&str] = match book {
        "hour" | "Hrs" => &["hrs", "hr", "hour", "hours"],
        "GB-Mo" => &["gb-mo", "gb-month"],
        "GB-second" => &["lambda-gb-second", "gb-second", "gb-seconds", "second", "seconds"],
        "GB" => &["gb", "gigabytes"],
        "IO" | "IOs" => &["io", "ios"],
        "request" => &["request", "requests"],
        "object" => &["object", "objects"],
        "LCU-hour" => &["lcu-hrs", "nlcu-hrs", "glcu-hrs", "lcu-hour"],
        "DSU-hour" => &["dsu-hrs", "dsu-hour", "dsu-hours"],
        "vCPU-hour" => &["vcpu-hour", "vcpu-hours", "vcpu-hrs", "hours"],
        "GB-hour" => &["gb-hour", "gb-hours", "hours"],
        "ACU-Hr" => &["acu-hr", "acu-hrs", "acu-hour"],
        other => return other.eq_ignore_ascii_case(vendor),
    };
    spellings.iter().any(|spelling| spelling.eq_ignore_ascii_case(vendor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        assert_eq!(exact("1.6E-05"), exact("0.000016"));
        assert_eq!(exact("0.0000166667").unwrap().to_string(), "0.0000166667");
        for nonsense in ["", "NaN", "0,1", "1e9999", "$1"] {
            assert_eq!(exact(nonsense), None, "{nonsense}");
        }
        // More digits than an exact decimal holds are not rounded.
        for long in ["0.12345678901234567890123456789012", "1.2345678901234567890123456789012E0"] {
            assert_eq!(exact(long), None, "{long}");
        }
    }

    #[test]
    fn a_price_for_a_part_only_is_no_flat_price() {
        let volume = Listing::flat("aws/ebs", "gp2/storage", "GB-Mo");
        assert_eq!(volume.sku("GB-month", "0", "Inf"), Ok("gp2/storage"));
        assert_eq!(volume.sku("GB-Mo", "", ""), Ok("gp2/storage"));
        assert_eq!(volume.sku("GB-Mo", "0", "100"), Err(Dropped::OtherProduct));
        assert_eq!(volume.sku("GB-Mo", "100", "Inf"), Err(Dropped::OtherProduct));
        assert_eq!(volume.sku("GB-Mo", "zero", "Inf"), Err(Dropped::Unreadable));
        assert_eq!(volume.sku("Hrs", "0", "Inf"), Err(Dropped::UnknownUnit));
    }

    #[test]
    fn a_tier_is_known_by_its_figures() {
        const TIERS: [Tier; 2] = [tier(0, Some(10), "few"), tier(10, None, "many")];
        let tiered = Listing::tiered("aws/s3", "GB-Mo", &TIERS);
        assert_eq!(tiered.sku("GB-Mo", "0", "10"), Ok("few"));
        assert_eq!(tiered.sku("GB-Mo", "10.0", "Inf"), Ok("many"));
        assert_eq!(tiered.sku("GB-Mo", "0", "20"), Err(Dropped::OtherProduct));
    }
}
