//! Answers of Azure Monitor made by hand, and what comes of them, for the tests of services.

use rust_decimal::Decimal;

use finops_core::model::Resource;

use super::AzureService;
use crate::metrics::{Answer, Figure, Question};
use crate::scope::AzureScope;

/// Figures without dimensions.
pub(super) fn figures(figures: &[(&str, u64)]) -> Answer {
    let mut whole: Vec<(&str, &[&str], u64)> = Vec::new();
    whole.extend(figures.iter().map(|(metric, value)| (*metric, &[] as &[&str], *value)));
    split(&whole)
}

/// Figures with the values of their dimensions.
pub(super) fn split(figures: &[(&str, &[&str], u64)]) -> Answer {
    let figure = |(metric, dimensions, value): &(&str, &[&str], u64)| Figure {
        metric: (*metric).to_owned(),
        dimensions: dimensions.iter().map(|value| (*value).to_owned()).collect(),
        value: Decimal::from(*value),
    };
    Answer::Figures(figures.iter().map(figure).collect())
}

/// Asks a service about resources and gives the answers of `answer`, by resource and query.
pub(super) fn settle(
    service: &dyn AzureService,
    scope: &AzureScope,
    resources: &mut [Resource],
    answer: impl Fn(&Resource, &str) -> Answer,
) {
    let questions = service.questions(scope, resources);
    let answered = |question: Question| {
        let resource = &resources[question.resource.unwrap()];
        let answer = answer(resource, question.query.name);
        (question, answer)
    };
    let answers: Vec<_> = questions.into_iter().map(answered).collect();
    service.settle(scope, resources, &answers);
}

/// What a resource costs a month.
pub(super) fn month(resource: &Resource) -> String {
    resource.costs.known().unwrap().exact_monthly().to_string()
}

/// The components without a price.
pub(super) fn missing(resource: &Resource) -> Vec<&'static str> {
    resource.costs.unpriced.iter().map(|part| part.component).collect()
}
