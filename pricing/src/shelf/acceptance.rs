//! Which new book may replace the old one.

/// Which new book may replace the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Acceptance {
    /// One that has lost no more than half of the rows, in all and of each table that is in both.
    #[default]
    NotMuchSmaller,
    /// Any that is whole.
    Any,
}
