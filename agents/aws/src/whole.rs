//! An answer is whole or it is a failure.
//!
//! The SDKs read XML leniently: where a proxy cuts a list in the middle of its elements they return
//! what was there, and a body of zero bytes reads as an empty list. Both would show as a fleet that
//! is smaller than it is.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Fails calls that the SDK takes for answered where the answer is empty or ends before its
/// outermost element does. None of the operations in use has an answer without a body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WholeAnswers;

impl Intercept for WholeAnswers {
    fn name(&self) -> &'static str {
        "WholeAnswers"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // What the SDK could not read is a failure already.
        if context.output_or_error().is_err() {
            return Ok(());
        }
        context.response().body().bytes().map_or(Ok(()), |body| Ok(whole(body)?))
    }
}

/// JSON and CBOR that end early are errors to the SDKs; only XML has to be looked at.
fn whole(body: &[u8]) -> Result<(), &'static str> {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body).trim_ascii();
    if body.is_empty() {
        return Err("the answer is empty");
    }
    if body.starts_with(b"<") && !ends_with_its_root(&String::from_utf8_lossy(body)) {
        return Err("the answer ends in the middle");
    }
    Ok(())
}

fn ends_with_its_root(xml: &str) -> bool {
    // Nothing but the declaration and comments stands before the root, and both begin so.
    let root = xml.split('<').find(|part| !part.is_empty() && !part.starts_with(['?', '!']));
    let Some(root) = root else {
        return false;
    };
    let name = root.split(|letter: char| letter.is_whitespace() || "/>".contains(letter)).next();
    let closing = format!("</{}>", name.unwrap_or_default());
    xml.ends_with(&closing) || (root.trim_end().ends_with("/>") && xml.ends_with(root))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_answers_pass() {
        for body in [
            "<?xml version=\"1.0\"?>\n<R xmlns=\"u\"><a/></R>\n",
            "<LocationConstraint xmlns=\"u\"/>",
            "<!-- a --><R></R>",
            "{}",
            "\u{0}",
        ] {
            assert_eq!(whole(body.as_bytes()), Ok(()), "{body}");
        }
    }

    #[test]
    fn cut_and_empty_answers_fail() {
        for body in
            ["", " \n", "<", "<?xml version=\"1.0\"?>", "<R>", "<R><a/>", "<R><a></a>", "<R><R/"]
        {
            assert!(whole(body.as_bytes()).is_err(), "{body}");
        }
    }
}
