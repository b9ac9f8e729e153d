//! The layer among other layers and their filters.

use std::io;
use std::sync::{Arc, Mutex};

use finops_core::telemetry::{Settings, current};
use tracing::{debug, error, info, info_span};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::{EnvFilter, fmt, registry};

use crate::support::{Recorder, one, told};

/// What the logs say.
#[derive(Clone, Default)]
struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn program() {
    info_span!("outer", id = 1).in_scope(|| {
        info!("hello");
        debug!("not shown");
        info_span!("inner").in_scope(|| error!("it broke"));
    });
}

const TOLD: [&str; 4] = ["entry outer", "entry inner", "exit inner", "exit outer"];

#[test]
fn a_filter_of_the_logs_takes_no_span_from_telemetry() {
    for directive in ["off", "error", "info", "debug", "telemetry=warn,hyper=trace"] {
        let (recorder, logs) = (Recorder::new(), Logs::default());
        let writer = logs.clone();
        let shown =
            fmt::layer().with_writer(move || writer.clone()).with_filter(EnvFilter::new(directive));
        let subscriber = registry().with(shown).with(recorder.telemetry.layer());
        tracing::subscriber::with_default(subscriber, program);
        let events = recorder.events();
        assert_eq!(told(&events), TOLD, "{directive}");
        assert_eq!(one(&events, "exit", "inner")["error"]["message"], "it broke");
        assert_eq!(logs.text().contains("not shown"), directive == "debug", "{directive}");
        assert_eq!(logs.text().contains("it broke"), directive != "off", "{directive}");
    }
}

#[test]
fn telemetry_takes_nothing_from_the_logs() {
    let targets = vec!["elsewhere".to_owned()];
    let recorder = Recorder::with(Settings { targets, ..Settings::default() });
    let logs = Logs::default();
    let writer = logs.clone();
    let shown = fmt::layer().with_writer(move || writer.clone()).with_filter(LevelFilter::DEBUG);
    let subscriber = registry().with(shown).with(recorder.telemetry.layer());
    tracing::subscriber::with_default(subscriber, program);
    assert!(recorder.events().is_empty());
    for expected in ["hello", "not shown", "it broke"] {
        assert!(logs.text().contains(expected));
    }
}

#[test]
fn within_a_filter_of_its_own_the_layer_sees_what_that_lets_through() {
    let recorder = Recorder::new();
    let layer = recorder.telemetry.layer().with_filter(LevelFilter::INFO);
    tracing::subscriber::with_default(registry().with(layer), program);
    assert_eq!(told(&recorder.events()), TOLD);
}

#[test]
fn within_a_filter_a_sampled_out_trace_is_left_out_too() {
    let recorder = Recorder::with(Settings { sample_ratio: 0.0, ..Settings::default() });
    let layer = recorder.telemetry.layer().with_filter(LevelFilter::INFO);
    tracing::subscriber::with_default(registry().with(layer), || {
        info_span!("root").in_scope(|| info_span!("child").in_scope(|| {}));
    });
    assert!(recorder.events().is_empty());
}

#[test]
fn the_logs_of_a_sampled_out_trace_are_its_roots() {
    let recorder = Recorder::with(Settings { sample_ratio: 0.0, ..Settings::default() });
    let logs = Logs::default();
    let writer = logs.clone();
    let shown = fmt::layer().with_writer(move || writer.clone()).with_filter(LevelFilter::INFO);
    let subscriber = registry().with(shown).with(recorder.telemetry.layer());
    tracing::subscriber::with_default(subscriber, || {
        info_span!("root").in_scope(|| {
            info_span!("child").in_scope(|| info!("hello"));
            assert!(!current().unwrap().sampled);
        });
    });
    assert!(logs.text().contains("root"), "{}", logs.text());
    assert!(!logs.text().contains("child"), "{}", logs.text());
}

#[test]
fn without_a_filter_beside_it_the_layer_takes_only_its_own() {
    let recorder = Recorder::new();
    recorder.run(|| {
        assert!(tracing::debug_span!("verbose").is_disabled());
        assert!(!tracing::enabled!(tracing::Level::INFO));
        assert!(tracing::enabled!(tracing::Level::ERROR));
    });
}

#[test]
fn a_failing_file_is_said_once_in_the_logs_and_again_when_it_works() {
    let recorder = Recorder::new();
    let logs = Logs::default();
    let writer = logs.clone();
    let shown = fmt::layer().with_writer(move || writer.clone()).with_filter(LevelFilter::WARN);
    let subscriber = registry().with(shown).with(recorder.telemetry.layer());
    tracing::subscriber::with_default(subscriber, || {
        // The folder is gone, so that the file cannot be made anew.
        let folder = recorder.path.parent().unwrap().to_owned();
        let work = || {
            info_span!("work").in_scope(|| {});
            recorder.telemetry.flush(crate::support::LONG);
        };
        std::fs::remove_dir_all(&folder).unwrap();
        work();
        work();
        std::fs::create_dir(&folder).unwrap();
        work();
        work();
    });
    assert_eq!(logs.text().matches("events are lost").count(), 1, "{}", logs.text());
    assert_eq!(logs.text().matches("again").count(), 1, "{}", logs.text());
    assert_eq!(told(&recorder.events()).len(), 4);
}
