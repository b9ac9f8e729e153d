//! The pages of a list: an end, always of the same place, and each page once.

use std::collections::HashSet;

use serde::Deserialize;
use url::Url;

use super::address;
use super::error::ArmError;
use super::guard::Place;

/// The most pages read for one list: with 100 records a page, a million.
const MOST: usize = 10_000;

/// One page.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<T> {
    pub(super) value: Vec<T>,
    #[serde(default)]
    next_link: Option<String>,
}

/// The pages that were read.
#[derive(Debug, Default)]
pub(super) struct Pages {
    count: usize,
    links: HashSet<String>,
}

impl Pages {
    /// The address of the page after this one; `None` after the last.
    ///
    /// # Errors
    /// It is of another place, or the list does not end.
    pub(super) fn next<T>(
        &mut self,
        permission: &str,
        place: &Place,
        page: &Page<T>,
    ) -> Result<Option<Url>, ArmError> {
        self.count += 1;
        let Some(link) = page.next_link.as_deref().filter(|link| !link.is_empty()) else {
            return Ok(None);
        };
        if self.count >= MOST || !self.links.insert(link.to_owned()) {
            let error =
                format!("the list of {permission} goes in circles after {} pages", self.count);
            let hint = "the service repeats itself: report it to its operator";
            return Err(ArmError::bad_reply(&error, hint));
        }
        address::further(place, link).map(Some).map_err(|problem| {
            let error = format!(
                "the list of {permission} goes on at another place, and was left: {problem}"
            );
            let hint = "check endpoints.arm: it has to be the host that Azure's answers name";
            ArmError::bad_reply(&error, hint)
        })
    }
}
