//! Cloud Monitoring, asked sparingly: one query a metric and project for all resources together,
//! never one a resource.

mod attempt;
mod budget;
mod fetch;
mod kept;
mod request;
mod series;
#[cfg(test)]
mod tests;

pub(crate) use attempt::attempt;
pub(crate) use budget::MetricBudget;
pub(crate) use fetch::{Asked, LIST, fetch};

use std::collections::HashMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use finops_core::model::ServiceFailure;

/// What to ask of all resources of a kind in a project: one metric over one time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Query {
    /// Unique among all queries; names the daily figures' file.
    pub name: &'static str,
    /// `compute.googleapis.com/instance/cpu/utilization`
    pub metric: &'static str,
    /// More of the filter, to be joined with AND: `resource.type = "gce_instance"`; may be empty.
    pub filter: &'static str,
    /// The labels by which figures are told apart: `resource.label.instance_id`,
    /// `metric.label.storage_class`. Series that differ in others are put together.
    pub by: &'static [&'static str],
    /// How values of one series are put together, and series of one figure.
    pub statistic: Statistic,
    /// Since when.
    pub window: Window,
    /// Which queries matter more than others.
    pub importance: Importance,
}

/// What of a metric's values is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statistic {
    /// The mean of a gauge over time, and over the series of one figure.
    Mean,
    /// The mean of a gauge over time, added up over the series of one figure.
    Total,
    /// The growth of a counter (a delta or cumulative metric), added up.
    Growth,
    /// The same of a distribution: its mean, and how many values there were.
    Distribution,
    /// The last value of a gauge, added up over the series of one figure.
    Last,
}

/// The time that a figure covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Window {
    /// The last five minutes for which there are values, at most fifteen minutes old.
    Latest,
    /// The last whole hour.
    LastHour,
    /// The last value of a metric that is worked out once a day, at most two days old. Asked for
    /// once a day and kept.
    Daily,
}

/// How much a query matters; the least is dropped first at the ceiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Importance {
    /// A cost depends on it.
    Cost,
    /// What a database, a function or a machine does.
    Activity,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Figure {
    /// The values of the query's labels, in their order; empty where a series has none.
    pub labels: Vec<String>,
    /// The figure; of a distribution its mean.
    pub value: Decimal,
    /// How many values a distribution has.
    pub count: Option<u64>,
}

/// What came of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The figures: none where Cloud Monitoring has no value for that time.
    Figures(Vec<Figure>),
    /// Not asked: the ceiling on requests.
    OverCeiling,
    /// Cloud Monitoring did not answer, or not in full.
    Failed(Arc<ServiceFailure>),
}

impl Answer {
    /// The figures by their labels.
    pub(crate) fn by_labels(&self) -> HashMap<Vec<&str>, &Figure> {
        let figures = self.figures().iter();
        figures
            .map(|figure| (figure.labels.iter().map(|label| &**label).collect(), figure))
            .collect()
    }

    /// All figures.
    pub(crate) fn figures(&self) -> &[Figure] {
        match self {
            Self::Figures(figures) => figures,
            Self::OverCeiling | Self::Failed(_) => &[],
        }
    }

    /// Why a cost that depends on the figures is not known, where it is not.
    pub(crate) fn unknown_because(&self) -> Option<&'static str> {
        match self {
            Self::Figures(_) => None,
            Self::OverCeiling => Some("its use was not asked for: ceiling on metric requests"),
            Self::Failed(_) => Some("its use is not known: Cloud Monitoring did not answer"),
        }
    }
}

/// What came of all queries of a scope, by their names.
#[derive(Debug, Default)]
pub(crate) struct Answers(pub(crate) HashMap<&'static str, Answer>);

impl Answers {
    /// What came of a query; `None` where it was not wanted.
    pub(crate) fn of(&self, query: &Query) -> Option<&Answer> {
        self.0.get(query.name)
    }
}
