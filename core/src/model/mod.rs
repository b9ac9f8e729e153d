//! The normalised model: plain data and arithmetic, no input or output.
//!
//! Every consumer (the wire documents, the table, later the history and the metrics page) reads
//! these types; none of them reads another consumer's rendering.

mod cost_sums;
mod intern;
mod money;
mod price;
mod reading;
mod resource;
mod snapshot;
mod told;
mod unattached;
mod value;

pub use cost_sums::{CostSums, show_storage_costs};
pub use intern::Interner;
pub use money::{CostRate, HOURS_PER_MONTH};
pub use price::{CostLine, Costs, Price, Quantity, Unit, Unpriced, adjustment};
pub use reading::{Health, Reading, Readings};
pub use resource::{Resource, Tags};
pub use snapshot::{
    CollectionStats, Event, Scope, ServiceFailure, ServiceName, ServiceOutcome, ServiceSnapshot,
    Snapshot, Traces,
};
pub use told::{figure, time};
pub use unattached::unattached;
pub use value::{Attributes, Value};
