//! What a request asks for: each service names its operations in a way of its own.

use std::borrow::Cow;

use http::Method;

use super::fleet;
use super::place::Signer;
use crate::cloud::Call;
use crate::http::Request;

/// What stands before the operation in a path of CloudWatch's protocol
/// (<https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>).
const CLOUDWATCH: &str = "/service/GraniteServiceVersion20100801/operation/";
/// What stands before the operation in the header of the tagging API.
const TAGGING: &str = "ResourceGroupsTaggingAPI_20170126.";
/// The path of Lambda's list
/// (<https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html>).
const FUNCTIONS: &str = "/2015-03-31/functions";

pub(super) fn call(request: &Request) -> Call {
    let signer = Signer::of(request);
    let (service, operation) = match signer.service {
        // Nobody signs for the metadata service, nor for what is the sandbox's own.
        "" if request.path.starts_with("/latest/") => ("metadata", metadata(request)),
        "" if request.path == fleet::PATH => ("fleet", Some("Describe".into())),
        "ec2" => ("ec2", action(request)),
        "sts" => ("sts", action(request)),
        "rds" => ("rds", action(request)),
        "monitoring" => ("cloudwatch", after(&request.path, CLOUDWATCH)),
        "tagging" => ("tagging", after(request.header("x-amz-target"), TAGGING)),
        "lambda" => ("lambda", lambda(request)),
        "eks" => ("eks", eks(request)),
        "s3" => ("s3", s3(request)),
        _ => ("unknown", None),
    };
    Call {
        service,
        operation: operation.unwrap_or("unknown".into()).into_owned(),
        account: signer.account.into_owned(),
        region: signer.region.to_owned(),
    }
}

fn action(request: &Request) -> Option<Cow<'_, str>> {
    request.field("Action").map(Cow::Owned)
}

fn after<'r>(text: &'r str, start: &str) -> Option<Cow<'r, str>> {
    text.strip_prefix(start).map(Cow::Borrowed)
}

fn metadata(request: &Request) -> Option<Cow<'_, str>> {
    Some(if request.method == Method::PUT { "PutToken" } else { "GetMetadata" }.into())
}

fn lambda(request: &Request) -> Option<Cow<'_, str>> {
    let list = request.path.trim_end_matches('/') == FUNCTIONS;
    list.then_some("ListFunctions".into())
}

/// <https://docs.aws.amazon.com/eks/latest/APIReference/API_Operations.html>
fn eks(request: &Request) -> Option<Cow<'_, str>> {
    let mut parts = request.path.split('/').skip(1);
    match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("clusters"), None, ..) => Some("ListClusters".into()),
        (Some("clusters"), Some(_), None, ..) => Some("DescribeCluster".into()),
        (Some("clusters"), Some(_), Some("node-groups"), None, _) => Some("ListNodegroups".into()),
        (Some("clusters"), Some(_), Some("node-groups"), Some(_), None) => {
            Some("DescribeNodegroup".into())
        }
        _ => None,
    }
}

/// Addressed by path: `/` is the list of buckets, `/name?location` where one is.
fn s3(request: &Request) -> Option<Cow<'_, str>> {
    match request.path.as_str() {
        "/" => Some("ListBuckets".into()),
        _ if request.parameter("location").is_some() => Some("GetBucketLocation".into()),
        _ => None,
    }
}
