//! Lists in pages.

use super::call::Call;
use super::errors::invalid;
use crate::support::http::Reply;

/// How a page's token begins: tokens are opaque, and hold what an address must escape.
const NEXT: &str = "Cj0/K+&a=%20";

/// One page.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    /// The token of the next; none on the last.
    pub(super) next: Option<String>,
}

/// The page of `all` that a call asks for: at most `most` items, or fewer as `size` says.
pub(super) fn page<T>(
    call: &Call,
    all: Vec<T>,
    (size, token): (&str, &str),
    most: usize,
) -> Result<Page<T>, Reply> {
    let size = match call.parameter(size).map(str::parse::<usize>) {
        None | Some(Ok(0)) => most,
        Some(Ok(size)) => size.min(most),
        Some(Err(_)) => return Err(invalid("the size of the page is no number")),
    };
    let from = match call.parameter(token).filter(|token| !token.is_empty()) {
        None => 0,
        Some(token) => match token.strip_prefix(NEXT).and_then(|from| from.parse().ok()) {
            Some(from) if from > 0 && from < all.len() => from,
            _ => return Err(invalid("the page token is not valid")),
        },
    };
    let more = from + size < all.len();
    let items = all.into_iter().skip(from).take(size).collect();
    Ok(Page { items, next: more.then(|| format!("{NEXT}{}", from + size)) })
}
