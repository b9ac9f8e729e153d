//! Pages without what nobody reads.
//!
//! EC2 describes an instance in four to six kilobytes of XML, of which an eighth says what it costs.
//! The SDK makes structures of all of it, which is most of what collecting a large fleet takes
//! ([ADR 0032](../../../docs/adr/0032-pages-through-a-sieve.md)). So the body goes through a sieve on its
//! way in: elements that are not asked for are left out, before the SDK reads it. Connections, signing,
//! retries, pages, errors and types stay the SDK's.

mod body;
mod tags;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;

use body::Sieved;

/// Says of an element's name whether it is kept. What is in an element that is left out is left out
/// with it.
pub(crate) type Kept = fn(&[u8]) -> bool;

/// Lets through, of answers that are no errors, only the elements that are kept: the outermost one,
/// and whatever the SDK has to see.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sieve(pub(crate) Kept);

impl Intercept for Sieve {
    fn name(&self) -> &'static str {
        "Sieve"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response_mut();
        if response.status().is_success() {
            let body = response.take_body();
            *response.body_mut() = SdkBody::from_body_1_x(Sieved::new(body, self.0));
        }
        Ok(())
    }
}
