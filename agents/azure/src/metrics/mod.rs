//! Azure Monitor, asked sparingly: 50 resources a call by the batch API, one by one only where that
//! is denied, under a ceiling.

mod batches;
mod brake;
mod budget;
mod document;
mod fetch;
mod kept;
mod number;
mod probe;
mod request;
mod singles;
mod span;

#[cfg(test)]
mod tests;

pub(crate) use budget::MetricBudget;
pub(crate) use fetch::{Asked, fetch};
pub(crate) use probe::probe;
pub(crate) use request::PERMISSION;

use std::sync::Arc;

use rust_decimal::Decimal;

use finops_core::model::ServiceFailure;

/// What to ask of every resource of a kind: some metrics of one namespace over one time.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Query {
    /// Unique among all queries; names the daily figures' file.
    pub name: &'static str,
    /// `microsoft.compute/virtualmachines`
    pub namespace: &'static str,
    /// At most twenty.
    pub metrics: &'static [Metric],
    /// Since when.
    pub window: Window,
    /// The dimension by which figures are told apart (`Tier`), if any.
    pub dimensions: &'static [&'static str],
    /// Which queries matter more than others.
    pub importance: Importance,
}

/// One metric and what of it.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Metric {
    /// `Percentage CPU`
    pub name: &'static str,
    /// What of it.
    pub statistic: Statistic,
}

/// What of a metric's values is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Statistic {
    /// The mean of a period.
    Average,
    /// The sum of a period.
    Total,
    /// The highest of a period.
    Maximum,
}

/// The time that a figure covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Window {
    /// The last complete five minutes that have a value, at most twenty minutes old.
    Latest,
    /// The last twelve complete periods of five minutes: totals summed, averages averaged, the
    /// highest maximum.
    LastHour,
    /// The last hourly value, at most two days old, of a metric that is worked out once a day.
    /// Asked for once a day.
    Daily,
    /// The last value of a whole day, at most three days old, of a metric that has no shorter
    /// periods. Asked for once a day.
    WholeDay,
}

impl Window {
    /// Whether its figures change once a day only.
    fn is_daily(self) -> bool {
        matches!(self, Self::Daily | Self::WholeDay)
    }
}

/// How much a query matters; the least is dropped first at the ceiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Importance {
    /// A cost depends on it.
    Cost,
    /// What a database or an app does.
    Activity,
    /// What a machine does.
    Machine,
}

/// One resource to ask a query of.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// The index of the resource among its service's, where it is about one.
    pub resource: Option<usize>,
    /// The identifier that Azure Monitor knows it by; of the resource itself or of a part of it
    /// (`…/blobServices/default`).
    pub target: Arc<str>,
    /// The region that it is in: metrics are kept there.
    pub region: Arc<str>,
    /// What to ask.
    pub query: &'static Query,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The figures: none where Azure Monitor has no value for that time.
    Figures(Vec<Figure>),
    /// Not asked: the ceiling on requests.
    OverCeiling,
    /// Azure Monitor did not answer.
    Failed(Arc<ServiceFailure>),
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Figure {
    /// The metric's name, as in the query.
    pub metric: String,
    /// The values of the query's dimensions, in their order.
    pub dimensions: Vec<String>,
    /// The figure.
    pub value: Decimal,
}

impl Answer {
    /// The figure of a metric without dimensions, where there is one.
    pub(crate) fn value(&self, metric: &str) -> Option<Decimal> {
        self.figures().iter().find(|figure| figure.metric == metric).map(|figure| figure.value)
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
            Self::Failed(_) => Some("its use is not known: Azure Monitor did not answer"),
        }
    }
}

/// How many metrics an answer holds, for tests.
#[cfg(test)]
pub(crate) fn read_answer(text: &str) -> Result<usize, String> {
    document::count(text)
}
