//! Asks the queries of one scope.

use std::collections::HashSet;
use std::future::Future;
use std::sync::{Arc, OnceLock};

use futures::{StreamExt as _, stream};
use google_cloud_monitoring_v3::model::ListTimeSeriesResponse;
use google_cloud_monitoring_v3::model::list_time_series_request::TimeSeriesView;

use finops_core::daily::DailyFigures;
use finops_core::model::{Event, ServiceFailure};

use super::budget::{MetricBudget, limited};
use super::kept::Kept;
use super::request::{Span, aggregation, filter};
use super::series::Newest;
use super::{Answer, Answers, Figure, Importance, Query};
use crate::endpoints::Api;
use crate::google::{Attempts, GoogleError, Operation, Trouble, Turns};
use crate::scope::GcpScope;

/// Reading metrics.
/// <https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list>
pub(crate) const LIST: Operation = Operation {
    api: Api::Monitoring,
    method: "monitoring.projects.timeSeries.list",
    permission: "monitoring.timeSeries.list",
};

/// How many queries of a project are asked side by side.
const SIDE_BY_SIDE: usize = 4;

/// The most values of a page, and the most that Cloud Monitoring gives.
const PAGE_SIZE: i32 = 100_000;

/// What asking came to.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// What came of each query.
    pub answers: Answers,
    /// The first failure, which is told of as that of a service of its own.
    pub failure: Option<ServiceFailure>,
    /// What an operator should know of.
    pub events: Vec<Event>,
}

/// Asks each query of the scope's project once; those that costs depend on first.
pub(crate) async fn fetch(
    scope: &GcpScope,
    daily: &DailyFigures,
    budget: &MetricBudget,
    queries: &[&'static Query],
) -> Asked {
    let mut names = HashSet::new();
    let queries: Vec<&'static Query> =
        queries.iter().copied().filter(|query| names.insert(query.name)).collect();
    let kept = Kept::on(daily, scope.project(), scope.now);
    let asker = Asker { scope, kept, budget, over: OnceLock::new() };
    let mut answers = Answers::default();
    for importance in [Importance::Cost, Importance::Activity] {
        let round: Vec<_> = queries
            .iter()
            .filter(|query| query.importance == importance)
            .map(|query| asker.answer(query))
            .collect();
        answers
            .0
            .extend(stream::iter(round).buffer_unordered(SIDE_BY_SIDE).collect::<Vec<_>>().await);
    }
    let failure = queries.iter().find_map(|query| match answers.of(query) {
        Some(Answer::Failed(failure)) => Some((**failure).clone()),
        _ => None,
    });
    let events = limited(&queries, &answers).into_iter().collect();
    Asked { answers, failure, events }
}

/// Asks for one project.
struct Asker<'a> {
    scope: &'a GcpScope,
    kept: Kept<'a>,
    budget: &'a MetricBudget,
    /// Why nothing more is asked, where that is so.
    over: OnceLock<Arc<ServiceFailure>>,
}

impl Asker<'_> {
    async fn answer(&self, query: &'static Query) -> (&'static str, Answer) {
        if let Some(figures) = self.kept.figures(query) {
            return (query.name, Answer::Figures(figures));
        }
        if let Some(failure) = self.over.get() {
            return (query.name, Answer::Failed(Arc::clone(failure)));
        }
        let answer = match self.ask(query).await {
            Ok(Some(figures)) => {
                self.kept.keep(query, &figures);
                Answer::Figures(figures)
            }
            Ok(None) => Answer::OverCeiling,
            Err(error) if is_unknown_metric(&error) => Answer::Figures(Vec::new()),
            Err(error) => {
                let lasting = concerns_all(error.trouble);
                let failure = Arc::new(error.failure);
                if lasting {
                    // The first stands.
                    self.over.set(Arc::clone(&failure)).ok();
                }
                Answer::Failed(failure)
            }
        };
        (query.name, answer)
    }

    /// The figures of a query: all of them, or none where the ceiling cuts them off.
    async fn ask(&self, query: &Query) -> Result<Option<Vec<Figure>>, GoogleError> {
        let call = self.scope.call(LIST).expecting(is_unknown_metric);
        let span = Span::of(query, self.scope.now);
        let mut newest = Newest::new(query, span);
        let mut turns = Turns::default();
        while let Some(token) = turns.next() {
            if !self.budget.take() {
                return Ok(None);
            }
            let page = call.once(|attempts| self.page(query, span, token, attempts)).await?;
            if let Some(problem) = page.execution_errors.first() {
                return Err(call.odd(&format!("values are missing: {}", problem.message)));
            }
            turns.follow(Some(&page.next_page_token)).map_err(|problem| call.odd(problem))?;
            page.time_series.iter().for_each(|series| newest.take(series));
        }
        Ok(Some(newest.figures()))
    }

    fn page(
        &self,
        query: &Query,
        span: Span,
        token: String,
        attempts: Attempts,
    ) -> impl Future<Output = google_cloud_gax::Result<ListTimeSeriesResponse>> + use<> {
        let request = self
            .scope
            .google
            .metrics()
            .list_time_series()
            .set_name(format!("projects/{}", self.scope.project()))
            .set_filter(filter(query, self.scope.project()))
            .set_interval(span.interval())
            .set_aggregation(aggregation(query, span))
            .set_view(TimeSeriesView::Full)
            .set_page_size(PAGE_SIZE)
            .set_page_token(token);
        attempts.of(request).send()
    }
}

/// Whether the project has no such metric: Google makes some of them known when a first value is
/// written (of the Ops Agent, of a first function), and answers 404 before. There are no figures then.
pub(super) fn is_unknown_metric(error: &GoogleError) -> bool {
    let text = &error.failure.error;
    matches!(error.trouble, Trouble::NotFound | Trouble::Refused)
        && ["Cannot find metric", "does not match any metric"]
            .iter()
            .any(|part| text.contains(part))
}

/// Whether every other query would fail in the same way: asking them all would only hold up the cycle.
fn concerns_all(trouble: Trouble) -> bool {
    match trouble {
        Trouble::Denied
        | Trouble::Disabled
        | Trouble::Unauthenticated
        | Trouble::NotFound
        | Trouble::Throttled
        | Trouble::TimedOut
        | Trouble::Unreachable => true,
        Trouble::BadReply | Trouble::Refused => false,
    }
}
