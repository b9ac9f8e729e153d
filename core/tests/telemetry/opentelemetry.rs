//! Spans as a collector of OpenTelemetry takes them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use finops_core::telemetry::{Settings, Telemetry};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use prost::Message as _;
use tracing::{error, info_span};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::identities::eks;
use crate::support::{LONG, Recorder, one};

type Requests = Arc<Mutex<Vec<ExportTraceServiceRequest>>>;

async fn take(State(requests): State<Requests>, headers: HeaderMap, body: Bytes) {
    assert_eq!(headers["content-type"], "application/x-protobuf");
    requests.lock().unwrap().push(ExportTraceServiceRequest::decode(body).unwrap());
}

/// A collector, and its base address.
fn collector() -> (Requests, url::Url) {
    let requests = Requests::default();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let app = Router::new().route("/v1/traces", post(take)).with_state(Arc::clone(&requests));
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
    });
    (requests, url)
}

fn spans(requests: &Requests) -> Vec<Span> {
    let requests = requests.lock().unwrap();
    let resources = requests.iter().flat_map(|request| request.resource_spans.clone());
    resources.flat_map(|one| one.scope_spans).flat_map(|scope| scope.spans).collect()
}

fn named<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    spans.iter().find(|span| span.name == name).unwrap()
}

fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    match found.value.as_ref()?.value.as_ref()? {
        Any::StringValue(text) => Some(text.clone()),
        Any::IntValue(number) => Some(number.to_string()),
        Any::BoolValue(value) => Some(value.to_string()),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn spans_have_the_ids_times_and_status_of_their_events() {
    let (requests, url) = collector();
    let recorder = Recorder::with(Settings { otlp: Some(url), ..Settings::default() });
    recorder.telemetry.identify(eks());
    recorder.run(|| {
        info_span!("handle", otel.kind = "server", http.method = "GET", page.size = 5, id = 9)
            .in_scope(|| {
                info_span!("query", otel.kind = "client").in_scope(|| {
                    error!(error.r#type = "Timeout", error.message = "too slow");
                });
            });
    });
    let events = recorder.events();
    let spans = spans(&requests);
    assert_eq!(spans.len(), 2);
    for name in ["handle", "query"] {
        let (span, entry, exit) =
            (named(&spans, name), one(&events, "entry", name), one(&events, "exit", name));
        assert_eq!(hex(&span.trace_id), entry.text("trace_id"));
        assert_eq!(hex(&span.span_id), entry.text("span_id"));
        assert_eq!(hex(&span.parent_span_id), entry["parent_span_id"].as_str().unwrap_or_default());
        assert_eq!(span.start_time_unix_nano, entry.number("timestamp_ns"));
        assert_eq!(span.end_time_unix_nano - span.start_time_unix_nano, exit.number("duration_ns"));
    }
    let (handle, query) = (named(&spans, "handle"), named(&spans, "query"));
    assert_eq!(handle.kind, SpanKind::Server as i32);
    assert_eq!(query.kind, SpanKind::Client as i32);
    assert_eq!(text(&handle.attributes, "http.method").as_deref(), Some("GET"));
    assert_eq!(text(&handle.attributes, "page.size").as_deref(), Some("5"));
    assert_eq!(text(&handle.attributes, "id"), None);
    assert_eq!(text(&handle.attributes, "otel.kind"), None);
    let status = query.status.as_ref().unwrap();
    assert_eq!((status.code, status.message.as_str()), (StatusCode::Error as i32, "too slow"));
    let exception = &query.events[0];
    assert_eq!(exception.name, "exception");
    assert_eq!(text(&exception.attributes, "exception.type").as_deref(), Some("Timeout"));
    assert!(handle.status.as_ref().is_none_or(|status| status.code == StatusCode::Unset as i32));
}

#[test]
fn the_resource_is_the_identity_in_opentelemetrys_words() {
    let (requests, url) = collector();
    let recorder = Recorder::with(Settings { otlp: Some(url), ..Settings::default() });
    recorder.telemetry.identify(eks());
    recorder.run(|| info_span!("work").in_scope(|| {}));
    recorder.telemetry.shutdown(LONG);
    let requests = requests.lock().unwrap();
    let resource = requests[0].resource_spans[0].resource.as_ref().unwrap();
    for (key, expected) in [
        ("service.name", "user-api"),
        ("deployment.environment.name", "prod"),
        ("cloud.platform", "aws_eks"),
        ("k8s.pod.name", "user-api-deployment-7b8c9d-abcde"),
        ("k8s.deployment.name", "user-api"),
    ] {
        assert_eq!(text(&resource.attributes, key).as_deref(), Some(expected), "{key}");
    }
}

#[test]
fn a_collector_that_is_not_there_costs_spans_and_nothing_else() {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let otlp = Some(format!("http://{address}").parse().unwrap());
    let telemetry = Telemetry::start(Settings { otlp, ..Settings::default() }).unwrap();
    let subscriber = tracing_subscriber::registry().with(telemetry.layer());
    tracing::subscriber::with_default(subscriber, || info_span!("work").in_scope(|| {}));
    telemetry.flush(LONG);
    assert_eq!(telemetry.metrics().dropped(), 1);
}
