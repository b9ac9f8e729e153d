//! Lists that come in pages.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use google_cloud_asset_v1::model::SearchAllResourcesResponse;
use google_cloud_compute_v1::model::{DiskAggregatedList, InstanceAggregatedList, SnapshotList};
use google_cloud_functions_v2::model::ListFunctionsResponse;
use google_cloud_monitoring_v3::model::ListTimeSeriesResponse;
use google_cloud_sql_v1::model::InstancesListResponse;

/// The most pages that a list may have.
const MOST_PAGES: usize = 10_000;

/// One page of a list.
pub(crate) trait Page {
    /// What to ask for the next page with: `None`, or empty, on the last.
    fn next_page_token(&self) -> Option<&str>;
}

macro_rules! page {
    ($($optional:ty),*; $($text:ty),*) => {
        $(impl Page for $optional {
            fn next_page_token(&self) -> Option<&str> {
                self.next_page_token.as_deref()
            }
        })*
        $(impl Page for $text {
            fn next_page_token(&self) -> Option<&str> {
                Some(&self.next_page_token)
            }
        })*
    };
}

page!(InstanceAggregatedList, DiskAggregatedList, SnapshotList;
    ListFunctionsResponse, ListTimeSeriesResponse, InstancesListResponse, SearchAllResourcesResponse);

/// From page to page: which token is next, and whether the list goes round in a circle.
#[derive(Debug)]
pub(crate) struct Turns {
    next: Option<String>,
    /// Tokens may be long, and lists too: it is enough to know them by their hashes.
    seen: HashSet<u64>,
    hasher: RandomState,
}

impl Default for Turns {
    fn default() -> Self {
        Self { next: Some(String::new()), seen: HashSet::new(), hasher: RandomState::new() }
    }
}

impl Turns {
    /// The token of the page that is to be asked for, which is empty for the first; `None` after the
    /// last.
    pub(crate) fn next(&mut self) -> Option<String> {
        self.next.take()
    }

    /// Takes in the token of a page.
    ///
    /// # Errors
    /// The list has no end.
    pub(crate) fn follow(&mut self, token: Option<&str>) -> Result<(), &'static str> {
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            return Ok(());
        };
        if !self.seen.insert(self.hasher.hash_one(token)) {
            return Err("the list has no end: a page that was there already comes again");
        }
        if self.seen.len() >= MOST_PAGES {
            return Err("the list has no end: there are more than 10000 pages");
        }
        self.next = Some(token.to_owned());
        Ok(())
    }
}
