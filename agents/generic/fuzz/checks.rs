//! What must hold of every input: the fuzz targets and `tests/corpus.rs` share it.
//!
//! The first bytes of an input choose the rules, and the rest is the output. Digits are choices
//! that a person can write: `0` is always the first.

use std::sync::LazyLock;

use finops_core::config::Place;
use generic_agent::config::GenericConfig;
use generic_agent::parse::{Delimiter, Format, MAX_NAME_BYTES, MAX_RECORDS, Rules, Table, parse};
use regex::Regex;

/// Runs the check of the target called `target`.
pub(crate) fn check(target: &str, input: &[u8]) {
    if target == "configuration" {
        check_configuration(input);
        return;
    }
    let mut input = Input(input);
    let rules = match target {
        "parse_json" => {
            let records = input.choose(&[None, Some("/a"), Some("/0/a~1b"), Some("")]);
            rules(Format::Json { records: records.map(str::to_owned) }, &mut input)
        }
        "parse_jsonl" => rules(Format::Jsonl, &mut input),
        "parse_csv" => {
            let delimiter = Delimiter::Byte(input.choose(b",\t;|: \"\0"));
            rules(table(delimiter, &mut input), &mut input)
        }
        "parse_whitespace" => rules(table(Delimiter::Whitespace, &mut input), &mut input),
        "parse_key_value" => {
            let separator = input.choose(&[None, Some("="), Some(":"), Some("->"), Some("\t")]);
            rules(Format::KeyValue { separator: separator.map(str::to_owned) }, &mut input)
        }
        "parse_prometheus" => rules(Format::Prometheus, &mut input),
        "parse_regex" => {
            let patterns: Vec<&Regex> = PATTERNS.iter().collect();
            rules(Format::Regex(input.choose(&patterns).clone()), &mut input)
        }
        "parse_text" => rules(Format::Text, &mut input),
        other => panic!("no check is called {other}"),
    };
    check_parse(input.0, &rules);
}

/// One that fits lines, one with a group that may take no part, one that matches everywhere, and
/// one without names. Compiled once: it takes far longer than reading an input.
static PATTERNS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [r"(?m)^(?P<key>\w+)\s*=\s*(?P<value>.*)$", r"(?P<a>\d+)(?:\.(?P<b>\d+))?", "(?P<a>x*)", "."]
        .map(|pattern| Regex::new(pattern).expect("the patterns are valid"))
});

/// What is left of the input.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    /// Takes one byte as a choice; an input that is over chooses the first.
    fn choose<T: Copy>(&mut self, choices: &[T]) -> T {
        let Some((first, rest)) = self.0.split_first() else { return choices[0] };
        self.0 = rest;
        choices[usize::from(first.wrapping_sub(b'0')) % choices.len()]
    }
}

/// The rules that all formats have; they take three bytes.
fn rules(format: Format, input: &mut Input<'_>) -> Rules {
    Rules {
        format,
        skip_lines: input.choose(&[0, 1, 2, usize::MAX]),
        comment: input.choose(&[None, Some("#"), Some("--"), Some("")]).map(str::to_owned),
        numbers: input.choose(&[true, false]),
    }
}

/// A table's shape; it takes two bytes.
fn table(delimiter: Delimiter, input: &mut Input<'_>) -> Format {
    let header = input.choose(&[true, false]);
    let columns: &[&str] = input.choose(&[&[], &["a"], &["a", "b"], &["a", "b", "c", "d", "e"]]);
    let columns = columns.iter().map(|&name| name.to_owned()).collect();
    Format::Table(Table { delimiter, columns, header })
}

/// A configuration is read, or its mistakes are told with a place each.
fn check_configuration(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    // What reads another file, or asks the machine, is not the configuration's own.
    if text.contains("token_file") || text.contains("user") {
        return;
    }
    if let Err(errors) = GenericConfig::of_text(text) {
        assert!(!errors.0.is_empty());
        // A carriage return ends a line too.
        let lines = text.matches(['\n', '\r']).count() as u64 + 1;
        for error in &errors.0 {
            if let Place::File { line, column, .. } = error.place {
                assert!((1..=lines).contains(&line) && column >= 1, "{error}");
            }
        }
        assert!(errors.to_string().len() <= 4096 + 2048 * (text.len() + 1), "{}", text.len());
    }
}

/// Parses twice and looks at the answer.
fn check_parse(output: &[u8], rules: &Rules) {
    let answer = parse(output, rules);
    assert_eq!(answer, parse(output, rules), "parsing again gives another answer");
    match answer {
        Ok(parsed) => {
            assert!(parsed.records().len() <= MAX_RECORDS);
            let data = serde_json::to_vec(&parsed.into_data()).expect("the keys are text");
            let most = 64 + growth(&rules.format) * (output.len() + 1);
            assert!(data.len() <= most, "{} bytes of {}", data.len(), output.len());
        }
        Err(error) => {
            let lines = output.iter().filter(|&&byte| byte == b'\n').count() + 1;
            assert!((1..=lines).contains(&error.line), "{error} in {lines} lines");
            let longest = output.split(|&byte| byte == b'\n').map(<[u8]>::len).max();
            assert!((1..=longest.unwrap_or(0) + 1).contains(&error.column), "{error}");
            assert!(error.problem.len() <= 400, "{error}");
        }
    }
}

/// How many bytes of JSON a byte of the output may become: what a record of the shortest line
/// takes, and in a table the header's names, where a control character takes six.
fn growth(format: &Format) -> usize {
    match format {
        Format::Table(_) => 6 * MAX_NAME_BYTES + 64,
        _ => 64,
    }
}
