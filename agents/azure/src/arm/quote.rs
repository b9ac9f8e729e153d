//! What others say, shortened to what may be repeated.

use std::error::Error;

/// How much of a message is quoted, in characters.
const MESSAGE_LENGTH: usize = 300;

/// The first line of what Azure, an authority or a library says: at most 300 characters, without
/// control characters and without anything that looks like a token.
pub(crate) fn quote(message: &str) -> String {
    let line = message.trim_start().lines().next().unwrap_or_default();
    let words = line.split_whitespace().map(|word| if is_token(word) { "(token)" } else { word });
    let text = words.collect::<Vec<_>>().join(" ");
    text.chars().filter(|letter| !letter.is_control()).take(MESSAGE_LENGTH).collect()
}

/// Tokens of Entra are JSON objects in base64, which begin so: `{"`.
fn is_token(word: &str) -> bool {
    word.find("eyJ").is_some_and(|start| word.len() - start > 20)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_of_a_message_is_quoted_and_no_token() {
        let said = "Denied for Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1.x.y in\there\r\nTrace ID: 7";
        assert_eq!(quote(said), "Denied for Bearer (token) in here");
        assert_eq!(quote(&"long ".repeat(200)).chars().count(), 300);
        assert_eq!(quote(""), "");
    }
}
