//! Pages: where one begins and ends, and whose name is whose.

use std::ops::Range;

/// The page that begins at `token` with at most `wanted` of `all`, and the token of the next.
pub(super) fn page(
    token: Option<&str>,
    wanted: Option<&str>,
    most: u64,
    all: u64,
) -> (Range<u64>, Option<String>) {
    let wanted = wanted.and_then(|text| text.parse().ok()).unwrap_or(most).clamp(1, most);
    let start: u64 = token.and_then(|text| text.parse().ok()).unwrap_or(0);
    let end = all.min(start.saturating_add(wanted));
    (start.min(end)..end, (end < all).then(|| end.to_string()))
}

/// The number at the end of a name, which says which of its kind it is.
pub(super) fn number_of(name: &str) -> Option<u64> {
    name.rsplit('-').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_one_another_to_the_end() {
        assert_eq!(page(None, Some("2"), 100, 5), (0..2, Some("2".to_owned())));
        assert_eq!(page(Some("2"), Some("2"), 100, 5), (2..4, Some("4".to_owned())));
        assert_eq!(page(Some("4"), Some("2"), 100, 5), (4..5, None));
        assert_eq!(page(None, Some("500"), 3, 5), (0..3, Some("3".to_owned())));
        assert_eq!(page(None, None, 100, 0), (0..0, None));
        assert_eq!(page(Some("9"), None, 100, 5), (5..5, None));
    }

    #[test]
    fn a_name_ends_with_its_number() {
        assert_eq!(number_of("ledger-production-0042"), Some(42));
        assert_eq!(number_of("ledger"), None);
    }
}
