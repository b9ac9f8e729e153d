//! Refusals, each in the form of its service's protocol.

use http::StatusCode;
use serde_json::json;

use super::{cloudwatch, xml};
use crate::cloud::Call;
use crate::faults::Refusal;
use crate::http::Reply;

/// How a service puts its refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// <https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html>
    Ec2,
    /// RDS and STS:
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html>
    Query,
    /// EKS, Lambda and tagging:
    /// <https://docs.aws.amazon.com/eks/latest/APIReference/CommonErrors.html>
    Json,
    /// CloudWatch:
    /// <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html#operation-error-serialization>
    Cbor,
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
    S3,
    /// The metadata service gives a status and no more.
    Bare,
}

pub(super) fn refuse(call: &Call, refusal: Refusal) -> Reply {
    let form = form(call.service);
    let (status, code, message) = words(call.service, form, refusal);
    let reply = match form {
        Form::Ec2 | Form::Query => xml::error(call.service, code, message),
        Form::Json => json_error(code, message),
        Form::Cbor => cloudwatch::refusal(code, message, status < 500),
        Form::S3 => xml::s3_error(code, message),
        Form::Bare => Reply::of("text/plain", message),
    };
    reply.status(StatusCode::from_u16(status).expect("one of those below"))
}

/// A refusal of the JSON protocols.
pub(super) fn json_error(code: &str, message: &str) -> Reply {
    Reply::json(&json!({ "message": message })).with("x-amzn-errortype", code)
}

fn form(service: &str) -> Form {
    match service {
        "ec2" => Form::Ec2,
        "eks" | "lambda" | "tagging" => Form::Json,
        "cloudwatch" => Form::Cbor,
        "s3" => Form::S3,
        "metadata" => Form::Bare,
        _ => Form::Query,
    }
}

/// Status, code and message.
fn words(service: &str, form: Form, refusal: Refusal) -> (u16, &'static str, &'static str) {
    let expired = "The security token included in the request is expired";
    let internal = "An internal error has occurred";
    match (form, refusal) {
        (Form::Ec2, Refusal::Throttled) => (503, "RequestLimitExceeded", "Request limit exceeded."),
        (Form::S3, Refusal::Throttled) => (503, "SlowDown", "Please reduce your request rate."),
        (Form::Bare, Refusal::Throttled) => (429, "", "Too many requests"),
        // <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html#API_ListFunctions_Errors>
        (Form::Json, Refusal::Throttled) if service == "lambda" => {
            (429, "TooManyRequestsException", "Rate exceeded")
        }
        (Form::Json, Refusal::Throttled) if service == "eks" => {
            (429, "TooManyRequestsException", "Rate exceeded")
        }
        (Form::Json, Refusal::Throttled) => (400, "ThrottledException", "Rate exceeded"),
        (Form::Query, Refusal::Throttled) => (400, "Throttling", "Rate exceeded"),
        (Form::Cbor, Refusal::Throttled) => (400, "Throttling", "Rate exceeded"),
        (Form::Ec2, Refusal::Internal) => (500, "InternalError", internal),
        (Form::S3, Refusal::Internal) => {
            (500, "InternalError", "We encountered an internal error. Please try again.")
        }
        (Form::Bare, Refusal::Internal) => (500, "", internal),
        (Form::Json, Refusal::Internal) if service == "eks" => (500, "ServerException", internal),
        (Form::Json, Refusal::Internal) if service == "lambda" => {
            (500, "ServiceException", internal)
        }
        (Form::Json, Refusal::Internal) => (500, "InternalServiceException", internal),
        (Form::Query, Refusal::Internal) => (500, "InternalFailure", internal),
        (Form::Cbor, Refusal::Internal) => (500, "InternalServiceFault", internal),
        (Form::Ec2, Refusal::Expired) => (400, "RequestExpired", "Request has expired."),
        (Form::S3, Refusal::Expired) => (400, "ExpiredToken", "The provided token has expired."),
        (Form::Bare, Refusal::Expired) => (401, "", "Unauthorized"),
        (Form::Query, Refusal::Expired) => (403, "ExpiredToken", expired),
        (Form::Json | Form::Cbor, Refusal::Expired) => (403, "ExpiredTokenException", expired),
    }
}
