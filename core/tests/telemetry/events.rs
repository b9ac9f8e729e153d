//! The guide's examples, key by key in their order.

use serde_json::json;
use tracing::{error, info_span, instrument};

use crate::identities::{ec2, eks};
use crate::support::{Event, Recorder, one, told};

/// Keys of the entry of a function without a caller in the process: the guide's example 1.
const ROOT_ENTRY: &[&str] = &[
    "schema",
    "timestamp",
    "timestamp_ns",
    "sequence",
    "event_type",
    "severity",
    "function_name",
    "trace_id",
    "span_id",
    "parent_span_id",
    "message",
    "attributes",
    "correlation_id",
    "service",
    "environment",
    "resource",
    "cloud",
    "host",
    "process",
];

/// Keys of an exit with an error, in Kubernetes: example 2.
const FAILED_EXIT: &[&str] = &[
    "schema",
    "timestamp",
    "timestamp_ns",
    "sequence",
    "event_type",
    "severity",
    "function_name",
    "trace_id",
    "span_id",
    "parent_span_id",
    "duration_ns",
    "message",
    "attributes",
    "correlation_id",
    "error",
    "service",
    "environment",
    "resource",
    "cloud",
    "host",
    "k8s",
    "process",
];

/// Keys of the entry of a function called by another: example 3.
const CHILD_ENTRY: &[&str] = &[
    "schema",
    "timestamp",
    "timestamp_ns",
    "sequence",
    "event_type",
    "severity",
    "function_name",
    "trace_id",
    "span_id",
    "parent_span_id",
    "message",
    "attributes",
    "correlation_id",
    "service",
    "environment",
];

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn line_of(event: &Event) -> u64 {
    event["attributes"]["caller.line"].as_u64().unwrap()
}

#[test]
fn an_entry_on_ec2_has_the_keys_of_the_guide_in_its_order() {
    let recorder = Recorder::new();
    recorder.telemetry.identify(ec2());
    recorder
        .run(|| info_span!("fetch_user_data", user_id = 1, include_profile = true).in_scope(|| {}));
    let events = recorder.events();
    let entry = one(&events, "entry", "fetch_user_data");
    assert_eq!(entry.keys(), ROOT_ENTRY);
    assert_eq!(entry["schema"], json!({ "format": "telemetry.v2", "version": "2.0.0" }));
    assert_eq!(entry["sequence"], 1);
    assert_eq!(entry["severity"], "INFO");
    assert_eq!(entry["parent_span_id"], json!(null));
    assert_eq!(entry["message"], "Function 'fetch_user_data' entry");
    assert_eq!(entry["service"], json!({ "name": "user-api", "version": "1.2.3" }));
    assert_eq!(entry["environment"], "prod");
    assert_eq!(entry["cloud"]["instance.id"], "i-0b123456789abcdef");
    assert_eq!(entry["host"]["public_ip"], "54.91.123.45");
    assert_eq!(entry["process"]["pid"], 3421);
    assert_eq!(entry["resource"]["runtime.name"], "rust");
    assert!(is_hex(entry.text("trace_id"), 32));
    assert!(is_hex(entry.text("span_id"), 16));
    let correlation = format!("func_{}", &entry.text("span_id")[..8]);
    assert_eq!(entry["correlation_id"], json!(correlation));
}

#[test]
fn the_attributes_of_an_entry_say_parameters_by_name_and_the_place() {
    let recorder = Recorder::new();
    recorder.run(|| info_span!("load", user_id = 1, limit = 5).in_scope(|| {}));
    let events = recorder.events();
    let entry = one(&events, "entry", "load");
    let attributes = &entry["attributes"];
    assert_eq!(attributes["function.parameters"], "user_id, limit");
    assert_eq!(attributes["caller.function"], "telemetry::events");
    assert!(attributes["caller.file"].as_str().unwrap().ends_with("tests/telemetry/events.rs"));
    assert!(line_of(entry) > 0);
    let program = attributes["program_name"].as_str().unwrap();
    assert!(program.starts_with("telemetry-"), "{program}");
}

#[test]
fn a_timestamp_is_the_same_moment_in_both_forms() {
    let recorder = Recorder::new();
    recorder.run(|| info_span!("load").in_scope(|| {}));
    for event in recorder.events() {
        let text: jiff::Timestamp = event.text("timestamp").parse().unwrap();
        let exact = event.number("timestamp_ns");
        assert_eq!(text.as_millisecond() as u64, exact / 1_000_000);
        assert_eq!(event.text("timestamp").len(), "2025-10-30T15:04:00.123Z".len());
    }
}

