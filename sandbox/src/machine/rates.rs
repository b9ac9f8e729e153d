//! The owner's rates, in USD. They are made up.

use rust_decimal::Decimal;

/// A kilowatt hour.
pub(super) const ELECTRICITY: Decimal = Decimal::from_parts(28, 0, 0, false, 2);
/// A rack unit for a month.
pub(super) const RACK_UNIT: Decimal = Decimal::from_parts(35, 0, 0, false, 0);

/// A model of GPU with a contract.
#[derive(Debug)]
pub(super) struct Model {
    /// Its rate's name, and the column's that says how many of it a host has.
    pub(super) name: &'static str,
    /// One of it for an hour.
    pub(super) hourly: Decimal,
}

/// The models with a contract.
pub(super) const MODELS: [Model; 3] = [
    Model { name: "h100", hourly: Decimal::from_parts(2_135, 0, 0, false, 3) },
    Model { name: "a100", hourly: Decimal::from_parts(12_905, 0, 0, false, 4) },
    Model { name: "l40s", hourly: Decimal::from_parts(79, 0, 0, false, 2) },
];
