//! Prices, cost lines and what could not be priced.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::money::{CostRate, HOURS_PER_MONTH};

/// What one unit of a list price buys. Its serialised form is for the agent's own file; documents
/// have its [`Unit::name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// One thing for one hour (an instance, an address, a cluster).
    Hour,
    /// One thing for a month of 730 hours.
    Month,
    /// One logical processor for an hour.
    VcpuHour,
    /// One virtual core of a database for an hour.
    VcoreHour,
    /// One GiB of memory or disk for an hour.
    GibibyteHour,
    /// One GiB of disk or of stored objects for a month of 730 hours.
    GibibyteMonth,
    /// One graphics processor for an hour.
    GpuHour,
    /// One kilowatt hour; the quantity is what is used in an hour.
    KilowattHour,
    /// One GiB stored for a month. Vendors write `GB-Mo` and mean 2^30 bytes.
    GigabyteMonth,
    /// One provisioned I/O operation per second for a month.
    IopsMonth,
    /// One MiB/s of provisioned throughput for a month.
    MebibytePerSecondMonth,
    /// One GiB of memory for one second of execution.
    GigabyteSecond,
    /// One GHz of processor for one second of execution.
    GigahertzSecond,
    /// One request.
    Request,
    /// One stored object for a month.
    ObjectMonth,
}

impl Unit {
    /// The unit's name in documents: `hour`, `GB-month`, …
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Month => "month",
            Self::VcpuHour => "vCPU-hour",
            Self::VcoreHour => "vCore-hour",
            Self::GibibyteHour => "GiB-hour",
            Self::GibibyteMonth => "GiB-month",
            Self::GpuHour => "GPU-hour",
            Self::KilowattHour => "kWh",
            Self::GigabyteMonth => "GB-month",
            Self::IopsMonth => "IOPS-month",
            Self::MebibytePerSecondMonth => "MiBps-month",
            Self::GigabyteSecond => "GB-second",
            Self::GigahertzSecond => "GHz-second",
            Self::Request => "request",
            Self::ObjectMonth => "object-month",
        }
    }

    /// How many of these units a month of 730 hours bills for a quantity of one: a monthly unit is
    /// billed once, an hourly one 730 times, and a metered one (requests, GB-seconds) is observed
    /// per hour and so recurs 730 times.
    #[must_use]
    pub const fn per_month(self) -> u32 {
        match self {
            Self::Hour
            | Self::VcpuHour
            | Self::VcoreHour
            | Self::GibibyteHour
            | Self::GpuHour
            | Self::KilowattHour
            | Self::GigabyteSecond
            | Self::GigahertzSecond
            | Self::Request => HOURS_PER_MONTH,
            Self::Month
            | Self::GibibyteMonth
            | Self::GigabyteMonth
            | Self::IopsMonth
            | Self::MebibytePerSecondMonth
            | Self::ObjectMonth => 1,
        }
    }
}

/// One list price and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// USD for one `unit`, exact.
    pub unit_price: Decimal,
    /// What one unit is.
    pub unit: Unit,
    /// The id of the source, as the price book's table of sources has it.
    pub source: Arc<str>,
    /// The day on which the source took the price from the vendor.
    pub as_of: Date,
    /// The full key that was looked up, so that a person can find the row again. Of an adjustment:
    /// what it is, and of which key.
    pub sku_key: Arc<str>,
}

impl Price {
    /// What `quantity` units cost.
    #[must_use]
    pub fn rate(&self, quantity: Quantity) -> CostRate {
        let billed = quantity.amount() * self.unit_price;
        CostRate::from_monthly(billed * Decimal::from(self.unit.per_month()))
    }
}

/// The components of lines that adjust the list line before them to what its owner really pays.
/// No part of a resource is called so.
pub mod adjustment {
    /// From the list price to the price that was negotiated for this very key.
    pub const NEGOTIATED: &str = "negotiated";
    /// A percentage off the list price.
    pub const DISCOUNT: &str = "discount";
    /// A percentage off what is left, by an agreement over everything that is bought of a vendor.
    pub const EDP: &str = "edp";
    /// A percentage that is added to what is left, for whoever the cost is passed on to.
    pub const MARKUP: &str = "markup";

