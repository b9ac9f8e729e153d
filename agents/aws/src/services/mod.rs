//! The services of AWS: one file each, one line each in [`SERVICES`].

mod ebs;
mod ec2;
mod eks;
mod lambda;
mod rds;
mod s3;
mod tagging;

use futures::future::BoxFuture;

use finops_core::model::{Resource, figure};
use finops_core::service::Service;

use crate::metrics::{Answer, Question};
use crate::scope::AwsScope;

/// Every service that is collected, in the order of the documents.
pub(crate) static SERVICES: &[&dyn AwsService] =
    &[&ec2::Ec2, &ebs::Ebs, &eks::Eks, &lambda::Lambda, &rds::Rds, &s3::S3];

/// The services of the price book that resources of the service with this name need.
pub(crate) fn priced_by(service: &str) -> &'static [&'static str] {
    let found = SERVICES.iter().find(|known| known.view().service == service);
    found.map_or(&[], |known| known.priced_by())
}

/// A service of AWS: what is listed, then what CloudWatch is asked about it, then what the answers
/// mean. The questions of all services travel together.
pub(crate) trait AwsService: Service<AwsScope> {
    /// Whether it is the account's and not a region's: collected in the account's first scope.
    fn once_an_account(&self) -> bool {
        false
    }

    /// What to ask CloudWatch about the listed resources.
    fn questions<'a>(
        &'a self,
        _scope: &'a AwsScope,
        _resources: &'a [Resource],
    ) -> BoxFuture<'a, Vec<Question>> {
        Box::pin(async { Vec::new() })
    }

    /// Takes the answers in. Services whose costs depend on use price themselves here.
    fn settle(
        &self,
        _scope: &AwsScope,
        resources: &mut [Resource],
        answers: &[(Question, Answer)],
    ) {
        note_usage(resources, answers);
    }
}

/// Notes every figure that CloudWatch gave; the others stay unknown.
fn note_usage(resources: &mut [Resource], answers: &[(Question, Answer)]) {
    for (question, answer) in answers {
        if let (Some(resource), Some(value)) =
            (resources.get_mut(question.resource), answer.value())
        {
            resource.measure(question.key, figure(value));
        }
    }
}

/// The services to collect in a scope; `home` is the first of its account.
pub(crate) fn services_of(home: bool) -> impl Iterator<Item = &'static dyn AwsService> {
    SERVICES.iter().copied().filter(move |service| home || !service.once_an_account())
}

/// A time of the SDK's as RFC 3339.
fn time(at: Option<&aws_smithy_types::DateTime>) -> Option<String> {
    let at = jiff::Timestamp::new(at?.secs(), 0).ok()?;
    Some(at.to_string())
}

#[cfg(test)]
mod tests;
