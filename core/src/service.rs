//! What a service of a cloud is.

use futures::future::BoxFuture;

use crate::model::ServiceOutcome;
use crate::wire::ServiceView;

/// One service of a provider, collected within a scope of type `S`.
///
/// The runner measures the duration and the calls; a service only says what it found.
pub trait Service<S>: Sync {
    /// How it appears in documents; its name is the view's.
    fn view(&self) -> &'static ServiceView;

    /// The permissions its calls need, in the vendor's own spelling: `ec2:DescribeInstances`.
    fn permissions(&self) -> &'static [&'static str];

    /// The services of the price book that prices of its resources are looked up in: `aws/ec2`. They
    /// are what is fetched from the vendor where a scope has any of its resources.
    fn priced_by(&self) -> &'static [&'static str];

    /// Lists its resources.
    fn collect<'a>(&'a self, scope: &'a S) -> BoxFuture<'a, ServiceOutcome>;
}
