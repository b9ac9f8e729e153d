//! Keeps secrets out of what leaves the process.
//!
//! A secret is known by its name (`--db-password`, `API_KEY`) or by its form (an AWS key id, a
//! token of GitHub). One that has neither a telling name nor a known form is not recognised, and a
//! name that only ends like a secret's (`monkey`) is taken for one: redacting too much costs less.

mod name;
mod text;

use std::collections::VecDeque;

use super::document::Fields;

pub use name::names_a_secret;
pub use text::text;

/// What stands in a secret's place.
pub const REDACTED: &str = "[redacted]";
/// The longest label or annotation that is kept whole, in characters.
const VALUE_LIMIT: usize = 1_024;
/// A copy of the whole object as it was applied, secrets and all.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Labels or annotations as the identity carries them: secrets redacted, long values cut.
#[must_use]
pub fn fields<K, V>(entries: impl IntoIterator<Item = (K, V)>) -> Fields
where
    K: Into<String>,
    V: AsRef<str>,
{
    let entries = entries.into_iter().map(|(key, value)| (key.into(), value));
    entries
        .filter(|(key, _)| key != LAST_APPLIED)
        .map(|(key, value)| {
            let value = if names_a_secret(&key) && !value.as_ref().is_empty() {
                REDACTED.to_owned()
            } else {
                cut(text(value.as_ref()))
            };
            (key, value.into())
        })
        .collect()
}

fn cut(value: String) -> String {
    match value.char_indices().nth(VALUE_LIMIT) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value,
    }
}

/// A command line on one line, its secrets redacted. A flag that is named like a secret's hides
/// the argument after it.
#[must_use]
pub fn command_line(arguments: impl IntoIterator<Item = String>) -> String {
    let mut words = Vec::new();
    let mut arguments: VecDeque<String> = arguments.into_iter().collect();
    while let Some(argument) = arguments.pop_front() {
        let bare_flag = argument.starts_with('-') && !argument.contains(['=', ':', ' ']);
        let hides = bare_flag && names_a_secret(&argument);
        words.push(text::argument(&argument));
        // A value may begin with a dash, but hardly with two.
        if hides && arguments.front().is_some_and(|next| !next.starts_with("--")) {
            arguments.pop_front();
            words.push(REDACTED.to_owned());
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(arguments: &[&str]) -> String {
        command_line(arguments.iter().map(|&argument| argument.to_owned()))
    }

    #[test]
    fn a_flag_named_like_a_secret_hides_its_value() {
        assert_eq!(line(&["a", "--token=abc", "--port", "80"]), "a --token=[redacted] --port 80");
        assert_eq!(line(&["a", "--token", "abc", "x"]), "a --token [redacted] x");
        assert_eq!(line(&["a", "--db-password", "-abc"]), "a --db-password [redacted]");
        assert_eq!(line(&["a", "--use-token", "--verbose"]), "a --use-token --verbose");
        assert_eq!(line(&["a", "-p", "8000", "run"]), "a -p 8000 run");
        assert_eq!(line(&["env", "DB_PASSWORD=a b", "./run"]), "env DB_PASSWORD=[redacted] ./run");
    }

    #[test]
    fn headers_and_inner_assignments_are_seen_through() {
        assert_eq!(
            line(&["curl", "-H", "Authorization: Bearer abc.def", "x"]),
            "curl -H Authorization: [redacted] x"
        );
        assert_eq!(line(&["a", "--set", "db.password=x,n=1"]), "a --set db.password=[redacted]");
        assert_eq!(
            line(&["a", "--set=n=1,db.password=x,m=2"]),
            "a --set=n=1,db.password=[redacted],m=2"
        );
        assert_eq!(
            line(&["a", r#"{"user":"me","password": "x y","n":1}"#]),
            r#"a {"user":"me","password": "[redacted]","n":1}"#
        );
        assert_eq!(line(&["sh", "-c", "TOKEN=abc exec app"]), "sh -c TOKEN=[redacted]");
    }

    #[test]
    fn an_ordinary_command_line_stays_as_it_is() {
        for arguments in [
            &["python", "api_server.py", "--port", "8000"][..],
            &["/usr/bin/aws-agent", "--once", "--server", "http://localhost:8080/base"],
            &["a", "--since=2025-10-30T15:04:00Z", "--ratio=0.5", "-o", "json"],
            &["a", "--group-by", "tag:team", "C:\\path"],
        ] {
            assert_eq!(line(arguments), arguments.join(" "));
        }
    }

    #[test]
    fn labels_lose_their_secrets_and_nothing_else() {
        let long = "x".repeat(1_100);
        let kept = fields([
            ("cost-center", "engineering"),
            ("app.kubernetes.io/part-of", "shop"),
            ("kubernetes.io/config.hash", "a1b2c3d4"),
            ("istio.io/rev", "default"),
            ("vault.example.org/db-password", "hunter2"),
            ("link", "https://me:hunter2@example.org/"),
            ("long", &long),
            (LAST_APPLIED, "{}"),
        ]);
        assert_eq!(kept["cost-center"], "engineering");
        assert_eq!(kept["app.kubernetes.io/part-of"], "shop");
        assert_eq!(kept["kubernetes.io/config.hash"], "a1b2c3d4");
        assert_eq!(kept["istio.io/rev"], "default");
        assert_eq!(kept["vault.example.org/db-password"], REDACTED);
        assert_eq!(kept["link"], "https://[redacted]@example.org/");
        assert_eq!(kept["long"], format!("{}…", "x".repeat(1_024)));
        assert!(!kept.contains_key(LAST_APPLIED));
    }
}
