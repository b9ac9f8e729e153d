//! The file: rights, rotation, a disk that is full, a path that cannot be.

use std::os::unix::fs::PermissionsExt as _;

use finops_core::telemetry::{Destination, Settings, StartError, Telemetry};
use tracing::info_span;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::support::{LONG, Recorder, parse, told};

#[test]
fn the_file_is_its_owners_alone() {
    let recorder = Recorder::new();
    let rights = std::fs::metadata(&recorder.path).unwrap().permissions().mode();
    assert_eq!(rights & 0o777, 0o600);
}

#[test]
fn a_file_that_was_moved_away_is_made_anew() {
    let recorder = Recorder::new();
    let moved = recorder.path.with_extension("1");
    recorder.run(|| {
        info_span!("before").in_scope(|| {});
        recorder.telemetry.flush(LONG);
        std::fs::rename(&recorder.path, &moved).unwrap();
        info_span!("after").in_scope(|| {});
    });
    assert_eq!(told(&recorder.events()), ["entry after", "exit after"]);
    let old = parse(&std::fs::read_to_string(&moved).unwrap());
    assert_eq!(told(&old), ["entry before", "exit before"]);
}

#[test]
fn a_file_is_appended_to() {
    let recorder = Recorder::new();
    recorder.run(|| info_span!("first").in_scope(|| {}));
    recorder.telemetry.shutdown(LONG);
    let file = Some(Destination::File(recorder.path.clone()));
    let again = Telemetry::start(Settings { file, ..Settings::default() }).unwrap();
    let subscriber = tracing_subscriber::registry().with(again.layer());
    tracing::subscriber::with_default(subscriber, || info_span!("second").in_scope(|| {}));
    again.shutdown(LONG);
    let events = parse(&std::fs::read_to_string(&recorder.path).unwrap());
    assert_eq!(told(&events), ["entry first", "exit first", "entry second", "exit second"]);
}

#[test]
fn a_path_that_cannot_be_opened_is_told_in_plain_words() {
    let file = Some(Destination::File("/nonexistent/telemetry.jsonl".into()));
    let Err(error) = Telemetry::start(Settings { file, ..Settings::default() }) else {
        panic!("it started");
    };
    assert!(matches!(error, StartError::File { .. }));
    assert_eq!(
        error.to_string(),
        "cannot open the telemetry file '/nonexistent/telemetry.jsonl': No such file or directory \
         (os error 2); check its folder and permissions"
    );
}

#[test]
fn a_ratio_that_is_none_is_refused() {
    for sample_ratio in [-0.1, 1.1, f64::NAN] {
        let started = Telemetry::start(Settings { sample_ratio, ..Settings::default() });
        assert!(matches!(started, Err(StartError::Ratio(_))));
    }
}

#[test]
fn a_full_disk_costs_events_and_nothing_else() {
    // The kernel's own full disk: every write to it says so.
    let file = Some(Destination::File("/dev/full".into()));
    let telemetry = Telemetry::start(Settings { file, ..Settings::default() }).unwrap();
    let subscriber = tracing_subscriber::registry().with(telemetry.layer());
    tracing::subscriber::with_default(subscriber, || info_span!("work").in_scope(|| {}));
    telemetry.flush(LONG);
    assert_eq!(telemetry.metrics().dropped(), 2);
}

#[test]
fn what_comes_after_the_end_is_dropped_and_counted() {
    let recorder = Recorder::new();
    recorder.run(|| {
        recorder.telemetry.shutdown(LONG);
        info_span!("too_late").in_scope(|| {});
    });
    assert!(recorder.events().is_empty());
    assert_eq!(recorder.telemetry.metrics().dropped(), 2);
}

#[test]
fn an_event_larger_than_the_queue_is_dropped_and_the_program_goes_on() {
    let recorder = Recorder::new();
    let large = "x".repeat(9 << 20);
    recorder.run(|| {
        info_span!("large", body.text = large.as_str()).in_scope(|| {});
        info_span!("small").in_scope(|| {});
    });
    assert_eq!(told(&recorder.events()), ["entry small", "exit small"]);
    assert_eq!(recorder.telemetry.metrics().dropped(), 2);
}
