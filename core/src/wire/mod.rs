//! The documents that leave an agent: views of the model, as the OpenFinOps server takes them.
//!
//! Field names are exact and live in each service's [`ServiceView`]; this module is the one place
//! that turns resources into JSON.

mod document;
mod readings;
mod record;
mod registration;
mod summary;
#[cfg(test)]
mod tests;
mod view;

pub use document::{Document, Part, RESOURCES_PER_PART, Sender};
pub use registration::{Registration, RegistrationConfig};
pub use view::{CountView, Field, ListView, ServiceView, Source};

use rust_decimal::Decimal;

/// A decimal as a JSON number. Floats exist only here: the text of a decimal that was rounded for
/// printing is the shortest text of the float it parses to, so it prints the same.
fn number(amount: Decimal) -> f64 {
    // A decimal's text is always a valid float.
    amount.normalize().to_string().parse().unwrap_or(f64::NAN)
}