    /// All of them, in the order in which they are applied.
    pub const ALL: [&str; 4] = [NEGOTIATED, DISCOUNT, EDP, MARKUP];
}

/// How much of a unit is used: at most nine places, so that every product with a price is exact.
///
/// Nine places of a GiB are about one byte, and of a GB-second one microsecond of a 1 MB function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(Decimal);

impl Quantity {
    /// Exactly one.
    pub const ONE: Self = Self(Decimal::ONE);
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Rounds `amount` half up to nine places.
    #[must_use]
    pub fn new(amount: Decimal) -> Self {
        Self(amount.round_dp_with_strategy(9, RoundingStrategy::MidpointAwayFromZero))
    }

    /// The amount, with at most nine places.
    #[must_use]
    pub fn amount(self) -> Decimal {
        self.0
    }
}

impl From<u64> for Quantity {
    fn from(amount: u64) -> Self {
        Self(Decimal::from(amount))
    }
}

/// One line of a resource's cost: so much of one unit at one list price, or what adjusts the line
/// before it ([`adjustment`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostLine {
    /// Which part of the resource this pays for: `compute`, `storage`, `address`, …, or the kind of
    /// adjustment.
    pub component: &'static str,
    /// How many units: for hourly and monthly units what is held, for metered units what was used
    /// in the last hour.
    pub quantity: Quantity,
    /// The list price of one unit, shared by every line that uses it. Of an adjustment: what is
    /// added to it, mostly less than zero.
    pub price: Arc<Price>,
}

impl CostLine {
    /// The line's cost: quantity × unit price.
    #[must_use]
    pub fn rate(&self) -> CostRate {
        self.price.rate(self.quantity)
    }

    /// The line is no list price: it adjusts the one before it to what its owner really pays.
    #[must_use]
    pub fn is_adjustment(&self) -> bool {
        adjustment::ALL.contains(&self.component)
    }
}

/// A part of a resource that has no price, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unpriced {
    /// Which part: `compute`, `storage`, …
    pub component: &'static str,
    /// Why, for a person: `no list price for x9.large linux in eu-west-1`.
    pub reason: Arc<str>,
}

/// What a resource costs: the lines that have a price, and the parts that have none.
///
/// No lines and no unpriced part means that nothing is charged (a stopped instance).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Costs {
    /// The priced lines.
    pub lines: Vec<CostLine>,
    /// The parts without a price. Never counted as zero.
    pub unpriced: Vec<Unpriced>,
}

impl Costs {
    /// Nothing is charged.
    #[must_use]
    pub fn free() -> Self {
        Self::default()
    }

    /// The whole `component` has no price.
    #[must_use]
    pub fn unpriced(component: &'static str, reason: impl Into<Arc<str>>) -> Self {
        let mut costs = Self::default();
        costs.miss(component, reason);
        costs
    }

    /// Adds a line.
    pub fn add(&mut self, component: &'static str, quantity: Quantity, price: Arc<Price>) {
        // Most resources have one line.
        if self.lines.len() == self.lines.capacity() {
            self.lines.reserve_exact(1);
        }
        self.lines.push(CostLine { component, quantity, price });
    }

    /// Adds a line, or, where the price is unknown, the reason.
    pub fn add_or_miss(
        &mut self,
        component: &'static str,
        quantity: Quantity,
        price: Result<Arc<Price>, Arc<str>>,
    ) {
        match price {
            Ok(price) => self.add(component, quantity, price),
            Err(reason) => self.miss(component, reason),
        }
    }

    /// Notes that `component` has no price.
    pub fn miss(&mut self, component: &'static str, reason: impl Into<Arc<str>>) {
        self.unpriced.push(Unpriced { component, reason: reason.into() });
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.unpriced.extend(other.unpriced);
    }

    /// The sum of the known lines, adjustments included: what its owner really pays. `None` where
    /// nothing about the resource has a price.
    #[must_use]
    pub fn known(&self) -> Option<CostRate> {
        if self.lines.is_empty() && !self.unpriced.is_empty() {
            return None;
        }
        Some(self.lines.iter().map(CostLine::rate).sum())
    }

