//! Plain columns of text.

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};

/// Rows as aligned columns; the first row is the header. Control characters are made visible.
#[must_use]
pub fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    for row in rows {
        table.add_row(row.each_ref().map(|text| crate::run::printable(text)));
    }
    let lines: Vec<String> =
        table.to_string().lines().map(|line| format!("{}\n", line.trim_end())).collect();
    lines.concat()
}
