//! What Cloud Monitoring is asked: which time, and how values and series are put together.

use google_cloud_monitoring_v3::model::aggregation::{Aligner, Reducer};
use google_cloud_monitoring_v3::model::{Aggregation, TimeInterval};
use google_cloud_wkt as wkt;
use jiff::Timestamp;

use super::{Query, Statistic, Window};

/// How long after its time a value may become visible, in seconds: Google says of each metric for how
/// long at most it is not, and of those that are asked for it is no more than this. What is asked
/// for earlier would be a sum of which a part is missing.
/// <https://cloud.google.com/monitoring/api/metrics_gcp>
const VISIBLE_AFTER: i64 = 240;

/// The time that a query covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// Its beginning, which itself does not belong to it, in seconds since 1970.
    pub(super) start: i64,
    /// Its end, in seconds since 1970.
    pub(super) end: i64,
    /// How long a period is for which there is one value, in seconds.
    period: i64,
}

impl Span {
    /// What a query covers at `now`: whole periods for which all values are visible.
    pub(super) fn of(query: &Query, now: Timestamp) -> Self {
        let (step, period, length) = match (query.window, query.statistic) {
            (Window::Latest, _) => (300, 300, 600),
            (Window::LastHour, _) => (3_600, 3_600, 3_600),
            // What grows is added up for a day; of a gauge the last value is taken, however old.
            (Window::Daily, Statistic::Growth | Statistic::Distribution) => {
                (3_600, 86_400, 172_800)
            }
            (Window::Daily, _) => (3_600, 172_800, 172_800),
        };
        let visible = now.as_second() - VISIBLE_AFTER;
        let end = visible - visible.rem_euclid(step);
        Self { start: end - length, end, period }
    }

    /// As Cloud Monitoring has it.
    pub(super) fn interval(self) -> TimeInterval {
        let at = |second| wkt::Timestamp::clamp(second, 0);
        TimeInterval::new().set_start_time(at(self.start)).set_end_time(at(self.end))
    }
}

/// Which metric, and of what: of the project itself, since one whose metrics scope holds others gives
/// theirs too. Every resource that is asked about has the label, which is the project's id and never
/// its number.
/// <https://cloud.google.com/monitoring/settings#concept-scope>
pub(super) fn filter(query: &Query, project: &str) -> String {
    let mut filter = format!("metric.type = \"{}\"", query.metric);
    if project.contains(|letter: char| !letter.is_ascii_digit()) {
        filter.push_str(&format!(" AND resource.label.project_id = \"{project}\""));
    }
    if !query.filter.is_empty() {
        filter.push_str(" AND ");
        filter.push_str(query.filter);
    }
    filter
}

/// How values are put together: first those of a series, then the series of a figure.
pub(super) fn aggregation(query: &Query, span: Span) -> Aggregation {
    let (aligner, reducer) = operations(query);
    Aggregation::new()
        .set_alignment_period(wkt::Duration::clamp(span.period, 0))
        .set_per_series_aligner(aligner)
        .set_cross_series_reducer(reducer)
        .set_group_by_fields(query.by.iter().copied())
}

/// `ALIGN_DELTA` is the only one that holds for delta and cumulative metrics both, and for
/// distributions; `ALIGN_MEAN` and `ALIGN_NEXT_OLDER` are for gauges. Of what is worked out once a day
/// there may be two values in two days: the last is taken, and not the mean.
/// <https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aligner>,
/// <https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Reducer>
fn operations(query: &Query) -> (Aligner, Reducer) {
    match (query.statistic, query.window) {
        (Statistic::Growth | Statistic::Distribution, _) => {
            (Aligner::AlignDelta, Reducer::ReduceSum)
        }
        (Statistic::Mean, Window::Daily) => (Aligner::AlignNextOlder, Reducer::ReduceMean),
        (Statistic::Mean, _) => (Aligner::AlignMean, Reducer::ReduceMean),
        (Statistic::Last, _) | (_, Window::Daily) => (Aligner::AlignNextOlder, Reducer::ReduceSum),
        (Statistic::Total, _) => (Aligner::AlignMean, Reducer::ReduceSum),
    }
}
