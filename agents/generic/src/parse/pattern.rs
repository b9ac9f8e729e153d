//! A pattern with named groups: every match is a record.

use std::borrow::Cow;

use regex::{Captures, Regex};
use serde_json::Value;

use super::position::Output;
use super::records::{Parsed, Record, room};
use super::{ParseError, field};

/// All matches in the output without its comments.
pub(super) fn parse(
    output: &Output<'_>,
    pattern: &Regex,
    comment: Option<&str>,
    numbers: bool,
) -> Result<Parsed, ParseError> {
    let text = prepared(output, comment);
    let names: Vec<&str> = pattern.capture_names().flatten().collect();
    let mut records = Vec::new();
    for captures in pattern.captures_iter(&text) {
        room(records.len()).map_err(|problem| output.error_at(0, problem))?;
        records.push(record(&captures, &names, numbers));
    }
    if records.is_empty() {
        return Err(output.error_at(0, "the pattern matches nothing"));
    }
    Ok(Parsed::Records(records))
}

/// Lines end in `\n` alone, for `$` matches in front of nothing else.
fn prepared<'a>(output: &Output<'a>, comment: Option<&str>) -> Cow<'a, str> {
    let text = output.rest();
    let Some(comment) = comment else {
        return if text.contains("\r\n") { text.replace("\r\n", "\n").into() } else { text.into() };
    };
    let mut kept = String::with_capacity(text.len());
    for line in output.lines().filter(|line| !line.text.starts_with(comment)) {
        kept.push_str(line.text);
        kept.push('\n');
    }
    kept.into()
}

/// The groups of one match. One that took no part in it is null.
fn record(captures: &Captures<'_>, names: &[&str], numbers: bool) -> Record {
    let value = |name| {
        let group = captures.name(name);
        group.map_or(Value::Null, |group| field::value(group.as_str(), numbers))
    };
    names.iter().map(|name| ((*name).to_owned(), value(name))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Format, MAX_RECORDS, Rules, parse as read};
    use super::*;

    fn rules(pattern: &str) -> Rules {
        Rules::new(Format::Regex(Regex::new(pattern).unwrap()))
    }

    fn data(output: &str, rules: &Rules) -> Value {
        Value::Object(read(output.as_bytes(), rules).unwrap().into_data())
    }

    #[test]
    fn one_match_is_one_record() {
        let uptime = " 10:02:11 up 41 days,  3 users,  load average: 0.08, 0.03, 0.01\n";
        let rules =
            rules(r"(?P<users>\d+) users?,\s+load average: (?P<one>[\d.]+), (?P<five>[\d.]+)");
        let expected = json!({"records": [{"users": 3, "one": 0.08, "five": 0.03}]});
        assert_eq!(data(uptime, &rules), expected);
    }

    #[test]
    fn every_match_is_a_record_and_a_group_without_part_is_null() {
        let sensors = "Package id 0:  +45.0°C  (high = +80.0°C)\r\nCore 0:        +43.0°C\r\n";
        let rules = rules(
            r"(?m)^(?P<label>[^:\n]+):\s+\+(?P<celsius>[\d.]+)°C(?:\s+\(high = \+(?P<high>[\d.]+)°C\))?$",
        );
        assert_eq!(
            data(sensors, &rules),
            json!({"records": [
                {"label": "Package id 0", "celsius": 45.0, "high": 80.0},
                {"label": "Core 0", "celsius": 43.0, "high": null},
            ]})
        );
    }

    #[test]
    fn comments_and_skipped_lines_match_nothing() {
        let rules = Rules {
            skip_lines: 1,
            comment: Some("#".to_owned()),
            numbers: false,
            ..rules(r"(?m)^\W?(?P<n>\d+)$")
        };
        assert_eq!(data("1\n#2\r\n3\r\n4", &rules), json!({"records": [{"n": "3"}, {"n": "4"}]}));
    }

    #[test]
    fn no_match_is_an_error() {
        for output in ["", "nothing here\n"] {
            let error = read(output.as_bytes(), &rules(r"(?P<n>\d+)")).unwrap_err();
            assert_eq!(error.to_string(), "line 1, column 1: the pattern matches nothing");
        }
    }

    #[test]
    fn a_pattern_that_matches_everywhere_is_bounded() {
        let error = read(&[b'a'; MAX_RECORDS], &rules("(?P<n>b*)")).unwrap_err();
        assert!(error.problem.contains("more than 10000 records"));
    }

    #[test]
    fn a_pattern_without_names_has_records_without_fields() {
        assert_eq!(data("ab", &rules("[a-z]")), json!({"records": [{}, {}]}));
    }
}
