//! Patterns of the mapping.

/// Texts of which any is meant; `*` in one stands for any text. Capital and small letters are the
/// same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Vec<String>>);

impl Pattern {
    /// A pattern as the mapping has it: `Static Ip Charge|Static Ip Charge in *`.
    pub(super) fn new(text: &str) -> Self {
        let alternative = |text: &str| text.split('*').map(str::to_ascii_lowercase).collect();
        Self(text.split('|').map(alternative).collect())
    }

    /// Whether the pattern is of `text`, which is in small letters.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.0.iter().any(|parts| whole(parts, text))
    }

    /// A text of each alternative, with `anything` for the stars.
    #[cfg(test)]
    pub(super) fn examples(&self, anything: &str) -> Vec<String> {
        self.0.iter().map(|parts| parts.join(anything)).collect()
    }
}

/// Whether `text` is made of `parts`, in their order, with anything between them.
fn whole(parts: &[String], text: &str) -> bool {
    let [first, middle @ .., last] = parts else {
        return parts.first().is_some_and(|only| only == text);
    };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else {
        return false;
    };
    for part in middle {
        let Some((_, after)) = rest.split_once(part.as_str()) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text_and_nothing_else_is() {
        let pattern = Pattern::new("N2 Instance Core running in *|Static Ip Charge|*GPU*to*");
        for (text, expected) in [
            ("n2 instance core running in americas", true),
            ("n2 instance core running in ", true),
            ("n2 instance core", false),
            ("spot preemptible n2 instance core running in americas", false),
            ("n2 custom instance core running in americas", false),
            ("static ip charge", true),
            ("static ip charge in mumbai", false),
            ("gputo", true),
            ("a gpu attached to spot", true),
            ("attached to a gpu", false),
        ] {
            assert_eq!(pattern.matches(text), expected, "{text}");
        }
    }

    #[test]
    fn parts_of_a_pattern_do_not_overlap() {
        assert!(!Pattern::new("ab*ba").matches("aba"));
        assert!(Pattern::new("ab*ba").matches("abba"));
    }
}
