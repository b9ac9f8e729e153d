//! List prices with their sources, and the rules that turn a resource into cost lines.
//!
//! **A price that is not known is never guessed.** Every rule answers with
//! [`Costs`](finops_core::model::Costs): lines that each name the price they use and where it comes
//! from, and parts without a price that each give a reason a person can read.

pub mod agent_prices;
pub mod aws;
pub mod azure;
pub mod book;
pub mod command;
mod exact;
pub mod gcp;
pub mod inspect;
mod measured;
pub mod overrides;
pub mod own;
mod prices;
pub mod settings;
pub mod shelf;
mod size;
pub mod sync;
pub mod tiers;

pub use agent_prices::{Adjustment, AgentPrices};
pub use book::{BookError, OpenError, PriceBook, PriceKey, Row, Source};
pub use prices::ListPrices;
pub use shelf::{Shelf, ShelfError};
