//! What can go wrong with a call, in each service's own spelling.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::aws::{Call, Rule};
use super::cbor;
use super::http::{Answer, Reply};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The caller has no permission.
    Denied,
    /// The credentials are over.
    Expired,
    /// The first so many calls are throttled in this way; then all is well.
    Throttled(usize, Throttling),
    /// No answer.
    Hang,
    /// The answer ends in the middle.
    Truncated,
    /// A proxy's page under status 200.
    Html,
    /// Status 200, and a body in the protocol that cannot be parsed.
    Broken,
    /// Status 200 and no body.
    Blank,
    /// The connection is closed.
    Reset,
}

/// How a service says that it is asked too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Throttling {
    /// A status alone, as load balancers do.
    Bare(u16),
    /// The protocol's own error.
    Spelt,
}

/// A service of the agent and the call that the faults hit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    /// The service's name in documents.
    pub(crate) name: &'static str,
    pub(crate) operation: &'static str,
    /// The permission that the operation needs.
    pub(crate) action: &'static str,
    pub(crate) spelling: Spelling,
}

/// How a protocol spells errors: statuses, codes, and the function that puts them in its shape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spelling {
    denied: (u16, &'static str),
    throttled: (u16, &'static str),
    error: fn(u16, &str, &str) -> Reply,
    /// A body that begins well.
    broken: (&'static str, &'static [u8]),
}

pub(crate) const STS: Spelling = Spelling {
    denied: (403, "AccessDenied"),
    throttled: (400, "Throttling"),
    error: query_error,
    broken: ("text/xml", b"<GetCallerIdentityResponse><GetCallerIdentityResult><Acc"),
};
pub(crate) const EC2: Spelling = Spelling {
    denied: (403, "UnauthorizedOperation"),
    throttled: (503, "RequestLimitExceeded"),
    error: ec2_error,
    broken: ("text/xml", b"<DescribeInstancesResponse><reservationSet><item><instancesSet>"),
};
const EBS: Spelling =
    Spelling { broken: ("text/xml", b"<DescribeVolumesResponse><volumeSet><it"), ..EC2 };
pub(crate) const RDS: Spelling = Spelling {
    broken: ("text/xml", b"<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInst"),
    ..STS
};
pub(crate) const EKS: Spelling = Spelling {
    denied: (403, "AccessDeniedException"),
    throttled: (429, "ThrottlingException"),
    error: json_error,
    broken: ("application/json", b"{\"clusters\": [\"shop\", "),
};
const LAMBDA: Spelling = Spelling {
    throttled: (429, "TooManyRequestsException"),
    broken: ("application/json", b"{\"Functions\": [{\"FunctionName\": "),
    ..EKS
};
/// The tagging API.
pub(crate) const TAGGING: Spelling = Spelling {
    throttled: (400, "ThrottledException"),
    broken: ("application/json", b"{\"Res"),
    ..EKS
};
const S3: Spelling = Spelling {
    denied: (403, "AccessDenied"),
    throttled: (503, "SlowDown"),
    error: s3_error,
    broken: ("application/xml", b"<ListAllMyBucketsResult><Buckets><Bucket><Name>"),
};
pub(crate) const CLOUDWATCH: Spelling = Spelling {
    denied: (403, "AccessDenied"),
    throttled: (400, "Throttling"),
    error: cbor_error,
    // A map of one entry whose list of two has one.
    broken: ("application/cbor", b"\xa1\x71MetricDataResults\x82\xa0"),
};

const fn target(
    name: &'static str,
    operation: &'static str,
    action: &'static str,
    spelling: Spelling,
) -> Target {
    Target { name, operation, action, spelling }
}

/// Every service, and CloudWatch, on which costs depend.
pub(crate) const TARGETS: [Target; 7] = [
    target("ec2", "DescribeInstances", "ec2:DescribeInstances", EC2),
    target("ebs", "DescribeVolumes", "ec2:DescribeVolumes", EBS),
    target("eks", "ListClusters", "eks:ListClusters", EKS),
    target("lambda", "ListFunctions", "lambda:ListFunctions", LAMBDA),
    target("rds", "DescribeDBInstances", "rds:DescribeDBInstances", RDS),
    target("s3", "ListBuckets", "s3:ListAllMyBuckets", S3),
    target("cloudwatch", "GetMetricData", "cloudwatch:GetMetricData", CLOUDWATCH),
];

impl Target {
    /// The rule by which this service's call fails.
    pub(crate) fn fails(&self, fault: Fault) -> Rule {
        fails(self.operation, self.spelling, fault)
    }
}

/// The rule by which `operation` fails.
pub(crate) fn fails(operation: &'static str, spelling: Spelling, fault: Fault) -> Rule {
    let seen = AtomicUsize::new(0);
    Box::new(move |call: &Call, healthy: &dyn Fn() -> Reply| {
        if call.operation != operation {
            return None;
        }
        let before = seen.fetch_add(1, Ordering::Relaxed);
        match fault {
            Fault::Throttled(times, _) if before >= times => None,
            fault => Some(reply(spelling, fault, healthy)),
        }
    })
}

fn reply(spelling: Spelling, fault: Fault, healthy: &dyn Fn() -> Reply) -> Reply {
    let spelt = |(status, code): (u16, &str), message| (spelling.error)(status, code, message);
    match fault {
        Fault::Denied => spelt(spelling.denied, "User: agent is not authorized to do this"),
        Fault::Expired => spelt((403, "ExpiredToken"), "The security token has expired"),
        Fault::Throttled(_, Throttling::Bare(status)) => Reply::of(status, "text/plain", ""),
        Fault::Throttled(_, Throttling::Spelt) => spelt(spelling.throttled, "Rate exceeded"),
        Fault::Hang => Reply::Hang,
        Fault::Reset => Reply::Reset,
        Fault::Html => Reply::of(200, "text/html", "<html><body><h1>Sign in</h1></body></html>"),
        Fault::Broken => protocol(Reply::of(200, spelling.broken.0, spelling.broken.1)),
        Fault::Blank => protocol(Reply::of(200, spelling.broken.0, "")),
        Fault::Truncated => match healthy() {
            Reply::Whole(answer) => Reply::Truncated(answer),
            other => other,
        },
    }
}

/// With the header by which CloudWatch's protocol is known.
fn protocol(reply: Reply) -> Reply {
    let cbor = |answer: &Answer| answer.headers.iter().any(|(_, kind)| kind == "application/cbor");
    match reply {
        Reply::Whole(answer) if cbor(&answer) => {
            Reply::Whole(answer).with("smithy-protocol", "rpc-v2-cbor")
        }
        other => other,
    }
}

const REQUEST_ID: &str = "1b3a5c7e-2d4f-4a6b-8c0d-9e1f2a3b4c5d";

fn ec2_error(status: u16, code: &str, message: &str) -> Reply {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code>\
         <Message>{message}</Message></Error></Errors><RequestID>{REQUEST_ID}</RequestID></Response>"
    );
    Reply::of(status, "text/xml;charset=UTF-8", body)
}

fn query_error(status: u16, code: &str, message: &str) -> Reply {
    let body = format!(
        "<ErrorResponse xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
    );
    Reply::of(status, "text/xml", body)
}

fn json_error(status: u16, code: &str, message: &str) -> Reply {
    Reply::of(status, "application/json", json!({ "message": message }).to_string())
        .with("x-amzn-errortype", code)
        .with("x-amzn-requestid", REQUEST_ID)
}

fn s3_error(status: u16, code: &str, message: &str) -> Reply {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
         <Message>{message}</Message><RequestId>656c76696e67</RequestId><HostId>Uuag1LuB</HostId></Error>"
    );
    Reply::of(status, "application/xml", body)
}

fn cbor_error(status: u16, code: &str, message: &str) -> Reply {
    let kind = format!("com.amazon.coral.service#{code}Exception");
    let body = cbor::encode(&json!({ "__type": kind, "message": message }));
    protocol(Reply::of(status, "application/cbor", body))
        .with("x-amzn-query-error", format!("{code};Sender"))
}
