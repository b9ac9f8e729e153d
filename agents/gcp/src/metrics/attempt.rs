//! The smallest call that shows whether metrics can be read.

use google_cloud_monitoring_v3::model::TimeInterval;
use google_cloud_monitoring_v3::model::list_time_series_request::TimeSeriesView;
use google_cloud_wkt as wkt;

use super::fetch::{LIST, is_unknown_metric};
use crate::google::{Attempts, GoogleError};
use crate::scope::GcpScope;

/// A metric that every project knows.
const FILTER: &str = "metric.type = \"compute.googleapis.com/instance/cpu/utilization\"";

/// Asks for the name of one series of the last five minutes, without its values.
pub(crate) async fn attempt(scope: &GcpScope) -> Result<(), GoogleError> {
    let end = scope.now.as_second();
    let at = |second| wkt::Timestamp::clamp(second, 0);
    let interval = TimeInterval::new().set_start_time(at(end - 300)).set_end_time(at(end));
    let ask = |attempts: Attempts| {
        let request = scope
            .google
            .metrics()
            .list_time_series()
            .set_name(format!("projects/{}", scope.project()))
            .set_filter(FILTER)
            .set_interval(interval)
            .set_view(TimeSeriesView::Headers)
            .set_page_size(1);
        attempts.of(request).send()
    };
    match scope.call(LIST).expecting(is_unknown_metric).once(ask).await {
        Err(error) if !is_unknown_metric(&error) => Err(error),
        _ => Ok(()),
    }
}
