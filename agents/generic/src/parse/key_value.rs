//! Lines of a key and its value.

use serde_json::Map;

use super::position::{Line, Output, clipped};
use super::records::Parsed;
use super::{ParseError, field};

/// One object of all lines.
pub(super) fn parse(
    output: &Output<'_>,
    separator: Option<&str>,
    comment: Option<&str>,
    numbers: bool,
) -> Result<Parsed, ParseError> {
    let mut object = Map::new();
    for line in output.content(comment) {
        let start = line.offset + (line.text.len() - line.text.trim_start().len());
        let (key, value) = split(line, separator)
            .ok_or_else(|| output.error_at(start, no_separator(separator)))?;
        if key.is_empty() {
            return Err(output.error_at(start, "there is no key in front of the separator"));
        }
        let value = field::value(without_quotes(value), numbers);
        if object.insert(key.to_owned(), value).is_some() {
            let problem = format!("the key \"{}\" was there before", clipped(key));
            return Err(output.error_at(start, problem));
        }
    }
    Ok(Parsed::Object(object))
}

/// The key and the value, both trimmed.
fn split<'a>(line: Line<'a>, separator: Option<&str>) -> Option<(&'a str, &'a str)> {
    let (key, value) = match separator {
        // Not trimmed at its end: the separator may be white space with nothing behind it.
        Some(separator) => line.text.trim_start().split_once(separator)?,
        None => split_at_first(line.text.trim())?,
    };
    Some((key.trim(), value.trim()))
}

/// Splits at the first `=`, `:` or white space. In `key = value`, the white space is not it.
fn split_at_first(text: &str) -> Option<(&str, &str)> {
    let is_sign = |letter| matches!(letter, '=' | ':');
    let end = text.find(|letter: char| is_sign(letter) || letter.is_whitespace())?;
    let (key, rest) = text.split_at(end);
    let rest = rest.trim_start();
    Some((key, rest.strip_prefix(is_sign).unwrap_or(rest)))
}

fn without_quotes(value: &str) -> &str {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(value)
}

fn no_separator(separator: Option<&str>) -> String {
    match separator {
        Some(separator) => format!("there is no \"{}\" in the line", clipped(separator)),
        None => "there is a key without a value".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{Format, Rules, parse as read};
    use super::*;

    fn rules(separator: Option<&str>) -> Rules {
        Rules::new(Format::KeyValue { separator: separator.map(str::to_owned) })
    }

    fn data(output: &str, rules: &Rules) -> Value {
        Value::Object(read(output.as_bytes(), rules).unwrap().into_data())
    }

    fn refused(output: &str, separator: Option<&str>) -> ParseError {
        read(output.as_bytes(), &rules(separator)).unwrap_err()
    }

    #[test]
    fn what_systemctl_shows() {
        let output = "Id=nginx.service\nActiveState=active\nMemoryCurrent=12578816\n\
                      CPUUsageNSec=[not set]\nExecStart={ path=/usr/sbin/nginx ; pid=812 }\nDropInPaths=\n";
        assert_eq!(
            data(output, &rules(Some("="))),
            json!({
                "Id": "nginx.service", "ActiveState": "active", "MemoryCurrent": 12_578_816,
                "CPUUsageNSec": "[not set]", "ExecStart": "{ path=/usr/sbin/nginx ; pid=812 }",
                "DropInPaths": null,
            })
        );
    }

    #[test]
    fn quotes_around_a_value_are_not_of_it() {
        let os_release = "# of the distribution\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\r\n\
                          ID=debian\nVARIANT=''\nODD=\"half\nONE='\n";
        let rules = Rules { comment: Some("#".to_owned()), ..rules(None) };
        assert_eq!(
            data(os_release, &rules),
            json!({
                "PRETTY_NAME": "Debian GNU/Linux 13 (trixie)", "ID": "debian", "VARIANT": null,
                "ODD": "\"half", "ONE": "'",
            })
        );
    }

    #[test]
    fn the_first_separator_found_is_taken() {
        let output = "MemTotal:       16301 kB\nurl=http://a:80/\ntime 12:30\nnote: a=b\n";
        assert_eq!(
            data(output, &rules(None)),
            json!({"MemTotal": "16301 kB", "url": "http://a:80/", "time": "12:30", "note": "a=b"})
        );
    }

    #[test]
    fn white_space_in_front_of_a_sign_belongs_to_it() {
        let output = "vm.swappiness = 60\nprocessor\t: 0\nuser 4705\nempty =\nassigned == 1\n";
        assert_eq!(
            data(output, &rules(None)),
            json!({
                "vm.swappiness": 60, "processor": 0, "user": 4705, "empty": null,
                "assigned": "= 1",
            })
        );
    }

    #[test]
    fn a_separator_of_ones_own_may_be_long_or_white() {
        assert_eq!(
            data("a b -> 1\nc -> d -> 2\n", &rules(Some("->"))),
            json!({"a b": 1, "c": "d -> 2"})
        );
        assert_eq!(data(" a\t1\n b\t\n", &rules(Some("\t"))), json!({"a": 1, "b": null}));
    }

    #[test]
    fn a_line_without_separator_is_named() {
        let error = refused("a=1\n  just text\n", Some("="));
        assert_eq!((error.line, error.column), (2, 3));
        assert!(error.problem.contains("no \"=\""), "{error}");
        let error = refused("alone\n", None);
        assert_eq!(error.to_string(), "line 1, column 1: there is a key without a value");
    }

    #[test]
    fn a_key_is_never_empty_and_never_twice() {
        let error = refused("a=1\n\n =2\n", None);
        assert_eq!((error.line, error.column), (3, 2));
        assert!(error.problem.contains("no key"), "{error}");
        let error = refused("a=1\nb=2\n a =3\n", None);
        assert_eq!((error.line, error.column), (3, 2));
        assert!(error.problem.contains("\"a\" was there before"), "{error}");
    }

    #[test]
    fn without_numbers_all_is_text() {
        let rules = Rules { numbers: false, ..rules(None) };
        assert_eq!(data("a=1\nb=\n", &rules), json!({"a": "1", "b": ""}));
    }

    #[test]
    fn nothing_printed_is_an_object_with_nothing_in_it() {
        assert_eq!(data(" \n\n", &rules(None)), json!({}));
    }
}
