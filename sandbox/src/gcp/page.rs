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

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str) -> Result<Page, u16> {
        let request = Request {
            method: http::Method::GET,
            path: String::new(),
            query: query.to_owned(),
            headers: http::HeaderMap::new(),
            body: bytes::Bytes::new(),
        };
        let page = Page::of(&request, ("maxResults", "pageToken"), 1_200, 500);
        page.map_err(|refusal| refusal.status.as_u16())
    }

    #[test]
    fn each_page_names_the_next_until_the_end() {
        assert_eq!(page(""), Ok(Page { items: 0..500, next: Some(500) }));
        assert_eq!(page("pageToken=500"), Ok(Page { items: 500..1_000, next: Some(1_000) }));
        assert_eq!(page("pageToken=1000"), Ok(Page { items: 1_000..1_200, next: None }));
    }

    #[test]
    fn a_page_is_as_long_as_was_asked_for_and_never_longer_than_the_api_lets_it_be() {
        assert_eq!(page("maxResults=7"), Ok(Page { items: 0..7, next: Some(7) }));
        assert_eq!(page("maxResults=9999"), page(""));
        assert_eq!(page("maxResults=0"), page(""));
    }

    #[test]
    fn a_token_that_was_never_given_out_is_refused() {
        assert_eq!(page("pageToken=soon"), Err(400));
        assert_eq!(page("pageToken=1201"), Err(400));
    }
}
