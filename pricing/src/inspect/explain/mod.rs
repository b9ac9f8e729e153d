//! How a price or a cost came about.

mod answer;
mod prices;
mod resource;
mod search;
mod text;

#[cfg(test)]
mod tests;

pub use answer::{
    Billed, Candidate, Explained, ExplainedAdjustment, ExplainedLine, ExplainedResource,
    ExplainedRow, Explanation, NotFound,
};
pub use search::Search;

use finops_core::inventory::{Answered, PricedResource};

use super::books::Books;

/// Explains a key of a price, a part of one, or a resource of the last inventory by its identifier,
/// ARN, name or the end of its identifier.
///
/// `answered` tells what the inventory covers, for where nothing is found. A large inventory is
/// better handed to a [`Search`] resource by resource.
#[must_use]
pub fn explain(
    question: &str,
    books: &Books<'_>,
    inventory: impl IntoIterator<Item = PricedResource>,
    answered: &[Answered],
) -> Explanation {
    let mut search = Search::new(question);
    inventory.into_iter().for_each(|resource| search.visit(resource));
    search.finish(books, answered)
}
