//! A table for a person.

use std::fmt;

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Table};

use finops_core::run::printable;

/// A table whose columns are text on the left or figures on the right.
pub(super) struct Sheet {
    table: Table,
    sides: Vec<CellAlignment>,
}

impl Sheet {
    /// A table with these titles; one that begins with `>` is of figures.
    pub(super) fn new(titles: &[&str]) -> Self {
        let side = |title: &&str| {
            if title.starts_with('>') { CellAlignment::Right } else { CellAlignment::Left }
        };
        let sides: Vec<CellAlignment> = titles.iter().map(side).collect();
        let mut table = Table::new();
        table.load_style(NOTHING);
        table.set_header(titles.iter().zip(&sides).map(|(title, side)| {
            Cell::new(title.strip_prefix('>').unwrap_or(title)).set_alignment(*side)
        }));
        Self { table, sides }
    }

    /// Adds a row.
    pub(super) fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let cells = cells.into_iter().zip(&self.sides);
        // What a file or a vendor wrote must not reach the terminal's controls.
        self.table.add_row(
            cells.map(|(text, side)| Cell::new(printable(text.as_ref())).set_alignment(*side)),
        );
    }
}

impl fmt::Display for Sheet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.table
            .to_string()
            .lines()
            .try_for_each(|line| writeln!(formatter, " {}", line.trim_end()))
    }
}
