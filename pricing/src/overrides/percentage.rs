//! Percentages off, or on top of, a price.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::key::LineKey;
use super::pattern::Scope;
use super::period::Period;

/// A percentage that is agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Percentage {
    /// Which prices it is of.
    pub(super) scope: Scope,
    /// Percent, with at most [`super::read::PERCENT_PLACES`] places.
    pub(super) percent: Decimal,
    /// What the user calls it.
    pub(super) label: String,
    /// When it holds.
    pub(super) period: Period,
}

impl Percentage {
    /// As a discount, it is of this line's price.
    pub(super) fn discounts(&self, line: &LineKey<'_>, today: Date) -> bool {
        self.period.contains(today)
            && line.is_bought()
            && (line.is_list || self.scope.names_service(line.service))
            && self.scope.has_service(line.service)
            && self.scope.has_place(line.middle)
    }

    /// As an agreement over all that is bought, it is of this line's price.
    pub(super) fn is_of_bought(&self, line: &LineKey<'_>, today: Date) -> bool {
        line.is_bought() && self.is_of(line, today)
    }

    /// It is of this line's price, whoever it is paid to.
    pub(super) fn is_of(&self, line: &LineKey<'_>, today: Date) -> bool {
        self.period.contains(today) && self.scope.has_service(line.service)
    }
}