#[test]
fn an_exit_with_an_error_on_eks_has_the_keys_of_the_guide_in_its_order() {
    #[derive(Debug, thiserror::Error)]
    #[error("Connection timeout after 30s")]
    struct DatabaseConnectionError;

    let recorder = Recorder::new();
    recorder.telemetry.identify(eks());
    recorder.run(|| {
        info_span!("fetch_user_data").in_scope(|| {
            finops_core::telemetry::record_error(&DatabaseConnectionError);
        });
    });
    let events = recorder.events();
    let exit = one(&events, "exit", "fetch_user_data");
    assert_eq!(exit.keys(), FAILED_EXIT);
    assert_eq!(exit["severity"], "ERROR");
    assert_eq!(
        exit["error"],
        json!({
            "type": "DatabaseConnectionError",
            "message": "Connection timeout after 30s",
            "stacktrace": null,
        })
    );
    assert_eq!(exit["k8s"]["pod.name"], "user-api-deployment-7b8c9d-abcde");
    let duration = exit.number("duration_ns");
    let begin = one(&events, "entry", "fetch_user_data").number("timestamp_ns");
    assert_eq!(exit.number("timestamp_ns"), begin + duration);
    let message = exit.text("message").strip_prefix("Function 'fetch_user_data' exit (").unwrap();
    let milliseconds: f64 = message.strip_suffix("ms)").unwrap().parse().unwrap();
    assert!((milliseconds - duration as f64 / 1e6).abs() < 0.005_001, "{message}");
}

#[test]
fn a_nested_call_carries_its_parent_and_no_identity_but_the_service() {
    let recorder = Recorder::new();
    recorder.telemetry.identify(ec2());
    recorder.run(|| {
        info_span!("process_order", order_id = 1).in_scope(|| {
            info_span!("validate_payment", amount = 1, payment_method = 2).in_scope(|| {});
        });
    });
    let events = recorder.events();
    assert_eq!(
        told(&events),
        [
            "entry process_order",
            "entry validate_payment",
            "exit validate_payment",
            "exit process_order"
        ]
    );
    let parent = one(&events, "entry", "process_order");
    let child = one(&events, "entry", "validate_payment");
    assert_eq!(child.keys(), CHILD_ENTRY);
    assert_eq!(child["trace_id"], parent["trace_id"]);
    assert_eq!(child["parent_span_id"], parent["span_id"]);
    assert_eq!(child["attributes"]["caller.function"], "process_order");
    assert_eq!(child["attributes"]["parent_correlation_id"], parent["correlation_id"]);
    assert_eq!(child["attributes"]["function.parameters"], "amount, payment_method");
    let exit = one(&events, "exit", "validate_payment");
    assert_eq!(exit["correlation_id"], child["correlation_id"]);
    assert_eq!(exit["cloud"], json!(null));
    let keys: Vec<_> = exit["attributes"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["program_name"]);
    assert!(one(&events, "exit", "process_order")["cloud"].is_object());
}

#[test]
fn a_child_that_fails_carries_the_identity_at_its_exit() {
    let recorder = Recorder::new();
    recorder.telemetry.identify(ec2());
    recorder.run(|| {
        info_span!("process_order").in_scope(|| {
            info_span!("validate_payment").in_scope(|| error!("the card was refused"));
        });
    });
    let events = recorder.events();
    let child = one(&events, "exit", "validate_payment");
    assert_eq!(child["cloud"]["platform"], "ec2");
    assert_eq!(child["error"]["type"], "Error");
    assert_eq!(child["error"]["message"], "the card was refused");
    assert!(one(&events, "exit", "process_order")["error"].is_null());
}

#[test]
fn fields_with_a_dot_are_attributes_of_their_types() {
    let recorder = Recorder::new();
    recorder.run(|| {
        let span = info_span!(
            "collect",
            cloud.region = "eu-west-1",
            page.size = 1_000,
            share.done = 0.5,
            cache.hit = true,
            debt.cents = -3,
            plain = "kept back",
            resources.found = tracing::field::Empty,
            odd.number = f64::NAN,
        );
        span.record("resources.found", 42);
        span.record("cache.hit", false);
    });
    let events = recorder.events();
    let entry = &one(&events, "entry", "collect")["attributes"];
    assert_eq!(entry["cloud.region"], "eu-west-1");
    assert_eq!(entry["page.size"], 1_000);
    assert_eq!(entry["share.done"], 0.5);
    assert_eq!(entry["cache.hit"], true);
    assert_eq!(entry["debt.cents"], -3);
    assert_eq!(entry["odd.number"], "NaN");
    assert_eq!(entry["function.parameters"], "plain");
    assert!(entry.get("resources.found").is_none());
    let exit = &one(&events, "exit", "collect")["attributes"];
    assert_eq!(exit["resources.found"], 42);
    assert_eq!(exit["cache.hit"], false);
    assert_eq!(exit["cloud.region"], "eu-west-1");
    assert!(exit.get("plain").is_none());
}

