//! Secrets within a text: assignments, the user part of a URL, and what has a secret's form.

use super::{REDACTED, names_a_secret};

/// Beginnings of tokens that say whose they are, with the least length of what follows.
const BEGINNINGS: &[(&str, usize)] = &[
    ("ghp_", 16),
    ("gho_", 16),
    ("ghu_", 16),
    ("ghs_", 16),
    ("ghr_", 16),
    ("github_pat_", 16),
    ("glpat-", 16),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("AIza", 30),
];
/// What an `Authorization` begins with; the secret follows.
const SCHEMES: &[&str] = &["basic", "bearer", "digest", "token"];
/// Where a value without quotes ends.
const DELIMITERS: &[char] = &[' ', '\t', '\n', '\r', '&', ',', ';', '}', ')', '"', '\''];
/// How a block of PEM begins.
const PEM: &str = "-----BEGIN ";

/// One argument of a command line: all that follows a secret's name and `=` is the secret.
pub(super) fn argument(argument: &str) -> String {
    match argument.split_once('=') {
        Some((name, value))
            if !value.is_empty() && name.chars().all(in_name) && names_a_secret(name) =>
        {
            format!("{name}={REDACTED}")
        }
        _ => text(argument),
    }
}

/// `text` with its secrets redacted.
#[must_use]
pub fn text(text: &str) -> String {
    if let Some(start) = text.find(PEM) {
        // Its end may be cut off; nothing after it is worth a key.
        return self::text(&text[..start]) + REDACTED;
    }
    forms(&assignments(&users(text)))
}

/// Redacts what stands before the `@` of a URL's host.
fn users(text: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("://") {
        let (head, tail) = rest.split_at(at + 3);
        kept.push_str(head);
        let ends = |letter: char| "/?#\"'".contains(letter) || letter.is_whitespace();
        let authority = &tail[..tail.find(ends).unwrap_or(tail.len())];
        rest = match authority.rfind('@') {
            Some(user) => {
                kept.push_str(REDACTED);
                &tail[user..]
            }
            None => tail,
        };
    }
    kept + rest
}

/// Redacts what follows a secret's name and `=` or `:`.
fn assignments(text: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(['=', ':']) {
        let (head, tail) = rest.split_at(at + 1);
        kept.push_str(head);
        rest = tail;
        if !tail.starts_with("//") && names_a_secret(last_name(&head[..at])) {
            let (start, end) = value(tail);
            if start < end {
                kept.push_str(&tail[..start]);
                kept.push_str(REDACTED);
                rest = &tail[end..];
            }
        }
    }
    kept + rest
}

/// The name that `head` ends with, quotes aside.
fn last_name(head: &str) -> &str {
    let head = head.trim_end_matches(['"', '\'', '\\', ' ']);
    head.rsplit(|letter| !in_name(letter)).next().unwrap_or_default()
}

fn in_name(letter: char) -> bool {
    letter.is_alphanumeric() || "-_.".contains(letter)
}

/// Where the value begins and ends that `tail` begins with, quotes aside.
fn value(tail: &str) -> (usize, usize) {
    let blank = tail.len() - tail.trim_start_matches([' ', '\\']).len();
    if let Some(quote) = tail[blank..].chars().next().filter(|it| "\"'".contains(*it)) {
        let start = blank + 1;
        return (start, closing(tail, start, quote));
    }
    let word_end =
        |from: usize| tail[from..].find(DELIMITERS).map_or(tail.len(), |length| from + length);
    let end = word_end(blank);
    let scheme = SCHEMES.contains(&tail[blank..end].to_ascii_lowercase().as_str());
    if scheme && tail[end..].starts_with(' ') {
        return (blank, word_end(end + 1));
    }
    (blank, end)
}

/// Where the text from `start` ends that `quote` closes.
fn closing(tail: &str, start: usize, quote: char) -> usize {
    let mut escaped = false;
    for (index, letter) in tail[start..].char_indices() {
        if letter == quote && !escaped {
            return start + index;
        }
        escaped = letter == '\\' && !escaped;
    }
    tail.len()
}

/// Redacts words with a secret's form.
fn forms(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.find(|letter| !in_name(letter)).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(length);
        kept.push_str(if is_secret(word) { REDACTED } else { word });
        let other = tail.find(in_name).unwrap_or(tail.len());
        kept.push_str(&tail[..other]);
        rest = &tail[other..];
    }
    kept
}

/// Whether `word` is an AWS key id, a JSON web token, or a token that says whose it is.
fn is_secret(word: &str) -> bool {
    let word = word.trim_matches(['.', '-', '_']);
    let key_id = word.len() == 20
        && ["AKIA", "ASIA"].iter().any(|start| word.starts_with(start))
        && word.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit());
    let token = word.starts_with("eyJ") && word.len() >= 20 && word.matches('.').count() == 2;
    let named = BEGINNINGS.iter().any(|(start, least)| {
        word.strip_prefix(start).is_some_and(|secret| secret.len() >= *least)
    });
    key_id || token || named
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn the_user_part_of_a_url_goes() {
        assert_eq!(
            text("postgres://me:hunter2@db:5432/shop and redis://:pw@cache"),
            "postgres://[redacted]@db:5432/shop and redis://[redacted]@cache"
        );
        assert_eq!(text("https://example.org/@me"), "https://example.org/@me");
    }

    #[test]
    fn secret_parameters_of_a_url_go() {
        assert_eq!(
            text("https://example.org/x?access_token=abc&page=2&sig=d"),
            "https://example.org/x?access_token=[redacted]&page=2&sig=[redacted]"
        );
    }

    #[test]
    fn what_has_a_secrets_form_goes() {
        assert_eq!(text("id AKIAIOSFODNN7EXAMPLE."), "id [redacted]");
        for secret in [
            "AKIAIOSFODNN7EXAMPLE",
            "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
            "ghp_0123456789abcdef0123",
            "github_pat_0123456789abcdef0123",
        ] {
            assert_eq!(text(&format!("x,{secret} y")), "x,[redacted] y");
        }
        assert_eq!(text("cert -----BEGIN PRIVATE KEY-----\nabc"), "cert [redacted]");
    }

    #[test]
    fn quotes_do_not_end_a_secret_early() {
        assert_eq!(text(r#"{"token":"a\"b","n":1}"#), r#"{"token":"[redacted]","n":1}"#);
        assert_eq!(text("password='a b' x"), "password='[redacted]' x");
        assert_eq!(text("password=\"never closed"), "password=\"[redacted]");
    }

    #[test]
    fn letters_beyond_ascii_are_no_obstacle() {
        assert_eq!(text("пароль=ж token=жук ü"), "пароль=ж token=[redacted] ü");
    }

    #[test]
    fn any_text_is_read_to_its_end_and_twice_is_as_once() {
        const PIECES: &[&str] = &[
            "password", "=", ":", "//", "@", "\"", "'", "\\", " ", "Bearer", "ж", "&", "{", "x.y",
        ];
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..5_000 {
            let pieces = (0..random.usize(..12)).map(|_| PIECES[random.usize(..PIECES.len())]);
            let original: String = pieces.collect();
            let once = text(&original);
            assert_eq!(text(&once), once, "of {original:?}");
        }
    }
}
