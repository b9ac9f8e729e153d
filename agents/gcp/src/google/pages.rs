//! Lists that come in pages.

use google_cloud_asset_v1::model::SearchAllResourcesResponse;
use google_cloud_compute_v1::model::{DiskAggregatedList, InstanceAggregatedList, SnapshotList};
use google_cloud_functions_v2::model::ListFunctionsResponse;
use google_cloud_monitoring_v3::model::ListTimeSeriesResponse;
use google_cloud_sql_v1::model::InstancesListResponse;

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
