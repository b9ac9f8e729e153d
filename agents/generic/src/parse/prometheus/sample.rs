//! One line with a value: `name{label="value"} 1.5 1395066363000`.

use serde_json::{Map, Number, Value};

use super::super::position::clipped;
use super::super::records::Record;
use super::scanner::{Problem, Scanner, begins_well, is_label_letter, is_metric_letter};

/// What timestamps count since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// Whole ones, in Prometheus' format.
    Milliseconds,
    /// With fractions, in OpenMetrics.
    Seconds,
}

/// Reads the line's sample.
pub(super) fn sample(scanner: &mut Scanner<'_>, clock: Clock) -> Result<Record, Problem> {
    let name = name(scanner, is_metric_letter, "a metric's name")?;
    let mut sample = Record::new();
    sample.insert("name".to_owned(), name.into());
    scanner.blanks();
    let labels = if scanner.takes('{') { labels(scanner)? } else { Map::new() };
    sample.insert("labels".to_owned(), Value::Object(labels));
    scanner.blanks();
    let (value, special) = value(scanner)?;
    sample.insert("value".to_owned(), value);
    if let Some(special) = special {
        sample.insert("special".to_owned(), special.into());
    }
    scanner.blanks();
    if let Some(milliseconds) = timestamp(scanner, clock)? {
        sample.insert("timestamp".to_owned(), milliseconds.into());
    }
    end(scanner)?;
    Ok(sample)
}

fn name<'a>(
    scanner: &mut Scanner<'a>,
    letters: fn(char) -> bool,
    expected: &str,
) -> Result<&'a str, Problem> {
    let start = scanner.at();
    let name = scanner.take_while(letters);
    if begins_well(name) {
        return Ok(name);
    }
    Err(Problem::new(start, format!("{expected} was expected")))
}

/// Labels up to and with the brace that ends them.
fn labels(scanner: &mut Scanner<'_>) -> Result<Map<String, Value>, Problem> {
    let mut labels = Map::new();
    loop {
        scanner.blanks();
        if scanner.takes('}') {
            return Ok(labels);
        }
        let start = scanner.at();
        let name = name(scanner, is_label_letter, "a label's name or \"}\"")?;
        scanner.blanks();
        expect(scanner, '=')?;
        scanner.blanks();
        let opening = scanner.at();
        expect(scanner, '"')?;
        let value = quoted(scanner, opening)?;
        if labels.insert(name.to_owned(), value.into()).is_some() {
            let problem = format!("the label \"{}\" was there before", clipped(name));
            return Err(Problem::new(start, problem));
        }
        scanner.blanks();
        if !scanner.takes(',') && !scanner.rest().starts_with('}') {
            return Err(scanner.problem("\",\" or \"}\" was expected"));
        }
    }
}

fn expect(scanner: &mut Scanner<'_>, letter: char) -> Result<(), Problem> {
    if scanner.takes(letter) {
        return Ok(());
    }
    Err(scanner.problem(format!("'{letter}' was expected")))
}

/// A label's value up to and with the quote that ends it.
fn quoted(scanner: &mut Scanner<'_>, opening: usize) -> Result<String, Problem> {
    let mut value = String::new();
    loop {
        value.push_str(scanner.take_while(|letter| !matches!(letter, '"' | '\\')));
        let at = scanner.at();
        match scanner.next() {
            Some('"') => return Ok(value),
            None => return Err(Problem::new(opening, "the quote is not closed")),
            Some(_) => value.push(escaped(scanner, at)?),
        }
    }
}

/// What a backslash at `at` and the next character stand for.
fn escaped(scanner: &mut Scanner<'_>, at: usize) -> Result<char, Problem> {
    match scanner.next() {
        Some('n') => Ok('\n'),
        Some(letter @ ('\\' | '"')) => Ok(letter),
        _ => Err(Problem::new(at, "a backslash stands in front of \\, \" or n only")),
    }
}

/// The value, and its name where JSON has no number for it.
fn value(scanner: &mut Scanner<'_>) -> Result<(Value, Option<&'static str>), Problem> {
    let start = scanner.at();
    let text = scanner.word();
    if text.is_empty() || text.starts_with('#') {
        return Err(Problem::new(start, "the value is missing"));
    }
    let wrong = || format!("\"{}\" is no value", clipped(text));
    let number: f64 = text.parse().map_err(|_| Problem::new(start, wrong()))?;
    if let Some(number) = Number::from_f64(number) {
        return Ok((Value::Number(number), None));
    }
    if text.contains(|letter: char| letter.is_ascii_digit()) {
        return Err(Problem::new(start, "the value is too large for a float"));
    }
    let special = if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    };
    Ok((Value::Null, Some(special)))
}

/// The timestamp in milliseconds, where there is one.
fn timestamp(scanner: &mut Scanner<'_>, clock: Clock) -> Result<Option<i64>, Problem> {
    if scanner.rest().is_empty() || scanner.rest().starts_with('#') {
        return Ok(None);
    }
    let start = scanner.at();
    let text = scanner.word();
    let milliseconds = match clock {
        Clock::Milliseconds => text.parse().ok(),
        Clock::Seconds => text.parse().ok().and_then(from_seconds),
    };
    if milliseconds.is_some() {
        return Ok(milliseconds);
    }
    let unit = match clock {
        Clock::Milliseconds => "milliseconds",
        Clock::Seconds => "seconds",
    };
    let problem = format!("\"{}\" is no time in {unit}", clipped(text));
    Err(Problem::new(start, problem))
}

/// None for what is not finite or too far away.
fn from_seconds(seconds: f64) -> Option<i64> {
    let milliseconds = (seconds * 1_000.0).round();
    // Up to here a float has every whole number; it is 285,000 years away.
    let is_exact = milliseconds.abs() <= 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole, and within 64 bits")]
    is_exact.then_some(milliseconds as i64)
}

/// The line's end. OpenMetrics' exemplars may come before it and are not kept.
fn end(scanner: &mut Scanner<'_>) -> Result<(), Problem> {
    scanner.blanks();
    if scanner.rest().is_empty() || scanner.rest().starts_with('#') {
        return Ok(());
    }
    Err(scanner.problem("the line should end here"))
}