#[derive(Debug, thiserror::Error)]
#[error("cannot fetch the user")]
struct FetchError(#[source] std::io::Error);

#[instrument(err)]
fn fetch(id: u32) -> Result<u32, FetchError> {
    if id == 0 { Err(FetchError(std::io::Error::other("reset by peer"))) } else { Ok(id) }
}

#[test]
fn an_error_that_an_instrumented_function_returns_is_its_exits() {
    let recorder = Recorder::new();
    recorder.run(|| fetch(0).unwrap_err());
    let events = recorder.events();
    let exit = one(&events, "exit", "fetch");
    assert_eq!(exit["error"]["message"], "cannot fetch the user");
    assert_eq!(exit["error"]["type"], "Error");
    assert!(exit["attributes"].get("error.function").is_none());
}

#[test]
fn an_event_may_say_type_message_and_stack_or_an_error_with_its_sources() {
    let recorder = Recorder::new();
    recorder.run(|| {
        info_span!("said").in_scope(|| {
            error!(error.r#type = "Timeout", error.message = "too slow", error.stack = "a\nb", "x");
            error!("only the first counts");
        });
        info_span!("chained").in_scope(|| {
            let failure = FetchError(std::io::Error::other("reset by peer"));
            error!(error = &failure as &dyn std::error::Error, "gave up");
        });
    });
    let events = recorder.events();
    let said = json!({ "type": "Timeout", "message": "too slow", "stacktrace": "a\nb" });
    assert_eq!(one(&events, "exit", "said")["error"], said);
    let chained = &one(&events, "exit", "chained")["error"];
    assert_eq!(chained["message"], "cannot fetch the user");
    assert_eq!(chained["stacktrace"], "caused by: reset by peer");
}

#[test]
fn a_panic_marks_every_span_that_it_unwinds_through() {
    let recorder = Recorder::new();
    recorder.run(|| {
        let outer = || info_span!("outer").in_scope(|| info_span!("inner").in_scope(|| panic!()));
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(outer)).unwrap_err();
        info_span!("after").in_scope(|| {});
    });
    let events = recorder.events();
    assert_eq!(one(&events, "exit", "inner")["error"]["type"], "panic");
    assert_eq!(one(&events, "exit", "outer")["error"]["type"], "panic");
    assert!(one(&events, "exit", "after")["error"].is_null());
}

#[test]
fn the_severity_is_the_spans_level_and_an_error_only_where_something_failed() {
    let settings =
        finops_core::telemetry::Settings { level: tracing::Level::TRACE, ..Default::default() };
    let recorder = Recorder::with(settings);
    recorder.run(|| {
        tracing::trace_span!("traced").in_scope(|| {});
        tracing::debug_span!("debugged").in_scope(|| {});
        tracing::warn_span!("warned").in_scope(|| {});
        tracing::error_span!("always").in_scope(|| {});
    });
    let events = recorder.events();
    for (name, severity) in
        [("traced", "TRACE"), ("debugged", "DEBUG"), ("warned", "WARN"), ("always", "INFO")]
    {
        assert_eq!(one(&events, "entry", name)["severity"], severity);
        assert_eq!(one(&events, "exit", name)["severity"], severity);
    }
}

#[test]
fn names_and_values_of_any_text_stay_json() {
    let recorder = Recorder::new();
    recorder.run(|| {
        info_span!("a \"quoted\" name\n", some.text = "tab\t \u{7} \\ \"é\"").in_scope(|| {});
    });
    let events = recorder.events();
    let entry = one(&events, "entry", "a \"quoted\" name\n");
    assert_eq!(entry["attributes"]["some.text"], "tab\t \u{7} \\ \"é\"");
    assert_eq!(entry["message"], "Function 'a \"quoted\" name\n' entry");
}

#[test]
fn before_the_identity_is_known_events_carry_the_programs_name() {
    let recorder = Recorder::new();
    recorder.run(|| {
        info_span!("early").in_scope(|| {});
        recorder.telemetry.identify(ec2());
        info_span!("late").in_scope(|| {});
    });
    let events = recorder.events();
    let early = one(&events, "entry", "early");
    assert!(early["service"]["name"].as_str().unwrap().starts_with("telemetry-"));
    assert_eq!(early["service"]["version"], "unknown");
    assert!(early["cloud"].is_null());
    assert_eq!(one(&events, "entry", "late")["service"]["name"], "user-api");
}
