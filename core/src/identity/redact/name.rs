//! Names that stand for secrets.

/// Words that make a name a secret's.
const SECRETS: &[&str] = &[
    "auth",
    "authorization",
    "bearer",
    "cookie",
    "credential",
    "credentials",
    "creds",
    "jwt",
    "keys",
    "pass",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "pwd",
    "secret",
    "secrets",
    "sig",
    "signature",
    "token",
    "tokens",
];
/// Ends of words that are written together: `apikey`, `accesskey`, `dbpassword`, `authtoken`.
const ENDS: &[&str] = &["key", "password", "passwd", "secret", "token"];

/// Whether `key` (a flag, a variable, a label) is named like a secret: one of its words is.
#[must_use]
pub fn names_a_secret(key: &str) -> bool {
    words(key)
        .iter()
        .any(|word| SECRETS.contains(&word.as_str()) || ENDS.iter().any(|&end| word.ends_with(end)))
}

/// The words of `key` in lower case: `apiToken`, `api-token` and `API_TOKEN` have the same two.
fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let letters: Vec<char> = key.chars().collect();
    for (index, &letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| letters[index]);
        let after = letters.get(index + 1);
        let hump = letter.is_uppercase()
            && (before.is_some_and(|it| it.is_lowercase() || it.is_numeric())
                // The last capital of `APIToken` begins a word.
                || (before.is_some_and(char::is_uppercase)
                    && after.is_some_and(|it| it.is_lowercase())));
        if hump || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_a_word_of_their_name() {
        for name in [
            "--token",
            "API_KEY",
            "apiKey",
            "apikey",
            "AWS_SECRET_ACCESS_KEY",
            "dbPassword",
            "PGPASSWORD",
            "APIToken",
            "x-amz-signature",
            "Authorization",
            "client.secrets",
            "--private-key",
        ] {
            assert!(names_a_secret(name), "{name}");
        }
    }

    #[test]
    fn other_names_are_left_alone() {
        for name in [
            "cost-center",
            "app.kubernetes.io/part-of",
            "kubernetes.io/config.hash",
            "istio.io/rev",
            "prometheus.io/port",
            "author",
            "tokenizer",
            "passenger",
            "keyboard",
            "--port",
            "",
        ] {
            assert!(!names_a_secret(name), "{name}");
        }
    }

    #[test]
    fn a_name_that_ends_like_a_keys_is_redacted_too() {
        assert!(names_a_secret("monkey"));
    }
}
