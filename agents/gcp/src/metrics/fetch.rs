//! Asks the queries of one scope.

use finops_core::daily::DailyFigures;
use finops_core::model::{Event, ServiceFailure};

use super::{Answers, Query};
use crate::endpoints::Api;
use crate::google::Operation;
use crate::scope::GcpScope;

/// Reading metrics.
/// <https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list>
pub(crate) const LIST: Operation = Operation {
    api: Api::Monitoring,
    method: "monitoring.projects.timeSeries.list",
    permission: "monitoring.timeSeries.list",
};

/// The ceiling on requests to Cloud Monitoring, shared by the scopes of a cycle.
#[derive(Debug)]
pub(crate) struct MetricBudget {}

impl MetricBudget {
    /// A ceiling for one cycle.
    pub(crate) fn new(_requests: u64) -> Self {
        Self {}
    }
}

/// What asking came to.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// What came of each query.
    pub answers: Answers,
    /// Why Cloud Monitoring as a whole failed, where nothing was answered.
    pub failure: Option<ServiceFailure>,
    /// What an operator should know of.
    pub events: Vec<Event>,
}

/// Asks each query of the scope's project once; those that costs depend on first.
pub(crate) async fn fetch(
    _scope: &GcpScope,
    _daily: &DailyFigures,
    _budget: &MetricBudget,
    _queries: &[&'static Query],
) -> Asked {
    unimplemented!()
}
