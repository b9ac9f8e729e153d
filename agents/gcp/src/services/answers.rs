//! Answers of Cloud Monitoring made by hand, and what comes of them, for the tests of services.

use std::collections::HashMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use finops_core::model::{Resource, ServiceFailure};

use super::GcpService;
use crate::metrics::{Answer, Answers, Figure};
use crate::scope::GcpScope;

/// One figure by its labels.
pub(super) fn one(labels: &[&str], value: &str) -> Figure {
    Figure {
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        value: value.parse().unwrap(),
        count: None,
    }
}

/// The figure of a distribution: its mean, and how many values it has.
pub(super) fn distribution(labels: &[&str], mean: u64, count: u64) -> Figure {
    Figure { value: Decimal::from(mean), count: Some(count), ..one(labels, "0") }
}

/// What Cloud Monitoring says where it does not answer.
pub(super) fn failed() -> Answer {
    let failure = ServiceFailure { error: "Unavailable: later".to_owned(), hint: None };
    Answer::Failed(Arc::new(failure))
}

/// Asks a service about resources and gives it the answers of `answer`, by the queries' names.
pub(super) fn settle(
    service: &dyn GcpService,
    scope: &GcpScope,
    resources: &mut [Resource],
    answer: impl Fn(&str) -> Answer,
) {
    let queries = service.queries(scope, resources);
    let answered = queries.into_iter().map(|query| (query.name, answer(query.name)));
    let answers = Answers(answered.collect::<HashMap<_, _>>());
    service.settle(scope, resources, &answers);
}

/// What a resource costs a month in USD, as far as that is known.
pub(super) fn month(resource: &Resource) -> String {
    resource.costs.known().unwrap().exact_monthly().normalize().to_string()
}

/// The components without a price.
pub(super) fn missing(resource: &Resource) -> Vec<&'static str> {
    resource.costs.unpriced.iter().map(|part| part.component).collect()
}
