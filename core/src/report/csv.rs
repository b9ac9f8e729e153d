//! The cost over time for a spreadsheet.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::answer::Report;
use super::text::{hours, name};

/// One row a day and group, days in order; what is not known is empty. Quoted as RFC 4180 has it,
/// with a line feed after each row. Resources without the tag are under an empty name.
#[must_use]
pub fn csv(report: &Report) -> String {
    let mut text = "day,group,cost_usd,observed_hours,mean_hourly_usd,resources\n".to_owned();
    let names: Vec<String> =
        report.groups.iter().map(|group| name(&group.key).unwrap_or_default()).collect();
    for index in 0..report.total.days.len() {
        for (group, name) in report.groups.iter().zip(&names) {
            let Some(day) = group.days.get(index) else { continue };
            let known = |figure: Option<_>| figure.map_or_else(String::new, |usd| format!("{usd}"));
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{},{},{},{},{},{}",
                day.day,
                quoted(name),
                known(day.cost),
                hours(day.observed),
                known(day.mean_hourly),
                day.resources,
            );
        }
    }
    text
}

fn quoted(field: &str) -> Cow<'_, str> {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\"")).into()
    } else {
        field.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_quoted_where_it_must_be() {
        for (field, expected) in [
            ("plain", "plain"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(quoted(field), expected);
        }
    }
}
