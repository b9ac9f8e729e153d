//! AWS Lambda, which says all it says in the environment:
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>.

use super::super::document::Fields;
use super::super::finding::{Finding, Part};
use super::super::surroundings::Surroundings;
use super::put;

/// Whether this is a function.
pub(super) fn worth_asking(around: &Surroundings) -> bool {
    around.variable("AWS_LAMBDA_FUNCTION_NAME").is_some()
}

/// The function's region and log stream.
pub(super) fn detect(around: &Surroundings) -> Finding {
    let mut part = Part { service: service(around), ..Part::default() };
    put(&mut part.cloud, "provider", Some("aws"));
    let region = around.variable("AWS_REGION").or_else(|| around.variable("AWS_DEFAULT_REGION"));
    put(&mut part.cloud, "region", region);
    // Each instance of a function writes a log stream of its own.
    put(&mut part.cloud, "instance.id", around.variable("AWS_LAMBDA_LOG_STREAM_NAME"));
    put(&mut part.cloud, "platform", Some("lambda"));
    put(&mut part.cloud, "metadata_source", Some("env"));
    Finding::Here(Box::new(part), Vec::new())
}

/// The function's name and version.
pub(super) fn service(around: &Surroundings) -> Fields {
    let mut service = Fields::new();
    put(&mut service, "name", around.variable("AWS_LAMBDA_FUNCTION_NAME"));
    put(&mut service, "version", around.variable("AWS_LAMBDA_FUNCTION_VERSION"));
    service
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_function_is_known_by_its_environment() {
        let around = Surroundings::scripted(
            [
                ("AWS_LAMBDA_FUNCTION_NAME", "nightly"),
                ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
                ("AWS_LAMBDA_LOG_STREAM_NAME", "2025/10/30/[$LATEST]abc"),
                ("AWS_REGION", "eu-west-1"),
            ],
            "/nowhere",
            "169.254.100.6",
        );
        assert!(worth_asking(&around));
        let Finding::Here(part, _) = detect(&around) else { panic!("it is here") };
        assert_eq!(
            serde_json::Value::Object(part.cloud),
            json!({
                "provider": "aws",
                "region": "eu-west-1",
                "instance.id": "2025/10/30/[$LATEST]abc",
                "platform": "lambda",
                "metadata_source": "env",
            })
        );
        assert_eq!(
            serde_json::Value::Object(part.service),
            json!({ "name": "nightly", "version": "$LATEST" })
        );
    }
}
