//! What others say, shortened to what may be repeated.

use std::error::Error;

/// How much of a message is quoted, in characters.
const MESSAGE_LENGTH: usize = 300;

/// The first line of what Google or a library says: at most 300 characters, without control
/// characters, without anything that looks like a token, and of addresses without their queries.
pub(crate) fn quote(message: &str) -> String {
    let line = message.trim_start().lines().next().unwrap_or_default();
    let words = line.split_whitespace().map(plain);
    let text = words.collect::<Vec<_>>().join(" ");
    text.chars().filter(|letter| !letter.is_control()).take(MESSAGE_LENGTH).collect()
}

/// An error and what it comes from, one after the other.
pub(crate) fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The innermost cause of an error.
pub(crate) fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map_or_else(String::new, |cause| quote(&cause.to_string()))
}

fn plain(word: &str) -> &str {
    if is_token(word) {
        return "(token)";
    }
    match word.split_once("://").and_then(|_| word.find('?')) {
        Some(query) => &word[..query],
        None => word,
    }
}

/// Access tokens begin with `ya29.`, federated ones with `ya29.d.` or `ya29.c.`; those that are signed
/// here or by others are JSON objects in base64, which begin so: `{"`.
fn is_token(word: &str) -> bool {
    ["ya29.", "eyJ"].iter().any(|begin| word.find(begin).is_some_and(|at| word.len() - at > 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_of_a_message_is_quoted_and_no_token() {
        let said = "Denied for Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1.x.y in\there\r\nand more";
        assert_eq!(quote(said), "Denied for Bearer (token) in here");
        assert_eq!(quote("token=ya29.a0AfH6SMBx-0123456789 is old"), "(token) is old");
        assert_eq!(quote(&"long ".repeat(200)).chars().count(), 300);
        assert_eq!(quote(""), "");
    }

    #[test]
    fn an_address_is_quoted_without_its_query() {
        let said = "Enable it by visiting https://console.example/apis/sql?project=7 then retry?";
        let quoted = "Enable it by visiting https://console.example/apis/sql then retry?";
        assert_eq!(quote(said), quoted);
    }
}
