//! Standard error as documents and logs may carry it.

use std::collections::BTreeMap;

use finops_core::identity::{REDACTED, redact};
use secrecy::{ExposeSecret as _, SecretString};

/// How much of it is shown, in bytes.
const SHOWN: usize = 4 * 1024;
/// A value with fewer letters is no secret, and would be found in every other word.
const SHORTEST_SECRET: usize = 4;

/// How much of it must be kept: what is shown, and the rest of a secret that begins there.
pub(super) fn kept(environment: &BTreeMap<String, SecretString>) -> usize {
    SHOWN + secrets(environment).first().map_or(0, |longest| longest.len())
}

/// What `printed` says, and whether that is less than all of it: without secrets, in UTF-8, and
/// with its control characters made visible. `cut` says that more was printed.
pub(super) fn show(
    printed: &[u8],
    cut: bool,
    environment: &BTreeMap<String, SecretString>,
) -> (String, bool) {
    if printed.is_empty() {
        return (String::new(), cut);
    }
    let mut truncated = cut || printed.len() > SHOWN;
    let without = without_secrets(printed, &secrets(environment));
    let mut text = String::from_utf8_lossy(&without).into_owned();
    if truncated {
        // The rest of its last word may be what tells that it is a secret.
        let end = text.rfind(char::is_whitespace).or_else(|| text.rfind(is_separator));
        text.truncate(end.unwrap_or(0));
    }
    let mut text = visible(redact::text(&text).trim());
    if text.len() > SHOWN {
        text.truncate(text.floor_char_boundary(SHOWN));
        truncated = true;
    }
    (text, truncated)
}

/// Whether `letter` is in no token.
fn is_separator(letter: char) -> bool {
    !letter.is_alphanumeric() && !"-_.".contains(letter)
}

/// The values that must not be shown, the longest first.
fn secrets(environment: &BTreeMap<String, SecretString>) -> Vec<&[u8]> {
    let values = environment.values().map(|value| value.expose_secret());
    let mut secrets: Vec<&[u8]> = values
        .filter(|value| value.chars().count() >= SHORTEST_SECRET)
        .map(str::as_bytes)
        .collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets
}

/// The part of `printed` that is shown, with something else in the place of `secrets`.
fn without_secrets(printed: &[u8], secrets: &[&[u8]]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(printed.len().min(SHOWN));
    let mut at = 0;
    while at < printed.len().min(SHOWN) {
        match secrets.iter().find(|secret| printed[at..].starts_with(secret)) {
            Some(secret) => {
                kept.extend_from_slice(REDACTED.as_bytes());
                at += secret.len();
            }
            None => {
                kept.push(printed[at]);
                at += 1;
            }
        }
    }
    kept
}

/// `text` without what moves a terminal's cursor, changes its colours or turns its writing around.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        let turns = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if turns || (letter.is_control() && !matches!(letter, '\n' | '\t')) {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(values: &[&str]) -> BTreeMap<String, SecretString> {
        let values = values.iter().enumerate();
        values.map(|(index, &value)| (format!("V{index}"), value.into())).collect()
    }

    fn shown(printed: &[u8], values: &[&str]) -> String {
        show(printed, false, &environment(values)).0
    }

    #[test]
    fn secrets_go_by_value_by_name_and_by_form() {
        assert_eq!(shown(b"no hunter2 here", &["hunter2"]), "no [redacted] here");
        assert_eq!(
            shown(b"of hunter22: hunter2", &["hunter2", "hunter22"]),
            "of [redacted]: [redacted]"
        );
        assert_eq!(shown(b"the 123", &["123"]), "the 123");
        assert_eq!(shown(b"two\nlines of it", &["two\nlines"]), "[redacted] of it");
        assert_eq!(
            shown(b"PASSWORD=x of AKIAIOSFODNN7EXAMPLE", &[]),
            "PASSWORD=[redacted] of [redacted]"
        );
    }

    #[test]
    fn a_secret_across_the_end_of_what_is_shown_is_redacted() {
        let values = environment(&["swordfish of mine"]);
        let printed = [vec![b'x'; SHOWN - 6], b" swordfish of mine and more".to_vec()].concat();
        let printed = &printed[..kept(&values)];
        let (text, truncated) = show(printed, true, &values);
        assert!(truncated && !text.contains("sword"), "{}", &text[SHOWN - 20..]);
    }

    #[test]
    fn the_last_word_goes_where_there_was_more() {
        let printed = ["word ".repeat(SHOWN / 5), " ghp_0123456789abcdef0123".to_owned()].concat();
        let (text, truncated) = show(printed.as_bytes(), false, &environment(&[]));
        assert!(truncated && text.len() <= SHOWN && text.ends_with("word"));
        assert_eq!(show(b"all of it", false, &environment(&[])), ("all of it".to_owned(), false));
    }

    #[test]
    fn any_bytes_become_plain_text() {
        assert_eq!(
            shown(b" \x1b[31mred\x1b[0m \xff\n\tend\r\n", &[]),
            "\\u{1b}[31mred\\u{1b}[0m \u{fffd}\n\tend"
        );
        assert_eq!(shown("a\u{202e}b ж".as_bytes(), &[]), "a\\u{202e}b ж");
        let (text, truncated) = show(&[0; 4_000], false, &environment(&[]));
        assert!(truncated && text.len() <= SHOWN && text.starts_with("\\u{0}"));
    }
}
