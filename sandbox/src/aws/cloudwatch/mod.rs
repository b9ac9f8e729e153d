//! CloudWatch: figures of what the fleet does, and which metrics there are.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>

mod cbor;
mod data;
mod figures;
mod list;

use http::StatusCode;

use super::Aws;
use super::place::Place;
use crate::cloud::Call;
use crate::http::{Reply, Request};

pub(super) use list::reports_memory;

pub(super) fn answer(aws: &Aws, request: &Request, call: &Call) -> Reply {
    let answered = match call.operation.as_str() {
        "GetMetricData" => data::answer(aws, request, call),
        "ListMetrics" => list::answer(aws, request, call),
        _ => None,
    };
    match answered {
        Some(bytes) => reply(bytes),
        None => refusal("InvalidParameterValueException", "The request cannot be read", true)
            .status(StatusCode::BAD_REQUEST),
    }
}

/// The newest value of a metric of a resource, where it has one.
pub(super) fn newest(
    aws: &Aws,
    place: &Place,
    namespace: &str,
    name: &str,
    resource: &str,
) -> Option<f64> {
    let asked = figures::Asked { namespace, name, resource, storage_type: "" };
    let series = figures::series(aws, place, &asked);
    (series.count(1) > 0).then(|| series.value(0))
}

fn reply(bytes: Vec<u8>) -> Reply {
    Reply::of("application/cbor", bytes).with("smithy-protocol", "rpc-v2-cbor")
}

/// A refusal as the protocol has it: the shape's name stands in `__type`. Those that the model
/// names as the query protocol's have that name in a header.
pub(super) fn refusal(code: &str, message: &str, client: bool) -> Reply {
    let mut writer = cbor::Writer::default();
    writer.map(2);
    writer.entry("__type", &format!("com.amazonaws.cloudwatch#{code}"));
    writer.entry("message", message);
    let fault = if client { "Sender" } else { "Receiver" };
    reply(writer.bytes).with("x-amzn-query-error", format!("{code};{fault}"))
}
