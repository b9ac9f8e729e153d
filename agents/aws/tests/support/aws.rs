//! The scripted AWS server: every service of the agent on one port.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use url::form_urlencoded;

use super::cbor;
use super::fleet::Fleet;
use super::http::{Reply, Request, Server};
use super::replies;

/// A call that the server got.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The service's name in signatures: `ec2`, `monitoring`, …
    pub(crate) service: String,
    pub(crate) operation: String,
    /// The region that the call was signed for.
    pub(crate) region: String,
    pub(crate) access_key: String,
    pub(crate) request: Request,
}

impl Call {
    /// Reads service, region and operation from where each protocol has them.
    fn of(request: &Request) -> Self {
        // AWS4-HMAC-SHA256 Credential=AKID/20261120/us-east-1/ec2/aws4_request, SignedHeaders=…
        let signature = request.header("authorization").unwrap_or_default();
        let credential = signature.split("Credential=").nth(1).unwrap_or_default();
        let mut scope = credential.split('/').map(str::to_owned);
        let access_key = scope.next().unwrap_or_default();
        let region = scope.nth(1).unwrap_or_default();
        let service = scope.next().unwrap_or_default();
        let mut call = Self {
            service,
            operation: String::new(),
            region,
            access_key,
            request: request.clone(),
        };
        call.operation = call.named_operation();
        call
    }

    fn named_operation(&self) -> String {
        let path: Vec<&str> = self.request.path.split('/').filter(|it| !it.is_empty()).collect();
        let named = match (self.service.as_str(), path.as_slice()) {
            ("ec2" | "rds" | "sts", _) => return self.parameter("Action").unwrap_or_default(),
            ("tagging", _) => {
                self.request.header("x-amz-target").and_then(|it| it.rsplit('.').next())
            }
            ("monitoring", path) => path.last().copied(),
            ("eks", ["clusters"]) => Some("ListClusters"),
            ("eks", ["clusters", _]) => Some("DescribeCluster"),
            ("eks", ["clusters", _, "node-groups"]) => Some("ListNodegroups"),
            ("eks", ["clusters", _, "node-groups", _]) => Some("DescribeNodegroup"),
            ("lambda", ["2015-03-31", "functions"]) => Some("ListFunctions"),
            ("s3", []) => Some("ListBuckets"),
            ("s3", [_]) => Some("GetBucketLocation"),
            _ => None,
        };
        named.unwrap_or_default().to_owned()
    }

    /// A parameter of the query protocol.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(&self.request.body)
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// All parameters of the query protocol whose names begin so.
    pub(crate) fn parameters(&self, prefix: &str) -> Vec<String> {
        form_urlencoded::parse(&self.request.body)
            .filter(|(key, _)| key.starts_with(prefix))
            .map(|(_, value)| value.into_owned())
            .collect()
    }

    /// The body of a CBOR or JSON call.
    pub(crate) fn body(&self) -> Value {
        let body = &self.request.body;
        serde_json::from_slice(body).ok().or_else(|| cbor::decode(body)).unwrap_or_default()
    }

    /// The last part of the path: a cluster's or node group's name.
    pub(crate) fn name(&self) -> &str {
        self.request.path.rsplit('/').next().unwrap_or_default()
    }
}

/// Answers a call in its own way, or leaves it to the next rule and at last to the fleet. It may
/// ask what the fleet would answer.
pub(crate) type Rule = Box<dyn Fn(&Call, &dyn Fn() -> Reply) -> Option<Reply> + Send + Sync>;

/// AWS as scripted.
pub(crate) struct Aws {
    server: Server,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Aws {
    /// AWS with this fleet, whose calls go as it should be.
    pub(crate) fn with(fleet: Fleet) -> Self {
        Self::scripted(fleet, Vec::new())
    }

    /// AWS with the healthy fleet and one rule.
    pub(crate) fn failing(rule: Rule) -> Self {
        Self::scripted(Fleet::healthy(), vec![rule])
    }

    /// AWS with this fleet; the first rule that answers wins.
    pub(crate) fn scripted(fleet: Fleet, rules: Vec<Rule>) -> Self {
        let calls = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&calls);
        let server = Server::start(move |request| {
            let call = Call::of(request);
            seen.lock().unwrap().push(call.clone());
            let healthy = || replies::healthy(&fleet, &call);
            rules.iter().find_map(|rule| rule(&call, &healthy)).unwrap_or_else(healthy)
        });
        Self { server, calls }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// The calls of one operation, in the order in which they came.
    pub(crate) fn calls(&self, operation: &str) -> Vec<Call> {
        let calls = self.calls.lock().unwrap();
        calls.iter().filter(|call| call.operation == operation).cloned().collect()
    }

    /// How many calls there were.
    pub(crate) fn count(&self) -> usize {
        self.calls.lock().unwrap().len()
    }
}
