//! Rows and columns.

mod aligned;
mod delimited;
mod rows;

use super::position::Output;
use super::records::Parsed;
use super::{Delimiter, ParseError, Table};

pub use rows::MAX_NAME_BYTES;

use rows::Rows;

/// One record a row.
pub(super) fn parse(
    output: &Output<'_>,
    table: &Table,
    comment: Option<&str>,
    numbers: bool,
) -> Result<Parsed, ParseError> {
    let mut rows = Rows::new(output, table, numbers)?;
    match table.delimiter {
        Delimiter::Byte(delimiter) => delimited::read(output, delimiter, comment, &mut rows)?,
        Delimiter::Whitespace => aligned::read(output, &table.columns, comment, &mut rows)?,
    }
    rows.finish().map(Parsed::Records)
}

#[cfg(test)]
mod tests;
