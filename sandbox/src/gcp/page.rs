//! Pages: the index of the first item is the token.

use std::ops::Range;

use super::errors;
use crate::http::{Reply, Request};

/// One page of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// Which items are on it.
    pub(super) items: Range<u64>,
    /// The token of the next page, where there is one.
    pub(super) next: Option<u64>,
}

impl Page {
    /// The page that `request` asks for, of a list of `all` items, with at most `most` of them; `size`
    /// and `token` are the names of the parameters.
    ///
    /// # Errors
    /// The token is none that was given out: Google's refusal.
    pub(super) fn of(
        request: &Request,
        (size, token): (&str, &str),
        all: u64,
        most: u64,
    ) -> Result<Self, Reply> {
        let wanted = request.parameter(size).and_then(|text| text.parse().ok());
        // 0 is as good as nothing.
        let wanted = wanted.filter(|wanted| *wanted > 0).unwrap_or(most).min(most);
        let start = match request.parameter(token).filter(|token| !token.is_empty()) {
            None => 0,
            Some(token) => token
                .parse()
                .ok()
                .filter(|start| *start <= all)
                .ok_or_else(|| errors::invalid("The page token is not valid."))?,
        };
        let end: u64 = all.min(start + wanted);
        Ok(Self { items: start..end, next: (end < all).then_some(end) })
    }

    /// How many items it has, to make room for.
    pub(super) fn len(&self) -> usize {
        usize::try_from(self.items.end - self.items.start).unwrap_or_default()
    }
}
