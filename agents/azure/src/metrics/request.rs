//! The two requests: many resources at once, or one.

use serde::Serialize;

use super::document::{Batch, OfResource, TOP};
use super::span::Span;
use super::{Query, Statistic};
use crate::arm::{ArmError, Azure, Meter, Operation};

/// What reading metrics takes, in either way: a part of the role Monitoring Reader.
pub(crate) const PERMISSION: &str = "Microsoft.Insights/metrics/read";
pub(super) const READ: Operation = Operation { permission: PERMISSION, api_version: "2024-02-01" };

/// The most resources that one batch takes.
/// <https://learn.microsoft.com/azure/azure-monitor/metrics/migrate-to-batch-api>
pub(super) const RESOURCES_PER_BATCH: usize = 50;

/// Who asks whom.
#[derive(Clone, Copy)]
pub(super) struct Asker<'a> {
    pub(super) azure: &'a Azure,
    pub(super) meter: &'a Meter,
    pub(super) subscription: &'a str,
}

#[derive(Serialize)]
struct Resources<'a> {
    resourceids: &'a [&'a str],
}

impl Asker<'_> {
    /// Asks about up to fifty resources of one region.
    ///
    /// # Errors
    /// The batch failed as a whole.
    pub(super) async fn batch(
        &self,
        query: &Query,
        span: Span,
        region: &str,
        targets: &[&str],
    ) -> Result<Batch, ArmError> {
        let path = format!("/subscriptions/{}/metrics:getBatch", self.subscription);
        // The batch API asks for `yyyy-MM-ddTHH:mm:ss.fffZ`.
        let (start, end) = (format!("{:.3}", span.start), format!("{:.3}", span.end));
        let (names, statistics) = (names(query), statistics(query));
        let (filter, top) = (filter(query), TOP.to_string());
        let mut parameters = vec![
            ("starttime", start.as_str()),
            ("endtime", &end),
            ("interval", span.interval),
            ("metricnamespace", query.namespace),
            ("metricnames", &names),
            ("aggregation", &statistics),
        ];
        if !filter.is_empty() {
            parameters.extend([("filter", filter.as_str()), ("top", &top)]);
        }
        let body = Resources { resourceids: targets };
        self.azure.post_metrics(self.meter, READ, region, &path, &parameters, &body).await
    }

    /// Asks about one resource, by Azure Resource Manager.
    ///
    /// # Errors
    /// The request failed.
    pub(super) async fn one(
        &self,
        query: &Query,
        span: Span,
        target: &str,
    ) -> Result<OfResource, ArmError> {
        let path = format!("{target}/providers/Microsoft.Insights/metrics");
        let timespan = format!("{}/{}", span.start, span.end);
        let (names, statistics) = (names(query), statistics(query));
        let (filter, top) = (filter(query), TOP.to_string());
        let mut parameters = vec![
            ("timespan", timespan.as_str()),
            ("interval", span.interval),
            ("metricnames", &names),
            ("metricnamespace", query.namespace),
            ("aggregation", &statistics),
        ];
        if !filter.is_empty() {
            parameters.extend([("$filter", filter.as_str()), ("top", &top)]);
        }
        self.azure.get(self.meter, READ, &path, &parameters).await
    }
}

fn names(query: &Query) -> String {
    query.metrics.iter().map(|metric| metric.name).collect::<Vec<_>>().join(",")
}

fn statistics(query: &Query) -> String {
    let mut words: Vec<&str> = Vec::new();
    for metric in query.metrics {
        let word = match metric.statistic {
            Statistic::Average => "average",
            Statistic::Total => "total",
            Statistic::Maximum => "maximum",
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(",")
}

/// Figures of every value of each dimension.
fn filter(query: &Query) -> String {
    let each: Vec<String> = query.dimensions.iter().map(|name| format!("{name} eq '*'")).collect();
    each.join(" and ")
}
