//! Rows become records, by the columns' names.

use std::collections::BTreeSet;

use super::super::position::{Output, clipped};
use super::super::records::{Record, room};
use super::super::{ParseError, Table, field};

/// The longest name that a header may give a column. Every record repeats it, so without a bound the
/// records could be far larger than the output.
pub const MAX_NAME_BYTES: usize = 128;

/// The records so far.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    output: &'a Output<'a>,
    names: Vec<String>,
    header: Header,
    numbers: bool,
    records: Vec<Record>,
}

/// What becomes of the first row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Header {
    /// It names the columns.
    Names,
    /// It is not needed.
    Skipped,
    /// It is a record, or the header has been read.
    None,
}

impl<'a> Rows<'a> {
    /// No rows yet.
    ///
    /// # Errors
    /// There is nothing to name the columns by.
    pub(super) fn new(
        output: &'a Output<'a>,
        table: &Table,
        numbers: bool,
    ) -> Result<Self, ParseError> {
        let header = match (table.header, table.columns.is_empty()) {
            (true, true) => Header::Names,
            (true, false) => Header::Skipped,
            (false, false) => Header::None,
            (false, true) => {
                return Err(output.error_at(0, "no columns: name them, or print a header"));
            }
        };
        let names = table.columns.clone();
        Ok(Self { output, names, header, numbers, records: Vec::new() })
    }

    /// Takes one row. `place` says where the field of an index begins, and where the row ends for
    /// an index that no field has.
    ///
    /// # Errors
    /// The row does not fit the columns, there are too many rows, or the header's names are unfit.
    pub(super) fn take<'f>(
        &mut self,
        fields: impl ExactSizeIterator<Item = &'f str>,
        place: impl Fn(usize) -> usize,
    ) -> Result<(), ParseError> {
        match std::mem::replace(&mut self.header, Header::None) {
            Header::Names => self.names = self.names_of(fields, place)?,
            Header::Skipped => {}
            Header::None => {
                let record = self.record(fields, place)?;
                self.records.push(record);
            }
        }
        Ok(())
    }

    /// All records.
    ///
    /// # Errors
    /// There was no header to name the columns.
    pub(super) fn finish(self) -> Result<Vec<Record>, ParseError> {
        if self.header == Header::Names {
            let end = self.output.whole().len();
            let problem = "there is no header line to name the columns";
            return Err(self.output.error_at(end, problem));
        }
        Ok(self.records)
    }

    fn record<'f>(
        &self,
        fields: impl ExactSizeIterator<Item = &'f str>,
        place: impl Fn(usize) -> usize,
    ) -> Result<Record, ParseError> {
        let (found, wanted) = (fields.len(), self.names.len());
        if found != wanted {
            let than = if found > wanted { "more" } else { "fewer" };
            let problem = format!("{than} fields than columns: {found} for {wanted}");
            return Err(self.output.error_at(place(found.min(wanted)), problem));
        }
        room(self.records.len()).map_err(|problem| self.output.error_at(place(0), problem))?;
        let values = fields.map(|text| field::value(text.trim(), self.numbers));
        Ok(self.names.iter().cloned().zip(values).collect())
    }

    fn names_of<'f>(
        &self,
        fields: impl Iterator<Item = &'f str>,
        place: impl Fn(usize) -> usize,
    ) -> Result<Vec<String>, ParseError> {
        let mut names = Vec::new();
        let mut seen = BTreeSet::new();
        for (index, name) in fields.map(str::trim).enumerate() {
            let problem = if name.is_empty() {
                "a column of the header has no name; name the columns in the rules".to_owned()
            } else if name.len() > MAX_NAME_BYTES {
                format!("the column's name is longer than {MAX_NAME_BYTES} bytes")
            } else if !seen.insert(name) {
                format!("the column \"{}\" was there before", clipped(name))
            } else {
                names.push(name.to_owned());
                continue;
            };
            return Err(self.output.error_at(place(index), problem));
        }
        Ok(names)
    }
}
