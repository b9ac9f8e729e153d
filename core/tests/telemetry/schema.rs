//! The published schema against what is really written.

use finops_core::telemetry::Settings;
use jsonschema::Validator;
use serde_json::{Value, json};
use tracing::{error, info_span};

use crate::identities::{ec2, eks};
use crate::support::{Event, Recorder};

fn validator() -> Validator {
    let text = include_str!("../../../docs/telemetry.v2.schema.json");
    let schema: Value = serde_json::from_str(text).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

/// Events of every kind there is.
fn events() -> Vec<Value> {
    let mut events = Vec::new();
    for identity in [None, Some(ec2()), Some(eks())] {
        for sample_ratio in [0.0, 1.0] {
            let recorder = Recorder::with(Settings { sample_ratio, ..Settings::default() });
            identity.clone().into_iter().for_each(|one| recorder.telemetry.identify(one));
            recorder.run(|| {
                info_span!("outer", id = 1, cloud.region = "eu-west-1", page.size = 5).in_scope(
                    || {
                        info_span!("fails").in_scope(|| error!("it broke"));
                        tracing::warn_span!("inner", cache.hit = true).in_scope(|| {});
                    },
                );
                let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
                info_span!("continued", traceparent = parent).in_scope(|| {});
            });
            events.extend(recorder.events().iter().map(Event::value));
        }
    }
    events
}

#[test]
fn every_event_is_as_the_schema_says() {
    let validator = validator();
    let events = events();
    assert!(events.len() > 30);
    for event in events {
        if let Err(error) = validator.validate(&event) {
            panic!("{error} at {}: {event}", error.instance_path());
        }
    }
}

#[test]
fn the_schema_refuses_what_is_no_event() {
    let validator = validator();
    let good = events().into_iter().find(|event| event["event_type"] == "function_exit").unwrap();
    assert!(validator.is_valid(&good));
    for (key, value) in [
        ("event_type", json!("function_call")),
        ("severity", json!("FATAL")),
        ("trace_id", json!("3F5C21A9AF8349B0B4C6D27F56D123AB")),
        ("trace_id", json!("00000000000000000000000000000000")),
        ("span_id", json!("b7ad6b71")),
        ("timestamp", json!("2025-10-30 15:04:00")),
        ("timestamp_ns", json!(-1)),
        ("sequence", json!(0)),
        ("duration_ns", json!(null)),
        ("correlation_id", json!("b7ad6b71")),
        ("schema", json!({ "format": "telemetry.v2", "version": "3.0.0" })),
        ("service", json!({ "name": "user-api" })),
        ("more", json!(1)),
    ] {
        let mut bad = good.clone();
        bad[key] = value.clone();
        assert!(!validator.is_valid(&bad), "{key} {value}");
    }
    for key in ["duration_ns", "message", "attributes", "parent_span_id", "environment"] {
        let mut bad = good.clone();
        bad.as_object_mut().unwrap().remove(key);
        assert!(!validator.is_valid(&bad), "without {key}");
    }
}