    /// The sum of the known lines at list prices, without adjustments; `None` as [`Costs::known`].
    #[must_use]
    pub fn list(&self) -> Option<CostRate> {
        self.known().map(|_| {
            self.lines.iter().filter(|line| !line.is_adjustment()).map(CostLine::rate).sum()
        })
    }

    /// Some line adjusts a list price.
    #[must_use]
    pub fn is_adjusted(&self) -> bool {
        self.lines.iter().any(CostLine::is_adjustment)
    }

    /// The sum of the lines where every part has a price.
    #[must_use]
    pub fn whole(&self) -> Option<CostRate> {
        if self.unpriced.is_empty() { self.known() } else { None }
    }

    /// The sum of one component's lines at list prices, or `None` where that component has no
    /// price. Adjustments are components of their own.
    #[must_use]
    pub fn component(&self, component: &str) -> Option<CostRate> {
        if self.unpriced.iter().any(|missing| missing.component == component) {
            return None;
        }
        Some(self.lines.iter().filter(|line| line.component == component).map(CostLine::rate).sum())
    }

    /// Nothing about the resource has a price.
    #[must_use]
    pub fn is_unpriced(&self) -> bool {
        self.lines.is_empty() && !self.unpriced.is_empty()
    }

    /// Some parts have a price and others have none.
    #[must_use]
    pub fn is_partly_priced(&self) -> bool {
        !self.lines.is_empty() && !self.unpriced.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(unit_price: &str, unit: Unit) -> Arc<Price> {
        Arc::new(Price {
            unit_price: unit_price.parse().unwrap(),
            unit,
            source: "test".into(),
            as_of: jiff::civil::date(2026, 1, 1),
            sku_key: "key".into(),
        })
    }

    #[test]
    fn hourly_monthly_and_metered_units_agree_on_the_month() {
        let mut costs = Costs::free();
        costs.add("compute", Quantity::ONE, price("0.10", Unit::Hour)); // 73.00 a month
        costs.add("storage", Quantity::from(50), price("0.08", Unit::GigabyteMonth)); // 4.00
        costs.add("requests", Quantity::from(1000), price("0.0000002", Unit::Request)); // 0.146
        assert_eq!(costs.known().unwrap().exact_monthly(), "77.146".parse().unwrap());
    }

    #[test]
    fn what_has_no_price_is_not_zero() {
        let mut costs = Costs::unpriced("compute", "no list price");
        assert_eq!(costs.known(), None);
        assert!(costs.is_unpriced() && !costs.is_partly_priced());
        costs.add("address", Quantity::ONE, price("0.005", Unit::Hour));
        assert!(!costs.is_unpriced() && costs.is_partly_priced());
        assert_eq!(costs.component("compute"), None);
        assert_eq!(costs.known().unwrap().hourly(), "0.005".parse().unwrap());
    }

    #[test]
    fn nothing_charged_is_zero_and_priced() {
        assert_eq!(Costs::free().known(), Some(CostRate::ZERO));
    }

    #[test]
    fn a_cost_is_what_is_paid_and_its_list_figure_is_beside_it() {
        let mut costs = Costs::free();
        assert_eq!((costs.list(), costs.is_adjusted()), (Some(CostRate::ZERO), false));
        costs.add("compute", Quantity::from(2), price("0.10", Unit::Hour)); // 146 a month
        costs.add(adjustment::DISCOUNT, Quantity::from(2), price("-0.01", Unit::Hour)); // -14.6
        assert_eq!(costs.known().unwrap().exact_monthly(), "131.4".parse().unwrap());
        assert_eq!(costs.list().unwrap().exact_monthly(), "146".parse().unwrap());
        assert_eq!(costs.component("compute"), costs.list());
        assert!(costs.is_adjusted());
        assert_eq!(Costs::unpriced("compute", "no list price").list(), None);
    }

    #[test]
    fn a_quantity_has_nine_places() {
        let third = Decimal::ONE / Decimal::from(3);
        assert_eq!(Quantity::new(third).amount(), "0.333333333".parse().unwrap());
    }
}
