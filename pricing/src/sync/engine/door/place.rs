//! Where requests may go, and how an address is shown.

use url::Url;

/// Parts of the names of what a query may carry to let a request in.
const SECRET: [&str; 7] = ["key", "token", "sig", "secret", "password", "auth", "credential"];
/// The whole name of what else lets one in. `currencyCode` is not meant.
const CODE: &str = "code";
/// The longest address that is shown, in bytes.
const LONGEST: usize = 300;

/// Whether a request may go there: to the hosts of `bases` only, if there are any, and without TLS
/// only where a base says so.
///
/// # Errors
/// It may not: why, and what to do.
pub(super) fn let_out(url: &Url, bases: &[Url]) -> Result<(), String> {
    if bases.iter().any(|base| same_origin(base, url)) {
        return Ok(());
    }
    if url.scheme() != "https" {
        return Err("only https is asked where the configured address is not http itself; check \
                    the configured address"
            .to_owned());
    }
    if bases.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} is another host than the configured one, and is not asked; if it is the vendor's, look \
         for a newer agent",
        url.host_str().unwrap_or_default()
    ))
}

/// Both addresses are answered by the same server: scheme, host and port.
pub(in super::super) fn same_origin(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host_str() == other.host_str()
        && one.port_or_known_default() == other.port_or_known_default()
}

/// An address without what may let a request in.
pub(in super::super) fn public(url: &Url) -> String {
    let mut shown = url.clone();
    // An address that can carry no user has none.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_fragment(None);
    if url.query().is_some() {
        shown.query_pairs_mut().clear().extend_pairs(url.query_pairs().map(|(name, value)| {
            let lower = name.to_ascii_lowercase();
            let secret = lower == CODE || SECRET.iter().any(|part| lower.contains(part));
            (name, if secret { "hidden".into() } else { value })
        }));
    }
    shown.into()
}

/// The same, and not longer than a line or two.
pub(in super::super) fn shown(url: &Url) -> String {
    let mut shown = public(url);
    if shown.len() > LONGEST {
        // An address is ASCII: every byte is a character.
        shown.truncate(LONGEST);
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_is_shown_without_what_lets_a_request_in() {
        let asked = url("https://me:pw@prices.test/a?api-version=1&key=AIza&pageToken=x&$skip=9#f");
        assert_eq!(
            shown(&asked),
            "https://prices.test/a?api-version=1&key=hidden&pageToken=hidden&%24skip=9"
        );
        let asked = url("https://prices.test/?currencyCode=USD&code=x");
        assert_eq!(shown(&asked), "https://prices.test/?currencyCode=USD&code=hidden");
        let long = format!("https://prices.test/{}", "a".repeat(1000));
        assert_eq!(shown(&url(&long)).chars().count(), 301);
    }

    #[test]
    fn without_a_base_any_host_is_asked_with_tls_and_none_without() {
        assert!(let_out(&url("https://prices.test/a"), &[]).is_ok());
        assert!(let_out(&url("http://prices.test/a"), &[]).is_err());
    }

    #[test]
    fn with_a_base_only_its_host_is_asked() {
        let bases = [url("http://mirror.test:8080/prices"), url("https://prices.test")];
        for (asked, fine) in [
            ("http://mirror.test:8080/else", true),
            ("http://mirror.test/else", false),
            ("https://mirror.test:8080/else", false),
            ("https://prices.test/a", true),
            ("https://prices.test:443/a", true),
            ("http://prices.test/a", false),
            ("https://other.test/a", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(let_out(&url(asked), &bases).is_ok(), fine, "{asked}");
        }
    }
}
