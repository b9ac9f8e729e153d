//! CloudWatch, asked sparingly: only `GetMetricData`, 500 metrics a call, under a ceiling.

mod budget;
mod fetch;

pub(crate) use budget::MetricBudget;
pub(crate) use fetch::fetch;

use rust_decimal::Decimal;

use finops_core::model::{CostRate, ServiceFailure};

/// One figure to ask CloudWatch for.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// The index of the resource that it is about, among its service's resources.
    pub resource: usize,
    /// The name of the figure in the resource's usage.
    pub key: &'static str,
    /// The metric.
    pub metric: Metric,
    /// Which figures matter more than others.
    pub importance: Importance,
    /// What the resource costs: of equally important figures, those of dear resources come first.
    pub rate: CostRate,
}

/// A CloudWatch metric, the statistic and the time wanted of it.
#[derive(Debug, Clone)]
pub(crate) struct Metric {
    /// `AWS/EC2`, `CWAgent`, …
    pub namespace: &'static str,
    /// `CPUUtilization`, …
    pub name: &'static str,
    /// Names and values.
    pub dimensions: Vec<(String, String)>,
    /// What of it.
    pub statistic: Statistic,
    /// Since when.
    pub window: Window,
}

/// What of a metric's values is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statistic {
    /// The mean of a period.
    Average,
    /// The sum of a period.
    Sum,
}

/// The time that a figure covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Window {
    /// The last complete five minutes that have a value, at most fifteen minutes old.
    Latest,
    /// The last 60 complete minutes, summed.
    LastHour,
    /// The last daily value, at most three days old.
    Daily,
}

/// How much a figure matters; the least is dropped first at the ceiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Importance {
    /// A cost depends on it.
    Cost,
    /// Tells whether a resource is used at all.
    Processor,
    /// What a database does.
    Database,
    /// Traffic.
    Network,
    /// Memory.
    Memory,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The figure.
    Value(Decimal),
    /// CloudWatch has no value for that time.
    NoData,
    /// Not asked: the ceiling on paid metrics.
    OverCeiling,
    /// CloudWatch did not answer.
    Failed(std::sync::Arc<ServiceFailure>),
}

impl Answer {
    /// The figure, where there is one.
    #[must_use]
    pub(crate) fn value(&self) -> Option<Decimal> {
        match self {
            Self::Value(value) => Some(*value),
            _ => None,
        }
    }

    /// Why a cost that depends on the figure is not known, where it is not.
    #[must_use]
    pub(crate) fn unknown_because(&self) -> Option<&'static str> {
        match self {
            Self::Value(_) | Self::NoData => None,
            Self::OverCeiling => Some("its use was not asked for: ceiling on paid metrics"),
            Self::Failed(_) => Some("its use is not known: CloudWatch did not answer"),
        }
    }
}
