//! Prometheus' text exposition format 0.0.4
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>), and of OpenMetrics what looks
//! alike (<https://prometheus.io/docs/specs/om/open_metrics_spec/>).

mod sample;
mod scanner;

use super::ParseError;
use super::position::{Line, Output};
use super::records::{Parsed, room};

use sample::{Clock, sample};
use scanner::{Problem, Scanner, is_metric_name};

/// What ends a document of OpenMetrics.
const END: &str = "# EOF";

/// One sample a line.
pub(super) fn parse(output: &Output<'_>) -> Result<Parsed, ParseError> {
    let mut samples = Vec::new();
    let clock = clock(output);
    for line in output.content(None).take_while(|line| !is_end(*line)) {
        let located = |Problem { at, text }| output.error_at(line.offset + at, text);
        let mut scanner = Scanner::new(line.text);
        scanner.blanks();
        if scanner.takes('#') {
            comment(&mut scanner).map_err(located)?;
            continue;
        }
        room(samples.len()).map_err(|problem| output.error_at(line.offset, problem))?;
        samples.push(sample(&mut scanner, clock).map_err(located)?);
    }
    Ok(Parsed::Samples(samples))
}

fn is_end(line: Line<'_>) -> bool {
    line.text.trim_end() == END
}

/// OpenMetrics counts seconds, and is what has an end.
fn clock(output: &Output<'_>) -> Clock {
    if output.lines().any(is_end) { Clock::Seconds } else { Clock::Milliseconds }
}

/// `HELP`, `TYPE` and `UNIT` are about a metric; any other comment may say what it likes.
fn comment(scanner: &mut Scanner<'_>) -> Result<(), Problem> {
    scanner.blanks();
    let keyword = scanner.word();
    if !matches!(keyword, "HELP" | "TYPE" | "UNIT") {
        return Ok(());
    }
    scanner.blanks();
    let name_at = scanner.at();
    if !is_metric_name(scanner.word()) {
        return Err(Problem::new(name_at, format!("{keyword} does not name a metric")));
    }
    scanner.blanks();
    if keyword == "TYPE" && scanner.word().is_empty() {
        return Err(scanner.problem("TYPE does not say which"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
