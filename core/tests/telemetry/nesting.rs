//! Traces across threads, tasks and processes.

use finops_core::telemetry::{Settings, TraceContext, context_of, current};
use tracing::{Instrument as _, Span, info_span};

use crate::support::{Recorder, one, told};

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[tracing::instrument]
async fn fetch(page: u32) {
    tokio::task::yield_now().await;
    info_span!("parse").in_scope(|| {});
}

#[test]
fn a_span_entered_on_another_thread_keeps_its_trace() {
    let recorder = Recorder::new();
    recorder.run(|| {
        let root = info_span!("root");
        let dispatch = tracing::dispatcher::get_default(tracing::Dispatch::clone);
        let inside = root;
        let work = move || {
            let _default = tracing::dispatcher::set_default(&dispatch);
            inside.in_scope(|| info_span!("elsewhere").in_scope(|| {}));
        };
        std::thread::spawn(work).join().unwrap();
    });
    let events = recorder.events();
    let (root, child) = (one(&events, "entry", "root"), one(&events, "entry", "elsewhere"));
    assert_eq!(child["trace_id"], root["trace_id"]);
    assert_eq!(child["parent_span_id"], root["span_id"]);
}

#[test]
fn tasks_side_by_side_keep_their_own_parents() {
    let recorder = Recorder::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    recorder.run(|| {
        let both = async { tokio::join!(fetch(1), fetch(2)) };
        runtime.block_on(both.instrument(info_span!("collect")));
    });
    let events = recorder.events();
    let root = one(&events, "entry", "collect");
    let fetched: Vec<_> = events
        .iter()
        .filter(|event| {
            event["function_name"] == "fetch" && event["event_type"] == "function_entry"
        })
        .collect();
    assert_eq!(fetched.len(), 2);
    for fetch in fetched {
        assert_eq!(fetch["parent_span_id"], root["span_id"]);
        assert_eq!(fetch["attributes"]["function.parameters"], "page");
        let below = events.iter().filter(|event| {
            event["event_type"] == "function_entry" && event["parent_span_id"] == fetch["span_id"]
        });
        assert_eq!(below.count(), 1);
    }
}

#[test]
fn durations_and_timestamps_nest() {
    let recorder = Recorder::new();
    recorder.run(|| {
        info_span!("a").in_scope(|| info_span!("b").in_scope(|| info_span!("c").in_scope(|| {})));
    });
    let events = recorder.events();
    assert_eq!(told(&events), ["entry a", "entry b", "entry c", "exit c", "exit b", "exit a"]);
    let times: Vec<_> = events.iter().map(|event| event.number("timestamp_ns")).collect();
    assert!(times.is_sorted());
    let sequence: Vec<_> = events.iter().map(|event| event.number("sequence")).collect();
    assert_eq!(sequence, [1, 2, 3, 4, 5, 6]);
    assert!(events[3].number("duration_ns") <= events[5].number("duration_ns"));
}

#[test]
fn a_parent_that_leaves_before_its_child_closes_after_it() {
    let recorder = Recorder::new();
    recorder.run(|| {
        let parent = info_span!("parent");
        let child = parent.in_scope(|| info_span!("child"));
        drop(parent);
        drop(child);
    });
    let events = recorder.events();
    assert_eq!(told(&events), ["entry parent", "entry child", "exit child", "exit parent"]);
    assert!(events[2].number("timestamp_ns") <= events[3].number("timestamp_ns"));
}

#[test]
fn a_traceparent_field_continues_a_trace_of_another_process_and_is_no_attribute() {
    let recorder = Recorder::new();
    let context: TraceContext = PARENT.parse().unwrap();
    recorder.run(|| {
        info_span!("handle", traceparent = %context, request = 1).in_scope(|| {
            info_span!("below").in_scope(|| {});
        });
        info_span!("as_text", traceparent = PARENT).in_scope(|| {});
        info_span!("broken", traceparent = "00-nothing").in_scope(|| {});
    });
    let events = recorder.events();
    for name in ["handle", "as_text"] {
        let entry = one(&events, "entry", name);
        assert_eq!(entry["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(entry["parent_span_id"], "00f067aa0ba902b7");
        assert!(entry["attributes"].get("traceparent").is_none());
        assert!(entry["attributes"].get("parent_correlation_id").is_none());
    }
    let handle = one(&events, "entry", "handle");
    assert_eq!(handle["attributes"]["function.parameters"], "request");
    assert_eq!(one(&events, "entry", "below")["parent_span_id"], handle["span_id"]);
    assert!(one(&events, "entry", "broken")["parent_span_id"].is_null());
}

#[test]
fn the_callers_trace_is_continued_by_spans_without_a_parent() {
    let parent = Some(PARENT.parse().unwrap());
    let recorder = Recorder::with(Settings { parent, sample_ratio: 0.0, ..Settings::default() });
    recorder.run(|| info_span!("main").in_scope(|| info_span!("work").in_scope(|| {})));
    let events = recorder.events();
    let main = one(&events, "entry", "main");
    assert_eq!(main["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(main["parent_span_id"], "00f067aa0ba902b7");
    assert_eq!(one(&events, "entry", "work")["trace_id"], main["trace_id"]);
}

#[test]
fn the_place_at_hand_can_be_handed_on() {
    let recorder = Recorder::new();
    let (outer, inner) = recorder.run(|| {
        assert_eq!(current(), None);
        let span = info_span!("outer");
        let outer = context_of(&span).unwrap();
        let inner = span.in_scope(|| {
            assert_eq!(current(), Some(outer));
            // A span that is not taken stands for the one around it.
            tracing::debug_span!("verbose").in_scope(|| assert_eq!(current(), Some(outer)));
            info_span!("inner").in_scope(|| current().unwrap())
        });
        assert_eq!(context_of(&Span::none()), None);
        (outer, inner)
    });
    let events = recorder.events();
    assert_eq!(one(&events, "entry", "outer")["span_id"], outer.span_id.to_string());
    assert_eq!(one(&events, "entry", "inner")["span_id"], inner.span_id.to_string());
    assert_eq!(inner.trace_id, outer.trace_id);
    assert!(inner.sampled);
}

#[test]
fn only_spans_of_the_crates_named_are_taken() {
    let targets = vec!["shop".to_owned()];
    let recorder = Recorder::with(Settings { targets, ..Settings::default() });
    recorder.run(|| {
        info_span!(target: "shop::orders", "order").in_scope(|| {
            info_span!(target: "hyper::client", "connect").in_scope(|| {
                info_span!(target: "shop", "reply").in_scope(|| {});
            });
        });
        info_span!(target: "shopping", "other").in_scope(|| {});
    });
    let events = recorder.events();
    assert_eq!(told(&events), ["entry order", "entry reply", "exit reply", "exit order"]);
    assert_eq!(events[1]["parent_span_id"], events[0]["span_id"]);
}
