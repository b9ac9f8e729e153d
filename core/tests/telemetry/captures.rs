//! Events kept beside their way out.

use finops_core::telemetry::{Captured, Settings, Telemetry, capture};
use tracing::{error, info_span};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::support::{Event, Recorder, told};

fn events(captured: &Captured) -> Vec<Event> {
    captured.events.iter().map(|event| serde_json::from_str(event.get()).unwrap()).collect()
}

#[test]
fn a_capture_begins_with_the_entries_above_and_ends_with_its_own_exit() {
    let recorder = Recorder::new();
    let captured = recorder.run(|| {
        info_span!("run").in_scope(|| {
            info_span!("earlier").in_scope(|| {});
            let cycle = info_span!("cycle");
            let capture = capture(&cycle, 100).unwrap();
            cycle.in_scope(|| info_span!("scope").in_scope(|| {}));
            info_span!("beside").in_scope(|| {});
            drop(cycle);
            capture.take()
        })
    });
    let kept = events(&captured);
    assert_eq!(
        told(&kept),
        ["entry run", "entry cycle", "entry scope", "exit scope", "exit cycle"]
    );
    assert_eq!(captured.left_out, 0);
    // They are the very events that were written, not others like them.
    let written: Vec<_> = recorder.events().iter().map(Event::value).collect();
    assert!(kept.iter().all(|event| written.contains(&event.value())));
}

#[test]
fn a_capture_keeps_as_many_as_it_may_and_counts_the_others() {
    let recorder = Recorder::new();
    recorder.run(|| {
        let cycle = info_span!("cycle");
        let capture = capture(&cycle, 3).unwrap();
        cycle.in_scope(|| (0..5).for_each(|_| info_span!("scope").in_scope(|| {})));
        let first = capture.take();
        assert_eq!(told(&events(&first)), ["entry cycle", "entry scope", "exit scope"]);
        assert_eq!(first.left_out, 8);
        drop(cycle);
        assert_eq!(told(&events(&capture.take())), ["exit cycle"]);
    });
}

#[test]
fn spans_that_were_open_before_the_capture_are_below_it_too() {
    let recorder = Recorder::new();
    recorder.run(|| {
        let cycle = info_span!("cycle");
        let scope = info_span!(parent: &cycle, "scope");
        let capture = capture(&cycle, 10).unwrap();
        drop(scope);
        assert_eq!(told(&events(&capture.take())), ["entry cycle", "exit scope"]);
    });
}

#[test]
fn of_a_sampled_out_trace_there_are_events_after_an_error_only() {
    let recorder = Recorder::with(Settings { sample_ratio: 0.0, ..Settings::default() });
    recorder.run(|| {
        let run = info_span!("run");
        let cycle = info_span!(parent: &run, "cycle");
        let capture = capture(&cycle, 10).unwrap();
        cycle.in_scope(|| {
            info_span!("scope").in_scope(|| {});
            assert!(capture.take().events.is_empty());
            error!("it broke");
        });
        drop(cycle);
        let kept = events(&capture.take());
        assert_eq!(told(&kept), ["entry run", "entry cycle", "exit cycle"]);
    });
}

#[test]
fn a_capture_needs_no_way_out() {
    let telemetry = Telemetry::start(Settings::default()).unwrap();
    let subscriber = tracing_subscriber::registry().with(telemetry.layer());
    tracing::subscriber::with_default(subscriber, || {
        let span = info_span!("cycle");
        let capture = capture(&span, 10).unwrap();
        drop(span);
        assert_eq!(told(&events(&capture.take())), ["entry cycle", "exit cycle"]);
    });
}

#[test]
fn a_span_that_is_not_taken_has_no_capture() {
    let recorder = Recorder::new();
    recorder.run(|| {
        assert!(capture(&tracing::debug_span!("verbose"), 10).is_none());
        assert!(capture(&tracing::Span::none(), 10).is_none());
    });
    assert!(capture(&tracing::Span::current(), 10).is_none());
}
