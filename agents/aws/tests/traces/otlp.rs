//! What an OTLP receiver makes of a cycle: decoded with the types of the `opentelemetry-proto`
//! crate, which this project did not write.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as AnyValue;
use opentelemetry_proto::tonic::trace::v1::Span as OtlpSpan;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use prost::Message as _;

use crate::events::{read, spans};
use crate::support::agent::Agent;
use crate::support::aws::Aws;
use crate::support::fault::{Fault, TARGETS};
use crate::support::http::{Reply, Server};

/// A receiver that takes everything and keeps it.
struct Receiver {
    server: Server,
    requests: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
}

impl Receiver {
    fn start() -> Self {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        let server = Server::start(move |request| {
            assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/traces"));
            assert_eq!(request.header("content-type"), Some("application/x-protobuf"));
            assert_eq!(request.header("x-tenant"), Some("blue"));
            let decoded = ExportTraceServiceRequest::decode(&*request.body).unwrap();
            kept.lock().unwrap().push(decoded);
            // An empty answer of this type: everything was taken.
            Reply::of(200, "application/x-protobuf", "")
        });
        Self { server, requests }
    }

    fn spans(&self) -> BTreeMap<String, OtlpSpan> {
        let requests = self.requests.lock().unwrap();
        let all = requests.iter().flat_map(|request| &request.resource_spans);
        let all = all.flat_map(|resource| &resource.scope_spans).flat_map(|scope| &scope.spans);
        all.map(|span| (hex(&span.span_id), span.clone())).collect()
    }

    fn resource(&self) -> BTreeMap<String, String> {
        let requests = self.requests.lock().unwrap();
        let resource = requests[0].resource_spans[0].resource.clone().unwrap();
        resource.attributes.iter().map(|it| (it.key.clone(), text(it))).collect()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text(pair: &KeyValue) -> String {
    match pair.value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(AnyValue::StringValue(text)) => text.clone(),
        other => format!("{other:?}"),
    }
}

#[test]
fn an_otlp_receiver_gets_the_same_spans_as_the_file() {
    let rds = TARGETS.iter().find(|target| target.name == "rds").unwrap();
    let aws = Aws::failing(rds.fails(Fault::Denied));
    let receiver = Receiver::start();
    let agent = Agent::of(&aws);
    let file = agent.folder().join("events.jsonl");
    let agent = agent
        .variable("TELEMETRY_FILE", file.to_str().unwrap())
        .variable("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.server.url())
        .variable("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=blue")
        .variable("ENVIRONMENT", "prod");
    let ran = agent.run_within(20, &["--once", "--server", "none"]);
    assert_eq!(ran.status, Some(3), "{ran:?}");
    assert_eq!(ran.stderr, "", "{ran:?}");

    let written = spans(&read(&file));
    let received = receiver.spans();
    assert_eq!(written.keys().collect::<Vec<_>>(), received.keys().collect::<Vec<_>>());
    for (id, span) in &written {
        let other = &received[id];
        assert_eq!(other.name, span.name);
        assert_eq!(hex(&other.trace_id), span.trace);
        assert_eq!(hex(&other.parent_span_id), span.parent.clone().unwrap_or_default());
        assert_eq!((other.start_time_unix_nano, other.end_time_unix_nano), (span.begin, span.end));
        let failed = other.status.as_ref().is_some_and(|it| it.code() == StatusCode::Error);
        assert_eq!(failed, !span.exit["error"].is_null(), "{other:?}");
    }
    let resource = receiver.resource();
    assert_eq!(resource["service.name"], "aws-agent");
    assert_eq!(resource["deployment.environment.name"], "prod");
    assert!(!resource["host.name"].is_empty());
}

#[test]
fn a_receiver_that_is_away_costs_a_word_and_no_document() {
    let aws = Aws::with(crate::support::fleet::Fleet::healthy());
    let agent = Agent::of(&aws)
        .variable("OTEL_EXPORTER_OTLP_ENDPOINT", crate::support::http::closed_port())
        .variable("RECEIVER_URL", crate::support::http::closed_port());
    let ran = agent.run_within(20, &["--once", "--server", "none", "--output", "json"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert_eq!(ran.documents().len(), 1);
}
