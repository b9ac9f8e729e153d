//! What a person asks of the prices: what is in the book, how a cost came about, what changed.
//!
//! Each question has an answer of its own type, which prints itself for a person and serialises for
//! machines. Money is exact in both: an amount is a decimal's text, never rounded, unless its name
//! says so.

mod amount;
mod books;
mod diff;

mod explain;
mod key;
mod sheet;
mod show;

pub use books::{Books, Layer};
pub use diff::{
    Difference, Effect, GoneInUse, KeyChange, KeyEffect, ServiceChanges, Totals, Usage, diff,
};
pub use explain::{
    Billed, Candidate, Explained, ExplainedAdjustment, ExplainedLine, ExplainedResource,
    ExplainedRow, Explanation, NotFound, Search, explain,
};
pub use show::{Filter, Shown, ShownLayer, ShownRow, ShownTable, show};
