//! Which traces are recorded, and that errors always are.

use finops_core::telemetry::{Settings, context_of, current};
use tracing::{Span, error, info_span, instrument};

use crate::support::{Recorder, one, told};

fn at_ratio(sample_ratio: f64) -> Recorder {
    Recorder::with(Settings { sample_ratio, ..Settings::default() })
}

#[instrument(err)]
fn charge(amount: u32) -> Result<u32, std::num::TryFromIntError> {
    u8::try_from(amount).map(u32::from)
}

#[test]
fn at_a_ratio_of_zero_nothing_is_recorded_and_at_one_everything() {
    for (ratio, expected) in [(0.0, 0), (1.0, 40)] {
        let recorder = at_ratio(ratio);
        recorder.run(|| {
            for _ in 0..10 {
                info_span!("root").in_scope(|| info_span!("child").in_scope(|| {}));
            }
        });
        assert_eq!(recorder.events().len(), expected, "{ratio}");
    }
}

#[test]
fn at_a_half_the_flag_says_what_happens_and_traces_are_whole() {
    let recorder = at_ratio(0.5);
    let sampled = recorder.run(|| {
        let one = || {
            info_span!("root").in_scope(|| {
                info_span!("child").in_scope(|| {});
                current().unwrap()
            })
        };
        (0..200).map(|_| one()).filter(|context| context.sampled).collect::<Vec<_>>()
    });
    // The half of the ids, decided by their low 63 bits; 200 of them are never all on one side.
    assert!((20..180).contains(&sampled.len()), "{}", sampled.len());
    for context in &sampled {
        let low = u64::from_be_bytes(context.trace_id.to_bytes()[8..].try_into().unwrap());
        assert_eq!(low >> 63, 0);
    }
    let events = recorder.events();
    assert_eq!(events.len(), sampled.len() * 4);
}

#[test]
fn a_parent_elsewhere_decides_for_its_trace() {
    for (ratio, flag, expected) in [(0.0, "01", 4), (1.0, "00", 0)] {
        let recorder = at_ratio(ratio);
        let parent = format!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-{flag}");
        recorder.run(|| {
            info_span!("root", traceparent = parent).in_scope(|| info_span!("c").in_scope(|| {}));
        });
        assert_eq!(recorder.events().len(), expected, "{flag}");
    }
}

#[test]
fn below_a_sampled_out_root_no_span_is_made() {
    let recorder = at_ratio(0.0);
    recorder.run(|| {
        info_span!("root").in_scope(|| {
            let child = info_span!("child");
            assert!(child.is_disabled());
            assert_eq!(context_of(&child), None);
            assert!(!current().unwrap().sampled);
        });
        assert!(!info_span!("next").is_disabled());
    });
}

#[test]
fn an_error_below_records_the_trace_from_then_on() {
    let recorder = at_ratio(0.0);
    let (before, after) = recorder.run(|| {
        info_span!("root", order.id = 7).in_scope(|| {
            info_span!("unseen").in_scope(|| {});
            let before = current().unwrap();
            charge(1_000).unwrap_err();
            info_span!("later").in_scope(|| {});
            (before, current().unwrap())
        })
    });
    assert!(!before.sampled);
    assert!(after.sampled);
    let events = recorder.events();
    assert_eq!(told(&events), ["entry root", "entry later", "exit later", "exit root"]);
    let exit = one(&events, "exit", "root");
    assert_eq!(exit["severity"], "ERROR");
    let message = "out of range integral type conversion attempted";
    assert_eq!(exit["error"]["message"], message);
    let attributes = &exit["attributes"];
    assert_eq!(attributes["error.function"], "charge");
    assert!(attributes["error.file"].as_str().unwrap().ends_with("sampling.rs"));
    assert!(attributes["error.line"].is_u64());
    let entry = one(&events, "entry", "root");
    assert_eq!(entry["attributes"]["order.id"], 7);
    let began = entry.number("timestamp_ns");
    assert_eq!(began + exit.number("duration_ns"), exit.number("timestamp_ns"));
    assert_eq!(one(&events, "entry", "later")["parent_span_id"], entry["span_id"]);
}

#[test]
fn an_error_of_no_functions_own_names_its_module() {
    let recorder = at_ratio(0.0);
    recorder.run(|| {
        let root = info_span!("root");
        root.in_scope(|| error!("the disk is full"));
    });
    let events = recorder.events();
    let attributes = &one(&events, "exit", "root")["attributes"];
    assert_eq!(attributes["error.function"], "telemetry::sampling");
}

#[test]
fn a_panic_records_the_trace_too() {
    let recorder = at_ratio(0.0);
    recorder.run(|| {
        let fall = || info_span!("root").in_scope(|| panic!());
        std::panic::catch_unwind(fall).unwrap_err();
    });
    let events = recorder.events();
    assert_eq!(told(&events), ["entry root", "exit root"]);
    assert_eq!(events[1]["error"]["type"], "panic");
}

#[test]
fn the_spans_above_an_error_are_all_told() {
    // Made outside of the root, so that the mark does not refuse them.
    let recorder = at_ratio(0.0);
    recorder.run(|| {
        let root = info_span!("root");
        let middle = info_span!(parent: &root, "middle");
        let leaf = info_span!(parent: &middle, "leaf");
        leaf.in_scope(|| error!("no such user"));
        drop(leaf);
        drop(middle);
    });
    let events = recorder.events();
    assert_eq!(
        told(&events),
        ["entry root", "entry middle", "entry leaf", "exit leaf", "exit middle", "exit root"]
    );
    assert_eq!(events[3]["error"]["message"], "no such user");
    assert!(events[5]["error"].is_null());
}

#[test]
fn another_thread_sees_that_the_trace_is_recorded_now() {
    let recorder = at_ratio(0.0);
    recorder.run(|| {
        let root = info_span!("root");
        let dispatch = tracing::dispatcher::get_default(tracing::Dispatch::clone);
        let entered = root.clone();
        let (failed, wait) = std::sync::mpsc::channel::<()>();
        let (ready, there) = std::sync::mpsc::channel::<()>();
        let work = move || {
            let _default = tracing::dispatcher::set_default(&dispatch);
            entered.in_scope(|| {
                assert!(info_span!("before").is_disabled());
                ready.send(()).unwrap();
                wait.recv().unwrap();
                info_span!("after").in_scope(|| {});
            });
        };
        let thread = std::thread::spawn(work);
        there.recv().unwrap();
        root.in_scope(|| error!("it broke"));
        failed.send(()).unwrap();
        thread.join().unwrap();
    });
    let events = recorder.events();
    assert_eq!(told(&events), ["entry root", "entry after", "exit after", "exit root"]);
}

#[test]
fn a_recorded_span_within_a_sampled_out_one_has_its_children() {
    let recorder = at_ratio(0.0);
    recorder.run(|| {
        let wanted = info_span!(
            "wanted",
            traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        );
        info_span!("root").in_scope(|| {
            wanted.in_scope(|| info_span!("child").in_scope(|| {}));
            assert!(info_span!("refused").is_disabled());
        });
        assert!(Span::current().is_none());
    });
    assert_eq!(
        told(&recorder.events()),
        ["entry wanted", "entry child", "exit child", "exit wanted"]
    );
}
